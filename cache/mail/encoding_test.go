package mail

import (
	"bytes"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"mime/quotedprintable"
	"strings"
	"testing"
	"testing/iotest"
)

func decode(t *testing.T, encoding, body string) string {
	t.Helper()
	p := Part{Encoding: encoding, Size: int64(len(body))}
	got, err := io.ReadAll(p.Open(strings.NewReader(body)))
	if err != nil {
		t.Errorf("%q: %v", body, err)
	}
	slow, err := io.ReadAll(iotest.OneByteReader(p.Open(strings.NewReader(body))))
	if err != nil || !bytes.Equal(slow, got) {
		t.Errorf("%q read byte by byte gives %q, else %q (%v)", body, slow, got, err)
	}
	return string(got)
}

func TestBase64IsReadLeniently(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"well-formed":             {"aGVsbG8gd29ybGQ=\r\n", "hello world"},
		"lines":                   {"aGVs\nbG8g\nd29y\nbGQ=\n", "hello world"},
		"no padding":              {"aGVsbG8gd29ybGQ", "hello world"},
		"no padding, one byte":    {"aGVsbG8gdw", "hello w"},
		"one character over":      {"aGVsbG8ga", "hello "},
		"padding in the middle":   {"aGVsbA==byB3b3JsZA==", "hello world"},
		"too much padding":        {"aGVsbG8====", "hello"},
		"junk":                    {"aGVs*!*bG8\x00g<- ->d29ybGQ=", "hello world"},
		"in groups":               {"aGVs bG8g d29y bGQ=\n", "hello world"},
		"prose in its place":      {"\r\nThis was never encoded.\r\naGVs\r\n", "\r\nThis was never encoded.\r\naGVs\r\n"},
		"spaces and tabs":         {" aGVs\tbG8g d29ybGQ= ", "hello world"},
		"footer behind padding":   {"aGVsbG8=\n_______\nUnsubscribe here\n", "hello"},
		"footer without padding":  {"aGVs\n______________________\nUnsubscribe here\n", "hel"},
		"empty":                   {"", ""},
		"nothing but junk":        {"!!!", ""},
		"padding only":            {"====", ""},
		"padding before the data": {"=aGVs", "hel"},
	} {
		if got := decode(t, "base64", tt.body); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestQuotedPrintableIsReadLeniently(t *testing.T) {
	long := strings.Repeat("x", readSize-1)
	for name, tt := range map[string]struct{ body, want string }{
		"well-formed":              {"caf=C3=A9 =3D\r\nsoft =\r\nbreak\r\n", "café =\r\nsoft break\r\n"},
		"lower case":               {"caf=c3=a9", "café"},
		"bad escape":               {"a=b=ZZ=4", "a=b=ZZ=4"},
		"NUL and raw bytes":        {"a\x00\xe9b", "a\x00\xe9b"},
		"spaces behind a break":    {"MARK=  \t\r\nER", "MARKER"},
		"spaces at the line's end": {"a  \nb\t\n", "a\nb\n"},
		"break at the end":         {"abc=", "abc"},
		"break before a lone CR":   {"ab=\rcd", "abcd"},
		"LF":                       {"a=\nb\nc", "ab\nc"},
		"CR CR LF":                 {"a=\r\r\nb\r\r\n", "ab\r\n"},
		"long line":                {long + "=41" + long + "=\n" + long, long + "A" + long + long},
		"break at a long line":     {long + "=\r\nx", long + "x"},
		"empty":                    {"", ""},
	} {
		if got := decode(t, "quoted-printable", tt.body); got != tt.want {
			t.Errorf("%s: %.80q (%d bytes), want %.80q (%d bytes)", name, got, len(got), tt.want, len(tt.want))
		}
	}
}

func TestUnknownEncodingsArePassedThrough(t *testing.T) {
	for _, encoding := range []string{"", "7bit", "binary", "x-foo"} {
		if got := decode(t, encoding, "a=41\r\n"); got != "a=41\r\n" {
			t.Errorf("%q: %q", encoding, got)
		}
	}
}

// TestEncodingsReturnWhatWasEncoded takes bodies of sizes around the buffer through the standard library's encoders.
func TestEncodingsReturnWhatWasEncoded(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{1, 2, 3, 100, readSize - 1, readSize, readSize + 1, 3*readSize + 7} {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(random.Uint32())
		}
		text := base64.StdEncoding.EncodeToString(data)
		var lines strings.Builder
		for len(text) > 76 {
			lines.WriteString(text[:76] + "\r\n")
			text = text[76:]
		}
		if got := decode(t, "base64", lines.String()+text); got != string(data) {
			t.Errorf("base64 of %d bytes came back as %d others", size, len(got))
		}
		var quoted bytes.Buffer
		w := quotedprintable.NewWriter(&quoted)
		w.Binary = true
		if _, err := w.Write(data); err != nil || w.Close() != nil {
			t.Fatal(err)
		}
		if got := decode(t, "quoted-printable", quoted.String()); got != string(data) {
			t.Errorf("quoted-printable of %d bytes came back as %d others", size, len(got))
		}
	}
}
