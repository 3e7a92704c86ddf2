package safehtml

import (
	"strings"
	"testing"
)

// attacks are what a hostile sender would try, one for each wall, with all that may be left of it.
var attacks = []struct{ name, src, want string }{
	{"script", `a<script>alert(1)</script>b`, `ab`},
	{"script never closed", `a<script>alert(1)`, `a`},
	{"half a tag", `a<img src=x onerror=alert(1)`, `a`},
	{"handler", `<p onclick="alert(1)" ONMOUSEOVER=alert(1)>a</p>`, `<p>a</p>`},
	{"handler without a blank before it", `<p/onclick=alert(1)>a</p>`, `<p>a</p>`},
	{"identity and looks", `<p id=top name=x class="btn danger" style="position:fixed" data-do=x hx-get=/logout>a</p>`, `<p>a</p>`},
	{"focus by itself", `<p tabindex=0 autofocus onfocus=alert(1) contenteditable accesskey=x>a</p>`, `<p>a</p>`},
	{"style sheet", `<style>p{background:url(//x.example)}</style><p>a</p>`, `<p>a</p>`},
	{"document", `<base href="//x.example/"><meta http-equiv=refresh content="0;url=//x.example"><link rel=stylesheet href=//x.example>a`, `a`},
	{"frame", `<iframe src=//x.example>b</iframe><object data=x>c</object><embed src=x>a`, `a`},
	{"form", `<form action=//x.example><input name=q value=v><button formaction=x>a</button><select><option>b</select></form>`,
		`<div>a<div>b</div></div>`},
	{"label for a field of ours", `<label for=search>a</label>`, `a`},
	{"svg", `<svg onload=alert(1)><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>a`, `a`},
	{"svg that a paragraph ends", `<svg><style><p>a<img src=x onerror=alert(1)></style>`, `<p>a</p>`},
	{"mathml", `<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>a`, `a`},
	{"swapped namespaces", `<math><annotation-xml encoding="text/html"><p>x</p></annotation-xml></math><svg><foreignObject><p>x</p></foreignObject></svg>a`, `a`},
	{"text that is markup elsewhere", `<noscript><p title="</noscript><img src=x onerror=alert(1)>">a</noscript>`, `&#34;&gt;a`},
	{"title", `a<title></title><img src=x onerror=alert(1)></title>`, `a`},
	{"textarea", `<textarea></textarea><img src=x onerror=alert(1)></textarea>a`, `a`},
	{"text of a textarea", `<textarea><img src=x></textarea>`, `<div>&lt;img src=x&gt;</div>`},
	{"template", `<template><p>x</p></template>a`, `a`},
	{"xmp, noembed, noframes", `<xmp><p>x</xmp><noembed><p>x</noembed><noframes><p>x</noframes>a`, `a`},
	{"plaintext", `a<plaintext><script>alert(1)</script>`, `a<pre>&lt;script&gt;alert(1)&lt;/script&gt;</pre>`},
	{"comment", `<!--><img src=x onerror=alert(1)>-->a`, `--&gt;a`},
	{"conditional comment", `<!--[if mso]><p>x</p><![endif]--><![CDATA[x]]><?php x ?>a`, `a`},
	{"markup in an attribute", `<p title="--><img src=x onerror=alert(1)>">a</p>`, `<p>a</p>`},
	{"escaped markup stays text", `&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;`, `&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt;`},
	{"script address", `<a href="javascript:alert(1)">a</a>`, `a`},
	{"script address in pieces", "<a href=\" \x01java\tscr\nipt:alert(1)\">a</a>", `a`},
	{"script address in entities", `<a href="&#106;avascript&colon;alert(1)">a</a>`, `a`},
	{"other addresses", `<a href="data:text/html,x">a</a> <a href=vbscript:x>b</a> <a href=file:///x>c</a> <a href=blob:x>d</a> <a href=tel:1>e</a>`, `a b c d e`},
	{"addresses of ours", `<a href="/logout">a</a> <a href=logout>b</a> <a href="//x.example">c</a> <a href="#top">d</a> <a href="?q">e</a>`, `a b c d e`},
	{"address of ours in disguise", `<a href="https:/logout">a</a>`, titled("https://logout", "logout", "a")},
	{"link in a link", `<a href=https://a.example>a<table><tr><td><a href=https://b.example>b</a></table></a>`,
		titled("https://a.example", "a.example", "a<div>b</div>")},
	{"target of a link", `<a href=https://a.example target=_top rel=opener ping=//x.example download>a</a>`, titled("https://a.example", "a.example", "a")},
	{"picture", `<img src=https://x.example/a.png srcset="//x.example/b.png 2x" onerror=alert(1) alt="a &lt;b&gt;" longdesc=//x.example>`,
		`<span class="img">a &lt;b&gt;</span>`},
	{"picture by its old name", `<image src=https://x.example alt=a>`, `<span class="img">a</span>`},
	{"background", `<body background=//x.example><table background=//x.example><tr><td background=//x.example>a</table>`, `<div>a</div>`},
	{"media", `<video poster=//x.example src=//x.example>x</video><audio src=//x.example autoplay>x</audio>a`, `a`},
	{"end of our page", `</div></main></body></html><p>a</p>`, `<p>a</p>`},
	{"frames", `<frameset><frame src=//x.example></frameset>`, ``},
	{"our own classes", `<p class=plain><span class=sig>a</span></p><details class=quote><summary>b</summary>c</details>`,
		`<p>a</p><details><summary>b</summary>c</details>`},
	{"popover and dialog", `<dialog open>a</dialog><div popover>b</div>`, `<div>a</div><div>b</div>`},
	{"direction that is none", `<p dir="rtl&quot; onclick=alert(1)">a</p><p dir=RTL>b</p>`, `<p>a</p><p dir="rtl">b</p>`},
	{"numbers that are none", `<ol start="1;x" type="x"><li value=1e9>a</ol>`, `<ol><li>a</li></ol>`},
	{"control characters", "a\x00b\x1b[31m\u0085c", `ab` + "\uFFFD[31m\uFFFDc"},
	{"bytes that are no text", "a\xff\xc0b", "a\uFFFDb"},
	{"names that fold to others", "<ſcript>a</ſcript><a href=\"http\u017F://x.example\">b</a>", `&lt;ſcript&gt;ab`},
}

// link is how a link looks in the output.
func link(href, text string) string {
	return `<a href="` + href + `" rel="noopener noreferrer nofollow" target="_blank">` + text + `</a>`
}

// titled is how a link looks whose text does not say where it leads.
func titled(href, host, text string) string {
	return strings.Replace(link(href, text), ">", ` title="`+host+`">`, 1)
}

func TestNothingGetsThroughTheWalls(t *testing.T) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			out, report := Reader(a.src, ReaderOptions{})
			if report.Refused || out.String() != a.want {
				t.Errorf("%s\nbecomes\n%s\nwant\n%s", a.src, out, a.want)
			}
			check(t, out.String())
			again, _ := Reader(out.String(), ReaderOptions{})
			if got, want := withoutOurs(t, again.String()), withoutOurs(t, out.String()); got != want {
				t.Errorf("read twice it is\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestAnAddressIsWrittenSoThatItCannotBeMisread(t *testing.T) {
	for _, tt := range []struct{ raw, want string }{
		{"https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"},
		{"HTTPS://EXAMPLE.org:8080", "https://example.org:8080"},
		{"https:example.org", "https://example.org"},
		{`https:\\example.org\a?b\c`, `https://example.org/a?b%5Cc`},
		{"https:////example.org", "https://example.org"},
		{"ht\ntps://exa\tmple.org", "https://example.org"},
		{"https://bank.example@evil.example/", "https://evil.example/"},
		{"https://user:pass@evil.example", "https://evil.example"},
		{"https://bücher.example/ü ä\"<'", "https://xn--bcher-kva.example/%C3%BC%20%C3%A4%22%3C%27"},
		{"https://ＥＸＡＭＰＬＥ.org", "https://example.org"},
		{"https://bank.example／.evil.example/", ""},
		{"https://a%2eb/", ""},
		{"https://a b/", ""},
		{"https://under_score.example", "https://under_score.example"},
		{"http://[2001:DB8::1]:80/", "http://[2001:db8::1]:80/"},
		{"http://[::1%25eth0]/", ""},
		{"http://[1.2.3.4]/", ""},
		{"http://0x7f.1/", "http://127.0.0.1/"},
		{"http://2130706433:80", "http://127.0.0.1:80"},
		{"http://0300.0250.1.", "http://192.168.0.1"},
		{"http://1.2.3.256", ""},
		{"http://1.2.3.4.5", ""},
		{"http://09/", ""},
		{"http://a.1", ""},
		{"http://1.a", "http://1.a"},
		{"https://example.org:99999", ""},
		{"https://example.org:", "https://example.org"},
		{"https://", ""},
		{"https://?x", ""},
		{"https://...", ""},
		{"https://" + strings.Repeat("ü", 300), ""},
		{"https://example.org/" + strings.Repeat("x", maxURL), ""},
		{"https://example.org/100%", "https://example.org/100%"},
		{"mailto:a@b.example", "mailto:a@b.example"},
		{"mailto:a@b%0d%0A?subject=x%0aBcc:y&BODY=1%0d%0a2", "mailto:a@b?subject=xBcc:y&BODY=1%0d%0a2"},
		{"mailto:a@b%0%0aa", "mailto:a@b"},
		{"mailto:?subject=x", "mailto:?subject=x"},
		{"mailto:", ""},
		{"mailto:%0a", ""},
		{"javascript:alert(1)", ""},
		{"java\rscript:alert(1)", ""},
		{"\x00javascript:alert(1)", ""},
		{"view-source:https://example.org", ""},
		{"ftp://example.org", ""},
		{"example.org", ""},
		{"", ""},
	} {
		got, ok := safeURL(tt.raw)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("safeURL(%.100q) = %.100q, %v; want %q", tt.raw, got, ok, tt.want)
		}
		if ok && !isSafeHref(got) {
			t.Errorf("safeURL(%.100q) = %.100q, which is not safe", tt.raw, got)
		}
		if again, ok := safeURL(got); got != "" && (!ok || again != got) {
			t.Errorf("safeURL(%.100q) = %.100q, want the same again", got, again)
		}
	}
}
