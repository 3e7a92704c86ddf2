package mail

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func TestTextThatDeclaresNothingIsReadAsItLooks(t *testing.T) {
	for _, test := range []struct {
		charset encoding.Encoding
		text    string
	}{
		{charmap.KOI8R, "Здравствуйте, коллеги! Завтра в десять часов собрание."},
		{charmap.Windows1251, "Здравствуйте, коллеги! Завтра в десять часов собрание."},
		{japanese.ShiftJIS, "こんにちは、明日の会議は十時からです。"},
		{japanese.EUCJP, "こんにちは、明日の会議は十時からです。"},
		{japanese.ISO2022JP, "こんにちは、明日の会議は十時からです。"},
		{simplifiedchinese.GBK, "你好，明天十点开会，请准时参加。"},
		{traditionalchinese.Big5, "你好，明天十點開會，請準時參加。"},
		{korean.EUCKR, "안녕하세요, 내일 회의는 열 시입니다."},
		{charmap.Windows1253, "Καλημέρα, αύριο στις δέκα έχουμε συνάντηση."},
		{charmap.Windows1255, "שלום לכולם, מחר בעשר תתקיים פגישה."},
		{charmap.Windows1252, "Grüße aus München, die Möwe sitzt auf der Straße."},
		{charmap.Windows1252, "Mañana por la mañana habrá una reunión, ¿vendrás?"},
		{charmap.Windows1252, "One café."},
		{encoding.Nop, "Ein Gruß in UTF-8, 日本語."},
	} {
		raw, err := test.charset.NewEncoder().String(test.text)
		if err != nil {
			t.Fatal(err)
		}
		for _, declared := range []string{"", "us-ascii", "unknown-8bit", "x-nobody-knows"} {
			m, r := parse(t, "Content-Type: text/plain; charset="+declared+"\n\n"+raw)
			if got := m.Body(r).Text; got != test.text {
				t.Errorf("%v declared %q: %q, want %q", test.charset, declared, got, test.text)
			}
		}
	}
}

func TestAReaderKnowsTheCharsetBetter(t *testing.T) {
	raw, err := charmap.ISO8859_2.NewEncoder().String("Zażółć gęślą jaźń")
	if err != nil {
		t.Fatal(err)
	}
	m, r := parse(t, "Content-Type: text/html; charset=iso-8859-1\n\n<p>"+raw)
	if got := m.BodyAs(r, "iso-8859-2").HTML; got != "<p>Zażółć gęślą jaźń" {
		t.Errorf("as ISO 8859-2 it is %q", got)
	}
	if got := m.BodyAs(r, "utf-8").HTML; !strings.Contains(got, "\ufffd") {
		t.Errorf("as UTF-8, which it is not, it is %q", got)
	}
	for _, name := range Charsets() {
		if !isDeclared(name) {
			t.Errorf("%s cannot be read", name)
		}
	}
}

func TestUTF7(t *testing.T) {
	for text, want := range map[string]string{
		"Hi Mom -+Jjo--!": "Hi Mom -☺-!", "A+ImIDkQ.": "A≢Α.", "+ZeVnLIqe-": "日本語", "1 +- 1 = 2": "1 + 1 = 2", "1 + 1": "1 + 1", "a+b": "a+b",
		"+2D3cqQ-": "💩", "+": "+", "+-": "+", "+!": "+!", "+ADw-script+AD4-": "<script>", "a+b-c": "a+b-c",
	} {
		m, r := parse(t, "Content-Type: text/plain; charset=utf-7\n\n"+text)
		if got := m.Body(r).Text; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Whatever a text is declared as, it can be read, and what is ASCII in most charsets stays.
func FuzzCharset(f *testing.F) {
	for _, label := range append(Charsets(), "", "x-nobody-knows", "us-ascii", "hz-gb-2312") {
		f.Add(label, []byte("abc \xe4\xf6\xfc+AOQ-\x1b$B$3\x1b(B"))
	}
	f.Add("", []byte(strings.Repeat("\xc8\xe0\xf0\xf2", 20)))
	f.Fuzz(func(t *testing.T, label string, raw []byte) {
		p := Part{Type: "text/plain", Charset: short(label)}
		for _, text := range []string{p.Text(raw), decodeAs(label, raw)} {
			if !utf8.ValidString(text) || len(text) > 4*len(raw)+utf8.UTFMax {
				t.Fatalf("%d bytes as %q come to %d: %q", len(raw), label, len(text), text)
			}
		}
		if plain := strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return -1
			}
			return r
		}, string(raw)); p.Charset == "" && p.Text([]byte(plain)) != plain {
			t.Errorf("%q is not read as it stands: %q", plain, p.Text([]byte(plain)))
		}
	})
}
