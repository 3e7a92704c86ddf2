package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/session"
)

// stream is an open stream of /events.
type stream struct {
	t    *testing.T
	body io.ReadCloser
	read *bufio.Scanner
}

// listen opens a stream, as a page does that somebody looks at.
func (b *browser) listen() *stream {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+"/events", http.NoBody)
	if err != nil {
		b.t.Fatal(err)
	}
	res, err := b.http.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Content-Encoding") != "" {
		b.t.Fatalf("a stream answers %d, %v", res.StatusCode, res.Header)
	}
	return &stream{b.t, res.Body, bufio.NewScanner(res.Body)}
}

// next is what the stream says next; ok is false where it is over.
func (s *stream) next() (word string, ok bool) {
	s.t.Helper()
	for s.read.Scan() {
		if word, ok := strings.CutPrefix(s.read.Text(), "data: "); ok {
			return word, true
		}
	}
	return "", false
}

// ends fails unless the stream does.
func (s *stream) ends() {
	s.t.Helper()
	for range 100 {
		if _, ok := s.next(); !ok {
			return
		}
	}
	s.t.Fatal("the stream goes on")
}

// state is what a page says of how the mail stands.
func (p page) state() string {
	_, rest, _ := strings.Cut(p.body, ` data-state="`)
	word, _, _ := strings.Cut(rest, `"`)
	return word
}

func TestAStreamSaysWhenAPageIsNoLongerTrue(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	state := b.awaitIdle().state()
	s := b.listen()
	if word, ok := s.next(); !ok || word == "" || word != state {
		t.Errorf("the stream says %q, and the page %q", word, state)
	}
	h.mailbox.Deliver(letter("bo@example.org", "fourth", "garden", 0))
	b.post("/sync", url.Values{"back": {"/inbox"}})
	b.awaitMail(3)
	state = b.awaitIdle().state()
	for word, ok := "", true; word != state; word, ok = s.next() {
		if !ok {
			t.Fatal("the stream is over")
		}
	}
	newest := b.get("/inbox").rows()[1]
	b.get("/inbox?auto=1&since=" + newest).says("1 new message – show")
	b.get("/inbox?auto=1&since=" + b.get("/inbox").rows()[0]).saysNot("new message")
}

// ui.md section 2.10: at most three streams a session, and the oldest gives way; the end of the site ends them.
func TestStreamsAreFewAndEnd(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	var open []*stream
	for range 4 {
		s := b.listen()
		if _, ok := s.next(); !ok {
			t.Fatal("a stream says nothing")
		}
		open = append(open, s)
	}
	open[0].ends()
	other := h.browser()
	other.signIn()
	s := other.listen() // of another session
	h.site.EndStreams()
	for _, s := range append(open[1:], s) {
		s.ends()
	}
}

// Who serves the site does not wait for streams when it ends.
func TestTheEndOfTheSiteWaitsForNoStream(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.base = "http://" + h.listen()
	b.signIn()
	s := b.listen()
	if _, ok := s.next(); !ok {
		t.Fatal("a stream says nothing")
	}
	h.stop() // fails where serving did not end by itself
	s.ends()
}

func TestWhoIsNotSignedInHasNoStream(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	if p := h.browser().get("/events"); p.status != http.StatusNoContent {
		t.Errorf("%d, which makes a browser ask again", p.status)
	}
	_, guest, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, nil)
	if p := guest.get("/events"); p.status != http.StatusNotFound {
		t.Errorf("in a kiosk: %d", p.status)
	}
}

// ui.md section 8, point 57: an open stream is no sign that anybody is there.
func TestPoint57AStreamKeepsNoSession(t *testing.T) {
	limits := session.DefaultLimits()[session.Shared]
	_, b, now := onShared(t, limits)
	b.awaitMail(2)
	s := b.listen()
	if _, ok := s.next(); !ok {
		t.Fatal("a stream says nothing")
	}
	now.add(limits.Idle + time.Second)
	s.ends()
	if p := b.get("/events"); p.status != http.StatusNoContent {
		t.Errorf("a session that is over has a stream: %d", p.status)
	}
}

// What comes while a list is open is told, and nothing moves until the person wants it.
func TestAnOpenListTellsWhatHasCome(t *testing.T) {
	t.Parallel()
	h, b := onKeys(t)
	other := h.browser()
	other.signIn()
	other.awaitIdle()
	b.open("/inbox")
	b.keys("jj")
	b.awaits(focused, "subject-4")
	for i := range 2 {
		h.mailbox.Deliver(letter("bo@example.org", fmt.Sprintf("subject-%d", 6+i), "garden", 0))
	}
	other.post("/sync", url.Values{"back": {"/inbox"}})
	b.awaits(`document.querySelector("#news").innerText.trim()`, "2 new messages – show")
	b.awaits(`document.querySelector("#live").textContent`, "2 new messages – show")
	b.awaits(listed, "54321")
	b.awaits(focused, "subject-4")
	b.awaits(`document.querySelector(".side .n").textContent.trim().replace(/\s+/g, " ")`, "7 unread")
	b.do(chromedp.Click("#news a"))
	b.awaits(listed, "7654321")
	b.awaits(`document.querySelector("#news").innerText.trim()`, "")
}

// ui.md section 8, point 19, with a script: the page of the first collection goes on by itself, and ends in the inbox.
func TestAnOpenPageOfProgressEndsInTheInbox(t *testing.T) {
	t.Parallel()
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := openTab(t, h.http.URL)
	b.open("/login")
	b.do(chromedp.SendKeys(chromedp.ID("user"), user), chromedp.SendKeys(chromedp.ID("password"), password+"\r"))
	b.awaits(`String(document.querySelectorAll(".row").length)`, "2")
}
