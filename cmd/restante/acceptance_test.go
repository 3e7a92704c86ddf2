package main

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"restante/cmd/restante/sample"
	"restante/pop3client/pop3test"
)

// accepting is a browser at a site with the mail of the demonstration, a message with a subject of 300 letters, and so many
// others that there is more than one page of them.
func accepting(t *testing.T, scripted bool) *chromium {
	t.Helper()
	messages, err := sample.Messages(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	mail := &pop3test.Server{}
	notes(mail, 60)
	box := mail.AddUser(demoUser, demoPassword)
	for _, m := range messages {
		box.Deliver(m)
	}
	box.Deliver(fmt.Appendf(nil, "From: Long <long@example.org>\r\nTo: demo@home.example\r\nSubject: %s\r\nMessage-ID: <long@x>\r\nDate: %s\r\n\r\nIt has a long subject.\r\n",
		strings.Repeat("Wassersport", 28), time.Now().Format(time.RFC1123Z)))
	out, kill := startProgram(t, "serve", "--listen", "127.0.0.1:0", "--server", "pop3+insecure://"+pop3test.Start(t, mail), "--data", t.TempDir())
	t.Cleanup(kill)
	c := startChromium(t, out.await(t, `address=(\S+)`))
	if !scripted {
		if _, err := chromedp.Call(c.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
			t.Fatal(err)
		}
	}
	c.do(chromedp.EmulateViewport(1280, 800))
	c.open("/login")
	c.do(chromedp.SendKeys(chromedp.ID("user"), demoUser))
	c.write("password", demoPassword)
	for deadline := time.Now().Add(patience); !strings.Contains(c.text("#status"), "Up to date"); c.open("/inbox") {
		if time.Now().After(deadline) {
			t.Fatalf("the mail does not come: %s", c.text("body"))
		}
	}
	return c
}

// the is the address of the message with a subject.
func (c *chromium) the(subject string) string {
	c.t.Helper()
	if !strings.HasSuffix(subject, "*") {
		subject = `"` + subject + `"`
	}
	c.open("/search?q=" + url.QueryEscape("subject:"+subject))
	href := evaluate[string](c, `document.querySelector(".subj a")?.getAttribute("href") ?? ""`)
	if href == "" {
		c.t.Fatalf("there is no message %q", subject)
	}
	return href
}

// key presses a key as a person does.
func (c *chromium) key(key rune) {
	c.t.Helper()
	for _, event := range kb.Encode(key) {
		c.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, *event)
			return err
		}))
	}
}

// prefer makes the browser say what its user prefers.
func (c *chromium) prefer(medium, feature, value string) {
	c.t.Helper()
	p := emulation.SetEmulatedMediaParams{Media: medium}
	if feature != "" {
		p.Features = []*emulation.MediaFeature{{Name: feature, Value: value}}
	}
	if _, err := chromedp.Call(c.ctx, emulation.SetEmulatedMedia, p); err != nil {
		c.t.Fatal(err)
	}
}

// choosing posts settings and returns to the inbox.
func (c *chromium) choosing(name, value string) {
	c.t.Helper()
	c.open("/settings/appearance")
	c.choose(`[name=` + name + `][value="` + value + `"]`)
	c.press("main form .primary")
	c.inbox()
}

// inbox goes to the inbox and waits until it has been drawn: before that a row is as high as the style sheet guesses.
func (c *chromium) inbox() {
	c.t.Helper()
	c.open("/inbox")
	for deadline := time.Now().Add(patience); evaluate[int](c, `performance.getEntriesByName("first-contentful-paint").length`) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			c.t.Fatal("the inbox is not drawn")
		}
	}
}

// is fails unless an expression says that something holds.
func (c *chromium) is(what, expression string) {
	c.t.Helper()
	if got := evaluate[string](c, "String("+expression+")"); got != "true" {
		c.t.Errorf("%s at %s: %s is %s", what, c.path(), expression, got)
	}
}

// everyPage are pages of each kind.
func everyPage() []string {
	return []string{
		"/inbox", "/starred", "/archive", "/trash", "/spam", "/all", "/search?q=choir", "/search?q=nonesuch", "/attachments", "/more", "/accounts", "/accounts/1", "/accounts/1/test?after=0", "/accounts/new", "/organise",
		"/settings/appearance", "/settings/reading", "/settings/keyboard", "/settings/retention", "/settings/sessions", "/settings/stored", "/settings/erase",
		"/help", "/help/search", "/help/keys", "/help/shared", "/nowhere",
	}
}

const (
	visibleRows = `[...document.querySelectorAll(".row")].filter(r => r.getBoundingClientRect().bottom <= innerHeight - (innerWidth < 768 ? 60 : 0)).length`
	rowHeight   = `document.querySelector(".row").getBoundingClientRect().height`
	smallUnder  = `[...document.querySelectorAll("main button, main input:not([type=hidden], [type=checkbox], [type=radio]), .pick, .btn, .side a, summary, select, .option")]
		.filter(e => e.checkVisibility()).map(e => [e, e.getBoundingClientRect()]).filter(([e, r]) => r.width && (r.width < LEAST || r.height < LEAST)).map(([e, r]) => e.outerHTML.slice(0, 90) + " " + r.width + "×" + r.height).join("\n")`
	moving = `[...document.querySelectorAll("*")].filter(e => { const s = getComputedStyle(e); return Math.max(...(s.transitionDuration + "," + s.animationDuration).split(",").map(parseFloat)) > .01 }).map(e => e.outerHTML.slice(0, 80)).join("\n")`
	// The least contrast of a text in a message to what is behind it (WCAG 2.2, 1.4.6).
	leastContrast = `(() => {
		const ink = document.createElement("canvas").getContext("2d", {willReadFrequently: true})
		const rgba = colour => { ink.clearRect(0, 0, 1, 1); ink.fillStyle = colour; ink.fillRect(0, 0, 1, 1); return [...ink.getImageData(0, 0, 1, 1).data] }
		const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b }
		const behind = e => { for (; e; e = e.parentElement) { const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c } return [255, 255, 255, 255] }
		const texts = [...document.querySelectorAll(".body *, .body")].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !e.closest("a"))
		return Math.min(...texts.map(e => { const [a, b] = [light(rgba(getComputedStyle(e).color)), light(behind(e))]; return (Math.max(a, b) + .05) / (Math.min(a, b) + .05) }))
	})()`
)

// The acceptance list of ui.md, section 8, as far as a browser with scripts is needed and it is not proven elsewhere: each
// point by its number.
func TestAcceptance(t *testing.T) {
	c := accepting(t, true)
	point := func(n int, prove func()) {
		t.Run(fmt.Sprintf("point %02d", n), func(t *testing.T) {
			c.t = t
			defer func() { c.t = t }()
			prove()
		})
	}
	point(3, func() {
		titles := map[string]string{}
		for _, path := range everyPage() {
			c.open(path)
			c.is("one heading, one main, a language", `document.querySelectorAll("h1").length === 1 && document.querySelectorAll("main").length === 1 && document.documentElement.lang !== ""`)
			c.is("levels of headings", `[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(h => +h.tagName[1]).every((level, i, all) => level <= (all[i - 1] ?? 0) + 1)`)
			title := evaluate[string](c, "document.title")
			if other, taken := titles[title]; title == "" || taken {
				c.t.Errorf("%s is called %q, as %s", path, title, other)
			}
			titles[title] = path
		}
	})
	point(4, func() {
		c.open("/inbox")
		c.is("each row", `[...document.querySelectorAll(".row")].length >= 50 && [...document.querySelectorAll(".row")].every(row => {
			const box = row.querySelectorAll("input[type=checkbox]"), links = row.querySelectorAll("h2 a"), star = row.querySelectorAll("button[aria-pressed]")
			return box.length === 1 && box[0].labels[0].textContent.includes(row.querySelector(".subj b").textContent.trim()) && links.length === 1 && row.querySelectorAll("a").length === 1 && star.length === 1 &&
				!row.querySelector("a a, a button, a input, button a, button button, button input, label a, label button")
		})`)
	})
	point(6, func() {
		c.open("/inbox")
		c.key('\t')
		c.is("the first that is tabbed to", `document.activeElement.matches("a.skip") && document.activeElement.getBoundingClientRect().top >= 0 && document.activeElement.getBoundingClientRect().width > 24`)
		c.key('\r')
		time.Sleep(50 * time.Millisecond)
		c.is("where it leads", `document.activeElement.id === "list"`)
	})
	point(8, func() {
		c.do(chromedp.EmulateViewport(320, 640, chromedp.EmulateMobile, chromedp.EmulateTouch))
		for _, path := range append(everyPage(), c.the("Wassersport*"), c.the("nine seats"), c.the("the soup"), c.the("URGENT")) {
			c.open(path)
			c.is("no wider than the window", `document.documentElement.scrollWidth <= 320`)
		}
		c.do(chromedp.EmulateViewport(1280, 800))
	})
	point(10, func() {
		for density, least := range map[string]string{"touch": "44", "": "24"} {
			c.choosing("density", density)
			for _, path := range []string{"/inbox", "/search?q=choir", "/settings/appearance", c.the("the soup")} {
				c.open(path)
				if small := evaluate[string](c, strings.ReplaceAll(smallUnder, "LEAST", least)); small != "" {
					c.t.Errorf("%s in density %q has targets under %s pixels:\n%s", path, density, least, small)
				}
			}
		}
	})
	point(12, func() {
		c.prefer("", "prefers-reduced-motion", "reduce")
		for _, path := range []string{"/inbox", c.the("the soup"), "/settings/appearance"} {
			c.open(path)
			if still := evaluate[string](c, moving); still != "" {
				c.t.Errorf("%s moves:\n%s", path, still)
			}
		}
		c.prefer("", "", "")
	})
	point(23, func() {
		c.choosing("density", "compact")
		c.is("rows in compact", visibleRows+" >= 20")
		c.choosing("density", "")
		c.is("rows", visibleRows+" >= 12")
		c.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch))
		c.inbox()
		if n := evaluate[int](c, visibleRows); n < 6 {
			c.t.Errorf("%d rows on a phone", n)
		}
		c.do(chromedp.EmulateViewport(1280, 800))
	})
	point(24, func() {
		c.inbox()
		c.is("one line", rowHeight+" < 50")
		c.choosing("layout", "split")
		c.is("in a narrower list", rowHeight+" > 60")
		c.choosing("layout", "")
	})
	point(27, func() {
		c.open("/inbox")
		c.press("a[rel=next]")
		second := evaluate[string](c, "location.pathname + location.search")
		id := evaluate[string](c, `[...document.querySelectorAll(".row")].at(-3).id`)
		c.leave("opening "+id, chromedp.Func(func(context.Context, *chromedp.Target) error {
			evaluate[bool](c, `document.querySelector("#`+id+` .subj a").click(), true`)
			return nil
		}))
		c.press(".acts a")
		if got := evaluate[string](c, "location.pathname + location.search"); got != second {
			c.t.Errorf("from a message of %s the way back leads to %s", second, got)
		}
		c.is("the row is marked and in view", `(r => r && r.id === "`+id+`" && r.getBoundingClientRect().top > 0 && r.getBoundingClientRect().bottom < innerHeight)(document.querySelector(".row:target"))`)
	})
	point(30, func() {
		c.open(c.the("nine seats"))
		c.is("how many are blocked", `/[0-9]+ remote image/.test(document.querySelector("main").innerText)`)
		c.is("nothing is loaded", `document.querySelectorAll(".body img").length === 0`)
		c.press(`form[action$="/images"] button`)
		c.is("pictures come by the site", `[...document.querySelectorAll(".body img")].length > 0 && [...document.querySelectorAll(".body img")].every(i => new URL(i.src).origin === location.origin)`)
	})
	point(34, func() {
		c.choosing("theme", "dark")
		for _, subject := range []string{"the soup", "nine seats", "URGENT", "old is too old", "parcel"} {
			c.open(c.the(subject))
			c.is("contrast", leastContrast+" >= 7")
		}
		c.choosing("theme", "")
	})
	point(37, func() {
		c.open(c.the("Oud and basses"))
		c.is("an invitation", `document.querySelector(".brief").innerText.includes("Oud and basses") && /\d{1,2}:\d\d/.test(document.querySelector(".brief").innerText) && !!document.querySelector(".att a[href*=part]")`)
		c.open("/search?q=is:encrypted+from:ines")
		c.press(".row .subj a")
		c.is("an encrypted message", `document.querySelector("main").innerText.includes("cannot decrypt") && !!document.querySelector(".att a, .note a, .brief a")`)
	})
	point(38, func() {
		c.open("/search?q=from%3Aodile+has%3Aattachment")
		c.is("two filters, and places", `document.querySelectorAll(".chips:not(.aside) [href*=search] [aria-hidden]").length === 2 && document.querySelectorAll(".row .tag").length > 0`)
		c.press(".chips a")
		if q := evaluate[string](c, `new URL(location).searchParams.get("q")`); q != "has:attachment" {
			c.t.Errorf("without the first filter the search is %q", q)
		}
	})
	point(47, func() {
		c.open("/inbox")
		c.do(chromedp.Focus(chromedp.CSS(".subj a")))
		c.key('?')
		for deadline := time.Now().Add(patience); c.count("dialog[open]") == 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		}
		for range 30 {
			c.key('\t')
		}
		c.is("the focus stays inside", `document.activeElement === document.body || !!document.activeElement.closest("dialog")`) // the browser's own frame has it in between
		c.key([]rune(kb.Escape)[0])
		time.Sleep(50 * time.Millisecond)
		c.is("it closes and gives the focus back", `!document.querySelector("dialog[open]") && document.activeElement.matches(".subj a")`)
	})
	point(52, func() {
		message, _, _ := strings.Cut(c.the("the soup"), "?")
		c.open(message + "/print")
		c.prefer("print", "", "")
		c.is("paper", `!document.querySelector("nav") && document.querySelector(".body, article").innerText.length > 0 && ["rgb(0, 0, 0)"].includes(getComputedStyle(document.querySelector("h1")).color)`)
		printed, err := chromedp.Call(c.ctx, page.PrintToPDF, page.PrintToPDFParams{PaperHeight: 3})
		if err != nil {
			c.t.Fatal(err)
		}
		if pages := regexp.MustCompile(`/Type\s*/Page\b`).FindAll(printed.Data, -1); len(pages) < 2 {
			c.t.Errorf("%d pages of three inches are printed: the rest is cut", len(pages))
		}
		c.prefer("", "", "")
	})
	c.t = t
	c.verdict()
}

// The same without scripts: points 15 and 17.
func TestAcceptanceWithoutScripts(t *testing.T) {
	c := accepting(t, false)
	t.Run("point 15", func(t *testing.T) {
		c.t = t
		c.open("/inbox")
		first := evaluate[string](c, `document.querySelector(".row").id`)
		c.press("#" + first + " .subj a")
		c.press("button[value=archive]")
		c.says("Archived")
		if c.count("#"+first) != 0 {
			t.Error("what was archived is still in the inbox")
		}
		c.press(".banner button")
		if c.count("#"+first) != 1 {
			t.Error("undone, it is not back")
		}
		c.press("#" + first + " .star")
		c.is("a star", `document.querySelector("#`+first+` .star").ariaPressed === "true"`)
		c.write("q", "soup")
		c.press(".row .subj a")
		c.press(".acts a")
		c.open("/inbox")
		c.press("a[rel=next]")
		c.press("a[rel=prev]")
	})
	t.Run("point 17", func(t *testing.T) {
		c.t = t
		c.open(c.the("the soup"))
		c.choose(".acts [popovertarget]")
		c.do(chromedp.WaitVisible(chromedp.CSS("[popover] a[href*=headers]")))
		c.press("[popover] a[href*=headers]")
		c.says("Received")
	})
	c.t = t
	c.press("form[action='/logout'] button")
	c.says("signed out")
	c.verdict()
}
