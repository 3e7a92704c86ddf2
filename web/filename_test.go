package web

import (
	"mime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestFileNamesAreNoPathsAndNoDevices(t *testing.T) {
	for text, want := range map[string]string{
		"report.pdf": "report.pdf", "1/2 of it": "1_2 of it", `a"b`: "a_b", "x.txt:evil.exe": "x.txt_evil.exe", ".htaccess": ".htaccess",
		"": "file", "..": "file", " . . ": "file", "\u202e\u200b": "file", "\u200d": "file", "CON.txt": "_CON.txt", "aux": "_aux", "com1": "_com1", "nul .x": "_nul .x",
		"console.log": "console.log", "name. ": "name", "report.pdf\u200b.exe": "report.pdf.exe", "invoice\u202efdp.exe": "invoicefdp.exe",
		"a\r\nb\x00c\u2028d": "a  bc d", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
		strings.Repeat("\U0001f600", 100) + ".jpeg":  strings.Repeat("\U0001f600", 48) + ".jpeg",
		strings.Repeat("a", 300):                     strings.Repeat("a", maxFileName),
		"a." + strings.Repeat("b", 300):              "a." + strings.Repeat("b", maxFileName-2),
		strings.Repeat("a", 194) + ". . . ." + "pdf": strings.Repeat("a", 194) + ".pdf",
	} {
		if got := fileName(text, "file"); got != want {
			t.Errorf("fileName(%q) = %q, want %q", text, got, want)
		}
	}
	for path, want := range map[string]string{`..\..\win.ini`: "win.ini", "/etc/passwd": "passwd", `C:\boot.ini`: "boot.ini", "///": "", "plain": "plain"} {
		if got := lastElement(path); got != want {
			t.Errorf("lastElement(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestADispositionHasTheWholeNameAndOneForOldBrowsers(t *testing.T) {
	for name, want := range map[string]string{
		"a b.txt":    `attachment; filename="a b.txt"`,
		"é (1).txt":  `attachment; filename="_ (1).txt"; filename*=UTF-8''%C3%A9%20%281%29.txt`,
		"100%41.txt": `attachment; filename="100_41.txt"; filename*=UTF-8''100%2541.txt`,
	} {
		if got := disposition(name); got != want {
			t.Errorf("disposition(%q) = %q, want %q", name, got, want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	for _, seed := range []string{"report.pdf", "../..\\x", "con.", "\u202etxt.exe", strings.Repeat("ä.", 200), "a\xff.txt", "\u200d. .", "%2e%2e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := fileName(text, "file")
		if name == "" || len(name) > maxFileName+1 || !utf8.ValidString(name) || strings.ContainsAny(name, `/\:`) || name != strings.TrimRight(name, ". ") {
			t.Errorf("%q becomes %q", text, name)
		}
		if strings.ContainsFunc(name, unicode.IsControl) || strings.ContainsAny(name, "\u202e\u2066\u200b") || device.MatchString(name) {
			t.Errorf("%q becomes %q, which deceives", text, name)
		}
		if again := fileName(name, "file"); len(name) <= maxFileName && again != name {
			t.Errorf("%q becomes %q, and that %q", text, name, again)
		}
		header := disposition(name)
		kind, params, err := mime.ParseMediaType(header)
		if err != nil || kind != "attachment" || params["filename"] != name || strings.ContainsFunc(header, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("%q gives %q, which reads %q (%v)", name, header, params["filename"], err)
		}
	})
}
