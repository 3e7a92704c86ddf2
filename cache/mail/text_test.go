package mail

import (
	"strings"
	"testing"
)

func TestHTMLBecomesText(t *testing.T) {
	for _, tt := range []struct{ name, html, want string }{
		{"words", "one  two\n three", "one two three"},
		{"paragraphs", "<p>one<p>two", "one\n\ntwo"},
		{"headings", "<h1>one</h1>two<h2>three</h2>", "one\n\ntwo\n\nthree"},
		{"blocks", "<div>one<div>two</div></div>three", "one\ntwo\nthree"},
		{"inline elements", "o<b>n</b>e <a href=x>two</a><span> three</span>", "one two three"},
		{"line breaks", "one<br>two<br><br><br>three", "one\ntwo\n\nthree"},
		{"list", "<ul><li>one<li>two</ul>after", "- one\n- two\nafter"},
		{"numbered list", "<ol><li>one<li>two<ul><li>x</ul><li>three</ol>", "1. one\n2. two\n- x\n3. three"},
		{"table", "<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a b\nc d"},
		{"nested tables", "<table><tr><td><table><tr><td>a</table><td>b</table>", "a\n\nb"},
		{"links have their text", `<a href="https://example.org">here</a>`, "here"},
		{"images have theirs", `a<img alt="Logo" src=x>b<img alt="" src=y><img src=z>`, "a Logo b"},
		{"quotes", "<blockquote>one<br>two<blockquote>three</blockquote></blockquote>four", "> one\n> two\n\n> > three\n\nfour"},
		{"preformatted", "<pre>  a\n\n   b\n</pre>c", "  a\n\n   b\n\nc"},
		{"entities", "&lt;b&gt; &amp; &eacute;&nbsp;x", "<b> & é x"},
		{"head, style, script", "<head><title>t</title><style>s</style></head><body><script>x</script>text<style>y</style>", "text"},
		{"comments", "a<!-- b -->c<!--[if mso]>d<![endif]-->", "ac"},
		{"hidden attribute", "a<p hidden>b</p>c", "ac"},
		{"hidden by style", `<div style="DISPLAY : none">a</div><span style="visibility:hidden">b</span><div style="max-height:0;overflow:hidden">c</div><p style="font-size:0px">d</p>e`, "e"},
		{"not hidden by style", `<p style="display:block; font-size:0.9em">a</p>`, "a"},
		{"template, svg, iframe", "<template>a</template><svg><text>b</text></svg><iframe>c</iframe>d", "d"},
		{"noscript", "<noscript>a <b>b</b></noscript>", "a b"},
		{"broken tags", "<p>a</b></div><td>b<p", "ab"},
		{"no HTML at all", "just words", "just words"},
		{"nothing", "", ""},
	} {
		if got := cleanText(htmlText(tt.html, MaxText), MaxText); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestTokensGiveTheSameText takes the way for documents that are too deep to be parsed, on ones that are not.
func TestTokensGiveTheSameText(t *testing.T) {
	for html, want := range map[string]string{
		"<div>one<p>two</p></div>three":                                   "one\n\ntwo\n\nthree",
		"<ul><li>one</li><li>two</li></ul>":                               "- one\n- two",
		"<head><title>t</title></head>a<script>x</script><br/>b":          "a\nb",
		"<div hidden>a<div>b</div>c</div>d<img hidden>e":                  "de",
		"<blockquote>a</blockquote></blockquote></ul></pre>b":             "> a\n\nb",
		"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a b\nc",
	} {
		w := &textWriter{limit: MaxText}
		w.tokens(html)
		if got := cleanText(w.out.String(), MaxText); got != want {
			t.Errorf("%s: %q, want %q", html, got, want)
		}
	}
	deep := strings.Repeat("<div>", 50_000) + "MARKER" + strings.Repeat("</div>", 50_000)
	if got := htmlText(deep, MaxText); got != "MARKER" {
		t.Errorf("a deep document gives %.80q", got)
	}
}

func TestHTMLTextIsBounded(t *testing.T) {
	for _, piece := range []string{"<blockquote>a<br>", "<ol><li>a", "<pre>a\n", "<p>a", "<img alt=aaaa>", "<td>a", "aaaa ", "&nbsp;"} {
		html := strings.Repeat(piece, 100_000)
		got := htmlText(html, 10_000)
		if len(got) > 10_000+len(html) || len(got) > 5*len(html) {
			t.Errorf("%s: %d bytes", piece, len(got))
		}
		if text := cleanText(got, 10_000); len(text) > 10_000 {
			t.Errorf("%s: %d bytes when clean", piece, len(text))
		}
	}
}

func TestTextPrefersPlain(t *testing.T) {
	for _, tt := range []struct {
		name string
		root node
		want string
	}{
		{"both", multi("alternative", leaf("text/plain", "plain"), leaf("text/html", "<p>html")), "plain"},
		{"HTML only", leaf("text/html", "<p>html"), "html"},
		{"blank plain", multi("alternative", leaf("text/plain", " \n\n"), leaf("text/html", "<p>html")), "html"},
		{"flowed", leaf("text/plain; format=flowed", "one \ntwo\nthree"), "one two\nthree"},
		{"controls", leaf("text/plain", "a\x00b\x1b[1mc\u202ed\u2066e\ufeff\tf"), "ab[1mcde\tf"},
		{"empty lines", leaf("text/plain", "\n\n a  \n\n\n\nb\n\n"), " a\n\nb"},
	} {
		m, r := parse(t, "Subject: s\n"+tt.root.String())
		if got := m.Text(r); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestFlowedTextIsUnfolded(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		delSp      bool
		want       string
	}{
		{"plain", "one\ntwo\n", false, "one\ntwo\n"},
		{"flowed", "one \ntwo \nthree\nfour\n", false, "one two three\nfour\n"},
		{"delsp", "on \ne\n", true, "one\n"},
		{"quoted", "> one \n> two\n>> three \n> four\n", false, "> one two\n>> three \n> four\n"},
		{"stuffed", " >not quoted \n  From x\n", false, ">not quoted  From x\n"},
		{"signature", "text \n-- \nname\n", false, "text \n-- \nname\n"},
		{"end", "one ", false, "one "},
		{"empty", "", false, ""},
	} {
		if got := unflow(tt.text, tt.delSp); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestLinesAreCleaned(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                  "plain",
		"caf\xe9 \x80":           "café €",
		"a\tb\r\nc":              "a b  c",
		"a\x00\x07\x7f\u0085b":   "a…b", // U+0085 is what a sender of windows-1252 declared as ISO 8859-1
		"\u202eabc\u202c\u2067d": "abcd",
		"\ufeffa\u2028b":         "a b",
		"שלום \u200fx":           "שלום \u200fx",
	} {
		if got := cleanLine(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
