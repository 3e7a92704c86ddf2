package views_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"restante/static"
)

// policy is what the site sends with its pages.
const policy = "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// site serves each page by its name, and the assets.
func site(t *testing.T) (address string, sprites *atomic.Int64) {
	t.Helper()
	sprites = new(atomic.Int64)
	all := pages()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		if f, ok := static.Load().Lookup(r.URL.Path); ok {
			if f.Path == static.Path("icons.svg") {
				sprites.Add(1)
			}
			w.Header().Set("Content-Type", f.Type)
			_, _ = w.Write(f.Body)
			return
		}
		c, ok := all[r.URL.Query().Get("page")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := c.Render(r.Context(), w); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/?page=", sprites
}

// browser starts Chromium, in which pages run no script.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil && os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
		t.Fatal("Chromium is required and absent")
	}
	if err != nil {
		t.Skip("Chromium absent: how pages look was not tested")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel)
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return ctx
}

// open shows a page in a window of that size.
func open(t *testing.T, ctx context.Context, address string, width, height int64) {
	t.Helper()
	window := chromedp.EmulateViewport(width, height)
	if width < 600 {
		window = chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	if err := chromedp.Do(ctx, window, chromedp.Navigate(address)); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}

// ask evaluates an expression in the page that is open.
func ask[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return answer
}

// TestPagesInChromium is about what only a layout engine knows.
func TestPagesInChromium(t *testing.T) {
	address, sprites := site(t)
	ctx := browser(t)

	for name := range pages() {
		for _, width := range []int64{320, 1280} {
			open(t, ctx, address+name, width, 640)
			if got := ask[int64](t, ctx, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s: %d pixels wide in a window of %d", name, got, width)
			}
			if got := ask[string](t, ctx, wordless); got != "" {
				t.Errorf("%s at %d: nothing is heard of:\n%s", name, width, got)
			}
			if got := ask[string](t, ctx, smallTargets); got != "" {
				t.Errorf("%s at %d: targets under 24 pixels:\n%s", name, width, got)
			}
		}
	}
	if sprites.Load() == 0 {
		t.Error("the policy kept the icons from being loaded")
	}

	// In a language that is written from right to left everything stands the other way round.
	for _, name := range []string{"inbox", "results", "message", "conversation", "attachments", "retention", "appearance", "sync"} {
		for _, width := range []int64{320, 1280} {
			open(t, ctx, address+name, width, 640)
			ask[string](t, ctx, `document.documentElement.dir = "rtl"`)
			if got := ask[int64](t, ctx, "document.documentElement.scrollWidth"); got > width {
				t.Errorf("%s from right to left: %d pixels wide in a window of %d", name, got, width)
			}
		}
		if got := ask[bool](t, ctx, `document.querySelector(".side").getBoundingClientRect().left > innerWidth / 2 && document.querySelector("h1").getBoundingClientRect().right > innerWidth / 3`); !got {
			t.Errorf("%s from right to left is as from left to right", name)
		}
	}

	open(t, ctx, address+"inbox", 1280, 800)
	if got := ask[float64](t, ctx, tallestRow); got > 50 {
		t.Errorf("a row of a wide list is %v pixels high, not one line", got)
	}
	if got := ask[int](t, ctx, visibleRows); got < 12 {
		t.Errorf("%d rows visible at 1280×800, want 12", got)
	}
	open(t, ctx, address+"inbox", 360, 740)
	if got := ask[float64](t, ctx, tallestRow); got < 60 {
		t.Errorf("a row of a narrow list is %v pixels high, not stacked", got)
	}
	if got := ask[int](t, ctx, visibleRows); got < 5 {
		t.Errorf("%d rows visible on a phone, under the line of the demonstration, want 5", got)
	}

	open(t, ctx, address+"message", 360, 740)
	if got := ask[string](t, ctx, phoneBars); got != "none fixed, block fixed" {
		t.Errorf("on a phone the bars of navigation and actions are %q", got)
	}
	open(t, ctx, address+"message", 1280, 800)
	if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS("[popovertarget]")), chromedp.WaitVisible(chromedp.CSS("[popover] a"))); err != nil {
		t.Errorf("the menu does not open without a script: %v", err)
	}
}

// What is asked of a page.
const (
	smallTargets = `[...document.querySelectorAll("button, input:not([type=hidden], [type=checkbox]), .pick, .btn, .side a, summary")]
		.map(e => [e, e.getBoundingClientRect()])
		.filter(([e, r]) => e.checkVisibility() && r.width && (r.width < 24 || r.height < 24))
		.map(([e, r]) => e.outerHTML.slice(0, 80) + " " + r.width + "×" + r.height).join("\n")`
	// The words of an icon may be hidden from the eye, but not by display: none. What is in rows is proven elsewhere:
	// those below the window have no layout to ask.
	wordless = `[...document.querySelectorAll("a, button, summary")]
		.filter(e => e.checkVisibility() && !e.closest(".row") && !e.innerText.trim()).map(e => e.outerHTML.slice(0, 80)).join("\n")`
	visibleRows = `[...document.querySelectorAll(".row")]
		.filter(r => r.getBoundingClientRect().bottom <= innerHeight - (innerWidth < 768 ? 60 : 0)).length`
	tallestRow = `Math.max(...[...document.querySelectorAll(".row")].slice(0, 6).map(r => r.getBoundingClientRect().height))`
	phoneBars  = `[".side", ".acts"].map(s => getComputedStyle(document.querySelector(s)))
		.map(s => s.display + " " + s.position).join(", ")`
)
