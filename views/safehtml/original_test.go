package safehtml

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// originalAllowed is everything that may be in an original, written down once more and apart from the code that makes it.
var (
	originalTags = regexp.MustCompile(`^(html|head|meta|title|style|body|a|abbr|acronym|address|article|aside|b|bdi|bdo|big|blockquote|br|caption|` +
		`center|cite|code|col|colgroup|dd|del|details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hgroup|hr|i|img|ins|kbd|li|main|mark|` +
		`menu|nav|nobr|ol|p|pre|q|rp|rt|ruby|s|samp|section|small|span|strike|strong|sub|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr)$`)
	originalPlain = regexp.MustCompile(`^(width|height|border|cellpadding|cellspacing|hspace|vspace|bgcolor|bordercolor|color|text|link|alink|vlink|align|` +
		`valign|dir|lang|clear|face|size|start|value|colspan|rowspan|span|frame|rules|scope|marginwidth|marginheight|topmargin|leftmargin|type|role|nowrap|` +
		`hidden|reversed|noshade|compact|open)$`)
	originalValue  = regexp.MustCompile(`^[#A-Za-z0-9 ,.%+_-]*$`)
	originalOwn    = regexp.MustCompile(`^_m-[A-Za-z0-9_-]+( _m-[A-Za-z0-9_-]+)*$`)
	originalSource = regexp.MustCompile(`^(/i/[0-9a-z]+|data:,|data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*)$`)
	styleRule      = regexp.MustCompile(`^((?:[a-z0-9A-Z_.,:#*>+~ -]|\[class[*^$]?="[A-Za-z0-9_ -]+"\])+)\{([^{}]*)\}$`)
	styleMedia     = regexp.MustCompile(`^@media [a-z0-9 ():,.-]+\{$`)
	styleValue     = regexp.MustCompile(`^[#A-Za-z0-9 ,.%/'()_+-]+( !important)?$`)
	styleCall      = regexp.MustCompile(`([A-Za-z-]*)\(`)
)

// checkOriginal fails the test if there is anything in an original that may not be, or if a parser reads it as another
// tree.
func checkOriginal(t testing.TB, markup string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Fatal(err)
	}
	for n := range doc.Descendants() {
		switch n.Type {
		case html.TextNode:
			if n.Parent.Data == "style" {
				checkStyle(t, n.Data)
			}
			continue
		case html.DoctypeNode:
			continue
		}
		if n.Type != html.ElementNode || n.Namespace != "" || !originalTags.MatchString(n.Data) {
			t.Fatalf("%v <%s %s> in\n%s", n.Type, n.Namespace, n.Data, excerpt(markup))
		}
		if n.Data == "meta" {
			checkMeta(t, n)
			continue
		}
		for _, a := range n.Attr {
			if !originalAttributeIsFine(n.Data, a) {
				t.Fatalf("<%s %s=%q> in\n%s", n.Data, a.Key, a.Val, excerpt(markup))
			}
		}
	}
	var again strings.Builder
	if err := html.Render(&again, doc); err != nil || again.String() != markup {
		i := 0
		for i < min(len(markup), again.Len()) && markup[i] == again.String()[i] {
			i++
		}
		t.Fatalf("from byte %d on it is read as something else (%v):\n%s\nis\n%s", i, err, excerpt(markup[max(i-200, 0):]), excerpt(again.String()[max(i-200, 0):]))
	}
}

func originalAttributeIsFine(tag string, a html.Attribute) bool {
	switch a.Key {
	case "class", "id":
		return originalOwn.MatchString(a.Val)
	case "title", "alt", "abbr":
		return true
	case "href":
		return tag == "a" && (isSafeHref(a.Val) || regexp.MustCompile(`^(#_m-[A-Za-z0-9_-]+|/l/[a-z]+)$`).MatchString(a.Val))
	case "rel":
		return a.Val == "noopener noreferrer nofollow"
	case "target":
		return a.Val == "_blank"
	case "src":
		return tag == "img" && originalSource.MatchString(a.Val)
	case "background":
		return originalSource.MatchString(a.Val)
	case "style":
		return declarationsAreFine(a.Val) == ""
	}
	return a.Namespace == "" && originalPlain.MatchString(a.Key) && originalValue.MatchString(a.Val)
}

func checkMeta(t testing.TB, n *html.Node) {
	t.Helper()
	var all []string
	for _, a := range n.Attr {
		all = append(all, a.Key+"="+a.Val)
	}
	if got := strings.Join(all, " "); !slices.Contains([]string{
		"charset=utf-8", "name=viewport content=width=device-width, initial-scale=1", "name=referrer content=no-referrer",
		"name=color-scheme content=light", "name=color-scheme content=light dark",
	}, got) {
		t.Fatalf("<meta %s>", got)
	}
}

// checkStyle reads a style sheet line by line, as it is written: what a line may have is all that is allowed.
func checkStyle(t testing.TB, sheet string) {
	t.Helper()
	if sheet == baseStyle {
		return
	}
	depth := 0
	for line := range strings.Lines(sheet) {
		line = strings.TrimSuffix(line, "\n")
		switch m := styleRule.FindStringSubmatch(line); {
		case styleMedia.MatchString(line):
			depth++
		case line == "}" && depth > 0:
			depth--
		case m == nil:
			t.Fatalf("a style sheet has the line %q", excerpt(line))
		default:
			if problem := declarationsAreFine(m[2]); problem != "" {
				t.Fatalf("a style sheet has %q: %s", excerpt(line), problem)
			}
		}
	}
	if depth != 0 {
		t.Fatalf("a style sheet does not end: %s", excerpt(sheet))
	}
}

// declarationsAreFine says what is wrong with a list of declarations.
func declarationsAreFine(list string) string {
	if strings.ContainsAny(list, "\\<>@{}\"&!") && !strings.Contains(list, " !important") {
		return "characters"
	}
	for d := range strings.SplitSeq(list, ";") {
		name, value, ok := strings.Cut(d, ":")
		if !ok || !styleValue.MatchString(value) {
			return fmt.Sprintf("%q", d)
		}
		for _, word := range []string{"position", "z-index", "transform", "animation", "transition", "filter", "content", "cursor", "behavior", "-moz-binding", "clip-path", "mask", "counter"} {
			if name == word || strings.HasPrefix(name, word+"-") && word != "content" {
				return "the property " + name
			}
		}
		for _, call := range styleCall.FindAllStringSubmatch(value, -1) {
			if !slices.Contains([]string{"rgb", "rgba", "hsl", "hsla", "linear-gradient", "radial-gradient", "url"}, call[1]) {
				return "the function " + call[1]
			}
		}
		for i := strings.Index(value, "url("); i >= 0; i = strings.Index(value, "url(") {
			address, rest, _ := strings.Cut(value[i+4:], ")")
			if !originalSource.MatchString(address) {
				return "the address " + address
			}
			value = rest
		}
	}
	return ""
}

// bodyOf is what an original has in its body.
func bodyOf(t testing.TB, out HTML) string {
	t.Helper()
	_, body, ok := strings.Cut(out.String(), "<body")
	_, body, closed := strings.Cut(body, ">")
	if !ok || !closed {
		t.Fatalf("no body in %s", out)
	}
	return strings.TrimSuffix(body, "</body></html>")
}

// sheetOf is the sender's part of the style sheet.
func sheetOf(out HTML) string {
	_, after, ok := strings.Cut(out.String(), "<style>"+baseStyle+"</style><style>")
	if !ok {
		return ""
	}
	sheet, _, _ := strings.Cut(after, "</style>")
	return sheet
}

func TestCorpusOnlyWhatIsAllowedIsInAnOriginal(t *testing.T) {
	i := 0
	prove(t, "HTML: only what is allowed, in the original", attackSamples(t), func(t *testing.T, s sample) {
		out, report := Original(s.HTML, OriginalOptions{})
		if report.Refused {
			t.Fatalf("refused %d bytes", len(s.HTML))
		}
		checkOriginal(t, out.String())
		if strings.Contains(out.String(), "/i/") {
			t.Fatal("there is a picture although none was given")
		}
		if i++; i%5 == 0 { // the same code, with pictures
			out, _ = Original(s.HTML, OriginalOptions{Picture: func(string) string { return "/i/1" }, Link: func(string) string { return "/l/a" }})
			checkOriginal(t, out.String())
		}
	})
}

func TestCorpusAnOriginalOfAnOriginalIsTheSame(t *testing.T) {
	prove(t, "HTML: stable, in the original", attackSamples(t), func(t *testing.T, s sample) {
		once, _ := Original(s.HTML, OriginalOptions{})
		twice, report := Original(once.String(), OriginalOptions{})
		if report.Refused || twice != once {
			t.Errorf("made twice it is\n%s\nnot\n%s", excerpt(twice.String()), excerpt(once.String()))
		}
	})
}

func TestAnOriginalKeepsItsLooks(t *testing.T) {
	for _, tt := range []struct{ name, src, body, sheet string }{
		{"colours and space", `<p style="color:RED; margin: 0 auto -5px !important;background:#FFF">a</p>`, `<p style="color:red;margin:0 auto -5px !important;background:#fff">a</p>`, ""},
		{"fonts", `<font face="Arial, Helvetica" size="+1" color=#333><span style="font:bold 12px/1.5 'Open Sans',Arial">a</span></font>`,
			`<font color="#333" face="Arial, Helvetica" size="+1"><span style="font:bold 12px/1.5 &#39;Open Sans&#39;,Arial">a</span></font>`, ""},
		{"a table", `<table width=600 cellpadding=0 bgcolor="#eeeeee" align=center border=0><tr><td valign=top width="50%" height=20>a</table>`,
			`<table align="center" bgcolor="#eeeeee" border="0" cellpadding="0" width="600"><tbody><tr><td height="20" valign="top" width="50%">a</td></tr></tbody></table>`, ""},
		{"a style sheet", `<style>.Btn, #top > td.x , a:hover{color:#00F;padding:1px 2px}</style><p class="Btn x" id=top>a`, `<p class="_m-Btn _m-x" id="_m-top">a</p>`,
			"._m-Btn,#_m-top>td._m-x,a:hover{color:#00f;padding:1px 2px}\n"},
		{"narrow and dark", `<style>@media only screen and (max-width: 600px){.a{width:100%!important}} @media (prefers-color-scheme: dark){.a{color:white}} @media print{.a{color:red}}</style>`, "",
			"@media only screen and (max-width:600px){\n._m-a{width:100% !important}\n}\n@media (prefers-color-scheme:dark){\n._m-a{color:white}\n}\n"},
		{"in a comment", "<style><!-- p{color:red} --></style>", "", "p{color:red}\n"},
		{"old hacks", `<style>[class~="a"]{color:red} u + .b{color:red} *[class=c]{color:red} .x{mso-line-height-rule:exactly;line-height:100%}</style>`, "",
			"._m-a{color:red}\nu+._m-b{color:red}\n*[class=\"_m-c\"]{color:red}\n._m-x{line-height:100%}\n"},
		{"elements of exactly that class", `<style>td[class='a b']{color:red}</style><p class="m-td td">x`, `<p class="_m-m-td _m-td">x</p>`, "td[class=\"_m-a _m-b\"]{color:red}\n"},
		{"elements of classes like that", `<style>td[class*="w3"],td[class^=w],td[class$='20']{color:red}td[class*="m-x"]{color:red}td[class*=m]{color:red}</style>`, "", "td[class*=\"w3\"],td[class^=\"_m-w\"],td[class$=\"20\"]{color:red}\n"},
		{"a sheet for some screens", `<style media="only screen and (max-width: 9px)">p{color:red</style><style media=print>p{color:blue}</style><style>b{color:red}</style>`, "", "@media only screen and (max-width:9px){\np{color:red}\n}\nb{color:red}\n"},
		{"a third", `<p style="width:33.333333333333336%;height:12345678px">a`, `<p style="width:33.333333%">a</p>`, ""},
		{"a colour behind a picture", `<p style="background: #0a0 url(https://x.example/a.png) no-repeat;background-image:url(x)">a`, `<p style="background:#0a0 no-repeat">a</p>`, ""},
		{"a gradient", `<p style="background-image:linear-gradient(to right, #fff 0%, rgba(0,0,0,.5))">a`, `<p style="background-image:linear-gradient(to right,#fff 0%,rgba(0,0,0,.5))">a</p>`, ""},
		{"a place in the document", `<a href="#part">x</a><a name="part">y</a>`, `<a href="#_m-part">x</a><a id="_m-part">y</a>`, ""},
		{"a picture in the document", `<img src="data:image/PNG;base64,AAAA" width=5>`, `<img src="data:image/png;base64,AAAA" width="5"/>`, ""},
		{"the place of a picture", `<img src="https://x.example/a.png" alt="A" width=50 height=20 style="display:block">`, `<img alt="A" height="20" src="data:," style="display:block" width="50"/>`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, _ := Original(tt.src, OriginalOptions{})
			checkOriginal(t, out.String())
			if got := bodyOf(t, out); got != tt.body {
				t.Errorf("the body is\n%s\nwant\n%s", got, tt.body)
			}
			if got := sheetOf(out); got != tt.sheet {
				t.Errorf("the style sheet is\n%s\nwant\n%s", got, tt.sheet)
			}
		})
	}
}

func TestStylesDoNoHarm(t *testing.T) {
	for _, value := range []string{
		`color:expression(alert(1))`, `background:url(https://x.example)`, `background:u\72l(https://x.example)`, `background:URL("//x.example")`,
		`background-image:image-set("https://x.example" 1x)`, `color:var(--x)`, `--x:url(https://x.example)`, `width:calc(1px + attr(x))`,
		`position:fixed`, `p\6fsition:fixed`, `behavior:url(#x)`, `-moz-binding:url(x)`, `list-style:url(//x.example)`, `content:url(x)`, `cursor:url(x),auto`,
		`color:red\;position:fixed`, `color:re/**/d:x`, `filter:url(#x)`, `font-family:"</style><script>"`, `color:"red"`, `width:1e9999px`,
		`background:url(javascript:alert(1))`, `color:env(x)`, `background:element(#a)`, `mask:url(x)`, `color:red}body{background:url(//x.example)`, `@import "x"`,
		"background:url(https://x.example\n)", `background:url('https://x.example`, `color:rgb(url(x))`, `background:linear-gradient(url(x),red)`, `animation:x 1s`, `transition:all 1s`,
	} {
		out, report := Original(`<p style='`+strings.ReplaceAll(value, "'", "&#39;")+`'>a</p><style>p{`+value+`}</style><style>q{color:red}</style>`, OriginalOptions{})
		checkOriginal(t, out.String())
		if report.Refused || strings.Contains(bodyOf(t, out), "style=") && !strings.Contains(value, "color:red}") && !strings.Contains(value, "red\\;") || strings.Contains(out.String(), "x.example") {
			t.Errorf("%s becomes %s", value, out)
		}
	}
}

func TestStyleSheetsDoNoHarm(t *testing.T) {
	for _, sheet := range []string{
		`@import url(https://x.example);`, `@import "https://x.example"`, `@font-face{font-family:x;src:url(https://x.example)}`, `@namespace x url(https://x.example);`,
		`@supports (color:red){p{background:url(https://x.example)}}`, `@media screen{@import url(https://x.example);}`, `input[value^="a"]{background:url(https://x.example/a)}`,
		`p::before{content:url(https://x.example)}`, `a:visited{color:red}`, `@page{background:url(https://x.example)}`, `p:has(a){color:red}`, `:root{--x:url(https://x.example)}`,
		`p{color:red;p{background:url(https://x.example)}}`, `</style><img src=https://x.example>`, `p{}/*`, `@layer x{p{color:red}}`, `@keyframes x{from{color:red}}`, `p{color:red`,
		`@media (max-width:600px) and (width:expression(1)){p{color:red}}`, `@med\69 a screen{p{c\6flor:r\65 d}}`, `@charset "x";`, `@x{y}`, `}}}p{color:red}`, `p{{color:red}}`,
		`@media screen{p{color:red}`, `p[class="</style>"]{color:red}`, `.\3c style{color:red}`, `p>>>a{color:red}`, `>p{color:red}`, `p,{color:red}`, `,p{color:red}`, `*|*{color:red}`, `svg|a{color:red}`,
	} {
		out, report := Original("<style>"+sheet+"</style><p>a</p>", OriginalOptions{})
		checkOriginal(t, out.String())
		if report.Refused || strings.Contains(out.String(), "x.example") {
			t.Errorf("%s becomes %s", sheet, out)
		}
	}
}

func TestAnOriginalAsksForPicturesAndLinks(t *testing.T) {
	var asked []string
	o := OriginalOptions{
		Picture: func(source string) string {
			asked = append(asked, source)
			if strings.Contains(source, "not") {
				return ""
			}
			if strings.Contains(source, "evil") {
				return "https://evil.example"
			}
			return "/i/1"
		},
		Link: func(string) string { return "/l/a" },
	}
	out, report := Original(`<body background="https://x.example/0.png"><img src="cid:a%40b"><img src="//x.example/1.png"><img src="https://x.example/not"><img src="https://x.example/evil">
		<td style="background:url('https://x.example/2.png') no-repeat"><table style="background-image:url(https://x.example/3.png)"></table>
		<img src="https://x.example/dot" width=1 height=1><a href="https://y.example">a</a><a href="javascript:x">b</a>
		<style>p{background:url(https://x.example/4.png)}</style>`, o)
	checkOriginal(t, out.String())
	slices.Sort(asked)
	want := []string{"cid:a@b", "https://x.example/0.png", "https://x.example/1.png", "https://x.example/3.png", "https://x.example/4.png", "https://x.example/evil", "https://x.example/not"}
	if !slices.Equal(asked, want) {
		t.Errorf("it asked for %q, want %q", asked, want)
	}
	if report.Remote != 7 || report.Tracking != 1 || report.Inline != 1 || !slices.Equal(report.Hosts, []string{"x.example"}) {
		t.Errorf("the report is %+v", report)
	}
	if s := out.String(); strings.Count(s, "/i/1") != 5 || strings.Count(s, `href="/l/a"`) != 1 || strings.Contains(s, "evil") {
		t.Errorf("the pictures and links are wrong in %s", s)
	}
}

func TestAnOriginalHasALimit(t *testing.T) {
	for name, src := range map[string]string{
		"size": strings.Repeat("x", defaultMaxSize+1), "depth": strings.Repeat("<div>", 600) + "x", "nodes": strings.Repeat("<p>", defaultMaxNodes+1),
	} {
		if out, report := Original(src, OriginalOptions{}); !report.Refused || out != (HTML{}) {
			t.Errorf("%s: it is not refused", name)
		}
	}
	if out, report := Original(strings.Repeat("<p style='color:red'>x</p>", 20_000), OriginalOptions{}); report.Refused || strings.Count(out.String(), "<p ") != 20_000 {
		t.Error("a long message is refused")
	}
}

// FuzzOriginal checks that only what is allowed comes out, and that it is read as it was meant.
func FuzzOriginal(f *testing.F) {
	for _, a := range attacks {
		f.Add(a.src)
	}
	f.Add(`<style>@media (max-width:1px){.a>b{color:red}}</style><p class=a><table background=x><caption><a href=#x name=y><img src=data:image/png;base64,AA>`)
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 64<<10 {
			return
		}
		out, report := Original(src, OriginalOptions{Picture: func(string) string { return "/i/1" }})
		if report.Refused {
			return
		}
		checkOriginal(t, out.String())
	})
}

// FuzzCSS checks that only what is allowed comes out of a style sheet, and that it is the same when it is read once more.
func FuzzCSS(f *testing.F) {
	for _, seed := range []string{`p{color:red}`, `@media only screen and (max-width:600px){.a,#b>c{margin:-1px auto!important}}`, `p{background:u\72l(x)}`,
		`@import url(x);a:hover{font:bold 12px/1 "A B",c}`, `<!--p{color:#fff}-->`, `p{background:linear-gradient(to left,rgb(1 2 3/4%),red)}`, `[class~="x"] *{width:1px;;height:2px`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		s := stylist{picture: func(string) string { return "/i/1" }}
		once := s.sheet(src)
		checkStyle(t, once)
		s = stylist{picture: func(address string) string { return address }}
		if twice := s.sheet(once); twice != once && len(once) < maxCSS {
			t.Fatalf("%q becomes %q and then %q", src, once, twice)
		}
	})
}
