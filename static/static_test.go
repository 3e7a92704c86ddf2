package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestEveryAssetIsFoundAtItsOwnPathOnly(t *testing.T) {
	a := Load()
	for name, contentType := range map[string]string{
		"app.css": "text/css; charset=utf-8", "icons.svg": "image/svg+xml", "favicon.svg": "image/svg+xml", "icon-512.png": "image/png",
	} {
		path := a.Path(name)
		f, ok := a.Lookup(path)
		if !ok {
			t.Errorf("%s: nothing at %q", name, path)
			continue
		}
		if f.Path != path || f.Type != contentType || path != Path(name) {
			t.Errorf("%s: found %s of type %q at %s", name, f.Path, f.Type, path)
		}
		sum := sha256.Sum256(f.Body)
		if want := "/assets/" + hex.EncodeToString(sum[:8]) + name[strings.LastIndex(name, "."):]; path != want {
			t.Errorf("%s is at %s, want its hash, %s", name, path, want)
		}
	}
	for _, path := range []string{"", "/assets/", "/assets/app.css", "app.css", a.Path("app.css") + "x", strings.ToUpper(a.Path("app.css"))} {
		if _, ok := a.Lookup(path); ok {
			t.Errorf("found something at %q", path)
		}
	}
	if got := Path("tokens.css"); got != "" {
		t.Errorf("Path of a part = %q, want none", got)
	}
}

func TestEverySourceIsEmbedded(t *testing.T) {
	for _, s := range sources {
		for _, part := range s.parts {
			b, err := files.ReadFile(part)
			if err != nil || len(b) == 0 {
				t.Errorf("%s: part %s: %d bytes, %v", s.name, part, len(b), err)
			}
		}
	}
}

func TestBuildingTwiceGivesTheSameAssets(t *testing.T) {
	if !reflect.DeepEqual(build(), build()) {
		t.Error("two builds of the assets differ")
	}
}

func TestGzipHoldsTheBody(t *testing.T) {
	for _, f := range Load().byName {
		z, err := gzip.NewReader(bytes.NewReader(f.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(z)
		if err != nil || !bytes.Equal(body, f.Body) {
			t.Errorf("%s: what was compressed is not the body (%v)", f.Path, err)
		}
	}
}

func TestAssetsAreSmall(t *testing.T) {
	for name, budget := range map[string]int{"app.css": 8 << 10, "icons.svg": 3 << 10, "favicon.svg": 1 << 10, "icon-192.png": 4 << 10, "icon-512.png": 8 << 10, "icon-maskable.png": 8 << 10} {
		f, _ := Load().Lookup(Path(name))
		t.Logf("%s: %d bytes, %d compressed", name, len(f.Body), len(f.Gzip))
		if len(f.Gzip) > budget || len(f.Gzip) == 0 {
			t.Errorf("%s has %d bytes compressed, budget %d", name, len(f.Gzip), budget)
		}
	}
}

func TestSlimKeepsAllButCommentsAndSpace(t *testing.T) {
	for css, want := range map[string]string{
		"":                          "",
		"a { b: c; }":               "a{b:c}",
		"\n  a {\n\n    b: c;\n}\n": "a{b:c}",
		"/* x */a/* y\n z */{}/**/": "a{}",
		"a {} /* never closed":      "a{}",
		":root { --s1: 1px; --s2: 2px; } a { margin: var(--s2) var(--s1) -1px; }": ":root{--0:1px;--1:2px}a{margin:var(--1) var(--0) -1px}",
		"a::before { content: \" — \"; }":                                         "a::before{content:\" — \"}",
	} {
		if got := string(slim([]byte(css))); got != want {
			t.Errorf("slim(%q) = %q, want %q", css, got, want)
		}
	}
}

func TestTheStyleSheetIsBalancedAndFetchesNothing(t *testing.T) {
	f, _ := Load().Lookup(Path("app.css"))
	css := string(f.Body)
	depth := 0
	for i, c := range css {
		switch c {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth < 0 {
			t.Fatalf("a brace too many near %q", css[max(0, i-60):i+1])
		}
	}
	if depth != 0 {
		t.Errorf("%d braces are never closed", depth)
	}
	if strings.Contains(css, "/*") || strings.Contains(css, "*/") {
		t.Error("a comment is left")
	}
	if foreign := regexp.MustCompile(`(?i)url\(|@import|https?:`).FindString(strings.ReplaceAll(css, "[href^=http]", "")); foreign != "" {
		t.Errorf("the style sheet may fetch something: %q", foreign)
	}
}

// TestVariablesOfTheStyleSheetExist finds a misspelt token, which a browser
// passes over in silence.
func TestVariablesOfTheStyleSheetExist(t *testing.T) {
	f, _ := Load().Lookup(Path("app.css"))
	defined := map[string]bool{}
	for _, m := range regexp.MustCompile(`(--[\w-]+):`).FindAllStringSubmatch(string(f.Body), -1) {
		defined[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`var\((--[\w-]+)\)`).FindAllStringSubmatch(string(f.Body), -1) {
		if !defined[m[1]] {
			t.Errorf("var(%s) is defined nowhere", m[1])
		}
	}
}

func TestIconsAreWellFormedInertAndDistinct(t *testing.T) {
	for _, name := range []string{"icons.svg", "favicon.svg"} {
		f, _ := Load().Lookup(Path(name))
		ids := map[string]bool{}
		d := xml.NewDecoder(bytes.NewReader(f.Body))
		for {
			token, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			e, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			if n := e.Name.Local; n == "script" || n == "style" || n == "image" || n == "foreignObject" {
				t.Errorf("%s has a %s", name, n)
			}
			for _, a := range e.Attr {
				if a.Name.Local == "id" && ids[a.Value] {
					t.Errorf("%s has %s twice", name, a.Value)
				}
				if a.Name.Local == "id" {
					ids[a.Value] = true
				}
				if n := a.Name.Local; n == "href" || n == "style" || strings.HasPrefix(n, "on") {
					t.Errorf("%s: attribute %s on %s", name, n, e.Name.Local)
				}
			}
		}
	}
}
