package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/session"
)

// onShared starts a site that is reached by HTTPS, with a browser that is signed in on a computer that others use.
func onShared(t *testing.T, limits session.Limits) (*house, *browser, *clock) {
	t.Helper()
	now := &clock{at: time.Now()}
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		s.Now, s.Sessions.Now = now.now, now.now
		s.Sessions.Limits = session.DefaultLimits()
		if limits != (session.Limits{}) {
			s.Sessions.Limits[session.Shared] = limits
		}
	})
	h.http.Close()
	h.http = httptest.NewTLSServer(h.site.Handler())
	h.threeLetters()
	b := h.browser()
	b.http.Transport = h.http.Client().Transport
	if p := b.post("/login", url.Values{"user": {user}, "password": {password}, "shared": {"1"}}); p.path != "/inbox" {
		t.Fatalf("signing in leads to %s:\n%s", p.path, p.text())
	}
	b.awaitMail(2)
	return h, b, now
}

// clock goes when it is told to, or from a moment on as any other.
type clock struct {
	mu    sync.Mutex
	at    time.Time
	going time.Time // since when; zero: it stands
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.going.IsZero() {
		return c.at.Add(time.Since(c.going))
	}
	return c.at
}

func (c *clock) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.going = time.Now()
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

var anyAddress = regexp.MustCompile(` (?:href|action|formaction|src)="([^"#][^"]*)"`)

// What a browser keeps in its history of a session on a computer that others use, addresses and titles, says nothing of the
// mail; and all of it works.
func TestOnASharedComputerAddressesAndTitlesSayNothing(t *testing.T) {
	_, b, _ := onShared(t, session.Limits{})
	found := b.post("/search", url.Values{"q": {"garden"}})
	found.says("garden", "Shared computer.", "You are signed out at")
	if len(found.rows()) == 0 {
		t.Errorf("nothing is found:\n%s", found.text())
	}
	seen, queue := map[string]bool{}, []string{"/inbox", found.path, "/more", "/accounts", "/organise", "/help/search"}
	for len(queue) > 0 && len(seen) < 120 {
		path := queue[0]
		queue = queue[1:]
		p := b.get(path)
		if p.status != 200 {
			t.Errorf("%s is answered with %d:\n%s", path, p.status, p.text())
		}
		if !strings.HasPrefix(p.header.Get("Content-Type"), "text/html") {
			continue
		}
		if p.title() != "Mail" && p.path != "/help/shared" {
			t.Errorf("%s has the title %q", path, p.title())
		}
		if p.header.Get("Refresh") == "" && p.path != "/help/shared" && !strings.Contains(p.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s asks nobody whether they are there", path)
		}
		for _, m := range anyAddress.FindAllStringSubmatch(p.body, -1) {
			switch next := m[1]; {
			case strings.HasPrefix(next, "/assets/"), strings.HasPrefix(next, "/i/"), strings.HasPrefix(next, "/l/"):
			case strings.HasPrefix(next, "/o/"):
				if strings.Contains(next, "?") {
					t.Errorf("%s leads to %s", path, next)
				}
				if strings.HasPrefix(m[0], " href") && !seen[next] {
					seen[next] = true
					queue = append(queue, next)
				}
			case strings.ContainsAny(next, "?0123456789"):
				t.Errorf("%s leads to %s", path, next)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d addresses were seen", len(seen))
	}
	if !strings.HasPrefix(found.path, "/o/") {
		t.Errorf("a search leads to %s", found.path)
	}
}

// An address that somebody finds in the history opens nothing: not in another session of the same person, and not when its
// own is over.
func TestAnAddressOfASharedComputerIsGoodForItsSessionAlone(t *testing.T) {
	h, b, _ := onShared(t, session.Limits{})
	found := b.post("/search", url.Values{"q": {"garden"}}).path
	other := h.browser()
	other.http.Transport = h.http.Client().Transport
	other.post("/login", url.Values{"user": {user}, "password": {password}})
	if p := other.get(found); p.status != 404 {
		t.Errorf("in another session: %d\n%s", p.status, p.text())
	}
	for _, path := range []string{"/o/", "/o/x", found + "x", found[:len(found)-2], strings.ToUpper(found)} {
		if p := b.get(path); p.status != 404 {
			t.Errorf("%s is answered with %d", path, p.status)
		}
	}
	bye := b.post("/logout", nil)
	if got := bye.header.Get("Clear-Site-Data"); got != `"storage", "cache"` {
		t.Errorf("Clear-Site-Data: %s", got)
	}
	if p := b.get(found); p.path != "/login" {
		t.Errorf("after signing out it leads to %s", p.path)
	}
	site, _ := url.Parse(b.base)
	if c := b.http.Jar.Cookies(site); len(c) > 0 {
		t.Errorf("cookies stay: %v", c)
	}
}

func TestASharedComputerAsksBeforeAFileStaysOnIt(t *testing.T) {
	_, b, _ := onShared(t, session.Limits{})
	row := regexp.MustCompile(`href="(/o/[^"]+)"`).FindStringSubmatch(b.get("/inbox").body)
	if row == nil {
		t.Fatal("the inbox leads nowhere")
	}
	for _, path := range []string{"/m/" + b.get("/inbox").rows()[0] + "/raw"} {
		asked := b.get(path)
		asked.says("This file stays on this computer")
		link := regexp.MustCompile(`class="btn danger" href="([^"]+)"`).FindStringSubmatch(asked.body)
		if link == nil {
			t.Fatalf("%s cannot be saved all the same:\n%s", path, asked.text())
		}
		if p := b.get(link[1]); p.status != 200 || p.header.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("%s: %d %s", path, p.status, p.header.Get("Content-Type"))
		}
	}
}

// Whoever follows a link of a message on a computer that others use is told first where it leads, in every view.
func TestOnASharedComputerEveryLinkSaysFirstWhereItLeads(t *testing.T) {
	h, b, _ := onShared(t, session.Limits{})
	const target = "https://news.example/today"
	h.mailbox.Deliver([]byte("From: Di <di@example.org>\r\nSubject: link\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>Read <a href=\"" + target + "\">" + target + "</a></p>"))
	h.mailbox.Deliver(letter("Di <di@example.org>", "plain link", "Read "+target, time.Minute))
	b.post("/sync", nil)
	for _, id := range b.awaitMail(4).rows() {
		for _, view := range []string{"/m/" + id, "/m/" + id + "?view=text", "/m/" + id + "/original"} {
			p := b.get(view)
			if strings.Contains(p.body, `href="`+target) {
				t.Errorf("%s leads straight to %s", view, target)
			}
			if strings.Contains(p.text(), target) && !strings.Contains(p.body, `href="/l/`) {
				t.Errorf("%s does not lead anywhere:\n%s", view, p.body)
			}
		}
	}
}

// The page that says that all is gone is one that nobody has to be signed in for.
func TestErasingOnASharedComputerSaysSo(t *testing.T) {
	_, b, _ := onShared(t, session.Limits{})
	b.awaitIdle()
	p := b.post("/settings/erase", url.Values{"confirm": {user}})
	p.says("Everything that was kept of you has been erased")
	if p.path != "/erased" {
		t.Errorf("it leads to %s", p.path)
	}
}

// Without HTTPS anybody on the way has the cookie: such a session is refused, and not offered.
func TestASharedComputerNeedsHTTPS(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.browser()
	b.get("/login").saysNot("shared computer")
	p := b.post("/login", url.Values{"user": {user}, "password": {password}, "shared": {"1"}})
	p.says("needs a connection with HTTPS")
	if p.status != 422 || h.mail.Seen("PASS") != 0 {
		t.Errorf("%d, %d passwords were sent", p.status, h.mail.Seen("PASS"))
	}
}

// Idle is what the server says: the warning comes in time and can be heeded again and again, until the time is over.
func TestASharedComputerIsSignedOutUnlessSomebodyIsThere(t *testing.T) {
	_, b, now := onShared(t, session.Limits{})
	page := b.get("/inbox")
	for i := range 11 {
		in, to := refresh(t, page)
		if in < 7*60 || in > 9*60 {
			t.Fatalf("turn %d: asked after %d s, want about nine minutes", i, in)
		}
		now.add(time.Duration(in) * time.Second)
		asked := b.get(to)
		asked.says("Are you still there?", "You will be signed out at")
		asked.saysNot("garden")
		if end, over := refresh(t, asked); end < 20 || end > 3*60 || over != "/expired" {
			t.Fatalf("turn %d: over in %d s at %s", i, end, over)
		}
		page = b.post("/session/stay", url.Values{"back": {"/inbox"}})
		if page.path != "/inbox" || page.status != 200 {
			t.Fatalf("turn %d: staying leads to %s", i, page.path)
		}
	}
	in, to := refresh(t, page)
	now.add(time.Duration(in) * time.Second)
	end, over := refresh(t, b.get(to))
	now.add(time.Duration(end) * time.Second)
	p := b.get(over)
	p.says("You were signed out")
	if p.path != "/login?ended=1" {
		t.Errorf("the end leads to %s", p.path)
	}
	b.get("/inbox").saysNot("garden")
}

// What a browser does by itself keeps nobody signed in.
func TestTheWarningIsNoSignOfAnybody(t *testing.T) {
	_, b, now := onShared(t, session.Limits{})
	_, to := refresh(t, b.get("/inbox"))
	for range 12 {
		now.add(time.Minute)
		b.get(to)
	}
	if p := b.get("/inbox"); p.path != "/login?ended=1" && !strings.HasPrefix(p.path, "/login") {
		t.Errorf("after twelve minutes: %s", p.path)
	}
}

// A session that cannot be made longer says so.
func TestTwoHoursAreTheEndInAnyCase(t *testing.T) {
	_, b, now := onShared(t, session.Limits{Idle: 10 * time.Minute, Absolute: 5 * time.Minute, SameSite: http.SameSiteStrictMode})
	in, to := refresh(t, b.get("/inbox"))
	now.add(time.Duration(in) * time.Second)
	b.get(to).says("lasts no longer")
	p := b.post("/session/stay", url.Values{"back": {"/inbox"}})
	in, over := refresh(t, p)
	if in > 62 || over != "/expired" {
		t.Errorf("in the last minute: %d s, %s", in, over)
	}
	now.add(time.Duration(in) * time.Second)
	if p := b.get(over); p.path != "/login?ended=1" {
		t.Errorf("%s", p.path)
	}
}

// Whoever forgot to sign out on a shared computer is told elsewhere that the session ended by itself.
func TestAForgottenSessionIsToldOf(t *testing.T) {
	h, _, now := onShared(t, session.Limits{})
	own := h.guest()
	own.signIn()
	own.get("/settings/sessions").saysNot("Forgotten on shared computers")
	now.add(11 * time.Minute)
	if _, err := h.site.People.ExpireSessions(t.Context(), now.now()); err != nil {
		t.Fatal(err)
	}
	own.get("/settings/sessions").says("Forgotten on shared computers", "signed in", "ended")
	now.add(8 * 24 * time.Hour)
	own.get("/settings/sessions").saysNot("Forgotten on shared computers")
}

// No link of another site ends a session that has time left.
func TestExpiredEndsNothingBeforeItsTime(t *testing.T) {
	_, b, _ := onShared(t, session.Limits{})
	if p := b.get("/expired"); p.path != "/inbox" {
		t.Errorf("it leads to %s", p.path)
	}
}

var refreshing = regexp.MustCompile(`^(\d+); url=(/.*)$`)

// refresh is when a page loads another by itself, in seconds, and which.
func refresh(t *testing.T, p page) (seconds int, to string) {
	t.Helper()
	m := refreshing.FindStringSubmatch(p.header.Get("Refresh"))
	if m == nil {
		t.Fatalf("%s has the header Refresh %q", p.path, p.header.Get("Refresh"))
	}
	d, err := time.ParseDuration(m[1] + "s")
	if err != nil {
		t.Fatal(err)
	}
	return int(d / time.Second), m[2]
}
