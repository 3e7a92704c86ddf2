package web_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/front"
)

// behindProxy makes a site believe X-Forwarded-For, so that a test can come from anywhere, and go by a clock.
func behindProxy(t *testing.T, now *clock) func(*web.Server) {
	t.Helper()
	trusted, err := front.ParseProxies([]string{"127.0.0.1", "::1"})
	if err != nil {
		t.Fatal(err)
	}
	return func(s *web.Server) {
		s.Front.Trusted, s.Now, s.Sessions.Now = trusted, now.now, now.now
	}
}

func from(address string) string { return "X-Forwarded-For: " + address }

func TestAGuesserHasToWaitAndTheMailServerIsLeftInPeace(t *testing.T) {
	now := &clock{at: time.Now()}
	dir := t.TempDir()
	h, addr := newHouseIn(t, dir, behindProxy(t, now))
	guess := func(word, address string) page {
		return h.browser().post("/login", url.Values{"user": {user}, "password": {word}}, from(address))
	}
	for i := range 5 {
		if p := guess(fmt.Sprint("wrong ", i), "203.0.113.9"); p.status != 401 {
			t.Fatalf("guess %d: %d\n%s", i, p.status, p.text())
		}
	}
	asked := h.mail.Seen("PASS")
	for _, word := range []string{"wrong", password} { // the right one tells no more
		p := guess(word, "203.0.113.9")
		p.says("The password was wrong too often. Try again in")
		if p.status != 429 || p.header.Get("Retry-After") == "" {
			t.Errorf("%q: %d, Retry-After %q", word, p.status, p.header.Get("Retry-After"))
		}
	}
	if n := h.mail.Seen("PASS"); n != asked {
		t.Errorf("the mail server was asked %d times more", n-asked)
	}
	if p := guess(password, "203.0.113.10"); p.path != "/inbox" {
		t.Errorf("from another address: %s", p.path)
	}
	h.stop()
	h.open(dir, addr, behindProxy(t, now))
	if p := guess(password, "203.0.113.9"); p.status != 429 {
		t.Errorf("after a restart: %d", p.status)
	}
	now.add(31 * time.Second)
	if p := guess("wrong", "203.0.113.9"); p.status != 401 {
		t.Errorf("after half a minute: %d", p.status)
	}
	now.add(31 * time.Second)
	if p := guess(password, "203.0.113.9"); p.status != 429 {
		t.Errorf("the wait did not grow: %d", p.status)
	}
	now.add(time.Minute)
	if p := guess(password, "203.0.113.9"); p.path != "/inbox" {
		t.Errorf("the right one in the end: %s", p.path)
	}
	if p := guess("wrong", "203.0.113.9"); p.status != 401 {
		t.Errorf("what was right is not forgiven: %d", p.status)
	}
}

// One address that tries account after account is stopped as well, in IPv6 with all that a household has.
func TestAnAddressThatTriesManyAccountsHasToWait(t *testing.T) {
	now := &clock{at: time.Now()}
	h := newHouse(t, &pop3test.Server{}, behindProxy(t, now))
	last := 0
	for i := range 40 {
		p := h.browser().post("/login", url.Values{"user": {fmt.Sprintf("user%d@example.org", i)}, "password": {"guess"}}, from(fmt.Sprintf("2001:db8::%x", i+1)))
		last = p.status
	}
	if n := h.mail.Seen("PASS"); last != 429 || n != 30 {
		t.Errorf("the last answer is %d after %d passwords, want 429 after 30", last, n)
	}
}

// A server that is silent says nothing of a password: nobody has to wait for that.
func TestASilentServerIsNobodysGuess(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, func(s *web.Server) {
		behindProxy(t, &clock{at: time.Now()})(s)
		s.Fleet.Client.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, syscall.ECONNREFUSED }
	})
	for range 8 {
		if p := h.browser().post("/login", url.Values{"user": {user}, "password": {password}}, from("203.0.113.9")); p.status != http.StatusBadGateway {
			t.Fatalf("%d: %s", p.status, p.text())
		}
	}
}

// A thousand guesses from a hundred addresses at once: the mail server hears of few, memory is bounded, and who signed in
// from where they are before gets in meanwhile.
func TestAFloodOfGuessesKeepsNobodyOut(t *testing.T) {
	now := &clock{at: time.Now()}
	h := newHouse(t, &pop3test.Server{}, behindProxy(t, now))
	home := h.browser()
	if p := home.post("/login", url.Values{"user": {user}, "password": {password}}, from("198.51.100.7")); p.path != "/inbox" {
		t.Fatal(p.text())
	}
	asked := h.mail.Seen("PASS")
	const guesses, addresses = 1000, 100
	var next, most atomic.Int64
	var flood sync.WaitGroup
	for range 50 {
		flood.Go(func() {
			b := h.browser()
			b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			for i := next.Add(1); i <= guesses; i = next.Add(1) {
				b.post("/login", url.Values{"user": {user}, "password": {fmt.Sprint("guess ", i)}}, from(fmt.Sprintf("203.0.113.%d", i%addresses)))
				var m runtime.MemStats
				if i%50 == 0 {
					runtime.ReadMemStats(&m)
					most.Store(max(most.Load(), int64(m.HeapAlloc)))
				}
			}
		})
	}
	got := 0
	for range 5 {
		if p := h.browser().post("/login", url.Values{"user": {user}, "password": {password}}, from("198.51.100.7")); p.path == "/inbox" {
			got++
		}
	}
	flood.Wait()
	if got != 5 {
		t.Errorf("who signed in before got in %d times of 5", got)
	}
	if n := h.mail.Seen("PASS") - asked; n > 100+5 {
		t.Errorf("the mail server was asked %d times, want no more than the account's hundred and the person's own", n)
	}
	if most.Load() > 200<<20 {
		t.Errorf("%d MB of memory", most.Load()>>20)
	}
}
