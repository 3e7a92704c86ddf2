package safehtml

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

var _ templ.Component = HTML{}

func TestMailIsMadeReadable(t *testing.T) {
	for _, tt := range []struct{ name, src, want string }{
		{"nothing", ` <html><head><title>x</title></head><body> </body></html>`, ``},
		{"blanks", "<p>  a\n\tb </p>\n\n<div> <b>c </b> d</div> ", `<p>a b</p><div><b>c </b> d</div>`},
		{"divisions without need", `<div><div><div>a</div></div><div><p>b</p></div></div>`, `<div>a</div><p>b</p>`},
		{"blank lines", `<div>a</div><div><br></div><p>&nbsp;</p><div>b</div>`, "<div>a</div><div><br/></div><p>\u00a0</p><div>b</div>"},
		{"breaks that only make room", `<div><br> <br>a<br>b<br></div>`, `<div>a<br/>b</div>`},
		{"landmarks", `<header>a</header><main><nav>b</nav></main><footer>c</footer>`, `<div>a</div><div>b</div><div>c</div>`},
		{"block in a paragraph", `<p><button><div>a</div></button></p>`, `<div>a</div>`},
		{"block by its style", `<span style="display:block">a</span><span style="display:block">b</span>`, `<div>a</div><div>b</div>`},
		{"lines by their style", "<div style='white-space:pre-wrap'>a\nb</div>", `<div>a<br/>b</div>`},

		{"emphasis", `<b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><strike>f</strike><tt>g</tt><sub>h</sub><sup>i</sup>`,
			`<b>a</b><strong>b</strong><i>c</i><em>d</em><u>e</u><s>f</s><code>g</code><sub>h</sub><sup>i</sup>`},
		{"emphasis by style", `<span style="font-weight:700; FONT-STYLE: italic !important">a</span><font style="text-decoration:line-through">b</font>`,
			`<b><i>a</i></b><s>b</s>`},
		{"emphasis on emphasis", `<b><span style="font-weight:bold"><b>a</b></span></b>`, `<b>a</b>`},
		{"bold that is not", `<b style="font-weight:normal">a</b>`, `a`},
		{"empty emphasis", `a<b> </b>b<i></i>c`, `a bc`},
		{"badly nested", `<b>a<i>b</b>c</i><p>d<b>e</p>f`, `<b>a<i>b</i></b><i>c</i><p>d<b>e</b></p><b>f</b>`},

		{"headings", `<h2>a</h2><h4>b</h4><h4>c</h4><h1>d</h1><h3>e</h3>`, `<h3>a</h3><h4>b</h4><h4>c</h4><h3>d</h3><h4>e</h4>`},
		{"headings without end", `<h1>a</h1><h2>b</h2><h3>c</h3><h4>d</h4><h5>e</h5><h6>f</h6>`,
			`<h3>a</h3><h4>b</h4><h5>c</h5><h6>d</h6><h6>e</h6><h6>f</h6>`},
		{"empty heading", `<h1><img src=x></h1><h2>a</h2>`, `<h3>a</h3>`},
		{"blocks in a heading", `<h1><div>a</div><p>b</p></h1>`, `<h3>a b</h3>`},

		{"list", `<ul><li>a<li>b<ol start=3 type=a><li value=7>c</ol></ul>`,
			`<ul><li>a</li><li>b<ol start="3" type="a"><li value="7">c</li></ol></li></ul>`},
		{"loose parts of a list", `<ul>a<li>b</li><ul><li>c</li></ul><div><li>d</li></div></ul>`,
			`<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>`},
		{"item without a list", `<li>a</li>`, `<div>a</div>`},
		{"empty list", `<ul> <li></li> </ul>a`, `a`},
		{"definitions", `<dl><dt>a<dd>b<div><dt>c</dt></div><p>d</p></dl>`, `<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd><p>d</p></dd></dl>`},
		{"disclosure", `<details open id=x><summary><b>a</b></summary><p>b</p></details><details>c</details><details><summary>d</summary></details>`,
			`<details><summary><b>a</b></summary><p>b</p></details><div>c</div><div>d</div>`},
		{"preformatted", "<pre>\n\n a\n  b</pre><pre><div>c</div><div>d</div></pre>", "<pre> a\n  b</pre><pre>c\nd\n</pre>"},
		{"rule", `<p>a<hr><p>b`, `<p>a</p><hr/><p>b</p>`},
		{"ruby", `<ruby>漢<rp>(</rp><rt>かん</rt></ruby><rt>x</rt>`, `<ruby>漢<rp>(</rp><rt>かん</rt></ruby>x`},
		{"directions", `<html dir=rtl><body dir=rtl><p dir=rtl>a</p><p dir=ltr>b</p><bdo dir=ltr>c</bdo><bdo>d</bdo><span dir=auto>e</span>`,
			`<div dir="rtl"><p>a</p><p dir="ltr">b</p><bdo dir="ltr">c</bdo>d<span dir="auto">e</span></div>`},

		{"table with headings", `<table border=1><caption>a</caption><tr><th scope=col>b<th>c<tr><td colspan=2 width=9>d</table>`,
			`<table><caption>a</caption><tbody><tr><th scope="col">b</th><th>c</th></tr><tr><td colspan="2">d</td></tr></tbody></table>`},
		{"grid", `<table><tr><td>a<td>b<tr><td>c<td>d</table>`, `<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></tbody></table>`},
		{"grid with an empty cell", `<table><tr><td>a<td>b<tr><td>c<td>d<tr><td>e<td></table>`,
			`<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr><tr><td>e</td><td></td></tr></tbody></table>`},
		{"data in spite of its word", `<table role=presentation><tr><th>a<th>b<tr><td>c<td>d<tr><td>e<td>f</table>`, `<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>c</td><td>d</td></tr><tr><td>e</td><td>f</td></tr></tbody></table>`},
		{"grid for layout by its word", `<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>`, `<div>a</div><div>b</div><div>c</div><div>d</div>`},
		{"grid with a picture", `<table><tr><td>a<td><img alt=b><tr><td>c<td>d</table>`, `<div>a</div><div><span class="img">b</span></div><div>c</div><div>d</div>`},
		{"gutters", `<table><tr><td>&nbsp;<td>a<td>&nbsp;<tr><td>&nbsp;<td>b<td>&nbsp;</table>`, `<div>a</div><div>b</div>`},
		{"tables in tables", `<table><tr><th><table><tr><td>a</table><th><table><tr><td>b</table></table>`, `<div>a</div><div>b</div>`},
		{"table in a link", `<a href=https://a.example><table><tr><td>a</table></a>`, titled("https://a.example", "a.example", `<div>a</div>`)},

		{"link around blanks", `<a href=https://a.example> </a>a`, `a`},
		{"addresses in text", `<p>see https://a.example/b. or ana@a.example</p>`,
			`<p>see ` + link("https://a.example/b", "https://a.example/b") + `. or ` + link("mailto:ana@a.example", "ana@a.example") + `</p>`},
		{"links side by side", `<a href=https://a.example>a</a><a href=https://b.example>b</a>`,
			titled("https://a.example", "a.example", "a") + " " + titled("https://b.example", "b.example", "b")},
		{"link that is a picture", `<a href=https://a.example><img src=x width=9 height=9></a>`, titled("https://a.example", "a.example", `<span class="img">IMAGE</span>`)},
		{"link that is a dot", `<a href=https://a.example><img src=x width=1 height=1></a>a`, `a`},
		{"pictures side by side", `<a href=https://a.example><img alt=a></a><a href=https://b.example><img alt=b></a>`,
			titled("https://a.example", "a.example", `<span class="img">a</span>`) + " " + titled("https://b.example", "b.example", `<span class="img">b</span>`)},

		{"a tie between letters", `<p>👩&zwj;💻</p>`, "<p>👩\u200d💻</p>"},
		{"byte order mark", "\ufeff<p>a</p>", `<p>a</p>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, _ := Reader(tt.src, ReaderOptions{Image: "IMAGE"})
			if out.String() != tt.want {
				t.Errorf("%s\nbecomes\n%s\nwant\n%s", tt.src, out, tt.want)
			}
			check(t, out.String())
		})
	}
}

func TestWhatTheSenderHidIsLeftOut(t *testing.T) {
	for _, hidden := range []string{
		`style="display:none"`, `style="DISPLAY : NONE !important"`, `style="display:/* x */none;color:red"`,
		`style="visibility:hidden"`, `style="mso-hide:all"`, `style="font-size:0"`, `style="font-size: 0px"`,
		`style="max-height:0px;overflow:hidden"`, `style="height:0;overflow:hidden"`, `style="opacity:0"`, `hidden`,
	} {
		for _, tag := range []string{"p", "div", "span", "li", "td"} {
			src := "<" + tag + " " + hidden + ">x</" + tag + ">"
			if tag == "td" {
				src = "<table><tr>" + src + "</table>"
			}
			src += "a"
			if out, _ := Reader(src, ReaderOptions{}); out.String() != "a" {
				t.Errorf("%s becomes %s, want a", src, out)
			}
		}
	}
}

func TestWhatOnlyLooksHiddenStays(t *testing.T) {
	for _, src := range []string{
		`<td style="font-size:0"><div style="font-size:14px">a</div></td>`,
		`<table style="font-size:0px"><tr><td><table><tr><td>a</table></table>`,
		`<div style="font-size:0"><span class="big">a</span></div>`,
		`<div style="visibility:hidden"><span style="visibility:visible">a</span></div>`,
		`<div style="height:0">a</div>`, `<div style="opacity:0.5">a</div>`, `<div style="font-size:0.9em">a</div>`,
		`<div style="max-height:none">a</div>`, `<div style="color:red;background:url(display:none)">a</div>`,
		`<body style="display:none">a</body>`,
	} {
		out, _ := Reader(src, ReaderOptions{})
		if got := textOf(parse(t, out.String(), true)); got != "a" {
			t.Errorf("%s becomes %s, want a to be seen", src, out)
		}
	}
}

func TestQuotedRepliesAreFolded(t *testing.T) {
	const folded = `<details class="quote"><summary>Quoted &lt;text&gt;</summary><blockquote>old</blockquote></details>`
	for _, tt := range []struct{ name, src, want string }{
		{"apple", `new<blockquote type="CITE">old</blockquote>`, `new` + folded},
		{"gmail", `<p>new</p><div class=gmail_quote>On … wrote:<blockquote class="gmail_quote">old</blockquote></div>`,
			`<p>new</p><div>On … wrote:` + folded + `</div>`},
		{"thunderbird", `<p>new</p><blockquote cite="mid:1@example.org">old</blockquote>`, `<p>new</p>` + folded},
		{"a quotation of the sender's choice", `new<blockquote>old</blockquote>`, `new<blockquote>old</blockquote>`},
		{"nothing else to read", `<blockquote type=cite>old</blockquote>&nbsp;`, "<blockquote>old</blockquote>\u00a0"},
		{"quote in a quote", `new<blockquote type=cite>old<blockquote type=cite>older</blockquote></blockquote>`,
			strings.Replace(`new`+folded, "old<", "old<blockquote>older</blockquote><", 1)},
		{"quote in a link", `new<a href=https://a.example>x<blockquote type=cite>old</blockquote></a>`,
			`new` + titled("https://a.example", "a.example", `x<blockquote>old</blockquote>`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, _ := Reader(tt.src, ReaderOptions{Quoted: "Quoted <text>"})
			if out.String() != tt.want {
				t.Errorf("%s\nbecomes\n%s\nwant\n%s", tt.src, out, tt.want)
			}
			check(t, out.String())
			plain, _ := Reader(tt.src, ReaderOptions{})
			if strings.Contains(plain.String(), "<details") {
				t.Errorf("without a label it is folded: %s", plain)
			}
		})
	}
}

func TestPicturesAreReported(t *testing.T) {
	_, got := Reader(`<img src="https://x.example/a.png"><img src="//x.example/b.png" width=600 height=1>
		<img src=" HTTP://x.example/dot" width="1" height="1"><img src=https://x.example/dot style="width:0px">
		<div style="display:none"><img src="https://x.example/hidden" width=1px height=1px></div>
		<img src="\\x.example\c.png"><img srcset="https://x.example/d.png 2x"><input type=image src=https://x.example/e.png>
		<img src="cid:logo@x" alt=Logo><img src="data:image/png;base64,AAAA"><img src="local.png"><img>
		<template><img src=https://x.example/f></template>`, ReaderOptions{})
	want := Report{Remote: 8, Tracking: 3, Inline: 1, Hosts: []string{"x.example"}, Trackers: []string{"x.example"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the report is %+v, want %+v", got, want)
	}
}

func TestADesignedMessageIsReported(t *testing.T) {
	words := strings.Repeat("words and words ", 1000)
	for _, tt := range []struct {
		name, src string
		want      bool
	}{
		{"a letter", `<div dir=ltr>Hi</div>`, false},
		{"a long letter in a table", `<table><tr><td><table><tr><td>` + words + `</table></table>`, false},
		{"layout three deep", `<table><tr><td><table><tr><td><table><tr><td>` + words + `</table></table></table>`, true},
		{"a background picture", `<td background=x>`, false}, // a cell without a table is not there
		{"a background picture in a table", `<table background=x><tr><td>a</table>`, true},
		{"a background picture by style", `<p style="background:#fff url(x)">a</p>`, true},
		{"much markup", strings.Repeat(`<p style="margin:0"><span style="color:red">word</span></p>`, 200), true},
		{"much text", strings.Repeat(`<p style="margin:0">`+words[:160]+`</p>`, 200), false},
	} {
		if _, got := Reader(tt.src, ReaderOptions{}); got.Designed != tt.want {
			t.Errorf("%s: Designed is %v, want %v", tt.name, got.Designed, tt.want)
		}
	}
}

func TestHTMLIsAComponent(t *testing.T) {
	out, _ := Reader("<p>a", ReaderOptions{})
	var buf bytes.Buffer
	if err := out.Render(context.Background(), &buf); err != nil || buf.String() != "<p>a</p>" || out.String() != "<p>a</p>" {
		t.Errorf("rendered it is %q (%v), as a string %q; want <p>a</p>", buf.String(), err, out.String())
	}
	buf.Reset()
	if err := (HTML{}).Render(context.Background(), &buf); err != nil || buf.Len() > 0 {
		t.Errorf("the zero HTML renders %q (%v), want nothing", buf.String(), err)
	}
}
