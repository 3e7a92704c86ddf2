package mail

import (
	"strings"
	"testing"
)

func TestParametersAreRead(t *testing.T) {
	for _, tt := range []struct{ value, word, name, want string }{
		{`text/plain; charset=utf-8`, "text/plain", "charset", "utf-8"},
		{`TEXT/Plain; CHARSET="UTF-8"`, "text/plain", "charset", "UTF-8"},
		{`text/plain; charset=utf-8;;`, "text/plain", "charset", "utf-8"},
		{`text/plain charset=utf-8`, "text/plain", "charset", "utf-8"},
		{`text/plain; charset=`, "text/plain", "charset", ""},
		{`text/plain; charset = "utf-8" (comment)`, "text/plain", "charset", "utf-8"},
		{`text/plain (comment); charset=utf-8`, "text/plain", "charset", "utf-8"},
		{`text/plain; charset="utf-8`, "text/plain", "charset", "utf-8"},
		{`text/plain; charset=a; charset=b`, "text/plain", "charset", "a"},
		{`multipart/mixed; boundary=----=_Part:1`, "multipart/mixed", "boundary", "----=_Part:1"},
		{`multipart/mixed; boundary="a\"b\\c"`, "multipart/mixed", "boundary", `a"b\c`},
		{`multipart/mixed; type=x boundary=b`, "multipart/mixed", "boundary", "b"},
		{`attachment; filename=x name=y charset=z`, "attachment", "filename", "x"},
		{`attachment; filename=my file.pdf`, "attachment", "filename", "my file.pdf"},
		{`attachment; filename=my file.pdf; size=1`, "attachment", "size", "1"},
		{`attachment; filename="C:\temp\x.txt"`, "attachment", "filename", `C:\temp\x.txt`},
		{`attachment filename="x.txt"`, "attachment", "filename", "x.txt"},
		{`attachment; filename==?utf-8?Q?caf=C3=A9.txt?=`, "attachment", "filename", "café.txt"},
		{`attachment; filename="=?utf-8?Q?a?= =?utf-8?Q?b.txt?="`, "attachment", "filename", "ab.txt"},
		{`attachment; filename="=?utf-8?B?5pel5pys"`, "attachment", "filename", "日本"},
		{"attachment; filename=\"r\xe9sum\xe9.doc\"", "attachment", "filename", "résumé.doc"},
		{"attachment; filename=\"résumé.doc\"", "attachment", "filename", "résumé.doc"},
		{`attachment; filename*=utf-8''%e6%97%a5.txt`, "attachment", "filename", "日.txt"},
		{`attachment; filename*=ISO-8859-1'de'%fcber%20uns.txt`, "attachment", "filename", "über uns.txt"},
		{`attachment; filename*=ISO-2022-JP'ja'%1B$BF|K%5C%1B%28B.txt`, "attachment", "filename", "日本.txt"},
		{`attachment; filename="fallback.txt"; filename*=utf-8''real.txt`, "attachment", "filename", "real.txt"},
		{`attachment; filename*0="very"; filename*1="long.txt"`, "attachment", "filename", "verylong.txt"},
		{`attachment; filename*1="b.txt"; filename*0="a"`, "attachment", "filename", "ab.txt"},
		{`attachment; filename*0*=utf-8''%F0%9F; filename*1*=%98%80; filename*2=".txt"`, "attachment", "filename", "😀.txt"},
		{`attachment; filename*0="a"; filename*2="c.txt"`, "attachment", "filename", "ac.txt"},
		{`attachment; filename*=100%25%zz.txt`, "attachment", "filename", "100%%zz.txt"},
		{``, "", "charset", ""},
		{`;;;=/`, "", "charset", ""},
	} {
		word, params := parseParams(tt.value)
		if got := params.decoded(tt.name); word != tt.word || got != tt.want {
			t.Errorf("%s: %q with %s %q, want %q with %q", tt.value, word, tt.name, got, tt.word, tt.want)
		}
	}
}

func TestParametersAreLimited(t *testing.T) {
	_, params := parseParams("x; " + strings.Repeat("a*0*=b; ", 2*maxParams))
	if len(params) != maxParams {
		t.Errorf("%d parameters", len(params))
	}
}

func TestTypesAreRead(t *testing.T) {
	for _, tt := range []struct{ header, kind, encoding, name string }{
		{"", "text/plain", "", ""},
		{"Content-Type: image/PNG; name=x.png", "image/png", "", "x.png"},
		{"Content-Type: text", "text/plain", "", ""},
		{"Content-Type: ;;;=/", "text/plain", "", ""},
		{"Content-Type: pdf; name=x.pdf", "application/octet-stream", "", "x.pdf"},
		{"Content-Type:\n Text/HTML;\n\tcharset=utf-8", "text/html", "", ""},
		{"Content-Transfer-Encoding: BASE64;", "text/plain", "base64", ""},
		{"Content-Transfer-Encoding: base64; x=y", "text/plain", "base64", ""},
		{"Content-Transfer-Encoding: Quoted-Printable (what)", "text/plain", "quoted-printable", ""},
		{"Content-Transfer-Encoding: \"8bit\"", "text/plain", "8bit", ""},
		{"Content-Transfer-Encoding: 8 bit", "text/plain", "8", ""},
		{"Content-Transfer-Encoding: x-unknown", "text/plain", "x-unknown", ""},
		{"Content-Disposition: attachment; filename=a.txt\nContent-Type: text/plain; name=b.txt", "text/plain", "", "a.txt"},
	} {
		m, _ := parse(t, "Subject: s\n"+tt.header+"\n\nhello\n")
		if p := m.Parts[0]; p.Type != tt.kind || p.Encoding != tt.encoding || p.Name != tt.name {
			t.Errorf("%s: %q, %q, %q", tt.header, p.Type, p.Encoding, p.Name)
		}
	}
}
