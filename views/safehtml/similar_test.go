package safehtml

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	material "restante/cmd/check/corpus"
)

const (
	leastAlike = 0.9  // structural similarity below which a case fails
	maxSeen    = 4000 // pixels from the top that are compared
	square     = 8    // pixels of a side of the squares that are compared
)

// TestCorpusAnOriginalLooksAsItsSenderMeantIt compares pictures of harmless mail as it was sent and as the original shows
// it, on a phone and on a desk, both without any picture of theirs. With RESTANTE_LOOK=DIR it leaves there what differs.
func TestCorpusAnOriginalLooksAsItsSenderMeantIt(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("RESTANTE_REQUIRE_REAL") == "1" {
			t.Fatalf("no browser: %v", err)
		}
		t.Skipf("no browser (%v): not run", err)
	}
	all := append(samples(t, "benign.json"), letters(t)...)
	proof := material.Prove(t, "Chromium: an original looks as its sender meant it, at 375 and 1280")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		kind, number, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= len(all) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
		src := all[i].HTML
		if kind == "original" {
			out, _ := Original(src, OriginalOptions{})
			src = out.String()
		}
		_, _ = w.Write([]byte(src))
	}))
	defer srv.Close()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, 30*time.Minute) // a guard against hanging
	defer cancel()
	look := func(kind string, i int, width int64) []byte {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(fmt.Sprintf("%s/%s/%d", srv.URL, kind, i))); err != nil {
			t.Fatal(err)
		}
		shot, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
		if err != nil {
			t.Fatal(err)
		}
		return shot
	}
	sum, n := 0.0, 0
	for i := 0; i < len(all); i += material.Step(8) {
		for _, width := range []int64{375, 1280} {
			a, b := look("sent", i, width), look("original", i, width)
			alike := similarity(t, a, b)
			sum, n = sum+alike, n+1
			id, wrong := fmt.Sprintf("%s at %d", all[i].ID, width), ""
			if alike < leastAlike {
				wrong = fmt.Sprintf("similarity %.2f", alike)
				keep(t, id, a, b)
			}
			proof.Case(id, wrong)
		}
	}
	proof.Note("mean similarity %.3f", sum/float64(n))
}

// keep leaves two pictures for a person to look at, if asked to.
func keep(t *testing.T, id string, sent, original []byte) {
	dir := os.Getenv("RESTANTE_LOOK")
	if dir == "" {
		return
	}
	name := filepath.Join(dir, strings.NewReplacer("/", "_", " ", "_").Replace(id))
	for end, shot := range map[string][]byte{"-sent.png": sent, "-original.png": original} {
		if err := os.WriteFile(name+end, shot, 0o600); err != nil {
			t.Error(err)
		}
	}
}

// similarity is the mean structural similarity of two pictures in grey (Wang et al. 2004, with squares of 8 pixels for the
// window): 1 for equal ones. Where one is larger the other is white.
func similarity(t *testing.T, a, b []byte) float64 {
	t.Helper()
	x, y := grey(t, a), grey(t, b)
	width := max(x.Rect.Dx(), y.Rect.Dx())
	height := min(max(x.Rect.Dy(), y.Rect.Dy()), maxSeen)
	sum, n := 0.0, 0
	for top := 0; top < height; top += square {
		for left := 0; left < width; left += square {
			sum += alike(x, y, left, top)
			n++
		}
	}
	return sum / float64(max(n, 1))
}

func grey(t *testing.T, shot []byte) *image.Gray {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	g := image.NewGray(m.Bounds())
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			g.Set(x, y, m.At(x, y))
		}
	}
	return g
}

// alike is the structural similarity of one square.
func alike(x, y *image.Gray, left, top int) float64 {
	const c1, c2 = (0.01 * 255) * (0.01 * 255), (0.03 * 255) * (0.03 * 255)
	var sx, sy, sxx, syy, sxy float64
	for dy := range square {
		for dx := range square {
			a, b := at(x, left+dx, top+dy), at(y, left+dx, top+dy)
			sx, sy, sxx, syy, sxy = sx+a, sy+b, sxx+a*a, syy+b*b, sxy+a*b
		}
	}
	const n = square * square
	mx, my := sx/n, sy/n
	vx, vy, cov := sxx/n-mx*mx, syy/n-my*my, sxy/n-mx*my
	return (2*mx*my + c1) * (2*cov + c2) / ((mx*mx + my*my + c1) * (vx + vy + c2))
}

func at(g *image.Gray, x, y int) float64 {
	if !image.Pt(x, y).In(g.Rect) {
		return 255
	}
	return float64(g.At(x, y).(color.Gray).Y)
}
