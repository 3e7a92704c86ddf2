package web

import (
	"net"
	"net/http"
	"net/netip"
	"runtime/metrics"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/pop3client"
	"restante/views"
	"restante/web/front"
	"restante/web/session"
)

const (
	statusPath    = "/admin/status"
	kioskTestPath = "/admin/kiosk"
	scarce        = 1 << 30 // bytes that are free where the data lies: less is too little
)

// About is what the pages for who runs the site say of the process.
type About struct {
	Version string
	Started time.Time
	Free    func() (bytes int64, ok bool) // room where the data lies; ok is false where that is not known
	Journal *Journal                      // the log of the process; nil: it is not shown
}

// operated makes a page of one for people who run the site. Nobody else learns that it is there.
func operated(page personal) handler {
	return person(func(s site, c echo.Context, v *visit) error {
		if !s.operates(v) {
			return echo.ErrNotFound
		}
		return page(s, c, v)
	})
}

// operates reports whether a person runs the site.
func (s site) operates(v *visit) bool {
	return len(s.Operators) > 0 && s.Operators.Includes(v.Name)
}

// AdminHandler is the pages for who runs the site, for whoever reaches them: it is for an address that nobody else does.
// It answers to numbers and to localhost alone, so that no page of another site can ask.
func (s *Server) AdminHandler() http.Handler {
	e := echo.New()
	e.Logger.SetOutput(nowhere{})
	e.HTTPErrorHandler = s.answering(site.failed)
	e.Use(s.plain().logged, s.plain().recovered, s.plain().headers, onlyHere)
	alone := func(page personal) echo.HandlerFunc {
		return s.handling(func(s site, c echo.Context) error { return page(s, c, nil) })
	}
	e.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusSeeOther, statusPath) })
	e.GET(statusPath, alone(site.siteStatus))
	e.GET(kioskTestPath, alone(site.kioskTest))
	e.GET(logPath, alone(site.siteLog))
	e.GET("/assets/:file", s.handling(site.asset))
	return e
}

// onlyHere refuses a request by a name that somebody else may have made to lead here (DNS rebinding).
func onlyHere(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		host := c.Request().Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err != nil && host != "localhost" {
			return echo.NewHTTPError(http.StatusMisdirectedRequest)
		}
		return next(c)
	}
}

// adminShell is what is around a page for who runs the site; v is nil where nobody is signed in.
func (s site) adminShell(v *visit, title string) views.Shell {
	if v == nil {
		shell := s.bare(title)
		shell.Base = ""
		return shell
	}
	return s.shell(v, title, "")
}

// siteStatus answers what is misconfigured and how to mend it, and how much there is of everything. It names nobody.
func (s site) siteStatus(c echo.Context, v *visit) error {
	ctx, w := c.Request().Context(), s.Words
	counts, err := s.People.Counts(ctx, s.Now())
	if err != nil {
		return err
	}
	p := views.AdminPage{
		Shell:  s.adminShell(v, w.Status()),
		Checks: slices.Concat(s.checkReach(c.Request(), v), s.checkPeople(), s.checkServer(), s.checkData()),
		Facts: []views.Fact{
			{Name: w.FactVersion(), Text: w.RunningSince(s.About.Version, w.Moment(s.About.Started, s.Now(), s.Location))},
			{Name: w.FactMemory(), Text: w.Size(inUse())},
			{Name: w.FactPeople(), Text: w.PeopleKnown(counts.People, counts.Mailboxes)},
			{Name: w.FactSessions(), Text: w.SessionsOpen(counts.Sessions[string(session.Private)], counts.Sessions[string(session.Shared)], counts.Sessions[string(session.Kiosk)])},
		},
		Troubles: s.troubles(counts.Troubles),
		Others:   []views.Link{{Href: kioskTestPath, Text: w.KioskTest()}},
	}
	if s.About.Journal != nil {
		p.Others = append(p.Others, views.Link{Href: logPath, Text: w.SiteLog()})
	}
	return s.render(c, http.StatusOK, views.Admin(p))
}

// troubles are how many mailboxes of which server cannot be looked at, why, and when that is tried again.
func (s site) troubles(found []registry.Trouble) (list []string) {
	for _, t := range found {
		server := t.Server
		if address, err := pop3client.ParseAddress(server); err == nil {
			server = address.Host
		}
		list = append(list, s.Words.Trouble(t.Mailboxes, server, s.faultName(fetch.Fault(t.Class)), s.moment(t.Next)))
	}
	return list
}

// inUse is how much memory the process has from the system, in bytes.
func inUse() int64 {
	all := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(all)
	return int64(all[0].Value.Uint64() - all[1].Value.Uint64())
}

func good(name, text string) views.AdminCheck {
	return views.AdminCheck{Kind: "ok", Name: name, Text: text}
}

func bad(kind, name, text string) views.AdminCheck {
	return views.AdminCheck{Kind: kind, Name: name, Text: text}
}

// checkReach is how the site is reached.
func (s site) checkReach(r *http.Request, v *visit) (list []views.AdminCheck) {
	w, public := s.Words, s.Front.Public
	switch {
	case s.TLS != nil, public != nil && public.Scheme == "https", v != nil && secure(r):
		list = append(list, good(w.CheckHTTPS(), w.HTTPSGood()))
	case len(s.Front.Trusted) > 0:
		list = append(list, good(w.CheckHTTPS(), w.HTTPSByProxy()))
	default:
		list = append(list, bad("danger", w.CheckHTTPS(), w.HTTPSBad()))
	}
	if public != nil {
		list = append(list, good(w.CheckName(), w.NameGood(public.Host)))
	} else {
		list = append(list, bad("warn", w.CheckName(), w.NameBad()))
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err == nil && r.Header.Get("X-Forwarded-For") != "" && front.From(r.Context()).Addr == peer.Addr().Unmap() {
		list = append(list, bad("warn", w.CheckProxy(), w.ProxyBad(peer.Addr().Unmap().String())))
	}
	return list
}

func (s site) checkPeople() []views.AdminCheck {
	if len(s.Allow) > 0 {
		return []views.AdminCheck{good(s.Words.CheckPeople(), s.Words.PeopleGood())}
	}
	return []views.AdminCheck{bad("warn", s.Words.CheckPeople(), s.Words.PeopleBad())}
}

func (s site) checkServer() []views.AdminCheck {
	w := s.Words
	switch {
	case s.Mail == nil:
		return []views.AdminCheck{bad("info", w.CheckServer(), w.ServerAny())}
	case s.Mail.Security == pop3client.Insecure:
		return []views.AdminCheck{bad("danger", w.CheckServer(), w.ServerBad(s.Mail.Host))}
	}
	return []views.AdminCheck{good(w.CheckServer(), w.ServerGood(s.Mail.Host))}
}

func (s site) checkData() []views.AdminCheck {
	w := s.Words
	if s.Kiosk != nil {
		return []views.AdminCheck{good(w.CheckData(), w.DataNone())}
	}
	if err := s.Ready(); err != nil {
		return []views.AdminCheck{bad("danger", w.CheckData(), w.DataBad(err.Error()))}
	}
	if s.About.Free != nil {
		switch free, ok := s.About.Free(); {
		case ok && free < scarce:
			return []views.AdminCheck{bad("warn", w.CheckData(), w.DataScarce(w.Size(free)))}
		case ok:
			return []views.AdminCheck{good(w.CheckData(), w.DataGood(w.Size(free)))}
		}
	}
	return nil
}
