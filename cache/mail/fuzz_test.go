package mail

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/emersion/go-message/mail"
	"github.com/google/go-cmp/cmp"

	"restante/cmd/check/corpus"
)

func FuzzParse(f *testing.F) {
	for _, raw := range []string{
		"Subject: s\nFrom: A <a@b.c>\n\nhello\n",
		"From x\nSubject: =?utf-8?Q?a?=\nContent-Type: multipart/mixed; boundary=b\n\npre\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>=C3=A9 <img src=3Dcid:i>\n--b\nContent-Type: image/png\nContent-ID: <i>\nContent-Transfer-Encoding: base64\n\naGk=\n--b--\n",
		"Subject: s\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: multipart/related; boundary=b\n\n--b\n\none \n> two\n--b--\n--b\n\n--b--",
		"Subject: s\nContent-Type: text/plain; format=flowed; charset=iso-8859-1\n\none \ntwo\xe9\n",
		"Subject: s\nContent-Type: message/rfc822\n\nSubject: t\nContent-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nin\n",
		"Subject: s\rX: y\r\rtext\r",
		"no header\n",
		"",
	} {
		f.Add([]byte(raw))
	}
	addCorpus(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		r := bytes.NewReader(raw)
		m := Parse(r, r.Size())
		checkParts(t, m, r.Size())
		if diff := cmp.Diff(m, Parse(r, r.Size())); diff != "" {
			t.Fatalf("read again it is another message:\n%s", diff)
		}
		for _, word := range m.words() {
			if !utf8.ValidString(word) || strings.IndexFunc(word, isUnseen) >= 0 {
				t.Errorf("%q is not clean", word)
			}
		}
		for i, p := range m.Parts {
			body, err := io.ReadAll(p.Open(r))
			if err != nil || int64(len(body)) > p.Size {
				t.Errorf("part %d of %d bytes opens to %d: %v", i, p.Size, len(body), err)
			}
		}
		for _, i := range m.Attachments() {
			if i < 0 || i >= len(m.Parts) {
				t.Errorf("attachment %d of %d parts", i, len(m.Parts))
			}
		}
		text := m.Text(r)
		if !utf8.ValidString(text) || strings.ContainsFunc(strings.NewReplacer("\n", "", "\t", "").Replace(text), isUnseen) {
			t.Errorf("the text is not clean: %q", text)
		}
		if body := m.Body(r); !utf8.ValidString(body.Text) || !utf8.ValidString(body.HTML) || strings.Contains(body.Text, "\r") {
			t.Errorf("the body is not clean: %+v", body)
		}
		compareLineEndings(t, raw, m, text)
	})
}

// addCorpus adds some small messages of the corpus, where there is one.
func addCorpus(f *testing.F) {
	if !corpus.Present() {
		return
	}
	for _, c := range corpus.Mails(f, 40, "mime") {
		if len(c.Raw) < 4<<10 {
			f.Add(c.Raw)
		}
	}
}

// compareLineEndings reads a message with LF again with CR LF.
func compareLineEndings(t *testing.T, raw []byte, m *Message, text string) {
	// Where a line ending may be half of a character, another one is another text.
	for _, mark := range []string{"\r", "\xff\xfe", "\xfe\xff", "<meta", "message/"} {
		if indexFold(string(raw), mark) >= 0 || bytes.Contains(raw, []byte(mark)) {
			return
		}
	}
	for _, p := range m.Parts {
		if name := charsetName(p.Charset); name != "utf-8" && name != "windows-1252" {
			return
		}
	}
	crlf := bytes.NewReader(bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")))
	other := Parse(crlf, crlf.Size())
	if other.Subject != m.Subject || !cmp.Equal(other.From, m.From) || len(other.Parts) != len(m.Parts) {
		t.Errorf("with CR LF: subject %q from %q and %d parts, else %q from %q and %d", other.Subject, other.From, len(other.Parts), m.Subject, m.From, len(m.Parts))
	}
	if got := other.Text(crlf); got != text {
		t.Errorf("with CR LF the text is %q, else %q", got, text)
	}
}

func FuzzEncodedWords(f *testing.F) {
	for _, text := range []string{"plain", "=?utf-8?Q?caf=C3=A9?= x", "=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=", "=?a?q?b", "=?utf-16?B?AAA?=", "a =? b ?="} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := decodeWords(text)
		if !utf8.ValidString(got) || strings.IndexFunc(got, isUnseen) >= 0 {
			t.Errorf("%q became %q, which is not clean", text, got)
		}
		if isPrintable(text) && !strings.Contains(text, "=?") && got != text {
			t.Errorf("%q became %q", text, got)
		}
		if len(got) > 4*len(text) {
			t.Errorf("%d bytes became %d", len(text), len(got))
		}
		if again := cleanLine(got); again != got {
			t.Errorf("%q is cleaned again to %q", got, again)
		}
	})
}

func FuzzAddresses(f *testing.F) {
	for _, list := range []string{"a@b.c", "A <a@b.c>, \"D, E\" <d@e.f>", "T: a@b.c;, g@h.i (x)", "Doe, John <a@b.c>; x", `"q"@b.c`, "<@x:a@b.c>", "=?utf-8?Q?a?= <a@b.c>", "a@[1.2.3.4]"} {
		f.Add(list)
	}
	f.Fuzz(func(t *testing.T, list string) {
		got := parseAddresses(list, &defects{})
		for _, a := range got {
			for _, word := range []string{a.Name, a.Addr} {
				if !utf8.ValidString(word) || strings.IndexFunc(word, isUnseen) >= 0 {
					t.Errorf("%q: %q is not clean", list, word)
				}
			}
		}
		if len(list) > maxStrict || strings.Contains(list, "=?") || strings.Contains(list, wordMark) || !isPrintable(list) {
			return
		}
		strict, err := mail.ParseAddressList(list)
		if err != nil {
			return
		}
		if len(strict) != len(got) {
			t.Fatalf("%q: strictly %v, here %v", list, strict, got)
		}
		for i, a := range strict {
			if got[i] != newAddress(a.Name, a.Address) && got[i] != newAddress(a.Name, quotedAddr(a.Address)) {
				t.Errorf("%q: strictly %q <%s>, here %q <%s>", list, a.Name, a.Address, got[i].Name, got[i].Addr)
			}
		}
		// The lenient parser alone finds the same addresses in a list without the rarer syntax.
		if strings.ContainsAny(list, `()\"[]:;'<`) {
			return
		}
		lenient := lenientAddresses(list)
		if !cmp.Equal(lenient, got) {
			t.Errorf("%q: leniently %v, strictly %v", list, lenient, got)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, text := range []string{"Tue, 4 Mar 2025 09:59:58 +0100", "4 Mar 97 9:59 PST", "2025-03-04T09:59:58Z", "3/14/2025 9:59 PM", "Tue (x) Mar 4 09:59:58 EST 2025", "20250304"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := parseDate(text)
		if ok != !got.IsZero() || ok && (got.Year() < 1900 || got.Year() > 9999) {
			t.Fatalf("%q: %v, %v", text, got, ok)
		}
		if !ok {
			return
		}
		// Written as RFC 5322 wants it, it is read as the same moment, strictly and leniently.
		written := got.Format("Mon, 02 Jan 2006 15:04:05 -0700")
		if again, ok := parseDate(written); !ok || !again.Equal(got) {
			t.Errorf("%q is %q, which is read as %v", text, written, again)
		}
		if again, ok := lenientDate(written); !ok || !again.Equal(got) {
			t.Errorf("%q is %q, which is leniently read as %v", text, written, again)
		}
	})
}

func FuzzHTMLText(f *testing.F) {
	for _, html := range []string{"<p>a<b>b</b><ul><li>c<ol><li>d</ol></ul>", "<table><tr><td>a<td>b</table><pre> x\n y</pre>", "<blockquote>a<br>b</blockquote>", "<div hidden>x</div><style>s</style>y", "<plaintext>a<b>", "a\xffb&nbsp;&#0;"} {
		f.Add(html)
	}
	f.Fuzz(func(t *testing.T, html string) {
		got := htmlText(toUTF8(html), MaxText)
		// A list item of a few bytes has a number before it, a quoted line up to five marks.
		if !utf8.ValidString(got) || len(got) > 8*len(html)+64 {
			t.Errorf("%d bytes became %d: %q", len(html), len(got), got)
		}
		w := &textWriter{limit: MaxText}
		w.tokens(toUTF8(html))
		if text := w.out.String(); !utf8.ValidString(text) || len(text) > 8*len(html)+64 {
			t.Errorf("%d bytes became %d without a tree: %q", len(html), len(text), text)
		}
		whole := balanced(toUTF8(html)) + balanced("<p>MARKER</p>")
		if text := cleanText(htmlText(whole, MaxText), MaxText); !strings.HasSuffix(text, "MARKER") {
			t.Errorf("%q swallows what follows it: %q", html, text)
		}
	})
}

func FuzzUnflow(f *testing.F) {
	f.Add("one \ntwo\n> three \n>> four\n-- \n", true)
	f.Fuzz(func(t *testing.T, text string, delSp bool) {
		got := unflow(text, delSp)
		if len(got) > 2*len(text)+2 {
			t.Errorf("%d bytes became %d", len(text), len(got))
		}
		letters := func(s string) string { return strings.NewReplacer(" ", "", "\n", "", ">", "").Replace(s) }
		if letters(got) != letters(text) {
			t.Errorf("%q became %q: text is lost", text, got)
		}
	})
}
