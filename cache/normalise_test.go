package cache

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestNormalising(t *testing.T) {
	for in, want := range map[string]string{
		"Straße":     "strasse",
		"ÉTÉ":        "ete",
		"e\u0301te":  "ete",
		"ﬁne":        "fine",
		"ＡＢＣ":        "abc",
		"日本語":        "日本 本語 語",
		"a 日 b":      "a 日 b",
		"日本語 text":   "日本 本語 語 text",
		"ｶﾞﾗｽ":       "ガラ ラス ス", // half-width
		"안녕하세요":      "안녕 녕하 하세 세요 요",
		"Ἀθῆναι":     "αθηναι",
		"İstanbul":   "istanbul",
		"plain text": "plain text",
		"ꭾᏸ":         "ᎮᏰ",
		"ᎮᏰ":         "ᎮᏰ",
	} {
		if got := strings.Join(strings.Fields(normalise(in)), " "); got != want {
			t.Errorf("normalise(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestWhatIsTakenForFoldedIs(t *testing.T) {
	n := 0
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if s := string(r); isFolded(s) {
			n++
			if got := foldAny(s); got != s {
				t.Errorf("%q is taken for folded, and folded it is %q", s, got)
			}
		}
	}
	if n < 30_000 {
		t.Errorf("%d characters are taken for folded", n)
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Straße", "日本語", "e\u0301", "ﬁ", "\xff", "ǅ", "ΐ", "か\u3099は", "한국어 ab1", "K\u0301", "a\u20dd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToValidUTF8(s, "?")
		once := fold(s)
		if isFolded(s) && once != foldAny(s) {
			t.Errorf("%q is taken for folded, and folded it is %q", s, foldAny(s))
		}
		if !utf8.ValidString(once) {
			t.Errorf("fold(%q) = %q is not UTF-8", s, once)
		}
		if s != "" && isASCII(s[:1]) && (once == "" || once[:1] != strings.ToLower(s[:1])) {
			t.Errorf("fold(%q) = %q does not begin like it", s, once)
		}
		if twice := fold(once); twice != once {
			t.Errorf("fold(%q) = %q, and again %q: what is found would depend on how often it was folded", s, once, twice)
		}
		if got := strings.ReplaceAll(normalise(s), " ", ""); len(got) < len(strings.ReplaceAll(once, " ", "")) {
			t.Errorf("normalise(%q) lost text: %q", s, got)
		}
	})
}
