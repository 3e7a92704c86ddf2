package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"restante/pop3client/live"
)

// chromium is a real browser, which writes down what must not happen: errors on the console, violations of the content
// security policy, requests to anywhere but the site.
type chromium struct {
	t    *testing.T
	ctx  context.Context
	site string

	mu    sync.Mutex
	asked int
	wrong []string
}

// startChromium starts Chromium for a site; it ends with the test.
func startChromium(t *testing.T, site string) *chromium {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		requireReal(t, "Chromium", "Debian's package is chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.Flag("ignore-certificate-errors", true))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	c := &chromium{t: t, ctx: ctx, site: site}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	c.watch()
	return c
}

// watch writes down what must not happen, until the browser ends.
func (c *chromium) watch() {
	requests := chromedp.Events(c.ctx, network.RequestWillBeSent)
	entries := chromedp.Events(c.ctx, log.EntryAdded)
	calls := chromedp.Events(c.ctx, runtime.ConsoleAPICalled)
	thrown := chromedp.Events(c.ctx, runtime.ExceptionThrown)
	var watchers sync.WaitGroup
	watchers.Go(func() {
		for e, err := range requests {
			if err != nil {
				return
			}
			c.mu.Lock()
			c.asked++
			c.mu.Unlock()
			if u := e.Request.URL; !strings.HasPrefix(u, c.site+"/") && !strings.HasPrefix(u, "about:") && !drawnByTheBrowser(u) {
				c.note("a request left for " + u)
			}
		}
	})
	watchers.Go(func() {
		for e, err := range entries {
			if err != nil {
				return
			}
			// Answers that are error pages are noted too; the test asks for those on purpose.
			bad := e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning
			// An icon of the site for the browser's own frame is not waited for where the next page comes.
			bad = bad && !strings.Contains(e.Entry.Text, "icon from the Manifest")
			if bad && !strings.Contains(e.Entry.Text, "the server responded with a status of") {
				c.note("log: " + e.Entry.Text)
			}
		}
	})
	watchers.Go(func() {
		for e, err := range calls {
			if err != nil {
				return
			}
			c.note("the console was called: " + string(e.Type))
		}
	})
	watchers.Go(func() {
		for e, err := range thrown {
			if err != nil {
				return
			}
			c.note("an exception: " + e.ExceptionDetails.Text)
		}
	})
	c.t.Cleanup(watchers.Wait)
	c.t.Cleanup(func() {
		if err := chromedp.Cancel(c.ctx); err != nil {
			c.t.Logf("ending Chromium: %v", err)
		}
	})
}

// drawnByTheBrowser reports whether an address is a picture that Chromium draws its fields for dates with, in one
// colour or another.
func drawnByTheBrowser(address string) bool {
	text, ok := strings.CutPrefix(address, "data:image/svg+xml;base64,")
	picture, err := base64.StdEncoding.DecodeString(text)
	return ok && err == nil && bytes.Contains(picture, []byte(`d="M20 3h-1V1h-2v2H7V1H5v2H4c`))
}

func (c *chromium) note(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wrong = append(c.wrong, what)
}

// verdict fails the test for everything that must not happen and did.
func (c *chromium) verdict() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked == 0 {
		c.t.Error("no request was seen: nothing was watched")
	}
	for _, w := range c.wrong {
		c.t.Error(w)
	}
}

func (c *chromium) do(actions ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		c.t.Fatal(err)
	}
}

// open goes to a page.
func (c *chromium) open(path string) {
	c.t.Helper()
	c.do(chromedp.Navigate(c.site + path))
}

// press clicks what a selector finds and waits for the page that follows.
func (c *chromium) press(selector string) {
	c.t.Helper()
	c.leave("pressing "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// leave does what leads to another page, or changes this one in place, and waits until that is there. The old document and
// its main are marked, so that what is still heard of them is not taken for the new one.
func (c *chromium) leave(what string, action chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	evaluate[bool](c, "window.left = document.querySelector('main').left = true")
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		c.t.Fatalf("%s at %s: %v", what, c.path(), err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(2 * time.Millisecond) {
		there, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool]("!(window.left && document.querySelector('main').left) && document.readyState === 'complete'"))
		if err == nil && there { // an error is a document that went away while it was asked
			return
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("%s leads nowhere from %s: %v", what, c.path(), err)
		}
	}
}

// choose clicks what a selector finds, on the same page.
func (c *chromium) choose(selector string) {
	c.t.Helper()
	c.do(chromedp.Click(chromedp.CSS(selector)))
}

// write writes into a field and presses Enter.
func (c *chromium) write(id, text string) {
	c.t.Helper()
	c.leave("writing into "+id, chromedp.SendKeys(chromedp.ID(id), text+"\r"))
}

func (c *chromium) path() string {
	c.t.Helper()
	at, err := chromedp.Run(c.ctx, chromedp.Location())
	if err != nil {
		c.t.Fatal(err)
	}
	u, err := url.Parse(at)
	if err != nil {
		c.t.Fatal(err)
	}
	return u.Path
}

// count is how many elements a selector finds.
func (c *chromium) count(selector string) int {
	c.t.Helper()
	return evaluate[int](c, "document.querySelectorAll(`"+selector+"`).length")
}

// text is what a person reads in what a selector finds first; "" where it finds nothing.
func (c *chromium) text(selector string) string {
	c.t.Helper()
	return evaluate[string](c, "(document.querySelector(`"+selector+"`)||{innerText:''}).innerText")
}

func evaluate[T any](c *chromium, expression string) T {
	c.t.Helper()
	answer, err := chromedp.Run(c.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		c.t.Fatalf("%s at %s: %v", expression, c.path(), err)
	}
	return answer
}

// says fails unless the page shows a text.
func (c *chromium) says(want string) {
	c.t.Helper()
	if got := c.text("body"); !strings.Contains(got, want) {
		c.t.Errorf("%s does not say %q; it says:\n%s", c.path(), want, got)
	}
}

// A hundred real messages, delivered to a real server, read and organised in a real browser, as a person does it.
func TestRealMailIsReadSearchedAndReorganisedInChromium(t *testing.T) {
	d := live.Need(t, live.Dovecot)
	for _, raw := range realMail(t, 100) {
		deliver(t, d, raw)
	}
	deliver(t, d, []byte("From: Eve <eve@example.org>\nTo: ana@example.org\nSubject: a newsletter with a hook\nMessage-ID: <hook@x>\nDate: "+
		time.Now().Format(time.RFC1123Z)+"\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"+
		`<body background="https://evil.example/b.png" onload="alert(1)"><style>@import "https://evil.example/x.css"; p{background:url(https://evil.example/y.png)}</style>`+
		`<script src="https://evil.example/x.js"></script><link rel=stylesheet href="https://evil.example/l.css"><img src="https://evil.example/pixel.gif" width=1 height=1>`+
		`<svg onload="alert(2)"><image href="https://evil.example/s.png"/></svg><iframe src="https://evil.example/"></iframe><p>zebrafish in the garden</p></body>`+"\n"))
	serve := start(t, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--server", "pop3s://"+d.TLS, "--tls-ca", d.CAFile)
	c := startChromium(t, serve.err.await(t, `address=(\S+)`))

	c.open("/inbox")
	c.do(chromedp.SendKeys(chromedp.ID("user"), d.User))
	c.write("password", "wrong")
	c.says("did not accept")
	if title := evaluate[string](c, "document.title"); !strings.HasPrefix(title, "Error: ") {
		t.Errorf("after a wrong password the title is %q", title)
	}
	c.write("password", d.Password)
	for deadline := time.Now().Add(patience); !strings.Contains(c.text("[role=status]"), "Up to date"); c.open("/inbox") {
		if time.Now().After(deadline) {
			t.Fatalf("not everything comes: %s", c.text("body"))
		}
	}

	// Reading: every conversation of the first page, in both views; nothing leaves, nothing is wider than a phone.
	rows := c.count("li.row")
	if rows < 20 {
		t.Fatalf("%d rows in the inbox", rows)
	}
	c.do(chromedp.EmulateViewport(320, 640, chromedp.EmulateMobile, chromedp.EmulateTouch))
	for _, href := range evaluate[[]string](c, "[...document.querySelectorAll('.subj a')].map(a => a.getAttribute('href'))") {
		for _, view := range []string{"", "?view=text"} {
			c.open(href + view)
			if c.text("h1") == "" || c.text(".body") == "" && c.count(".note") == 0 {
				t.Errorf("%s shows no heading or no body", href+view)
			}
			if width := evaluate[int](c, "document.documentElement.scrollWidth"); width > 320 {
				t.Errorf("%s is %d pixels wide on a phone of 320", href+view, width)
			}
		}
	}
	c.do(chromedp.EmulateViewport(1280, 800))

	// Searching.
	c.open("/inbox")
	c.write("q", "zebrafish")
	if n := c.count("li.row"); n != 1 {
		t.Fatalf("%d results for a word that one message has", n)
	}
	if marked := c.text("mark"); marked != "zebrafish" {
		t.Errorf("marked is %q", marked)
	}
	c.press("li.row .subj a")
	c.says("zebrafish in the garden")
	c.says("blocked")

	// Organising: star, archive, undo, trash, restore, mark unread.
	c.press("button.star")
	if pressed := evaluate[string](c, "document.querySelector('button.star').getAttribute('aria-pressed')"); pressed != "true" {
		t.Errorf("after pressing the star it is %q", pressed)
	}
	c.open("/starred")
	if n := c.count("li.row"); n != 1 {
		t.Errorf("%d starred", n)
	}
	c.open("/inbox")
	for _, id := range evaluate[[]string](c, "[...document.querySelectorAll('li.row')].slice(0, 2).map(row => row.id)") {
		c.choose("#" + id + " input[type=checkbox]")
	}
	c.press("button[value=archive]")
	c.says("Archived 2 conversations")
	c.press(".banner button")
	c.says("Undone")
	c.open("/archive")
	if n := c.count("li.row"); n != 0 {
		t.Errorf("%d in the archive after undoing", n)
	}
	c.open("/inbox")
	first := evaluate[string](c, "document.querySelector('li.row').id")
	c.choose("li.row input[type=checkbox]")
	c.press("button[value=trash]")
	if n := c.count("#" + first); n != 0 {
		t.Error("what was deleted is still in the inbox")
	}
	c.open("/trash")
	c.choose("#" + first + " input[type=checkbox]")
	c.press("button[value=restore]")
	c.open("/inbox")
	c.choose("#" + first + " input[type=checkbox]")
	c.press("button[value=unread]")
	if n := c.count("#" + first + ".u"); n != 1 {
		t.Error("what was marked unread is not shown as unread")
	}

	// New mail, and older pages.
	deliver(t, d, []byte("From: late@example.org\nSubject: the late one\nMessage-ID: <late@x>\nDate: "+time.Now().Format(time.RFC1123Z)+"\n\none more\n"))
	c.press("form[action='/sync'] button")
	for deadline := time.Now().Add(patience); !strings.Contains(c.text("li.row"), "the late one"); c.open("/inbox") {
		if time.Now().After(deadline) {
			t.Fatal("new mail does not come")
		}
	}
	if c.count("a[rel=next]") == 1 {
		c.press("a[rel=next]")
		c.press("a[rel=prev]")
		if !strings.Contains(c.text("li.row"), "the late one") {
			t.Errorf("the way back from the older page leads to %s, whose first row is %q", evaluate[string](c, "location.href"), c.text("li.row"))
		}
	}

	c.press("form[action='/logout'] button")
	c.says("signed out")
	c.open("/inbox")
	if c.path() != "/login" {
		t.Errorf("after signing out the inbox is at %s", c.path())
	}
	c.verdict()
}
