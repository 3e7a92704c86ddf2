package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/fetch"
	"restante/pop3client"
	"restante/views/safehtml"
	"restante/web/session"
)

// visit is a request of a person who is signed in, with their mailbox open.
type visit struct {
	session.Session
	c        echo.Context
	page     bool // of somebody who is there, as far as can be known
	box      *cache.Box
	counters map[cache.Place]cache.Counter
	labels   []cache.Label
	searches []cache.SavedSearch
	settings map[string]string // sound ones
	accounts []mailbox
	state    fetch.State // of all accounts together
}

func (v *visit) ctx() context.Context { return v.c.Request().Context() }

// person makes a handler of one that needs a person. Who is not signed in goes to the sign-in page; a form that was
// sent too late is not carried out.
func person(handle personal) handler {
	return signedIn(true, func(s site, c echo.Context, v *visit) error {
		v.page = true
		return handle(s, c, v)
	})
}

// unattended is person for a page that a browser comes to by itself.
func unattended(handle personal) handler { return signedIn(false, handle) }

func signedIn(attended bool, handle personal) handler {
	return func(s site, c echo.Context) error {
		opened, err := s.open(c, attended)
		if isOver(err) {
			if done, err := s.enterByName(c); done {
				return err
			}
		}
		if errors.Is(err, session.ErrExpired) {
			s.forget(c)
		}
		if isOver(err) {
			return c.Redirect(http.StatusSeeOther, loginPath(c.Request(), err))
		}
		if err != nil {
			return err
		}
		return s.visiting(c, opened, handle)
	}
}

// nowhereToGo answers an address that leads nowhere.
func nowhereToGo(site, echo.Context, *visit) error { return echo.ErrNotFound }

// visiting opens the mailbox of a session for a handler.
func (s site) visiting(c echo.Context, opened session.Session, handle personal) error {
	ctx := c.Request().Context()
	v := &visit{Session: opened, c: c}
	// A restart forgets keys; the cookie brings this person's back.
	if err := s.Fleet.Hold(ctx, v.Person, v.Key); err != nil {
		return err
	}
	box, done, err := s.Boxes.Get(ctx, string(v.Person))
	if err != nil {
		return err
	}
	defer done()
	v.box = box
	if err := s.collections(v); err != nil {
		return err
	}
	if v.counters, err = box.Counters(ctx); err != nil {
		return err
	}
	if v.labels, err = box.Labels(ctx); err != nil {
		return err
	}
	if v.searches, err = box.SavedSearches(ctx); err != nil {
		return err
	}
	settings, err := box.Settings(ctx)
	if err != nil {
		return err
	}
	v.settings = sound(settings)
	c.Set(visitKey, v)
	return handle(s.chosenBy(v), c, v)
}

// visitKey is where a request's context has its visit, so that an error page can keep the navigation.
const visitKey = "visit"

// open finds the session of a request, and records that somebody is there if the request is for a page.
func (s site) open(c echo.Context, page bool) (session.Session, error) {
	ctx, r := c.Request().Context(), c.Request()
	opened, err := s.Sessions.Open(ctx, r)
	if err != nil {
		return session.Session{}, err
	}
	if !s.Allow.Includes(opened.Name) { // signed in when the list was another
		return session.Session{}, session.ErrNone
	}
	if !s.agrees(r, opened) {
		return session.Session{}, session.ErrNone
	}
	if !session.Active(r, page && !c.QueryParams().Has(byItself)) {
		return opened, nil
	}
	return s.Sessions.Touch(ctx, opened)
}

// byItself is in the address of a page that the browser reloads: nobody need be sitting there.
const byItself = "auto"

// reload makes the browser load this page again after some seconds, without that keeping the session alive.
func (v *visit) reload(seconds string) {
	v.c.Response().Header().Set("Refresh", seconds+"; url="+with(v.here(), byItself, "1"))
}

// loginPath is the sign-in page with what to say there, and where to go afterwards.
func loginPath(r *http.Request, why error) string {
	q := url.Values{}
	if errors.Is(why, session.ErrExpired) {
		q.Set("ended", "1")
	}
	if r.Method == http.MethodGet && r.URL.Path != "/" && !strings.HasPrefix(r.URL.Path, sealedPath) && r.URL.Path != checkPath && len(r.URL.RequestURI()) <= maxPath {
		q.Set("next", r.URL.RequestURI())
	}
	if len(q) == 0 {
		return "/login"
	}
	return "/login?" + q.Encode()
}

// here is the local path of this page with its query, less the parameters named. A page that answers a form has none that
// could be come back to: it is the inbox then.
func (v *visit) here(less ...string) string {
	if v.c.Request().Method == http.MethodPost {
		return "/inbox"
	}
	u := *v.c.Request().URL
	q := u.Query()
	for _, name := range append(less, byItself, since) {
		q.Del(name)
	}
	if len(q) == 0 {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + q.Encode()
}

// maxPath is the longest path that pages lead back to, in bytes. A page has such a path once a row, so a longer one,
// which only a very long search has, would make it a very long page.
const maxPath = 2000

// local is a path of this site to go to, as a form or an address gives it; anything else becomes otherwise.
func local(path, otherwise string) string {
	if len(path) > maxPath || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t\x00") {
		return otherwise
	}
	u, err := url.Parse(path)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return otherwise
	}
	return path
}

// with adds a parameter to a local path, in place of one that it has.
func with(path, name, value string) string {
	u, err := url.Parse(path)
	if err != nil {
		return path
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// hostOf is the host of a server's address; the address itself where it cannot be read.
func hostOf(address string) string {
	a, err := pop3client.ParseAddress(address)
	if err != nil {
		return address
	}
	return a.Host
}

// site is the site of the mailbox's own address, that of its server where the user name has no domain.
func (v *visit) site() string {
	_, domain, found := strings.Cut(v.Mailbox.User, "@")
	if !found {
		domain = hostOf(v.Mailbox.Server)
	}
	return safehtml.Site(strings.ToLower(domain))
}
