package web

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache/vault"
	"restante/views"
	"restante/web/session"
)

// Addresses stay in a browser's history. In a session on a computer that others use they therefore say nothing: each is the
// real one sealed with the person's key, for this session (ui.md 6.4). Handlers see the real address; what is made of it is
// sealed where it leaves: in a page's links by views.Shell, in headers by outward.
const sealedPath = "/o/"

// opaque reports whether the session is on a computer that others use.
func (v *visit) opaque() bool { return v.Kind != session.Private }

// seal makes a local path say nothing but, at most, which page of the site it is.
func (v *visit) seal(path string) string {
	if !strings.ContainsAny(path, "?0123456789") {
		return path
	}
	blob, err := vault.Seal(v.Key, []byte(path), sealedFor(v.Session)...)
	if err != nil {
		return "/" // a session without a key cannot be opened
	}
	return sealedPath + base64.RawURLEncoding.EncodeToString(blob)
}

func sealedFor(s session.Session) []string { return []string{"address", s.ID.String()} }

// reveal puts the real address in place of a sealed one before the request is routed. What a form adds to it is added.
// One that does not open leads to where nothing is.
func (s site) reveal(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		token, ok := strings.CutPrefix(c.Request().URL.Path, sealedPath)
		if !ok {
			return next(c)
		}
		opened, err := s.Sessions.Open(c.Request().Context(), c.Request())
		if err != nil {
			return next(c)
		}
		blob, err := base64.RawURLEncoding.DecodeString(token)
		if err != nil {
			return next(c)
		}
		path, err := vault.Open(opened.Key, blob, sealedFor(opened)...)
		if err != nil {
			return next(c)
		}
		if u, err := url.Parse(string(path)); err == nil {
			if added := c.Request().URL.RawQuery; added != "" {
				u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+added, "&")
			}
			c.Request().URL = u
		}
		return next(c)
	}
}

const (
	checkPath   = "/session/check"
	expiredPath = "/expired"
)

// warning is how long before its end a session on a shared computer asks whether somebody is there: a minute, and of a
// time so short that this would be too soon two thirds (WCAG 2.2.1).
func warning(s session.Session) time.Duration { return min(time.Minute, s.Idle.Sub(s.Seen)*2/3) }

// outward makes the addresses in a header those that the browser is to see, and lets a page of a session on a shared
// computer ask in time whether somebody is there.
func (s site) outward(c echo.Context) {
	h := c.Response().Header()
	v, _ := c.Get(visitKey).(*visit)
	out := func(path string) string {
		if v != nil && v.opaque() {
			path = v.seal(path)
		}
		return s.Front.Base + path
	}
	if v != nil && v.opaque() && v.page && strings.HasPrefix(h.Get("Content-Type"), "text/html") {
		c.SetCookie(session.Turn(rand.Text(), secure(c.Request())))
		s.askInTime(c, v)
	}
	if to := h.Get("Location"); strings.HasPrefix(to, "/") {
		h.Set("Location", out(to))
	}
	if when, to, ok := strings.Cut(h.Get("Refresh"), "; url="); ok {
		h.Set("Refresh", when+"; url="+out(to))
	}
}

// askInTime makes a page lead to the question whether somebody is there, unless it loads again by itself before that.
func (s site) askInTime(c echo.Context, v *visit) {
	h := c.Response().Header()
	left := int(v.Ends().Sub(s.Now()) / time.Second)
	in, to := left-int(warning(v.Session)/time.Second), with(checkPath, "back", v.here("did"))
	if in <= 0 { // its last minute, which nothing makes longer
		in, to = left+1, expiredPath
	}
	own, _, _ := strings.Cut(h.Get("Refresh"), ";")
	if n, err := strconv.Atoi(own); err == nil && n < in {
		return
	}
	h.Set("Refresh", strconv.Itoa(in)+"; url="+to)
}

// maxLead is for how long a page asks whether somebody is there before it leads away to ask that.
const maxLead = 15 * time.Second

// still is that question, for pages with a script; nil where there is none, or no time.
func (s site) still(v *visit, shell views.Shell) *views.Still {
	lead := min(maxLead, warning(v.Session)/4)
	after := v.Ends().Sub(s.Now()) - warning(v.Session) - lead
	if !shell.Script || after < time.Second || v.Ends().Equal(v.Absolute) {
		return nil
	}
	return &views.Still{After: strconv.Itoa(int(after / time.Second)), Until: s.Words.SignedOutAt(s.Words.Clock(v.Ends(), s.Location)), Back: v.here("did")}
}

// stillThere asks whether somebody is there. It shows nothing of the mail, and is no sign of anybody.
func (s site) stillThere(c echo.Context, v *visit) error {
	left := v.Ends().Sub(s.Now())
	if left > warning(v.Session)+maxLead { // the page did not know that somebody was there meanwhile
		return c.Redirect(http.StatusSeeOther, with(local(c.QueryParam("back"), "/inbox"), byItself, "1"))
	}
	c.Response().Header().Set("Refresh", strconv.Itoa(int(max(left, 0)/time.Second)+1)+"; url="+expiredPath)
	p := views.StillTherePage{
		Shell: s.around(v, s.bare(s.Words.StillThere())), Until: s.Words.SignedOutAt(s.Words.Clock(v.Ends(), s.Location)), Back: local(c.QueryParam("back"), "/inbox"),
		Last: v.Absolute.Equal(v.Ends()),
	}
	return s.render(c, http.StatusOK, views.StillThere(p))
}

// stay is somebody who is there: that the form was sent has made the session longer.
func (s site) stay(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, local(form.Get("back"), "/inbox"))
}

// expired is where a page leads by itself when nobody answered. It ends no session that has time left.
func (s site) expired(c echo.Context) error {
	opened, err := s.Sessions.Open(c.Request().Context(), c.Request())
	if err == nil && opened.Ends().Sub(s.Now()) > warning(opened) {
		return c.Redirect(http.StatusSeeOther, "/inbox")
	}
	s.forget(c)
	if err := s.leave(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/login?ended=1")
}

// forget makes the browser forget the session and all that it may have kept.
func (s site) forget(c echo.Context) {
	for _, cookie := range session.Clear() {
		c.SetCookie(cookie)
	}
	c.Response().Header().Set("Clear-Site-Data", s.clear())
}

// paramSure says that a person knows that a file stays on a computer that others use.
const paramSure = "sure"

// kept asks before a file is saved on a computer that others use.
func kept(handle personal) personal {
	return func(s site, c echo.Context, v *visit) error {
		if s.Kiosk != nil && !s.Kiosk.Downloads {
			return errNoDownloads
		}
		if !v.opaque() || c.QueryParams().Has(paramSure) {
			return handle(s, c, v)
		}
		w := s.Words
		p := views.KeptPage{Shell: s.shell(v, w.FileStays(), ""), File: with(v.here(), paramSure, "1")}
		return s.render(c, http.StatusOK, views.Kept(p))
	}
}

// helpShared says what a session on a shared computer leaves behind and what it does not.
func (s site) helpShared(c echo.Context) error {
	return s.render(c, http.StatusOK, views.HelpShared(s.bare(s.Words.SharedHelp())))
}
