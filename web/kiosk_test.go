package web_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/registry"
	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/session"
)

// onKiosk starts a site for computers that everybody uses, reached by HTTPS, with three letters in the mailbox, and a browser.
func onKiosk(t *testing.T, s *pop3test.Server, kiosk web.Kiosk, change func(*web.Server)) (*house, *browser, *clock) {
	t.Helper()
	now := &clock{at: time.Now()}
	people, err := registry.OpenInMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	boxes := cache.NewMemoryPool(64<<20, time.Now)
	h := newHouse(t, s, func(s *web.Server) {
		s.Now, s.Sessions.Now = now.now, now.now
		s.Kiosk, s.People, s.Boxes, s.Sessions.Registry = &kiosk, people, boxes, people
		s.Fleet.Registry, s.Fleet.Boxes, s.Fleet.Guests = people, boxes, true
		s.Sessions.Limits = session.DefaultLimits()
		if change != nil {
			change(s)
		}
	})
	t.Cleanup(func() { // runs before the house's own
		h.stop()
		if err := boxes.Close(); err != nil {
			t.Error(err)
		}
		people.Close()
	})
	h.http.Close()
	h.http = httptest.NewTLSServer(h.site.Handler())
	h.threeLetters()
	return h, h.guest(), now
}

// guest is a browser that the last guest has left.
func (h *house) guest() *browser {
	b := h.browser()
	b.http.Transport = h.http.Client().Transport
	return b
}

var letterLink = regexp.MustCompile(`<h2 class="subj">\s*<a href="(/o/[^"]+)"`)

// open opens the message of the inbox's row that says a text.
func (b *browser) open(subject string) page {
	b.t.Helper()
	for _, row := range strings.Split(b.get("/inbox").body, `<li class="row`)[1:] {
		if m := letterLink.FindStringSubmatch(row); m != nil && strings.Contains(row, subject) {
			return b.get(m[1])
		}
	}
	b.t.Fatalf("no row says %q", subject)
	return page{}
}

// A guest signs in, reads, searches and leaves: mail server and data folder are as they were, nobody is known any more, and
// another guest finds nothing.
func TestPoint53AKioskIsUsedAndNothingIsLeft(t *testing.T) {
	h, b, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, nil)
	before := h.mailbox.Messages()
	login := b.get("/login")
	login.says("This is a shared computer. Your mail is erased from it when you sign out, or after 5 min")
	login.saysNot(`name="shared"`, `autocomplete="username"`)
	if got := login.header.Get("Refresh"); got != "180; url=/login" {
		t.Errorf("the sign-in page has Refresh: %s", got)
	}
	b.signIn().says("Sign out and erase", "Nothing is kept here after you sign out. You are signed out at")
	inbox := b.awaitHeaders(2)
	inbox.says("garden", "bill")
	inbox.saysNot("type=\"checkbox\"", "/star", "/archive", "/trash", "/more", "<script")
	if !strings.Contains(inbox.body, `data-density="touch"`) || inbox.title() != "Mail" {
		t.Errorf("the page is %q: %.300s", inbox.title(), inbox.body)
	}
	read := b.open("garden")
	read.says("Yes, at noon.", "Shall we meet in the garden?")
	read.saysNot("/star", "/raw", "/print", `name="do"`)
	found := b.post("/search", url.Values{"q": {"noon"}})
	if len(found.rows()) != 1 || !strings.HasPrefix(found.path, "/o/") {
		t.Errorf("%s finds %d:\n%s", found.path, len(found.rows()), found.text())
	}
	b.awaitIdle()
	bye := b.post("/logout", nil)
	bye.says("You are signed out", "Nothing is left in this browser. Close the window if you can.")
	if bye.path != "/bye" || bye.header.Get("Clear-Site-Data") != `"storage", "cache", "cookies"` || bye.header.Get("Refresh") != "15; url=/login" {
		t.Errorf("signing out leads to %s with %v", bye.path, bye.header)
	}
	h.gone()
	for _, path := range []string{found.path, "/inbox"} {
		if p := b.get(path); !strings.HasPrefix(p.path, "/login") {
			t.Errorf("%s leads to %s", path, p.path)
		}
	}
	if site, _ := url.Parse(b.base); len(b.http.Jar.Cookies(site)) > 0 {
		t.Errorf("cookies stay: %v", b.http.Jar.Cookies(site))
	}
	after := h.mailbox.Messages()
	if len(before) != len(after) || h.mail.Seen("RETR")+h.mail.Seen("DELE") > 0 {
		t.Errorf("%d messages were there, %d are; %d RETR, %d DELE", len(before), len(after), h.mail.Seen("RETR"), h.mail.Seen("DELE"))
	}
	if log := h.logged(); strings.Contains(log, "garden") || strings.Contains(log, user) {
		t.Errorf("the log has:\n%s", log)
	}
	h.guest().signIn()
}

// gone fails the test unless nobody is known, and nothing is kept of anybody.
func (h *house) gone() {
	h.t.Helper()
	people, err := h.site.People.People(h.t.Context())
	if err != nil || len(people) > 0 || len(h.site.Boxes.People()) > 0 {
		h.t.Errorf("there are still people %v and boxes of %v, %v", people, h.site.Boxes.People(), err)
	}
	if _, err := h.site.People.Look(h.t.Context(), registry.Mailbox{Server: h.site.Mail.String(), User: user}); !errors.Is(err, registry.ErrNotFound) {
		h.t.Errorf("when to look at the mailbox is still known: %v", err)
	}
}

// High contrast is chosen before signing in, and goes with the session.
func TestAGuestMayHaveHighContrast(t *testing.T) {
	_, b, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, nil)
	const theme = `data-theme="hc-system"`
	b.get("/login").saysNot(theme)
	high := b.get("/login?contrast=1")
	if !strings.Contains(high.body, theme) || high.form("/login").Get("contrast") != "1" {
		t.Errorf("the page is:\n%s", high.body)
	}
	if p := b.post("/login", url.Values{"user": {user}, "password": {"wrong"}, "contrast": {"1"}}); !strings.Contains(p.body, theme) {
		t.Error("it is gone after a mistake")
	}
	if p := b.post("/login", url.Values{"user": {user}, "password": {password}, "contrast": {"1"}}); p.path != "/inbox" || !strings.Contains(p.body, theme) {
		t.Errorf("signed in to %s without it", p.path)
	}
	if p := b.post("/logout", nil); strings.Contains(p.body, theme) {
		t.Error("it is there for the next guest")
	}
	b.signIn().saysNot(theme)
}

// A guest who goes away without signing out is erased when their time is over, whether their browser asks again or not.
func TestAGuestWhoGoesAwayIsErased(t *testing.T) {
	h, b, now := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, nil)
	b.signIn()
	b.awaitHeaders(2)
	b.awaitIdle()
	now.add(4 * time.Minute)
	b.get("/inbox").says("garden")
	now.add(4 * time.Minute)
	if _, err := h.site.EraseGuests(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.get("/inbox").says("garden")
	now.add(5*time.Minute + time.Second)
	if _, err := h.site.EraseGuests(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.gone()
	b.get("/inbox").says("You were signed out")
}

// Whoever signs in while somebody else with the same mailbox leaves is let in, and keeps their session.
func TestASecondKioskKeepsItsGuest(t *testing.T) {
	h, first, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, nil)
	first.signIn()
	first.awaitIdle()
	second := h.guest()
	second.signIn()
	second.awaitIdle()
	first.post("/logout", nil)
	if _, err := h.site.EraseGuests(t.Context()); err != nil {
		t.Fatal(err)
	}
	second.get("/inbox").says("garden")
	second.post("/logout", nil)
	h.gone()
}

// Files, paper and links are policies, off at first: what is not permitted is not offered, and refused with a sentence.
func TestWhatAKioskPermits(t *testing.T) {
	pdf := letter("Di <di@example.org>", "papers", "--b\nContent-Type: text/html\n\n<p>See <a href=\"https://news.example/today\">the news</a> or <a href=\"mailto:a@b.example\">write</a>, <a href=\"mailto:ana@home.example\">ana@home.example</a>, <a href=\"https://home.example/\">home.example</a></p>\n--b\nContent-Type: application/zip; name=x.zip\nContent-Disposition: attachment\n\nPK\n--b--", time.Minute,
		"MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b")
	for _, c := range []struct {
		name  string
		kiosk web.Kiosk
	}{{"nothing", web.Kiosk{}}, {"everything", web.Kiosk{Downloads: true, Print: true, Links: true}}} {
		t.Run(c.name, func(t *testing.T) {
			h, b, _ := onKiosk(t, &pop3test.Server{}, c.kiosk, nil)
			h.mailbox.Deliver(pdf)
			b.signIn()
			b.awaitHeaders(3)
			read := b.open("papers")
			read.says("See the news or write", "x.zip")
			read.saysNot("mailto:ana@home.example", "https://home.example/") // the text says so itself
			read.saysNot(`href="mailto:`, `href="https://news.example`)
			if written := strings.Contains(read.text(), "https://news.example/today"); written == c.kiosk.Links {
				t.Errorf("the address of a link is written out: %v", written)
			} else if text := read.text(); written && strings.Index(text, "news.example/today") < strings.Index(text, "See the news") {
				t.Error("it stands above the text")
			}
			id := regexp.MustCompile(`id="m(\d+)"`).FindStringSubmatch(read.body)[1]
			all := c.kiosk.Downloads
			if got := strings.Contains(read.body, `href="/l/`); got != all {
				t.Errorf("links lead out: %v", got)
			}
			if got := strings.Contains(read.body, " download"); got != all {
				t.Errorf("downloads are offered: %v", got)
			}
			if got := strings.Contains(read.body, "data-no-print"); got == all {
				t.Errorf("the page is not printed: %v", got)
			}
			for path, text := range map[string]string{
				"/m/" + id + "/raw": "Files cannot be saved here", "/m/" + id + "/parts.zip": "Files cannot be saved here",
				"/m/" + id + "/part/2/download": "Files cannot be saved here", "/m/" + id + "/print": "Nothing can be printed here",
			} {
				p := b.get(path)
				if refused := p.status == http.StatusForbidden; refused == all || refused != strings.Contains(p.text(), text) {
					t.Errorf("%s is answered with %d:\n%s", path, p.status, p.text())
				}
			}
		})
	}
}

// What would change what nobody keeps has no address.
func TestAKioskHasNoSettings(t *testing.T) {
	h, b, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{Operator: "Town library, ask at the desk"}, nil)
	b.signIn()
	b.awaitHeaders(2)
	for _, path := range []string{"/more", "/trash", "/archive", "/starred", "/accounts", "/accounts/new", "/accounts/1", "/organise", "/settings/sessions", "/settings/stored", "/settings/erase", "/settings/export.mbox", "/help/shared"} {
		if p := b.get(path); p.status != http.StatusNotFound {
			t.Errorf("%s is answered with %d", path, p.status)
		}
	}
	for _, path := range []string{"/messages", "/accounts/1/policy", "/accounts/1/intake", "/rules", "/trash/empty", "/settings/erase"} {
		if p := b.post(path, url.Values{"do": {"trash"}}); p.status != http.StatusNotFound {
			t.Errorf("a form to %s is answered with %d", path, p.status)
		}
	}
	if lost := h.site.Lost(); len(lost) > 0 {
		t.Errorf("there is nothing at %v", lost)
	}
	b.get("/help/kiosk").says("What this computer keeps of your mail", "5 min without activity", "Town library, ask at the desk")
	b.get("/help/search").says("garden party")
	b.get("/help/kiosk").says("Sign out and erase")
	b.post("/logout", nil)
	help := b.get("/help/kiosk")
	help.says("What this computer keeps of your mail", "Town library")
	help.saysNot("Sign out and erase")
}

// A message that is too large for the room, or that the server does not give, says so, and is asked for once.
func TestAMessageThatAGuestCannotRead(t *testing.T) {
	large := &pop3test.Server{View: func(_ string, messages []pop3test.Message) []pop3test.Message {
		messages[0].Size = 80 << 20
		return messages
	}}
	h, b, _ := onKiosk(t, large, web.Kiosk{}, nil)
	b.signIn()
	b.awaitHeaders(2)
	b.awaitIdle()
	b.open("garden").says("too large to be read on this computer")
	h.mail.SetFaults(pop3test.Fault{Command: "TOP", Action: pop3test.Err("no")}, pop3test.Fault{Command: "RETR", Action: pop3test.Err("no")})
	refused := b.open("bill")
	for deadline := time.Now().Add(patience); !strings.Contains(refused.text(), "did not give") && time.Now().Before(deadline); {
		_, to := refresh(t, refused)
		refused = b.get(to)
	}
	refused.says("The mail server did not give this message.", "Try again")
	h.mail.SetFaults()
	action := regexp.MustCompile(`action="(/o/[^"]+)"`).FindStringSubmatch(refused.body[strings.Index(refused.body, "did not give"):])[1]
	again := b.post(action, refused.form(action))
	for deadline := time.Now().Add(patience); !strings.Contains(again.text(), "The bill") && time.Now().Before(deadline); {
		again = b.open("bill")
	}
	again.says("The bill is attached.")
}

// Without HTTPS a kiosk is refused, unless its operator says that the line is their own.
func TestAKioskWithoutHTTPS(t *testing.T) {
	for _, insecure := range []bool{false, true} {
		h, _, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{Insecure: insecure}, func(s *web.Server) {
			limits := s.Sessions.Limits[session.Kiosk]
			limits.PlainHTTP = insecure
			s.Sessions.Limits[session.Kiosk] = limits
		})
		h.http.Close()
		h.http = httptest.NewServer(h.site.Handler())
		b := h.browser()
		p := b.post("/login", url.Values{"user": {user}, "password": {password}})
		if p.path == "/inbox" != insecure {
			t.Errorf("insecure %v: signing in leads to %s:\n%s", insecure, p.path, p.text())
		}
		if !insecure {
			p.says("needs a connection with HTTPS")
			p.saysNot(user)
			continue
		}
		if got := p.header.Values("Set-Cookie"); len(got) != 1 || !strings.HasPrefix(got[0], "turn=") || strings.Contains(got[0], "Secure") {
			t.Errorf("the page sets %v", got)
		}
		b.post("/logout", nil)
		h.gone()
	}
}

// Nothing of a kiosk touches the disk.
func TestAKioskWritesNoFile(t *testing.T) {
	t.Chdir(t.TempDir())
	h, b, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, nil)
	h.mailbox.Deliver(letter("Bo <bo@example.org>", "long", strings.Repeat("a long letter\n", 200_000), time.Minute))
	b.signIn()
	b.awaitHeaders(3)
	b.open("long").says("a long letter")
	left, err := os.ReadDir(".")
	if err != nil || len(left) > 0 {
		t.Errorf("it has left %v, %v", left, err)
	}
}
