package mail

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"restante/cmd/check/corpus"
)

func TestFileNamesAreClean(t *testing.T) {
	for given, want := range map[string]string{
		"report.pdf":                       "report.pdf",
		"../../etc/passwd":                 "passwd",
		`C:\Users\x\report.pdf`:            "report.pdf",
		"///":                              "",
		"..":                               "",
		".htaccess":                        ".htaccess",
		"a\x00b\r\nc.txt":                  "ab c.txt",
		"invoice\u202efdp.exe":             "invoicefdp.exe",
		"report.pdf\u200b.exe":             "report.pdf.exe",
		"  spaced   out .txt . ":           "spaced out .txt",
		"日本.txt":                           "日本.txt",
		"":                                 "",
		"caf\xe9.txt":                      "café.txt",
		strings.Repeat("é", 300) + ".docx": strings.Repeat("é", 97) + ".docx",
	} {
		if got := cleanName(given); got != want {
			t.Errorf("%q became %q, want %q", given, got, want)
		}
	}
}

func TestNamesAreMadeUpFromTypes(t *testing.T) {
	for kind, want := range map[string]string{
		"application/pdf":     "attachment.pdf",
		"message/rfc822":      "message.eml",
		"image/jpeg":          "image.jpg",
		"text/calendar":       "attachment.ics",
		"text/x-whatever":     "attachment.txt",
		"application/x-thing": "attachment.bin",
	} {
		if got := (Part{Type: kind}).Filename(); got != want {
			t.Errorf("%s is named %q, want %q", kind, got, want)
		}
	}
	if got := (Part{Type: "application/pdf", Name: "x"}).Filename(); got != "x" {
		t.Errorf("a given name became %q", got)
	}
}

// TestHostileFileNames reads the corpus's hostile Content-Disposition fields.
func TestHostileFileNames(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(corpus.Dir(t), "security", "filenames.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID          string
		Disposition string  `json:"content_disposition"`
		Name        *string `json:"expected_name"`
	}
	if err := json.Unmarshal(raw, &cases); err != nil || len(cases) < 30 {
		t.Fatalf("%d cases: %v", len(cases), err)
	}
	for _, c := range cases {
		r := strings.NewReader("Subject: s\r\nContent-Disposition: " + c.Disposition + "\r\nContent-Type: application/octet-stream\r\n\r\nx")
		m := Parse(r, r.Size())
		name := m.Parts[0].Filename()
		if c.Name != nil && name != *c.Name {
			t.Errorf("%s: %q, want %q", c.ID, name, *c.Name)
		}
		if strings.ContainsAny(name, "/\\") || strings.Trim(name, ".") == "" || len(name) > maxFilename || !utf8.ValidString(name) {
			t.Errorf("%s: %q is no file name", c.ID, name)
		}
		if bad := strings.IndexFunc(name, isUnseen); bad >= 0 {
			t.Errorf("%s: %q has an unseen character at %d", c.ID, name, bad)
		}
		if got := m.Attachments(); len(got) != 1 {
			t.Errorf("%s: attachments %v", c.ID, got)
		}
	}
}

// isUnseen tells whether r is a control character or turns text around: what no result of this package has.
func isUnseen(r rune) bool {
	return r < ' ' || 0x7f <= r && r < 0xa0 || isOverride(r)
}
