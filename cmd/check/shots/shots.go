// Package shots takes pictures of the pages of the demonstration, for people to look at.
package shots

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// limit bounds all of it.
const limit = 15 * time.Minute

// screen is what a page is seen on.
type screen struct {
	name          string
	width, height int64
	options       []chromedp.EmulateViewportOption
}

func screens() []screen {
	touch := []chromedp.EmulateViewportOption{chromedp.EmulateMobile, chromedp.EmulateTouch}
	return []screen{{"phone", 390, 844, touch}, {"tablet", 820, 1180, touch}, {"desktop", 1280, 800, nil}}
}

// pages are the pages, by the names of their pictures; ones whose address only a page knows are found by find.
func pages() [][2]string {
	return [][2]string{
		{"inbox", "/inbox"}, {"starred", "/starred"}, {"archive", "/archive"}, {"spam", "/spam"}, {"trash", "/trash"}, {"all", "/all"}, {"search", "/search?q=from%3Aana+has%3Aattachment"},
		{"search-none", "/search?q=nonesuch"}, {"attachments", "/attachments"}, {"attachments-none", "/attachments?q=nonesuch"}, {"help", "/help"}, {"retention", "/settings/retention"}, {"more", "/more"}, {"accounts", "/accounts"}, {"account", "/accounts/1"}, {"account-new", "/accounts/new"}, {"progress", "/accounts/1/sync"},
		{"appearance", "/settings/appearance"}, {"reading", "/settings/reading"}, {"keyboard", "/settings/keyboard"}, {"appearance-wrong", "/settings/appearance?wrong=zone"}, {"sessions", "/settings/sessions"}, {"stored", "/settings/stored"}, {"erase", "/settings/erase"},
		{"organise", "/organise"}, {"help-keys", "/help/keys"}, {"help-search", "/help/search"}, {"help-shared", "/help/shared"}, {"not-found", "/nowhere"},
	}
}

// Take puts pictures of every page into dir, on each screen, light and dark: inbox-phone-dark.png. It needs Chromium.
func Take(ctx context.Context, out io.Writer, dir string) (err error) {
	browser, err := exec.LookPath("chromium")
	if err != nil {
		return fmt.Errorf("a browser: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	site, stop, err := demonstrate(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox, chromedp.Flag("hide-scrollbars", true))
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	defer end()
	ctx, end = chromedp.NewContext(ctx)
	defer end()
	c := &camera{ctx: ctx, site: site, dir: dir}
	if err := c.shoot("sign-in", "/login"); err != nil {
		return err
	}
	if err := c.signIn(); err != nil {
		return err
	}
	list, err := c.found()
	if err != nil {
		return err
	}
	for _, p := range append(pages(), list...) {
		if err := c.shoot(p[0], p[1]); err != nil {
			return err
		}
	}
	for _, layout := range []string{"split", "stack"} {
		if err := c.choose("layout", layout); err != nil {
			return err
		}
		for _, p := range [][2]string{{"inbox", "/inbox"}, list[0]} {
			if err := c.shoot(p[0]+"-"+layout, p[1]); err != nil {
				return err
			}
		}
	}
	if err := errors.Join(c.choose("layout", ""), c.choose("language", "de")); err != nil {
		return err
	}
	for _, p := range append(pages(), list[0]) { // whose words are long
		if err := c.shoot(p[0]+"-german", p[1]); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%d pictures in %s\n", c.taken, dir)
	return nil
}

// demonstrate builds the program and runs its demonstration until stop.
func demonstrate(ctx context.Context) (site string, stop func() error, err error) {
	dir, err := os.MkdirTemp("", "restante-shots-*")
	if err != nil {
		return "", nil, err
	}
	program := filepath.Join(dir, "restante")
	if said, err := exec.CommandContext(ctx, "go", "build", "-o", program, "restante/cmd/restante").CombinedOutput(); err != nil {
		return "", nil, errors.Join(fmt.Errorf("building: %w: %s", err, said), os.RemoveAll(dir))
	}
	cmd := exec.CommandContext(ctx, program, "demo", "--listen", "127.0.0.1:0")
	said, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	stop = func() error {
		ended := errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait())
		return errors.Join(ended, os.RemoveAll(dir))
	}
	for lines := bufio.NewScanner(said); lines.Scan(); {
		if line := strings.TrimSpace(lines.Text()); strings.HasPrefix(line, "http") {
			return line, stop, nil
		}
	}
	return "", nil, errors.Join(errors.New("the demonstration said no address"), stop())
}

type camera struct {
	ctx       context.Context
	site, dir string
	taken     int
}

func (c *camera) do(actions ...chromedp.Action[chromedp.Void]) error {
	return chromedp.Do(c.ctx, actions...)
}

// signIn signs in to the demonstration, and waits for its mail.
func (c *camera) signIn() error {
	if err := c.do(chromedp.SendKeys(chromedp.ID("user"), "demo"), chromedp.SendKeys(chromedp.ID("password"), "demo\r")); err != nil {
		return err
	}
	for range 50 { // the first tells too few until the mail is there
		time.Sleep(200 * time.Millisecond)
		n, err := chromedp.Run(c.ctx, chromedp.Evaluate[int](`document.querySelectorAll(".row").length`))
		if err == nil && n >= 20 {
			return nil
		}
		if strings.HasSuffix(c.here(), "/login") {
			continue
		}
		if err := c.do(chromedp.Navigate(c.site + "/inbox")); err != nil {
			return err
		}
	}
	return errors.New("the mail of the demonstration does not come")
}

// here is the address of the page.
func (c *camera) here() string {
	address, _ := chromedp.Run(c.ctx, chromedp.Evaluate[string](`location.href`)) // "" while it changes
	return address
}

// choose changes how pages look, as the form of that page would.
func (c *camera) choose(name, value string) error {
	if err := c.do(chromedp.Navigate(c.site + "/settings/appearance")); err != nil {
		return err
	}
	ok, err := chromedp.Run(c.ctx, chromedp.Evaluate[bool](`fetch("/settings/appearance", {method: "POST", body: new URLSearchParams({`+name+`: "`+value+`"})}).then(a => a.ok)`, chromedp.EvalAwaitPromise))
	if err == nil && !ok {
		err = errors.New("it was refused")
	}
	if err != nil {
		return fmt.Errorf("choosing the %s %q: %w", name, value, err)
	}
	return nil
}

// found are the pages of some of the messages in the inbox.
func (c *camera) found() (list [][2]string, err error) {
	links, err := chromedp.Run(c.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll(".subj a")].map(a => a.getAttribute("href"))`))
	if err != nil {
		return nil, err
	}
	for i, link := range links {
		list = append(list, [2]string{fmt.Sprintf("message-%02d", i+1), link})
	}
	if i := slices.IndexFunc(links, func(link string) bool { return strings.HasPrefix(link, "/m/") }); i >= 0 { // others are conversations
		for _, page := range []string{"headers", "source", "print"} {
			list = append(list, [2]string{"message-" + page, links[i] + "/" + page})
		}
	}
	return list, nil
}

// shoot takes pictures of one page.
func (c *camera) shoot(name, path string) error {
	for _, s := range screens() {
		for _, scheme := range []string{"light", "dark"} {
			media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
			dress := chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
				_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, media)
				return err
			})
			if err := c.do(chromedp.EmulateViewport(s.width, s.height, s.options...), dress, chromedp.Navigate(c.site+path)); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			picture, err := chromedp.Run(c.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if err := os.WriteFile(filepath.Join(c.dir, name+"-"+s.name+"-"+scheme+".png"), picture, 0o644); err != nil {
				return err
			}
			c.taken++
		}
	}
	return nil
}
