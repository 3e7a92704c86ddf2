package static

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
)

// pairs are the pairs of foreground and ground that pages use, with the least
// contrast in the themes of normal and of high contrast (WCAG 2.2: 4.5 for
// text, 3 for the outline of a control; 7 for text at level AAA).
var pairs = []struct {
	fore, ground string
	normal, high float64
}{
	{"text", "bg surface surface-2 surface-3 accent-soft", 7, 7},
	{"text-2", "bg surface surface-2 surface-3", 7, 7},
	{"text-3", "bg surface surface-2", 4.5, 7},
	{"text-3", "accent-soft", 4.5, 7},
	{"accent", "bg surface surface-2 accent-soft", 4.5, 7},
	{"accent-hover", "bg surface surface-2", 4.5, 7},
	{"on-accent", "accent accent-hover", 4.5, 7},
	{"accent-ink", "accent-soft", 7, 7},
	{"danger-ink", "danger-soft", 7, 7},
	{"warn-ink", "warn-soft", 7, 7},
	{"ok-ink", "ok-soft", 7, 7},
	{"danger", "surface", 4.5, 7},
	{"border-strong", "bg surface surface-2", 3, 3},
	{"star", "surface surface-2", 3, 3},
	{"ok", "surface", 3, 3},
}

// themes are where the colours of each theme stand.
var themes = []struct {
	name, block string
	dark, high  bool
}{
	{"light", ":root {", false, false},
	{"dark", ":root {", true, false},
	{"hc-light", "[data-theme^=hc-] {", false, true},
	{"hc-dark", "[data-theme^=hc-] {", true, true},
}

func TestColoursHaveEnoughContrast(t *testing.T) {
	for _, theme := range themes {
		colours := coloursOf(t, theme.block, theme.dark)
		for _, p := range pairs {
			want := p.normal
			if theme.high {
				want = p.high
			}
			for ground := range strings.FieldsSeq(p.ground) {
				if got := contrast(colours[p.fore], colours[ground]); got < want {
					t.Errorf("%s: %s on %s has %.2f, want %.1f", theme.name, p.fore, ground, got, want)
				}
			}
		}
	}
}

var (
	hue      = regexp.MustCompile(`\[data-hue="(\d+)"\] \{ --hue: (\d+); \}`)
	tinted   = regexp.MustCompile(`\.tag\[data-hue\] \{ background: oklch\(from var\(--surface-3\) l ([.\d]+) var\(--hue\)\); \}`)
	coloured = regexp.MustCompile(`a\[data-hue\] \.i \{ color: oklch\(from var\(--text-3\) l ([.\d]+) var\(--hue\)\); \}`)
)

// The twelve colours of labels can be read in each theme, and their icons seen.
func TestColoursOfLabelsHaveEnoughContrast(t *testing.T) {
	css, err := files.ReadFile("parts.css")
	if err != nil {
		t.Fatal(err)
	}
	hues, ground, icon := hue.FindAllStringSubmatch(string(css), -1), tinted.FindSubmatch(css), coloured.FindSubmatch(css)
	if len(hues) != 12 || ground == nil || icon == nil {
		t.Fatalf("%d colours, grounds %q, icons %q", len(hues), ground, icon)
	}
	number := func(text string) (n float64) {
		if _, err := fmt.Sscan(text, &n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, theme := range themes {
		colours := coloursOf(t, theme.block, theme.dark)
		for _, m := range hues {
			h := number(m[2])
			tag := oklch{colours["surface-3"].l, number(string(ground[1])), h}
			if got := contrast(colours["text-2"], tag); got < 7 {
				t.Errorf("%s: the words of label %s have %.2f, want 7", theme.name, m[1], got)
			}
			sign := oklch{colours["text-3"].l, number(string(icon[1])), h}
			for _, on := range []string{"surface-2", "surface-3", "accent-soft"} {
				if got := contrast(sign, colours[on]); got < 3 {
					t.Errorf("%s: the icon of label %s has %.2f on %s, want 3", theme.name, m[1], got, on)
				}
			}
		}
	}
}

func TestHighContrastIsTheSameByChoiceAndByTheSystem(t *testing.T) {
	for _, dark := range []bool{false, true} {
		chosen, system := coloursOf(t, "[data-theme^=hc-] {", dark), coloursOf(t, "@media (prefers-contrast: more) {", dark)
		for name, c := range chosen {
			if system[name] != c {
				t.Errorf("%s is %v by choice and %v by the system", name, c, system[name])
			}
		}
	}
}

// oklch is a colour as the tokens write it.
type oklch struct{ l, c, h float64 }

var token = regexp.MustCompile(`--([\w-]+):\s*light-dark\(oklch\(([^)]*)\), oklch\(([^)]*)\)\);`)

// coloursOf reads the colours of the block that begins with these words.
func coloursOf(t *testing.T, block string, dark bool) map[string]oklch {
	t.Helper()
	css, err := files.ReadFile("tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(css), block)
	rest, _, _ = strings.Cut(rest, "}")
	colours := map[string]oklch{}
	for _, m := range token.FindAllStringSubmatch(rest, -1) {
		value := m[2]
		if dark {
			value = m[3]
		}
		var c oklch
		if _, err := fmt.Sscan(value, &c.l, &c.c, &c.h); err != nil {
			t.Fatalf("%s: %q: %v", m[1], value, err)
		}
		colours[m[1]] = c
	}
	if !found || len(colours) < 20 {
		t.Fatalf("only %d colours in %s", len(colours), block)
	}
	return colours
}

// contrast is the ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b oklch) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// luminance goes by way of linear sRGB (CSS Color 4, section 18), clipped to
// what a screen shows.
func luminance(c oklch) float64 {
	a, b := c.c*math.Cos(c.h*math.Pi/180), c.c*math.Sin(c.h*math.Pi/180)
	cube := func(x float64) float64 { return x * x * x }
	l := cube(c.l + 0.3963377774*a + 0.2158037573*b)
	m := cube(c.l - 0.1055613458*a - 0.0638541728*b)
	s := cube(c.l - 0.0894841775*a - 1.2914855480*b)
	clip := func(x float64) float64 { return min(max(x, 0), 1) }
	red := clip(4.0767416621*l - 3.3077115913*m + 0.2309699292*s)
	green := clip(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s)
	blue := clip(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s)
	return 0.2126*red + 0.7152*green + 0.0722*blue
}
