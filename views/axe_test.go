package views_test

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"restante/cmd/check/corpus"
)

// axe-core (MPL 2.0) finds what keeps people with a screen reader or weak eyes out. It is fetched once and kept in the
// user's cache; no part of it is in the program.
const (
	axeVersion = "4.14.1"
	axeAddress = "https://registry.npmjs.org/axe-core/-/axe-core-" + axeVersion + ".tgz"
	axeSum     = "FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==" // SHA-512 of that
	maxAxe     = 4 << 20
)

// axe is the source of axe-core.
func axe(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = t.TempDir()
	}
	name := filepath.Join(cache, "restante-check", "axe-"+axeVersion+".tgz")
	if _, err := os.Stat(name); err != nil {
		if err := fetchAxe(t.Context(), name); err != nil {
			t.Skipf("axe-core cannot be fetched, accessibility was not tested with it: %v", err)
		}
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	source, err := unpackAxe(file)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return source
}

func fetchAxe(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, axeAddress, http.NoBody)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(res.Body, maxAxe))
	if err != nil {
		return err
	}
	if sum := sha512.Sum512(data); base64.StdEncoding.EncodeToString(sum[:]) != axeSum {
		return errors.New("it is not what it was")
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

func unpackAxe(r io.Reader) (string, error) {
	packed, err := gzip.NewReader(r)
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(packed); ; {
		f, err := files.Next()
		if err != nil {
			return "", err
		}
		if f.Name == "package/axe.min.js" {
			source, err := io.ReadAll(io.LimitReader(files, maxAxe))
			return string(source), err
		}
	}
}

// violations is what axe says of the page that is open, one to a line, once its colours have changed to what they are.
func violations(t *testing.T, ctx context.Context, source, options string) string {
	t.Helper()
	const run = `Promise.all(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished)).then(() => axe.run(document, %s)).then(found => found.violations.map(v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + " " + n.any.concat(n.all, n.none).map(c => c.message).join("; ")).join(" | ")).join("\n"))`
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](source+"; true")); err != nil {
		t.Fatal(err)
	}
	said, err := chromedp.Run(ctx, chromedp.Evaluate[string](fmt.Sprintf(run, options), chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return said
}

const (
	everyRule = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], iframes: false}`
	contrast  = `{runOnly: {type: "rule", values: ["color-contrast"]}, iframes: false}`
	enhanced  = `{runOnly: {type: "rule", values: ["color-contrast-enhanced"]}, iframes: false}`
)

// ui.md section 8, point 1: axe finds nothing on any page, wide or narrow, nor in the colours of any theme. A run that is not
// about everything looks at every fifth page.
func TestPoint01AxeFindsNothing(t *testing.T) {
	source := axe(t)
	address, _ := site(t)
	ctx := browser(t)
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: false}); err != nil {
		t.Fatal(err)
	}
	open(t, ctx, address+"inbox", 1280, 800)
	ask[bool](t, ctx, `document.documentElement.removeAttribute("lang"), document.querySelector("h1").remove(), true`)
	if said := violations(t, ctx, source, everyRule); said == "" {
		t.Fatal("axe finds nothing wrong with what is wrong: nothing is proved")
	}
	names := slices.Sorted(maps.Keys(pages()))
	for i, name := range names {
		if i%corpus.Step(5) != 0 {
			continue
		}
		for _, width := range []int64{320, 1280} {
			open(t, ctx, address+name, width, 800)
			if said := violations(t, ctx, source, everyRule); said != "" {
				t.Errorf("%s at %d:\n%s", name, width, said)
			}
		}
	}
	for _, theme := range []string{"light", "dark", "hc-light", "hc-dark"} {
		rules := contrast
		if theme == "hc-light" || theme == "hc-dark" {
			rules = enhanced
		}
		for _, name := range []string{"busy inbox", "message"} {
			open(t, ctx, address+name, 1280, 800)
			ask[string](t, ctx, `document.documentElement.dataset.theme = "`+theme+`"`)
			if said := violations(t, ctx, source, rules); said != "" {
				t.Errorf("%s in %s:\n%s", name, theme, said)
			}
		}
	}
}
