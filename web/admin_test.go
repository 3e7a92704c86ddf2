package web_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/pop3client"
	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/front"
)

// Only who runs the site sees how it is; to others there is no such page.
func TestOnlyAnOperatorSeesHowTheSiteIs(t *testing.T) {
	for name, c := range map[string]struct {
		operators web.Allowed
		want      int
	}{"nobody": {nil, 404}, "another": {web.Allowed{"bo@example.org"}, 404}, "this one": {web.Allowed{user}, 200}} {
		h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Operators, s.About.Journal = c.operators, &web.Journal{Out: io.Discard} })
		b := h.browser()
		for _, path := range []string{"/admin/status", "/admin/kiosk", "/admin/log"} {
			if p := b.get(path); p.status != 200 || !strings.HasPrefix(p.path, "/login") {
				t.Errorf("%s, %s, signed out: %d %s", name, path, p.status, p.path)
			}
		}
		b.signIn()
		if offered := strings.Contains(b.get("/more").body, "/admin/status"); offered != (c.want == 200) {
			t.Errorf("%s is offered the page: %v", name, offered)
		}
		for _, path := range []string{"/admin/status", "/admin/kiosk", "/admin/log"} {
			if p := b.get(path); p.status != c.want {
				t.Errorf("%s, %s: %d", name, path, p.status)
			}
		}
	}
}

// The page names what is wrong and how to mend it; mended it says so. It names nobody.
func TestTheStatusPageSaysWhatToMend(t *testing.T) {
	full := func() (int64, bool) { return 5 << 20, true }
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		s.Ready = func() error { return nil }
		s.About = web.About{Version: "v1.2", Started: time.Now(), Free: full}
	})
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	site := httptest.NewServer(h.site.AdminHandler())
	defer site.Close()
	get := func() page {
		a := h.browser()
		a.base = site.URL
		return a.get("/")
	}
	p := get()
	if p.path != "/admin/status" {
		t.Errorf("it leads to %s", p.path)
	}
	p.says("v1.2", "--tls-cert", "--public-url", "--allow-user", "pop3s://", "Only 5", "People: 1. Mailboxes: 1.", "On computers of their own: 1.")
	p.saysNot(user, "garden", "bo@example.org", "<form")
	h.site.Ready = func() error { return errors.New("the disk is gone") }
	get().says("the disk is gone")
	h.site.Ready = func() error { return nil }
	h.site.About.Free = func() (int64, bool) { return 5 << 40, true }
	h.site.Allow, h.site.Front.Public = web.Allowed{user}, &url.URL{Scheme: "https", Host: "mail.example.org"}
	h.site.Mail = &pop3client.Address{Host: "mail.example.org", Port: 995, Security: pop3client.TLS}
	p = get()
	p.says("mail.example.org and at no other name", "the connection to it is encrypted", "are free")
	if text := p.text(); strings.Contains(text, "should be mended") {
		t.Errorf("with all mended it says:\n%s", text)
	}
	h.mail.SetFaults(pop3test.Fault{Command: "STAT", Action: pop3test.Err("[SYS/TEMP] later")}, pop3test.Fault{Command: "UIDL", Action: pop3test.Err("[SYS/TEMP] later")})
	h.site.Front.Public = nil
	b.post("/sync", nil)
	for deadline := time.Now().Add(patience); !strings.Contains(get().text(), "1 mailbox at mail.example.org: ") && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	get().says("1 mailbox at mail.example.org: server busy. Next try ")
}

// A proxy that is not trusted makes all people look like one.
func TestTheStatusPageNamesAProxyThatIsNotTrusted(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.Operators = web.Allowed{user} })
	b := h.browser()
	b.signIn()
	b.get("/admin/status", "X-Forwarded-For: 192.0.2.7").says("A proxy at 127.0.0.1", "--trusted-proxy 127.0.0.1")
	b.get("/admin/status").saysNot("A proxy at")
	h.site.Front = front.Front{Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	h.http.Close()
	h.http = httptest.NewServer(h.site.Handler())
	b.base = h.http.URL
	b.signIn()
	b.get("/admin/status", "X-Forwarded-For: 192.0.2.7").saysNot("A proxy at")
}

// A foreign name that is made to lead to the machine itself (DNS rebinding) leads nowhere, and nothing else is there.
func TestTheOperatorsAddressAnswersToNumbersAlone(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	for host, want := range map[string]int{
		"127.0.0.1:8081": 200, "127.0.0.1": 200, "[::1]:8081": 200, "localhost:8081": 200, "evil.example": 421, "evil.example:8081": 421, "localhost.evil.example": 421, "": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/admin/status", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.site.AdminHandler().ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: %d, want %d", host, w.Code, want)
		}
	}
	for _, path := range []string{"/inbox", "/login", "/admin/", "/healthz"} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "127.0.0.1"
		h.site.AdminHandler().ServeHTTP(w, r)
		if w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// The self-test looks at what the site really answers.
func TestTheKioskTestSaysWhatHolds(t *testing.T) {
	h, b, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{Wiped: true, Downloads: true}, func(s *web.Server) { s.Operators = web.Allowed{user} })
	b.signIn()
	p := b.get("/admin/kiosk")
	p.says("Pages are kept in no cache.", "No script runs on any page.", "forget cookies and storage", "Signed out after 5 min without activity, and after 60 min in any case.",
		"What a guest leaves in the memory of this process is overwritten.", "Browsers come by HTTPS.", "Saving files is as it was chosen", "Printing is as it should be", "without encryption")
	if p.title() != "Mail" {
		t.Errorf("the title is %q", p.title())
	}
	h.site.Kiosk.Wiped = false
	b.get("/admin/kiosk").says("GODEBUG=clobberfree=1")
	plain := newHouse(t, &pop3test.Server{}, nil)
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/admin/kiosk", nil)
	r.Host = "localhost"
	plain.site.AdminHandler().ServeHTTP(w, r)
	if !strings.Contains(w.Body.String(), "This site is no kiosk") {
		t.Errorf("of no kiosk it says:\n%s", w.Body)
	}
}
