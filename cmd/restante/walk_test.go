package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"restante/cmd/check/corpus"
	"restante/cmd/restante/sample"
	"restante/pop3client/pop3test"
)

// walker goes through a site in a browser: it follows links that are unlike those that it has followed, and presses every
// button that is unlike those that it has pressed.
type walker struct {
	*chromium
	known   map[string]bool // links and buttons
	pages   int
	buttons int
	passed  int // buttons that only the whole proof presses
}

// maxWalked bounds the pages of one walk.
const maxWalked = 400

// found is a link or a button of a page: what makes it unlike another, and where it is on the page.
type found struct {
	Key string `json:"key"`
	N   int    `json:"n"`
}

const (
	// Addresses that say nothing are known by what stands in the link.
	pageLinks = `[...document.querySelectorAll("a[href]")].map((a, n) => ({n, a, u: new URL(a.href, location)}))
		.filter(({a, u}) => u.origin === location.origin && !u.hash && !a.target && !a.hasAttribute("download"))
		.map(({n, a, u}) => ({n, key: u.pathname.startsWith("/o/") ? document.documentElement.dataset.page + " " + a.closest("[class]")?.className.replace(/ u\b/, "") + " " + (a.closest(".row, .att, .fold") ? "" : a.innerText.slice(0, 20)) :
			(u.pathname + u.search).split(/[?&]from=/)[0].replace(/\bq=[^&]*|[\w-]{40,}|[0-9]+/g, "#")}))`
	pageButtons = `[...document.querySelectorAll("form button:not([type=button], [disabled])")].map((b, n) => ({n, b}))
		.filter(({b}) => !b.form.matches("[action$='/logout'], [action*='erase'], [action$='/remove']"))
		.map(({n, b}) => { const to = b.getAttribute("formaction") ?? b.form.getAttribute("action")
			return {n, key: b.form.method + " " + (to.startsWith("/o/") ? document.documentElement.dataset.page : to.replace(/[0-9]+/g, "#")) + " " + b.name + " " + (b.className === "star" ? "" : b.value + " " + b.innerText.slice(0, 20))}})`
	answered = `performance.getEntriesByType("navigation")[0].responseStatus`
)

// walk looks at the page that is open, and at all that it leads to.
func (w *walker) walk(path string) {
	w.open(path)
	w.look()
	queue := w.fresh(pageLinks, "link")
	for ; len(queue) > 0 && w.pages < maxWalked; queue = queue[1:] {
		w.open(queue[0])
		w.look()
		queue = append(queue, w.fresh(pageLinks, "link")...)
		w.press(queue[0])
	}
}

// look fails where a page is not as a page has to be.
func (w *walker) look() {
	w.t.Helper()
	w.pages++
	if status := evaluate[int](w.chromium, answered); status != 200 {
		w.t.Errorf("%s answers %d", w.path(), status)
	}
	if got := evaluate[string](w.chromium, `[...document.querySelectorAll("h1, main")].map(e => e.tagName).sort() + " " + !!document.title + " " + !!document.documentElement.lang`); got != "H1,MAIN true true" {
		w.t.Errorf("%s has %q", w.path(), got)
	}
}

// fresh are the addresses of what of a page was not met yet.
func (w *walker) fresh(what, kind string) (list []string) {
	w.t.Helper()
	for _, f := range evaluate[[]found](w.chromium, what) {
		if key := kind + " " + f.Key; !w.known[key] && !strings.Contains(f.Key, "/original") {
			w.known[key] = true
			list = append(list, evaluate[string](w.chromium, fmt.Sprintf(`(u => u.pathname + u.search)(new URL(document.querySelectorAll("a[href]")[%d].href))`, f.N)))
		}
	}
	return list
}

// press presses each button of a page that was not met yet, from that page each time. What a form lacks it says itself, or
// its answer does.
func (w *walker) press(page string) {
	w.t.Helper()
	for {
		var next *found
		for _, f := range evaluate[[]found](w.chromium, pageButtons) {
			if key := "button " + f.Key; !w.known[key] {
				w.known[key] = true
				if !corpus.Whole() && w.buttons > w.passed { // every second: a request like each is proven without a browser
					w.passed++
					continue
				}
				next = &f
				break
			}
		}
		if next == nil {
			return
		}
		w.buttons++
		evaluate[bool](w.chromium, fmt.Sprintf(`window.left = document.querySelector("main").left = true,
			(b => { const one = document.querySelector(".pick input"); if (one && b.closest(".bulk")) one.checked = true; if (b.form.checkValidity()) b.click(); else window.left = false })([...document.querySelectorAll("form button:not([type=button], [disabled])")][%d]), true`, next.N))
		for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
			there, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool]("!(window.left && document.querySelector('main').left) && document.readyState === 'complete'"))
			if err == nil && there {
				break
			}
			if time.Now().After(deadline) {
				w.t.Errorf("%q on %s leads nowhere", next.Key, page)
				break
			}
		}
		asked := evaluate[bool](w.chromium, `!!document.querySelector("[role=alert]")`)
		if status := evaluate[int](w.chromium, answered); status != 200 && !(asked && status < 500) {
			w.t.Errorf("%q on %s answers %d:\n%s", next.Key, page, status, w.text("main"))
		}
		w.open(page)
	}
}

// Every page and every button, in a browser with scripts and without, at home, on a shared computer and in a kiosk: nothing is
// missing, nothing is said on the console, no policy is broken, and nobody else is asked for anything.
func TestEveryPageAndButtonInChromium(t *testing.T) {
	messages, err := sample.Messages(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for name, kind := range map[string]struct {
		flags            []string
		shared, scripted bool
		least            int // pages
	}{
		"at home":                 {scripted: true, least: 40},
		"at home without scripts": {least: 40},
		"on a shared computer":    {shared: true, scripted: true, least: 25},
		"in a kiosk":              {flags: []string{"--kiosk", "--kiosk-insecure", "--kiosk-links", "--kiosk-downloads", "--kiosk-print"}, scripted: true, least: 8},
	} {
		if !corpus.Whole() && name != "at home" && name != "in a kiosk" {
			continue // most of those is proven without a browser
		}
		t.Run(name, func(t *testing.T) {
			mail := &pop3test.Server{}
			box := mail.AddUser(demoUser, demoPassword)
			for _, m := range messages {
				box.Deliver(m)
			}
			args := append([]string{"serve", "--listen", "127.0.0.1:0", "--server", "pop3+insecure://" + pop3test.Start(t, mail)}, kind.flags...)
			if kind.flags == nil {
				args = append(args, "--data", t.TempDir())
			}
			if kind.shared {
				pair := writePair(t, t.TempDir())
				args = append(args, "--tls-cert", pair.cert, "--tls-key", pair.key)
			}
			out, kill := startProgram(t, args...)
			defer kill()
			w := &walker{chromium: startChromium(t, out.await(t, `address=(\S+)`)), known: map[string]bool{}}
			if !kind.scripted {
				if _, err := chromedp.Call(w.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
					t.Fatal(err)
				}
			}
			w.open("/login")
			w.do(chromedp.SendKeys(chromedp.ID("user"), demoUser))
			if kind.shared {
				w.do(chromedp.Click(chromedp.CSS("[name=shared]")))
			}
			w.write("password", demoPassword)
			for deadline := time.Now().Add(patience); w.count("li.row") < 20; w.open("/inbox") {
				if time.Now().After(deadline) {
					t.Fatalf("the mail does not come: %s", w.text("body"))
				}
			}
			w.walk("/inbox")
			if w.pages < kind.least || w.buttons == 0 {
				t.Errorf("only %d pages and %d buttons were found", w.pages, w.buttons)
			}
			t.Logf("%d pages, %d buttons, %d more that the whole proof presses", w.pages, w.buttons, w.passed)
			w.verdict()
		})
	}
}
