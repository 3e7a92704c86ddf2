package mail

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBrokenHeadersAreRepaired(t *testing.T) {
	for _, tt := range []struct {
		name, raw             string
		subject, text, defect string
	}{
		{"nothing to repair", "Subject: s\nFrom: a@b.c\n\nhello\n", "s", "hello", ""},
		{"mbox line", "From a@b.c Tue Mar  4 10:00:00 2025\nSubject: s\n\nhello\n", "s", "hello", "an mbox line before the header"},
		{"quoted mbox line", ">From a@b.c Tue Mar  4 10:00:00 2025\nSubject: s\n\nhello\n", "s", "hello", "an mbox line before the header"},
		{"mbox line within", "To: a@b.c\n>From x y\nSubject: s\n\nhello\n", "s", "hello", "a header line that is no field"},
		{"byte order mark", "\ufeffSubject: s\n\nhello\n", "s", "hello", "a byte order mark before the header"},
		{"empty lines first", "\n\n\nSubject: s\n\nhello\n", "s", "hello", "empty lines before the header"},
		{"line without a colon", "To: a@b.c\nwhat is this\nSubject: s\n\nhello\n", "s", "hello", "a header line that is no field"},
		{"continuation of such a line", "To: a@b.c\nwhat is this\n and that\nSubject: s\n\nhello\n", "s", "hello", "a header line that is no field"},
		{"name with a space", "To: a@b.c\nMy Field: x\nSubject: s\n\nhello\n", "s", "hello", "a header line that is no field"},
		{"name with raw bytes", "To: a@b.c\nGr\xfc\xdfe: x\nSubject: s\n\nhello\n", "s", "hello", "a header line that is no field"},
		{"no empty line", "Subject: s\nhello, this is\nthe text\n\nmore\n", "s", "hello, this is\nthe text\n\nmore", "no empty line between header and body"},
		{"line of spaces ends nothing", "Subject: s\n \nhello, text\n", "s", "hello, text", "no empty line between header and body"},
		{"space before the first field", " Subject: s\nTo: a@b.c\n\nhello\n", "s", "hello", "a space before the first field"},
		{"space before the colon", "Subject : s\nTo: a@b.c\n\nhello\n", "s", "hello", ""},
		{"name on its own line", "Subject\n : s\nTo: a@b.c\n\nhello\n", "s", "hello", "a field name on a line of its own"},
		{"parameters without indent", "Subject: s\nContent-Type: text/html;\ncharset=utf-8\n\n<p>hello\n", "s", "hello", "a continued header line without a space before it"},
		{"addresses without indent", "To: a@b.c,\nd@e.f\nSubject: s\n\nhello\n", "s", "hello", "a continued header line without a space before it"},
		{"header only", "Subject: s\nFrom: a@b.c", "s", "", ""},
		{"no header", "Dear all,\n\nhello\n", "", "Dear all,\n\nhello", "no header"},
		{"text that looks like fields", "Note: this is text\nhello\n", "", "Note: this is text\nhello", "no header"},
		{"empty header", "\nhello\n", "", "hello", "no header"},
		{"nothing", "", "", "", "no header"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, r := parse(t, tt.raw)
			if m.Subject != tt.subject {
				t.Errorf("subject %q, want %q", m.Subject, tt.subject)
			}
			if got := m.Text(r); got != tt.text {
				t.Errorf("text %q, want %q", got, tt.text)
			}
			if tt.defect == "" && len(m.Defects) > 0 || tt.defect != "" && !slices.Contains(m.Defects, tt.defect) {
				t.Errorf("defects %q, want %q", m.Defects, tt.defect)
			}
		})
	}
}

func TestEveryLineEndingIsRead(t *testing.T) {
	const raw = "Subject: a\n b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nfirst\n\nsecond\n--x\nContent-Type: text/plain; name=n\nContent-Transfer-Encoding: quoted-printable\n\nthird =\nfourth\n--x--\n"
	for name, ending := range map[string]string{"LF": "\n", "CR LF": "\r\n", "CR CR LF": "\r\r\n", "CR": "\r"} {
		r := strings.NewReader(strings.ReplaceAll(raw, "\n", ending))
		m := Parse(r, r.Size())
		if m.Subject != "a b" || len(m.Parts) != 3 {
			t.Errorf("%s: subject %q, %d parts; want \"a b\" and 3", name, m.Subject, len(m.Parts))
			continue
		}
		if got := m.Text(r); got != "first\n\nsecond" {
			t.Errorf("%s: text %q", name, got)
		}
		b := bodyReader{r: r, parts: m.Parts}
		if got := strings.TrimSpace(b.text(2, MaxBody)); got != "third fourth" {
			t.Errorf("%s: second part %q", name, got)
		}
	}
}

func TestLineEndingsMayBeMixed(t *testing.T) {
	r := strings.NewReader("Subject: s\r\nContent-Type: multipart/mixed; boundary=x\r\n\n--x\n\r\none\n--x\r\n\r\ntwo\r\n--x--\n")
	m := Parse(r, r.Size())
	if got := m.Text(r); got != "one\n\ntwo" {
		t.Errorf("text %q", got)
	}
}

func TestBareCRSmugglesNoField(t *testing.T) {
	r := strings.NewReader("Subject: s\rFrom: ceo@bank.example\r\nFrom: a@b.c\r\n\r\nhello\r\n")
	m := Parse(r, r.Size())
	if want := []Address{{"", "a@b.c"}}; !cmp.Equal(m.From, want) {
		t.Errorf("from %v, want %v", m.From, want)
	}
}

func TestHeaderLimits(t *testing.T) {
	t.Run("fields", func(t *testing.T) {
		m, r := parse(t, "Subject: s\n"+strings.Repeat("X-A: b\n", 2*maxFields)+"\nhello\n")
		if len(m.Header) != maxFields || m.Text(r) != "hello" {
			t.Errorf("%d fields and text %q, want %d and \"hello\"", len(m.Header), m.Text(r), maxFields)
		}
	})
	t.Run("one field", func(t *testing.T) {
		m, r := parse(t, "X-Long: "+strings.Repeat("x", 3*windowSize)+"\nSubject: s\n"+"X-Folded: y"+strings.Repeat("\n y", windowSize)+"\nTo: a@b.c\n\nhello\n")
		for _, f := range m.Header {
			if len(f.Value) > maxValue {
				t.Errorf("%s has %d bytes", f.Name, len(f.Value))
			}
		}
		if m.Subject != "s" || len(m.To) != 1 || m.Text(r) != "hello" {
			t.Errorf("subject %q, to %v, text %q: something behind the long fields is lost", m.Subject, m.To, m.Text(r))
		}
	})
	t.Run("header", func(t *testing.T) {
		m, r := parse(t, "Subject: s\n"+strings.Repeat("X-A: "+strings.Repeat("x", 1000)+"\n", 1000)+"\nhello\n")
		total := 0
		for _, f := range m.Header {
			total += len(f.Name) + len(f.Value)
		}
		if total > maxHeader || m.Text(r) != "hello" {
			t.Errorf("%d bytes kept and text %q", total, m.Text(r))
		}
	})
	t.Run("lines that are none", func(t *testing.T) {
		// Each of these lines is judged by looking ahead: without a limit that takes long.
		r := strings.NewReader("Subject: s\n" + strings.Repeat(strings.Repeat("junk\n", 500)+"To: a@b.c\n", 500) + "\nhello\n")
		m := Parse(r, r.Size())
		want := []string{"a header line that is no field", "no empty line between header and body"}
		if m.Subject != "s" || !cmp.Equal(m.Defects, want) || m.Parts[0].Offset > 1000 {
			t.Errorf("subject %q, defects %q, body at %d", m.Subject, m.Defects, m.Parts[0].Offset)
		}
	})
}

func TestFieldValuesAreUnfoldedAndOtherwiseRaw(t *testing.T) {
	m, _ := parse(t, "X-One: a\n\tb\n  c \nX-Two:\nX-THREE:=?utf-8?q?=41?= \xff\n\n")
	want := []Field{{"X-One", "a\tb  c"}, {"X-Two", ""}, {"X-THREE", "=?utf-8?q?=41?= \xff"}}
	if diff := cmp.Diff(want, m.Header); diff != "" {
		t.Error(diff)
	}
}

func TestHeaderAcrossTheWindow(t *testing.T) {
	// The header's end is moved over the edge of the window, byte by byte.
	for shift := -4; shift <= 4; shift++ {
		for _, ending := range []string{"\n", "\r\n"} {
			pad := strings.Repeat("X-Pad: "+strings.Repeat("p", 80-7-len(ending))+ending, windowSize/80-1)
			head := pad + "X-Shift: " + strings.Repeat("s", windowSize-len(pad)-9-30+shift) + ending
			raw := head + "Subject: s" + ending + "To: a@b.c" + ending + ending + "hello" + ending
			r := strings.NewReader(raw)
			m := Parse(r, r.Size())
			if m.Subject != "s" || len(m.To) != 1 || m.Text(r) != "hello" {
				t.Errorf("shift %d, ending %q: %s", shift, ending, fmt.Sprint(m.Subject, m.To, m.Text(r)))
			}
		}
	}
}
