package session

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestWhatCountsAsActivity(t *testing.T) {
	for _, c := range []struct {
		name, method string
		page         bool
		header       string // Name: value
		want         bool
	}{
		{"a page", "GET", true, "Sec-Fetch-Mode: navigate", true},
		{"a page, for an old browser", "GET", true, "", true},
		{"a page that a script fetches", "GET", true, "Sec-Fetch-Mode: cors", false},
		{"a page that a script fetches here", "GET", true, "Sec-Fetch-Mode: same-origin", false},
		{"an image", "GET", false, "Sec-Fetch-Mode: no-cors", false},
		{"the frame of a message", "GET", false, "Sec-Fetch-Mode: navigate", false},
		{"a stream, for an old browser", "GET", false, "", false},
		{"a form", "POST", false, "Sec-Fetch-Mode: navigate", true},
		{"a form, for an old browser", "POST", false, "", true},
		{"a form that a script sends", "POST", false, "Sec-Fetch-Mode: cors", true},
		{"only the headers", "HEAD", true, "", false},
		{"another method", "OPTIONS", true, "", false},
		{"a page in advance", "GET", true, "Sec-Purpose: prefetch", false},
		{"a page in advance, rendered", "GET", true, "Sec-Purpose: prefetch;prerender", false},
		{"a page in advance, for an old browser", "GET", true, "Purpose: prefetch", false},
		{"a page in advance, for an old Firefox", "GET", true, "X-Moz: prefetch", false},
		{"a page in advance, for an old Safari", "GET", true, "X-Purpose: preview", false},
		{"a form in advance", "POST", false, "Sec-Purpose: prefetch", false},
	} {
		r := httptest.NewRequest(c.method, "/inbox", nil)
		if name, value, ok := strings.Cut(c.header, ": "); ok {
			r.Header.Set(name, value)
		}
		if got := Active(r, c.page); got != c.want {
			t.Errorf("%s (%s, page %v, %q): %v, want %v", c.name, c.method, c.page, c.header, got, c.want)
		}
		if c.header == "Sec-Fetch-Mode: navigate" && c.want {
			r.Header = http.Header{"Sec-Fetch-Mode": {"navigate"}, "Sec-Purpose": {"prefetch"}}
			if Active(r, c.page) {
				t.Errorf("%s counts although it is fetched in advance", c.name)
			}
		}
	}
}

func TestTheNameOfABrowserIsShortAndPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Mozilla/5.0 (X11; Linux x86_64)": "Mozilla/5.0 (X11; Linux x86_64)",
		"  a\tb\r\nc\x00d\x1b[31m ": "abcd[31m", "evil\u202etxt.exe": "eviltxt.exe", "bad\xff\xfeutf": "badutf",
		strings.Repeat("ü", 300): strings.Repeat("ü", 200), strings.Repeat("x", 1<<20): strings.Repeat("x", 200),
	} {
		if got := shortAgent(in); got != want {
			t.Errorf("shortAgent(%.60q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzShortAgent(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64)")
	f.Add(" \xff\u202e\x00" + strings.Repeat("ü", 250))
	f.Fuzz(func(t *testing.T, s string) {
		got := shortAgent(s)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > maxAgent {
			t.Errorf("shortAgent(%q) = %q: %d characters", s, got, utf8.RuneCountInString(got))
		}
		if i := strings.IndexFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("shortAgent(%q) = %q: not printable at %d", s, got, i)
		}
		if again := shortAgent(got); again != got {
			t.Errorf("shortAgent(%q) = %q, and of that %q", s, got, again)
		}
	})
}
