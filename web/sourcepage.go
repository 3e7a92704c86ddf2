package web

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views"
)

// sourcePart is how many bytes of a message a page of its source shows.
const sourcePart = 256 << 10

// sourcePage shows the bytes of a message, a part at a time.
func (s site) sourcePage(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	m, err := v.box.Message(v.ctx(), id)
	if err != nil {
		return err
	}
	raw, err := v.box.Raw(v.ctx(), id)
	if err != nil {
		return err
	}
	n, err := sourceNumber(c.QueryParam("n"), raw.Size())
	if err != nil {
		return err
	}
	from := int64(n) * sourcePart
	buf := make([]byte, min(sourcePart, raw.Size()-from))
	if _, err := raw.ReadAt(buf, from); err != nil && err != io.EOF {
		return err
	}
	w, subject, href := s.Words, cmp.Or(m.Subject, s.Words.NoSubject()), "/m/"+id.String()
	p := views.SourcePage{
		Shell: s.shell(v, w.ViewSource()+" – "+subject, ""), Back: href, BackText: w.BackToMessage(), Subject: subject,
		About: w.SourceRange(int(min(from+1, raw.Size())), int(from)+len(buf), int(raw.Size())), Text: sourceText(buf), Raw: href + "/raw",
	}
	if n > 0 {
		p.Earlier = href + "/source?n=" + strconv.Itoa(n-1)
	}
	if from+sourcePart < raw.Size() {
		p.Later = href + "/source?n=" + strconv.Itoa(n+1)
	}
	return s.render(c, http.StatusOK, views.Source(p))
}

// sourceNumber reads which part of the source is asked for.
func sourceNumber(text string, size int64) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 0 && int64(n)*sourcePart >= size || strconv.Itoa(n) != text {
		return 0, cache.ErrNotFound
	}
	return n, nil
}

// sourceText shows bytes as what they are: UTF-8 as text, all others and the controls that would change how the rest is
// shown as pictures of themselves.
func sourceText(raw []byte) string {
	var b strings.Builder
	b.Grow(len(raw) + len(raw)/8)
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, raw[0])
		case r == '\r' && len(raw) > 1 && raw[1] == '\n', r == '\n', r == '\t':
			if r != '\r' {
				b.WriteRune(r)
			}
		case r < ' ':
			b.WriteRune('\u2400' + r) // control pictures
		case r == 0x7f:
			b.WriteRune('\u2421')
		case 0x80 <= r && r < 0xa0, r == '\u061c', '\u200b' <= r && r <= '\u200f', '\u2028' <= r && r <= '\u202e', '\u2060' <= r && r <= '\u206f', r == '\ufeff':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		raw = raw[size:]
	}
	return b.String()
}
