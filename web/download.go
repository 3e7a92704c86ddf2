package web

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/registry"
)

const copyPart = 64 << 10 // bytes of a download in one write

// raw answers a message as the server sent it.
func (s site) raw(c echo.Context, v *visit) error {
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
	return s.download(c, fileName(m.Subject, "message")+".eml", raw.Size(), io.NewSectionReader(raw, 0, raw.Size()))
}

// paramAt is a ticket that says where in its message a file lies.
const paramAt = "at"

// fileHref is the address of a file. It says where in the message the file lies, for an hour, so that this is streamed
// from there and nothing is parsed again.
func (s site) fileHref(v *visit, l *letter, n int) string {
	href, p := l.partHref(n)+"/download", l.mail.Parts[n]
	if !l.placed() {
		return href
	}
	return with(href, paramAt, s.ticket(v, l, ticketFile, place(p)+" "+p.Filename()))
}

// placed opens the file that an address has a ticket for, and returns its name.
func (s site) placed(c echo.Context, v *visit, id cache.ID) (part io.Reader, name string, ok bool) {
	t, err := s.Tickets.Open(c.QueryParam(paramAt), s.Now())
	text, isFile := strings.CutPrefix(t.Source, ticketFile)
	if err != nil || !isFile || registry.SessionID(t.Session) != v.ID || t.Message != int64(id) {
		return nil, "", false
	}
	p, name, ok := placedAt(text)
	raw, err := v.box.Raw(v.ctx(), id)
	if !ok || err != nil {
		return nil, "", false // the way without a ticket says what is wrong
	}
	return p.Open(raw), name, true
}

// part answers one attachment, decoded.
func (s site) part(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	if part, name, ok := s.placed(c, v, id); ok {
		return s.download(c, fileName(lastElement(name), "attachment"), unknownSize, part)
	}
	l, n, err := v.part(id, c.Param("n"))
	if err != nil {
		return err
	}
	part := l.mail.Parts[n]
	return s.download(c, fileName(lastElement(part.Filename()), "attachment"), unknownSize, part.Open(l.raw))
}

// openPart answers a PDF to be shown by the browser, which runs what is in it in a sandbox of its own, if this site
// permits that.
func (s site) openPart(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	l, n, err := v.part(id, c.Param("n"))
	if err != nil {
		return err
	}
	if f := l.file(n, true); !s.opens(f) {
		return echo.ErrNotFound
	}
	part := l.mail.Parts[n]
	name := fileName(lastElement(part.Filename()), "attachment")
	return s.send(c, part.Open(l.raw), func(h http.Header) {
		h.Set("Content-Type", "application/pdf")
		h.Set("Content-Disposition", strings.Replace(disposition(name), "attachment", "inline", 1))
		h.Set("Content-Security-Policy", openPolicy)
	})
}

// opens reports whether a file is one that the browser may show by itself: by its content, whatever it is called.
func (s site) opens(f file) bool { return s.OpenPDF && f.content == "application/pdf" && !f.risky }

// openPolicy is that of a file which a browser shows by itself: it may load nothing.
const openPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

const unknownSize = -1

// download sends a file to be saved and never to be shown: its type says nothing, so that nothing is guessed from it.
func (s site) download(c echo.Context, name string, size int64, r io.Reader) error {
	return s.send(c, r, func(h http.Header) {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", disposition(name))
		h.Set("Content-Security-Policy", filePolicy)
		if size != unknownSize {
			h.Set("Content-Length", strconv.FormatInt(size, 10))
		}
	})
}

// send sends a file with the headers that describe makes. An error before the first byte can still become a page; after it
// the connection breaks (see failed), so that no browser takes half a file for a whole one.
func (s site) send(c echo.Context, r io.Reader, describe func(http.Header)) error {
	buf := make([]byte, copyPart)
	n, err := io.ReadFull(r, buf)
	if err != nil && !ended(err) {
		return err
	}
	describe(c.Response().Header())
	c.Response().WriteHeader(http.StatusOK)
	if c.Request().Method == http.MethodHead {
		return nil
	}
	for {
		writeWithin(c, s.times().part)
		if _, err := c.Response().Write(buf[:n]); err != nil {
			return err
		}
		if ended(err) {
			return nil
		}
		if err != nil {
			return err
		}
		n, err = io.ReadFull(r, buf)
	}
}

// ended tells the two ends that io.ReadFull gives from an error that wraps one, which is a file that breaks off.
func ended(err error) bool { return err == io.EOF || err == io.ErrUnexpectedEOF }

// writeWithin gives what is written next a limit of time. Where there is no connection to limit, it does nothing.
func writeWithin(c echo.Context, limit time.Duration) {
	// An error means that there is nothing to limit, or a connection that is closed: writing will say so.
	_ = http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(limit))
}
