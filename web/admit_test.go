package web_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"restante/cache/registry"
	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/session"
)

// What a server says for good is its word, even where it says nothing of the password.
func TestARefusalForGoodOpensNothing(t *testing.T) {
	for command, mechanisms := range map[string][]string{"PASS": nil, "AUTH": {"PLAIN"}, "+": {"SCRAM-SHA-256"}} {
		for _, said := range []string{"[SYS/PERM] this account is closed", "[AUTH] no"} {
			t.Run(command+said, func(t *testing.T) {
				h := newHouse(t, &pop3test.Server{Mechanisms: mechanisms}, nil)
				b := h.browser()
				b.signIn()
				b.awaitIdle() // otherwise the first collection may be what is refused
				h.mail.SetFaults(pop3test.Fault{Command: command, Action: pop3test.Err(said)})
				if p := h.browser().try(user, password); p.path != "/login" {
					t.Errorf("the password of before leads to %s", p.path)
				}
				if command == "AUTH" {
					return // the mechanism was refused, and no password has been judged
				}
				// It stays the server's word when nobody can ask any more.
				h.mail.SetFaults(pop3test.Fault{Command: "", Action: pop3test.Close()})
				if p := h.browser().try(user, password); p.path != "/login" {
					t.Errorf("with the server down, the refused password leads to %s", p.path)
				}
			})
		}
	}
}

func TestWhoIsNotOnTheListAnyMoreIsSignedOut(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.signIn()
	h.site.Allow = web.Allowed{"bo@example.org"}
	if p := b.get("/inbox"); !strings.HasPrefix(p.path, "/login") {
		t.Errorf("the inbox of somebody who may not sign in is at %s", p.path)
	}
}

func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.mail.AddUser("bo@example.org", "x")
	b := h.browser()
	b.signIn()
	site, err := url.Parse(b.base)
	if err != nil {
		t.Fatal(err)
	}
	before := b.http.Jar.Cookies(site)
	for _, who := range []url.Values{{"user": {user}, "password": {password}}, {"user": {"bo@example.org"}, "password": {"x"}}} {
		if p := b.post("/login", who); p.path != "/inbox" {
			t.Fatal(p.text())
		}
		if after := b.http.Jar.Cookies(site); len(after) != 1 || after[0].Value == before[0].Value {
			t.Errorf("signing in as %s leaves the cookie as it was", who["user"])
		}
		old := h.browser()
		old.http.Jar.SetCookies(site, before)
		if p := old.get("/inbox"); !strings.HasPrefix(p.path, "/login") {
			t.Errorf("after signing in as %s the old cookie leads to %s", who["user"], p.path)
		}
		before = b.http.Jar.Cookies(site)
	}
}

func TestAFaultOfOursAtSignInIsAnErrorPageAndInTheLog(t *testing.T) {
	closed, err := registry.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) { s.People = closed })
	p := h.browser().try(user, password)
	if p.status != 500 {
		t.Errorf("answer %d, want 500", p.status)
	}
	p.says("Something broke in Restante", "Error id")
	if !strings.Contains(h.logged(), "level=ERROR") {
		t.Errorf("the log does not say why:\n%s", h.logged())
	}
}

func TestBlanksAroundAUserNameDoNotCount(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	if p := h.browser().try(" "+user+" ", password); p.path != "/inbox" {
		t.Errorf("with blanks: %s: %s", p.path, p.text())
	}
	if p := h.browser().try(user, password+" "); p.path != "/login" {
		t.Errorf("with a blank after the password: %s", p.path)
	}
}

// A link must not fill in a form, and a password has no business in an address.
func TestOnlyABodyIsAForm(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	if p := b.post("/login?"+url.Values{"user": {user}, "password": {password}}.Encode(), url.Values{}); p.status != 422 {
		t.Errorf("a password in the address: %d, want 422", p.status)
	}
	b.signIn()
	id := b.awaitMail(2).rows()[0]
	b.post("/messages?do=trash&id="+id, url.Values{})
	if got := b.get("/inbox").rows(); len(got) != 2 {
		t.Errorf("an address moved a message to the trash")
	}
	for _, path := range []string{"/messages", "/login", "/sync", "/m/" + id + "/star", "/undo/1"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.base+path, struct{ io.Reader }{strings.NewReader("x=" + strings.Repeat("x", 1<<20))}) // of no known length
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := b.http.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%s with a body too large answers %d, want 413", path, res.StatusCode)
		}
	}
}

// Idle means that no person is there: a page that loads itself again shows nobody.
func TestAPageThatReloadsItselfKeepsNoSessionAlive(t *testing.T) {
	now := time.Now()
	h := newHouse(t, &pop3test.Server{Faults: []pop3test.Fault{{Command: "UIDL", Action: pop3test.Err("no")}}}, func(s *web.Server) {
		s.Sessions = &session.Keeper{Registry: s.People, Now: func() time.Time { return now }}
	})
	for name, stays := range map[string]bool{"by itself": false, "by a person": true} {
		b := h.browser()
		b.signIn()
		b.awaitNotice()
		page := b.get("/accounts/1/sync")
		_, path, ok := strings.Cut(page.body, `<noscript><meta http-equiv="refresh" content="3; url=`)
		if path, _, _ = strings.Cut(path, `"`); !ok {
			t.Fatalf("the page of progress does not reload:\n%s", page.body)
		}
		if stays {
			path = "/accounts/1/sync"
		}
		begun := now
		now = now.Add(13 * 24 * time.Hour)
		b.get(path)
		now = now.Add(2 * 24 * time.Hour)
		if p := b.get("/more"); strings.HasPrefix(p.path, "/login") == stays {
			t.Errorf("loaded %s after 13 days, the session is at %s after 15", name, p.path)
		}
		now = begun
	}
}
