package pop3client

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSASLprep(t *testing.T) {
	for s, want := range map[string]string{
		// RFC 4013, section 3
		"I\u00adX": "IX",
		"user":     "user",
		"USER":     "USER",
		"\u00aa":   "a",
		"\u2168":   "IX",
		// the tables of RFC 3454
		"a\u00a0b\u3000c\u200bd": "a b c d",
		"a\ufe0fb\u200dc\ufeff":  "abc",
		"a\u0308":                "ä",
		"\u0627\u0628":           "\u0627\u0628",
		"\u06271\u0628":          "\u06271\u0628",
		"🔑 since Unicode 6":      "🔑 since Unicode 6",
		"":                       "",
		"\u00ad":                 "",
	} {
		if got, err := saslprep(s); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", s, got, err, want)
		}
	}
	for _, s := range []string{
		"\u0007", "\u06271", "\u0627a\u0628", "a\u0627", // RFC 4013, section 3, and its like
		"\x00", "\x7f", "\u0085", "\u200e", "\u202e", "\ue000", "\ufdd0", "\uffff", "\U0001ffff", "\U000e0001", "\U00100000", "\U0001d173", "\ufffd", "\u2ff0",
		"\xe4", "\xed\xa0\x80",
	} {
		if got, err := saslprep(s); err == nil {
			t.Errorf("%q: %q, want an error", s, got)
		}
	}
}

// FuzzSASLprep: what is prepared stays as it is, is free of controls, and ASCII
// is not touched.
func FuzzSASLprep(f *testing.F) {
	for _, s := range []string{"user", "I\u00adX", "\u2168", "\u0627\u0628", "\u1e9b\u0323", "\u03d3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, err := saslprep(s)
		if err != nil {
			return
		}
		if twice, err := saslprep(once); err != nil || twice != once {
			t.Fatalf("%q became %q and then %q, %v", s, once, twice, err)
		}
		if !utf8.ValidString(once) || strings.ContainsAny(once, "\r\n\x00\x7f") {
			t.Fatalf("%q became %q", s, once)
		}
		if len(s) == utf8.RuneCountInString(s) && once != s {
			t.Fatalf("ASCII %q became %q", s, once)
		}
	})
}
