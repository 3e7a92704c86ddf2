package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/views"
	"restante/web/session"
)

// kioskTest answers what a kiosk leaves behind, as far as it can be seen from here.
func (s site) kioskTest(c echo.Context, v *visit) error {
	w := s.Words
	p := views.AdminPage{
		Shell: s.adminShell(v, w.KioskTest()), Text: w.NoKiosk(), Others: []views.Link{{Href: statusPath, Text: w.Status()}},
	}
	if s.Kiosk != nil {
		p.Text = w.KioskTestText()
		p.Checks = append(s.checkAnswers(c.Request()), s.checkReach(c.Request(), v)[0])
		p.Checks = append(append(p.Checks, s.checkServer()...), s.checkKiosk()...)
	}
	return s.render(c, http.StatusOK, views.Admin(p))
}

// checkAnswers asks the site for its pages, as a browser does, and looks at what it answers.
func (s site) checkAnswers(r *http.Request) (list []views.AdminCheck) {
	w := s.Words
	login, bye := s.answer(r, "/login"), s.answer(r, "/bye")
	check := func(ok bool, name, text, header string) {
		if !ok {
			list = append(list, bad("danger", name, w.HeaderMissing(header)))
			return
		}
		list = append(list, good(name, text))
	}
	check(login.Get("Cache-Control") == "no-store", w.CheckCache(), w.CacheGood(), "Cache-Control: no-store")
	check(strings.Contains(login.Get("Content-Security-Policy"), "script-src 'none'"), w.CheckScripts(), w.ScriptsGood(), "Content-Security-Policy")
	check(strings.Contains(bye.Get("Clear-Site-Data"), `"cookies"`), w.CheckClear(), w.ClearGood(), "Clear-Site-Data")
	return list
}

// checkKiosk is how the kiosk was set up.
func (s site) checkKiosk() (list []views.AdminCheck) {
	w := s.Words
	limits, _ := s.Sessions.LimitsOf(session.Kiosk)
	if limits.SameSite == http.SameSiteStrictMode && !limits.Lasting {
		list = append(list, good(w.CheckCookies(), w.CookiesGood()))
	}
	idle, whole := s.kioskTimes()
	list = append(list, good(w.CheckTimes(), w.TimesAre(idle, whole)))
	if s.Kiosk.Wiped {
		list = append(list, good(w.CheckMemory(), w.MemoryGood()))
	} else {
		list = append(list, bad("warn", w.CheckMemory(), w.MemoryBad()))
	}
	policy := func(name string, permitted bool) {
		if permitted {
			list = append(list, bad("info", name, w.Permitted()))
			return
		}
		list = append(list, good(name, w.Off()))
	}
	policy(w.CheckDownloads(), s.Kiosk.Downloads)
	policy(w.CheckPrint(), s.Kiosk.Print)
	policy(w.CheckLinks(), s.Kiosk.Links)
	return list
}

// answer is the header with which the site answers somebody who is not signed in.
func (s site) answer(of *http.Request, path string) http.Header {
	r, err := http.NewRequestWithContext(context.WithoutCancel(of.Context()), http.MethodGet, s.Front.Base+path, nil)
	if err != nil {
		return nil
	}
	r.RemoteAddr, r.TLS = of.RemoteAddr, of.TLS
	if r.Host = of.Host; s.Front.Public != nil {
		r.Host = s.Front.Public.Host
	}
	to := &headerOnly{header: http.Header{}}
	s.Handler().ServeHTTP(to, r)
	return to.header
}

// headerOnly takes an answer and keeps its header.
type headerOnly struct{ header http.Header }

func (h *headerOnly) Header() http.Header         { return h.header }
func (h *headerOnly) Write(p []byte) (int, error) { return len(p), nil }
func (h *headerOnly) WriteHeader(int)             {}
