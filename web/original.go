package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views/safehtml"
	"restante/web/session"
)

// documentPolicy is what the document of a message may do: nothing but have styles of its own and show pictures from
// here. It is of no origin, so that even a script could reach nothing; there is none, and none may run.
const documentPolicy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; script-src 'none'; img-src 'self' data:; " +
	"style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// original is the address of the document that shows a message as its sender meant it.
func (s site) original(v *visit, l *letter) string {
	q := url.Values{}
	if l.path != "" {
		q.Set("part", l.path)
	}
	if name := wantedCharset(v); name != "" {
		q.Set(paramCharset, name)
	}
	if ticket := v.c.QueryParam(paramImages); ticket != "" && len(ticket) <= maxPath {
		q.Set(paramImages, ticket)
	}
	href := "/m/" + l.row.ID.String() + "/original"
	if len(q) > 0 {
		href += "?" + q.Encode()
	}
	return href
}

// document answers a message's own document. Its headers stand before anything can fail: an error of this route is as
// caged as what it shows. A frame that loads is nobody's doing, and no place to sign in.
func (s site) document(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", documentPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "unsafe-none") // a document in a sandbox may have no other
	opened, err := s.open(c, false)
	if errors.Is(err, session.ErrNone) || errors.Is(err, session.ErrExpired) {
		return echo.NewHTTPError(http.StatusForbidden).SetInternal(err)
	}
	if err != nil {
		return err
	}
	return s.visiting(c, opened, site.showDocument)
}

func (s site) showDocument(c echo.Context, v *visit) error {
	id, err := cache.ParseID(c.Param("id"))
	if err != nil {
		return err
	}
	l, err := v.letter(id, c.QueryParam("part"))
	if err != nil {
		return err
	}
	k, err := s.look(v, l)
	if err != nil {
		return err
	}
	k.view = viewOriginal
	body := l.mail.BodyAs(l.raw, k.charset)
	o := safehtml.OriginalOptions{Title: l.subject()}
	_, report := safehtml.Reader(body.HTML, safehtml.ReaderOptions{})
	suspicious := len(s.suspect(v, l.mail, report.Links, k.alike)) > 0
	if suspicious {
		k.mistrust()
	}
	if suspicious || v.opaque() {
		o.Link = s.outboundLink(v, l)
	}
	o.Picture = s.pictures(v, l, k.remote)
	html, report := safehtml.Original(body.HTML, o)
	switch {
	case l.source.err != nil:
		return l.source.err
	case body.HTML == "", report.Refused:
		return cache.ErrNotFound
	}
	return s.render(c, http.StatusOK, html)
}
