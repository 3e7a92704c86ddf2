package web

import (
	"cmp"
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views"
	"restante/views/safehtml"
)

// maxPartText is how much of a text file is shown, in bytes.
const maxPartText = 200 << 10

// partPage shows a file of a message: a message as one, a picture made anew, a text as text. Of everything else it says
// what to know before it is downloaded.
func (s site) partPage(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	l, n, err := v.part(id, c.Param("n"))
	if err != nil {
		return err
	}
	if l.mail.Parts[n].IsMessage() {
		return s.nested(c, v, l, n)
	}
	f := l.file(n, true)
	w, size := s.Words, s.Words.Size(decodedSize(l.mail.Parts[n]))
	p := views.PartPage{
		Shell: s.shell(v, f.name, ""), Back: l.href(), BackText: w.BackToMessage(), Name: f.name, About: size + " · " + f.kind,
		Download: l.partHref(n) + "/download", DownloadText: w.DownloadFile(), Risky: f.risky,
	}
	if !s.saves() {
		p.Download = ""
	}
	switch {
	case f.risky:
		p.DownloadText, p.Notice = w.DownloadAnyway(), &views.Notice{Kind: "danger", Text: w.Risky()}
	case f.picture():
		p.Image = s.partPicture(v, l, n)
	case f.text():
		p.HasText = true
		var cut bool
		if p.Text, cut, err = l.textFile(n); err != nil {
			return err
		}
		if cut {
			p.Notice = &views.Notice{Kind: "info", Text: w.BodyShortened()}
		}
	case s.opens(f) && s.saves():
		p.Open, p.OpenText = l.partHref(n)+"/open", w.OpenFile()
	default:
		p.Notice = &views.Notice{Kind: "info", Text: w.NotShown()}
		if !s.saves() {
			p.Notice.Text = w.NoDownloadsHere()
		}
	}
	if claimed := l.mail.Parts[n].Type; f.content != "" && p.Notice == nil && kindOf(claimed) != kindOf(f.content) {
		p.Notice = &views.Notice{Kind: "warn", Text: w.LooksLike(claimed, f.content)}
	}
	return s.render(c, http.StatusOK, views.Part(p))
}

// kindOf is the first half of a media type.
func kindOf(mediaType string) string {
	kind, _, _ := strings.Cut(mediaType, "/")
	return kind
}

// textFile is the beginning of a part as text, and whether there is more.
func (l *letter) textFile(n int) (safehtml.HTML, bool, error) {
	raw, err := io.ReadAll(io.LimitReader(l.mail.Parts[n].Open(l.raw), maxPartText+1))
	if err = cmp.Or(l.source.err, err); err != nil {
		return safehtml.HTML{}, false, err
	}
	cut := len(raw) > maxPartText
	text := l.mail.Parts[n].Text(raw[:min(len(raw), maxPartText)])
	shown, _ := safehtml.Text(text, safehtml.TextOptions{})
	return shown, cut, nil
}

// nested shows a message that lies in another one.
func (s site) nested(c echo.Context, v *visit, outer *letter, n int) error {
	l, err := v.letter(outer.row.ID, outer.partPath(n))
	if err != nil {
		return err
	}
	room := maxBodies
	read, err := s.read(v, l, &room)
	if err != nil {
		return err
	}
	subject := cmp.Or(l.subject(), s.Words.NoSubject())
	return s.render(c, http.StatusOK, views.MessageView(views.MessagePage{
		Shell: s.shell(v, subject, ""), Subject: subject, Here: v.here("did"), Back: outer.href(), BackText: s.Words.BackToMessage(),
		Nested: true, Messages: []views.Message{read},
	}))
}
