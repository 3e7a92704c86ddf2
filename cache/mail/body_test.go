package mail

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// node is a part for building messages: its header fields, and its body or its parts.
type node struct {
	header string
	body   string
	parts  []node
}

// leaf is a part with a type line and a body.
func leaf(kind, body string) node {
	return node{header: "Content-Type: " + kind + "\n", body: body}
}

// attached is a part with a disposition.
func attached(kind, disposition, body string) node {
	return node{header: "Content-Type: " + kind + "\nContent-Disposition: " + disposition + "\n", body: body}
}

// multi is a multipart.
func multi(kind string, parts ...node) node {
	return node{header: "Content-Type: multipart/" + kind, parts: parts}
}

// String writes the part with a boundary of its own.
func (n node) String() string { return n.write("b") }

func (n node) write(boundary string) string {
	if n.parts == nil {
		return n.header + "\n" + n.body + "\n"
	}
	var out strings.Builder
	out.WriteString(n.header + "; boundary=" + boundary + "\n\n")
	for i, p := range n.parts {
		fmt.Fprintf(&out, "--%s\n%s", boundary, p.write(fmt.Sprintf("%s-%d", boundary, i)))
	}
	fmt.Fprintf(&out, "--%s--\n", boundary)
	return out.String()
}

func TestBodyIsChosen(t *testing.T) {
	plain, html := leaf("text/plain", "plain"), leaf("text/html", "<p>html")
	pdf := attached("application/pdf", "attachment; filename=x.pdf", "pdf")
	png := node{header: "Content-Type: image/png\nContent-ID: <i@x>\n", body: "png"}
	shows := leaf("text/html", "<img src='CID:i%40x'>html")
	for _, tt := range []struct {
		name        string
		root        node
		text, html  string
		attachments []int
	}{
		{"plain", plain, "plain\n", "", nil},
		{"HTML", html, "", "<p>html\n", nil},
		{"alternative", multi("alternative", plain, html), "plain", "<p>html", nil},
		{"alternative, HTML first", multi("alternative", html, plain), "plain", "<p>html", nil},
		{"last of each goes", multi("alternative", leaf("text/plain", "poor"), plain, leaf("text/html", "poor"), html), "plain", "<p>html", nil},
		{"enriched is second choice", multi("alternative", plain, leaf("text/enriched", "<bold>x"), html), "plain", "<p>html", nil},
		{"enriched alone", multi("alternative", leaf("text/enriched", "<bold>x"), html), "<bold>x", "<p>html", nil},
		{"attachment", multi("mixed", plain, pdf), "plain", "", []int{2}},
		{"attachment only", pdf, "", "", []int{0}},
		{"text as attachment only", attached("text/plain", "attachment; filename=x.txt", "text"), "text\n", "", []int{0}},
		{"attachment in alternative", multi("alternative", plain, html, attached("text/plain", "attachment; filename=m.txt", "m")), "plain", "<p>html", []int{3}},
		{"invitation", multi("alternative", plain, html, leaf("text/calendar", "BEGIN:VCALENDAR")), "plain", "<p>html", []int{3}},
		{"AMP", multi("alternative", plain, leaf("text/x-amp-html", "amp"), html), "plain", "<p>html", nil},
		{"related", multi("related", shows, png), "", "<img src='CID:i%40x'>html", nil},
		{"related inside alternative", multi("alternative", plain, multi("related", shows, png)), "plain", "<img src='CID:i%40x'>html", nil},
		{"alternative inside related", multi("related", multi("alternative", plain, shows), png), "plain", "<img src='CID:i%40x'>html", nil},
		{"image that nothing shows", multi("related", html, png), "", "<p>html", []int{2}},
		{"root of related is named", node{header: "Content-Type: multipart/related; start=\"<r>\"", parts: []node{leaf("text/plain", "other"), {header: "Content-Type: text/html\nContent-ID: <r>\n", body: "root"}}}, "", "root", []int{1}},
		{"several texts", multi("mixed", plain, pdf, leaf("text/plain", "footer")), "plain\n\nfooter", "", []int{2}},
		{"named text is an attachment", multi("mixed", plain, leaf("text/plain; name=x.txt", "x")), "plain", "", []int{2}},
		{"named text, inline", multi("mixed", plain, attached("text/plain; name=x.txt", "inline", "x")), "plain\n\nx", "", nil},
		{"named text, first", multi("mixed", leaf("text/plain; name=x.txt", "x"), pdf), "x", "", []int{2}},
		{"patch", multi("mixed", plain, leaf("text/x-patch", "diff")), "plain", "", []int{2}},
		{"signed", multi("signed", plain, leaf("application/pgp-signature", "sig")), "plain", "", nil},
		{"report", multi("report", plain, leaf("message/delivery-status", "Status: 5"), leaf("message/rfc822", "Subject: i\n\nx")), "plain", "", []int{2, 3}},
		{"footer behind both forms", multi("mixed", multi("alternative", plain, html), leaf("text/plain", "a < b")),
			"plain\n\na < b", "<div><p>html</p></div>\n<pre>a &lt; b</pre>\n", nil},
		{"HTML behind plain", multi("mixed", plain, leaf("text/html", "<b>more")), "plain\n\nmore", "<pre>plain</pre>\n<div><b>more</b></div>\n", nil},
		{"open quote in one part", multi("mixed", leaf("text/html", "<img src=\"x"), leaf("text/html", "<p>secret</p>\">")), "", "<div></div>\n<div><p>secret</p>&#34;&gt;</div>\n", nil},
		{"open comment in one part", multi("mixed", leaf("text/html", "a<!--"), leaf("text/html", "b-->")), "", "<div>a<!----></div>\n<div>b--&gt;</div>\n", nil},
		{"forwarded alone", multi("mixed", leaf("message/rfc822", "Subject: i\n\ninner")), "inner", "", []int{1}},
		{"message as root", leaf("message/rfc822", "Subject: i\nContent-Type: text/html\n\ninner"), "", "inner\n", []int{0}},
		{"calendar as root", leaf("text/calendar", "BEGIN:VCALENDAR"), "BEGIN:VCALENDAR\n", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, r := parse(t, "Subject: s\n"+tt.root.String())
			body := m.Body(r)
			if body.Text != tt.text || body.HTML != tt.html || body.Raw {
				t.Errorf("text %q, HTML %q, raw %v; want %q, %q", body.Text, body.HTML, body.Raw, tt.text, tt.html)
			}
			if got := m.Attachments(); !cmp.Equal(got, tt.attachments) {
				t.Errorf("attachments %v, want %v", got, tt.attachments)
			}
			checkParts(t, m, r.Size())
		})
	}
}

func TestMessageWithoutHeaderIsShownRaw(t *testing.T) {
	m, r := parse(t, "Dear all,\ncaf\xe9 \xe2\x82\xac\n")
	if got, want := m.Body(r), (Body{Text: "Dear all,\ncafé €\n", Raw: true}); !cmp.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := m.Attachments(); len(got) != 0 {
		t.Errorf("attachments %v", got)
	}
}

func TestBodyIsBounded(t *testing.T) {
	for _, kind := range []string{"text/plain", "text/html", "text/plain; charset=iso-8859-1", "text/plain; charset=utf-16"} {
		r := strings.NewReader("Subject: s\nContent-Type: " + kind + "\n\n" + strings.Repeat("é", MaxBody/2+1000) + "\n")
		m := Parse(r, r.Size())
		body := m.Body(r)
		if len(body.Text) > MaxBody || len(body.HTML) > MaxBody || len(body.Text)+len(body.HTML) < MaxBody/2 {
			t.Errorf("%s: %d and %d bytes", kind, len(body.Text), len(body.HTML))
		}
		if !utf8.ValidString(body.Text) || !utf8.ValidString(body.HTML) {
			t.Errorf("%s: cut within a character", kind)
		}
		if !cmp.Equal(body.Defects, []string{"a text longer than is shown"}) {
			t.Errorf("%s: defects %q", kind, body.Defects)
		}
		if got := m.Text(r); len(got) > MaxText {
			t.Errorf("%s: %d bytes of text", kind, len(got))
		}
	}
	var many []node
	for range 30 {
		many = append(many, leaf("text/html", strings.Repeat("<i>x</i>", 20_000)))
	}
	r := strings.NewReader("Subject: s\n" + multi("mixed", many...).String())
	m := Parse(r, r.Size())
	if body := m.Body(r); len(body.HTML) > MaxBody || len(body.Defects) != 1 {
		t.Errorf("%d bytes of HTML, defects %q", len(body.HTML), body.Defects)
	}
}

func TestMessageInsideIsParsed(t *testing.T) {
	inner := "Subject: inner\n\nhello\n"
	for name, root := range map[string]node{
		"as it is": leaf("message/rfc822", inner),
		"base64":   {header: "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n", body: base64.StdEncoding.EncodeToString([]byte(inner))},
	} {
		m, r := parse(t, "Subject: outer\n"+root.String())
		got, in := m.Parts[0].Message(r)
		if got.Subject != "inner" || got.Text(in) != "hello" || m.Text(r) != "hello" {
			t.Errorf("%s: subject %q, text %q, of the outer %q", name, got.Subject, got.Text(in), m.Text(r))
		}
	}
}

func TestMessagesInsideEachOtherAreLimited(t *testing.T) {
	deep := leaf("text/plain", "MARKER")
	for range 3 * maxEmbedDepth {
		deep = leaf("message/rfc822", "Subject: s\n"+deep.String())
	}
	m, r := parse(t, "Subject: s\n"+deep.String())
	if body := m.Body(r); body.Text != "" || body.HTML != "" {
		t.Errorf("%+v", body)
	}
	if raw, _ := m.Parts[0].Message(r); len(raw.Attachments()) != 1 {
		t.Error("the message inside cannot be reached")
	}
}

func TestFlowedIsTold(t *testing.T) {
	flowed := leaf("text/plain; format=flowed; delsp=yes", "one \ntwo")
	for name, tt := range map[string]struct {
		root   node
		text   string
		flowed bool
	}{
		"alone":               {flowed, "one \ntwo\n", true},
		"with another":        {multi("mixed", flowed, flowed), "one \ntwo\n\none \ntwo", true},
		"with one that isn't": {multi("mixed", flowed, leaf("text/plain", "x ")), "onetwo\n\nx ", false},
	} {
		m, r := parse(t, "Subject: s\n"+tt.root.String())
		body := m.Body(r)
		if body.Text != tt.text || body.Flowed != tt.flowed || body.DelSp != tt.flowed {
			t.Errorf("%s: %+v", name, body)
		}
	}
}

func TestInlineImagesAreMarked(t *testing.T) {
	image := func(id string) node {
		return node{header: "Content-Type: image/png\nContent-ID: " + id + "\n", body: "x"}
	}
	for name, tt := range map[string]struct {
		html string
		want bool
	}{
		"src":        {`<img src="cid:a@b">`, true},
		"style":      {`<p style='background:url(cid:a@b)'>`, true},
		"escaped":    {`<img src="cid:a%40b">`, true},
		"entity":     {`<img src="cid:a&#64;b">`, true},
		"other case": {`<IMG SRC=CID:A@B>`, true},
		"another":    {`<img src="cid:a@bc">`, false},
		"not at all": {`<p>a@b`, false},
		"at the end": {`cid:a@b`, false},
	} {
		m, _ := parse(t, "Subject: s\n"+multi("related", leaf("text/html", tt.html), image("<a@b>")).String())
		if got := m.Parts[2].Inline; got != tt.want {
			t.Errorf("%s: inline %v, want %v", name, got, tt.want)
		}
		if got := len(m.Attachments()) == 1; got == tt.want {
			t.Errorf("%s: attachments %v", name, m.Attachments())
		}
	}
}

func TestBodyIsReadAgainAlike(t *testing.T) {
	raw := []byte("Subject: s\n" + multi("alternative", leaf("text/plain", "plain"), leaf("text/html", "<p>html")).String())
	r := bytes.NewReader(raw)
	m := Parse(r, r.Size())
	if diff := cmp.Diff(m.Body(r), m.Body(r)); diff != "" {
		t.Error(diff)
	}
}
