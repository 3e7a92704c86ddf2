package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"restante/cmd/check/figure"
	"restante/pop3client/pop3test"
	"restante/static"
)

// budget is the most that a page may have on its way, compressed, with nothing of it in the browser's memory (ui.md 7.1);
// Requests 0: any number.
type budget struct {
	HTML, CSS, JS, SVG, Pictures, Requests, Total int

	Slow bool // also measured on a slow line by every check, and not by the whole one alone
}

// maxNodes is how many elements a page may have.
const maxNodes = 3500

// weight is what a page has.
type weight struct {
	HTML, CSS, JS, SVG, Pictures, Requests, Nodes int

	Shift          float64
	First, Largest int // ms until the first byte, and the largest thing, was there
}

// cold empties the browser's memory of what it has fetched.
func (c *chromium) cold() {
	c.t.Helper()
	if _, err := chromedp.Call(c.ctx, network.ClearBrowserCache, cdp.Empty{}); err != nil {
		c.t.Fatal(err)
	}
}

// weigh loads a page and measures it.
func (c *chromium) weigh(path string) weight {
	c.t.Helper()
	c.open(path)
	const measure = `new Promise(done => {
		const w = {Shift: 0, Largest: 0}
		new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) w.Shift += e.value }).observe({type: "layout-shift", buffered: true})
		new PerformanceObserver(list => { for (const e of list.getEntries()) w.Largest = Math.round(e.startTime) }).observe({type: "largest-contentful-paint", buffered: true})
		setTimeout(() => { // what the browser fetches for its own frame, once the page is there, is no part of the page
			const [page] = performance.getEntriesByType("navigation"), parts = performance.getEntriesByType("resource").filter(e => e.name.includes(SPRITE) || e.initiatorType !== "other" && !(e.initiatorType === "link" && !e.name.endsWith(".css")))
			const of = end => parts.filter(e => new URL(e.name).pathname.endsWith(end)).reduce((n, e) => n + e.encodedBodySize, 0)
			done({...w, HTML: page.encodedBodySize, CSS: of(".css"), JS: of(".js"), SVG: of(".svg"), Pictures: parts.filter(e => e.initiatorType === "img").reduce((n, e) => n + e.encodedBodySize, 0), Nodes: document.querySelectorAll("*").length, Requests: 1 + parts.length, First: Math.round(page.responseStart - page.requestStart)})
		}, 300)
	})`
	said, err := chromedp.Run(c.ctx, chromedp.Evaluate[weight](strings.Replace(measure, "SPRITE", strconv.Quote(static.Path("icons.svg")), 1), chromedp.EvalAwaitPromise))
	if err != nil {
		c.t.Fatal(err)
	}
	return said
}

// slow makes the browser one on a slow line and an old machine.
func (c *chromium) slow(on bool) {
	c.t.Helper()
	line, cpu := network.Conditions{DownloadThroughput: -1, UploadThroughput: -1}, 1.0
	if on {
		line, cpu = network.Conditions{Latency: 400, DownloadThroughput: 400_000 / 8, UploadThroughput: 400_000 / 8}, 6
	}
	if _, err := chromedp.Call(c.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{&line}}); err != nil {
		c.t.Fatal(err)
	}
	if _, err := chromedp.Call(c.ctx, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: cpu}); err != nil {
		c.t.Fatal(err)
	}
}

// keeps fails where a page has more than its budget. What it has is told, and how long it takes.
func (c *chromium) keeps(name, path string, most budget) {
	c.t.Helper()
	c.cold()
	w := c.weigh(path)
	total := w.HTML + w.CSS + w.JS + w.SVG + w.Pictures
	for what, over := range map[string]bool{
		"HTML": w.HTML > most.HTML, "CSS": w.CSS > most.CSS, "JS": w.JS > most.JS, "SVG": w.SVG > most.SVG, "pictures": w.Pictures > most.Pictures,
		"requests": most.Requests > 0 && w.Requests > most.Requests, "all": total > most.Total, "elements": w.Nodes > maxNodes,
	} {
		if over {
			c.t.Errorf("%s has too much %s: %+v, the budget is %+v", name, what, w, most)
		}
	}
	if w.Shift > 0.02 {
		c.t.Errorf("%s moves while it is loaded, by %v", name, w.Shift)
	}
	said := fmt.Sprintf("HTML %d, CSS %d, JS %d, SVG %d, pictures %d bytes, %d requests, %d elements, shift %.3f; first byte %d ms, largest paint %d ms",
		w.HTML, w.CSS, w.JS, w.SVG, w.Pictures, w.Requests, w.Nodes, w.Shift, w.First, w.Largest)
	if whole := os.Getenv("RESTANTE_ALL") != ""; whole || most.Slow {
		c.slow(true)
		c.cold()
		slow := c.weigh(path)
		said += fmt.Sprintf("; at 400 kbit/s, 400 ms and a sixth of the speed: %d and %d ms", slow.First, slow.Largest)
		if whole {
			said += fmt.Sprintf(", again %d ms", c.weigh(path).Largest)
		}
		c.slow(false)
	}
	figure.Tell(c.t, name, said)
}

// answers tells how long a key takes until the next frame is drawn, on an old machine.
func (c *chromium) answers(key rune) {
	c.t.Helper()
	c.slow(true)
	evaluate[bool](c, `(addEventListener("keydown", e => requestAnimationFrame(() => setTimeout(() => { document.title = Math.round(performance.now() - e.timeStamp) })), {once: true, capture: true}), true)`)
	before := evaluate[string](c, `document.title`)
	c.key(key)
	took := before
	for deadline := time.Now().Add(patience); took == before; took = evaluate[string](c, `document.title`) {
		if time.Now().After(deadline) {
			c.t.Fatal("no frame is drawn after a key")
		}
	}
	c.slow(false)
	figure.Tell(c.t, "the key "+string(key), took+" ms until the next frame at a sixth of the speed")
}

// pictures are messages with a photograph each.
func pictures(t *testing.T, box *pop3test.Mailbox, n int) {
	for i := range n {
		photo := image.NewGray(image.Rect(0, 0, 400, 300))
		for at := range photo.Pix {
			photo.Pix[at] = byte(at*at%97 + at/400*(i+1)%151)
		}
		var octets bytes.Buffer
		if err := jpeg.Encode(&octets, photo, nil); err != nil {
			t.Fatal(err)
		}
		box.Deliver(fmt.Appendf(nil, "From: Bo <bo@example.org>\r\nSubject: photograph %d\r\nMessage-ID: <p%d@x>\r\nDate: %s\r\nMIME-Version: 1.0\r\nContent-Type: image/jpeg; name=photo-%d.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n",
			i, i, time.Now().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), i, base64.StdEncoding.EncodeToString(octets.Bytes())))
	}
}

// notes is a mailbox of messages that are unlike each other.
func notes(s *pop3test.Server, n int) *pop3test.Mailbox {
	words := strings.Fields("garden harbour kettle winter ladder orchard violin copper meadow lantern pepper anchor thistle ribbon cellar barley pigeon saddle marble timber candle river")
	word := func(i int) string { return words[i*i*7919%len(words)] }
	box := s.AddUser(demoUser, demoPassword)
	for i := range n {
		box.Deliver(fmt.Appendf(nil, "From: %s %s <%s.%d@%s.example>\r\nTo: demo@home.example\r\nSubject: The %s and the %s, %d\r\nMessage-ID: <%d@x>\r\nDate: %s\r\n\r\nDear all, the %s is %d years old and the %s is in the %s; %s\r\n",
			word(i), word(i+3), word(i), i, word(i+5), word(i+1), word(i+2), i*37%1000, i, time.Now().Add(-time.Duration(i*i)*time.Hour).Format(time.RFC1123Z), word(i+4), i*13%97, word(i+6), word(i+7),
			strings.Repeat(word(i+8)+" "+word(i*3)+" ", 30)))
	}
	return box
}

// ui.md section 8, point 60: what each page weighs, and that nothing moves; how long it takes is told.
func TestPoint60PagesKeepTheirBudgetInChromium(t *testing.T) {
	mail := &pop3test.Server{}
	box := notes(mail, 60)
	server := "pop3+insecure://" + pop3test.Start(t, mail)
	enter := func(args ...string) *chromium {
		out, kill := startProgram(t, append([]string{"serve", "--listen", "127.0.0.1:0", "--server", server}, args...)...)
		t.Cleanup(kill)
		c := startChromium(t, out.await(t, `address=(\S+)`))
		c.open("/login")
		return c
	}
	c := enter("--data", t.TempDir())
	// The icon is in the warning that there is no encryption here.
	c.keeps("sign-in", "/login", budget{HTML: 3 << 10, CSS: 8 << 10, SVG: 3 << 10, Requests: 3, Total: 11 << 10, Slow: true})
	c.do(chromedp.SendKeys(chromedp.ID("user"), demoUser))
	c.write("password", demoPassword)
	for deadline := time.Now().Add(patience); c.count("li.row") < 50; c.open("/inbox") {
		if time.Now().After(deadline) {
			t.Fatalf("the mail does not come: %s", c.text("body"))
		}
	}
	c.keeps("inbox of 50 rows", "/inbox", budget{HTML: 14 << 10, CSS: 8 << 10, JS: 8 << 10, SVG: 3 << 10, Requests: 4, Total: 33 << 10, Slow: true})
	c.answers('j')
	message := evaluate[string](c, `document.querySelector(".subj a").getAttribute("href")`)
	c.keeps("message", message, budget{HTML: 6 << 10, CSS: 8 << 10, JS: 8 << 10, SVG: 3 << 10, Requests: 4, Total: 25 << 10, Slow: true})
	c.choosing("layout", "split")
	c.keeps("message beside the inbox", message, budget{HTML: 18 << 10, CSS: 8 << 10, JS: 8 << 10, SVG: 3 << 10, Requests: 5, Total: 37 << 10})
	pictures(t, box, 30)
	c.open("/inbox")
	c.press(`form[action$="/sync"] button`)
	for deadline := time.Now().Add(patience); c.count("main img") < 24; c.open("/attachments") {
		if time.Now().After(deadline) {
			t.Fatalf("the photographs do not come: %s", c.text("body"))
		}
	}
	c.keeps("attachments, 24 photographs", "/attachments", budget{HTML: 12 << 10, CSS: 8 << 10, JS: 8 << 10, SVG: 3 << 10, Pictures: 24 * 12 << 10, Total: 150 << 10})
	c.verdict()

	k := enter("--kiosk", "--kiosk-insecure")
	k.do(chromedp.SendKeys(chromedp.ID("user"), demoUser))
	k.write("password", demoPassword)
	for deadline := time.Now().Add(patience); k.count("li.row") < 25; k.open("/inbox") {
		if time.Now().After(deadline) {
			t.Fatalf("the mail does not come: %s", k.text("body"))
		}
	}
	k.keeps("inbox of a kiosk, 25 rows", "/inbox", budget{HTML: 10 << 10, CSS: 8 << 10, SVG: 3 << 10, Requests: 3, Total: 21 << 10, Slow: true})
	k.verdict()
}
