package web_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"

	"restante/cmd/check/corpus"
	"restante/pop3client/pop3test"
	"restante/web"
	"restante/web/session"
)

// tab is a page of a real Chromium, whose back/forward cache works.
type tab struct {
	t     *testing.T
	ctx   context.Context
	site  string
	asked atomic.Int64 // requests of the browser
}

func openTab(t *testing.T, site string) *tab {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatalf("no browser: %v", err)
		}
		t.Skipf("no browser (%v): not run", err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.Flag("ignore-certificate-errors", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute) // a guard against hanging
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, site: site}
	b.do(chromedp.Navigate("about:blank"))
	requests := chromedp.Events(ctx, network.RequestWillBeSent)
	go func() { // until the browser ends
		for e, err := range requests {
			if err != nil {
				return
			}
			switch e.Type {
			case network.ResourceTypeEventSource, network.ResourceTypeManifest, network.ResourceTypeOther:
				// What a page opens that comes from memory, and what the browser fetches for its own frame when it likes.
			default:
				b.asked.Add(1)
			}
		}
	}()
	return b
}

func (b *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) open(path string) { b.t.Helper(); b.do(chromedp.Navigate(b.site + path)) }

// text is what the page shows.
func (b *tab) text() string {
	text, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.title + ' ' + document.body.innerText"))
	if err != nil {
		return "" // a document that went away while it was asked
	}
	return text
}

// await waits until the page shows a text.
func (b *tab) await(text string) {
	b.t.Helper()
	for deadline := time.Now().Add(3 * patience); !strings.Contains(b.text(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("waited in vain for %q in:\n%s", text, b.text())
		}
	}
}

// press clicks what a selector finds, and waits until the page that follows shows a text.
func (b *tab) press(selector, text string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
	b.await(text)
}

func (b *tab) signIn(shared bool) {
	b.t.Helper()
	b.open("/login")
	if shared {
		b.do(chromedp.Click(chromedp.CSS("[name=shared]")))
	}
	b.do(chromedp.SendKeys(chromedp.ID("user"), user), chromedp.SendKeys(chromedp.ID("password"), password+"\r"))
	b.await("garden")
}

// back goes back in the history, whatever comes then.
func (b *tab) back() {
	b.t.Helper()
	before := b.asked.Load()
	// A page from memory loads nothing that could be waited for, and the old one may go before it has answered.
	_, _ = chromedp.Run(b.ctx, chromedp.Evaluate[bool]("history.back(), true"))
	for deadline := time.Now().Add(time.Second); time.Now().Before(deadline) && b.asked.Load() == before; {
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(200 * time.Millisecond) // what is shown then is what stays
}

// loadPictures makes the page ask for pictures all the time, with the session's cookie, until it is left.
func (b *tab) loadPictures() {
	b.t.Helper()
	before := b.asked.Load()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[int]("setInterval(() => { new Image().src = '/i/x?' + Math.random() }, 100)")); err != nil {
		b.t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); b.asked.Load() < before+3; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatal("the page asks for no pictures")
		}
	}
}

// leftovers fails the test for everything that the browser keeps.
func (b *tab) leftovers() {
	b.t.Helper()
	const kept = `(async () => JSON.stringify([localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
		(await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length, document.cookie]))()`
	got, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](kept, chromedp.EvalAwaitPromise))
	if err != nil || got != `[0,0,0,0,0,""]` {
		b.t.Errorf("storages and cookies of the page: %s, %v", got, err)
	}
	cookies, err := chromedp.Run(b.ctx, chromedp.Action[storage.GetCookiesResult](func(ctx context.Context, t *chromedp.Target) (storage.GetCookiesResult, error) {
		return cdp.Call(ctx, t, storage.GetCookies, storage.GetCookiesParams{})
	}))
	if err != nil || len(cookies.Cookies) > 0 {
		b.t.Errorf("cookies of the browser: %v, %v", cookies.Cookies, err)
	}
}

var digits = regexp.MustCompile(`\d`)

// discreet fails the test where the history says anything of the mail.
func (b *tab) discreet(words ...string) {
	b.t.Helper()
	history, err := chromedp.Run(b.ctx, chromedp.NavigationEntries())
	if err != nil || len(history.Entries) < 4 {
		b.t.Fatalf("the history is %v, %v", history.Entries, err)
	}
	for _, e := range history.Entries {
		u, err := url.Parse(e.URL)
		if err != nil {
			b.t.Fatal(err)
		}
		if path := u.RequestURI(); !strings.HasPrefix(path, "/o/") && path != "/login?ended=1" && (u.RawQuery != "" || digits.MatchString(path)) {
			b.t.Errorf("the history has %s", e.URL)
		}
		for _, word := range words {
			if strings.Contains(strings.ToLower(e.URL+" "+e.Title), word) {
				b.t.Errorf("the history has %q in %s %q", word, e.URL, e.Title)
			}
		}
	}
}

// goneBack goes back as far as it goes, and finds no mail.
func (b *tab) goneBack() {
	b.t.Helper()
	for turn := 0; ; turn++ {
		history, err := chromedp.Run(b.ctx, chromedp.NavigationEntries())
		if err != nil || turn > 20 {
			b.t.Fatalf("Back does not lead to the beginning: %v, %v", history.CurrentIndex, err)
		}
		if history.CurrentIndex == 0 {
			return
		}
		b.back()
		for _, word := range []string{"garden", "budget", user} {
			if text := b.text(); strings.Contains(text, word) {
				b.t.Errorf("Back brings %q:\n%s", word, text)
			}
		}
	}
}

// In Chromium Back brings a page from memory without asking the site, though it may be kept in no cache. On a computer that
// others use it brings nothing once the session is over, and nothing of the mail is left in the browser.
func TestOnASharedComputerTheBrowserKeepsNothing(t *testing.T) {
	t.Parallel()
	h, _, _ := onShared(t, session.Limits{})
	t.Run("one's own, where Back works from memory", func(t *testing.T) {
		b := openTab(t, h.http.URL)
		b.signIn(false)
		b.press(".row a", "noon")
		b.awaits(`String(!!document.querySelector(".msg") && document.readyState === "complete")`, "true")
		b.open("/help/search")
		before := b.asked.Load()
		b.back()
		if !strings.Contains(b.text(), "noon") || b.asked.Load() != before {
			t.Fatalf("the back/forward cache does not work here, and nothing is proved: %d requests\n%s", b.asked.Load()-before, b.text())
		}
	})
	t.Run("one's own, signed out", func(t *testing.T) {
		b := openTab(t, h.http.URL)
		b.signIn(false)
		b.press(".row a", "noon")
		b.open("/help/search")
		b.press(`form[action="/logout"] button`, "You are signed out")
		b.leftovers()
		b.goneBack()
	})
	t.Run("signed out", func(t *testing.T) {
		b := openTab(t, h.http.URL)
		b.signIn(true)
		b.press(".row a", "noon")
		b.do(chromedp.SendKeys(chromedp.ID("q"), "garden\r"))
		b.await("Search results")
		b.press(".row a", "noon")
		b.press(`form[action="/logout"] button`, "keeps nothing in this browser")
		b.leftovers()
		b.discreet("garden", "budget", "noon", "ana", "example.org")
		b.goneBack()
		b.open("/login")
		b.leftovers()
	})
}

// patient waits for the mail server as long as a busy machine may take.
func patient(s *web.Server) {
	s.Fleet.Client.ReplyTimeout, s.Fleet.Client.IdleTimeout = patience, patience
}

// The same for a kiosk, where a guest need not say that others use the computer.
func TestPoint55InAKioskTheBrowserKeepsNothing(t *testing.T) {
	t.Parallel()
	h, _, _ := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, patient)
	b := openTab(t, h.http.URL)
	b.signIn(false)
	b.await("bill")
	b.press(".row a", "noon")
	b.do(chromedp.SendKeys(chromedp.ID("q"), "garden\r"))
	b.await("Search results")
	b.press(".row a", "noon")
	b.open("/help/kiosk")
	b.press(`form[action="/logout"] button`, "Nothing is left in this browser")
	b.leftovers()
	b.discreet("garden", "budget", "noon", "ana", "example.org")
	b.goneBack()
	b.open("/login")
	b.leftovers()
	h.gone()
}

// In a kiosk time runs out as well, and with it goes all that is kept.
func TestInAKioskTimeRunsOutInTheBrowser(t *testing.T) {
	t.Parallel() // it waits most of the time
	limits := session.DefaultLimits()
	short := limits[session.Kiosk]
	short.Idle = 30 * time.Second
	limits[session.Kiosk] = short
	h, _, now := onKiosk(t, &pop3test.Server{}, web.Kiosk{}, func(s *web.Server) {
		patient(s)
		s.Sessions.Limits = limits
	})
	b := openTab(t, h.http.URL)
	b.signIn(false)
	b.await("bill")
	b.press(".row a", "noon")
	now.start() // not before: collecting may take longer than the limit on a busy machine
	b.await("Are you still there?")
	b.await("You were signed out")
	if _, err := h.site.EraseGuests(t.Context()); err != nil {
		t.Fatal(err)
	}
	h.gone()
	b.leftovers()
	b.goneBack()
}

// The time is over though nobody touches anything: a warning comes at least twenty seconds before, can be heeded, and then
// the page leads away from the mail by itself.
func TestPoint57OnASharedComputerTimeRunsOutInTheBrowser(t *testing.T) {
	t.Parallel() // it waits most of the time
	limits := session.DefaultLimits()[session.Shared]
	limits.Idle = 30 * time.Second
	h, _, now := onShared(t, limits)
	now.start()
	b := openTab(t, h.http.URL)
	b.signIn(true)
	b.press(".row a", "noon")
	stays := 1
	if corpus.Whole() {
		stays = 10
	}
	for i := range stays {
		b.await("Are you still there?")
		if i%2 == 0 { // on the page itself, before it leads away
			b.press("dialog .primary", "noon")
			continue
		}
		b.awaits(`document.querySelector("main .primary")?.innerText ?? ""`, "Stay signed in")
		b.press("main .primary", "noon")
	}
	stayed := now.now()
	b.loadPictures()
	b.await("Are you still there?")
	warned := now.now()
	b.loadPictures()
	b.await("You were signed out")
	ended := now.now()
	if ended.Sub(warned) < 20*time.Second {
		t.Errorf("the warning came %v before the end", ended.Sub(warned))
	}
	if took := ended.Sub(stayed); took < limits.Idle-5*time.Second || took > limits.Idle+5*time.Second {
		t.Errorf("signed out after %v, want %v", took, limits.Idle)
	}
	b.leftovers()
	b.goneBack()
	b.open("/login")
	b.leftovers()
}
