package safehtml

import (
	"strings"
	"testing"
	"unicode"
)

// checkPlain fails the test if the text of the output is not the input, but for control characters.
func checkPlain(t testing.TB, src string, out HTML) {
	t.Helper()
	check(t, out.String())
	plain := func(s string) string {
		s = strings.ReplaceAll(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n"), "\r", "\n")
		return strings.Map(func(r rune) rune {
			switch {
			case r == '\f':
				return ' '
			case unicode.IsControl(r) && r != '\n' && r != '\t':
				return '\uFFFD'
			}
			return r
		}, s)
	}
	if got, want := textOf(parse(t, out.String(), true)), plain(src); got != want {
		t.Fatalf("the text is\n%q\nwant\n%q", excerpt(got), excerpt(want))
	}
}

func TestPlainTextIsMadeReadable(t *testing.T) {
	const folded = `<details class="quote"><summary>Quoted</summary>%s</details>`
	fold := func(s string) string { return strings.Replace(folded, "%s", s, 1) }
	sig := func(s string) string { return `<span class="sig">` + s + `</span>` }
	for _, tt := range []struct{ name, src, want string }{
		{"empty", "", ""},
		{"lines", "a\r\n  b\rc <d>\n", "a\n  b\nc &lt;d&gt;\n"},
		{"controls", "a\x00\x1b[1m\u0085\x7f\tb", "a\uFFFD\uFFFD[1m\uFFFD\uFFFD\tb"},
		{"page", "http://a.example/x", link("http://a.example/x", "http://a.example/x")},
		{"page at the end of a sentence", "(see https://a.example/x_(y)), or WWW.b.example!", "(see " +
			link("https://a.example/x_(y)", "https://a.example/x_(y)") + "), or " + link("http://www.b.example", "WWW.b.example") + "!"},
		{"page in brackets", "<https://a.example/?x=1&y=[2]> \"https://b.example\"", "&lt;" +
			link("https://a.example/?x=1&amp;y=[2]", "https://a.example/?x=1&amp;y=[2]") + "&gt; &#34;" + link("https://b.example", "https://b.example") + "&#34;"},
		{"page without blanks around", "请看https://a.example。好", "请看" + link("https://a.example", "https://a.example") + "。好"},
		{"page with letters of its own", "https://bücher.example/ü", link("https://xn--bcher-kva.example/%C3%BC", "https://bücher.example/ü")},
		{"address", "Ana <ana.b+c@a.example>, 'x@b.example'.", "Ana &lt;" + link("mailto:ana.b+c@a.example", "ana.b+c@a.example") +
			"&gt;, &#39;" + link("mailto:x@b.example", "x@b.example") + "&#39;."},
		{"mailto", "mailto:ana@a.example?subject=x", link("mailto:ana@a.example?subject=x", "mailto:ana@a.example?subject=x")},
		{"no addresses", "a@b x@y.1 @a.example user@ http:// www. mailto:x jürgen@a.example xhttp://a.example javascript:x ftp://a.example a@b..example",
			"a@b x@y.1 @a.example user@ http:// www. mailto:x jürgen@a.example xhttp://a.example javascript:x ftp://a.example a@b..example"},
		{"quote", "a\n> b\n>> c\n\n> d\n\ne\n", "a\n" + fold("&gt; b\n&gt;&gt; c\n\n&gt; d\n") + "\ne\n"},
		{"nothing but a quote", "> a\n\n> b", "&gt; a\n\n&gt; b"},
		{"signature", "a\n-- \nAna\nhttps://a.example", "a\n" + sig("-- \nAna\n"+link("https://a.example", "https://a.example"))},
		{"signature above a quote", "a\n-- \nAna\n> b\nc", "a\n" + sig("-- \nAna\n") + fold("&gt; b\n") + "c"},
		{"dashes that are no separator", "a\n--\nb\n--  \nc", "a\n--\nb\n--  \nc"},
		{"text below dashes", "-- \n" + strings.Repeat("a\n", maxSignature), "-- \n" + strings.Repeat("a\n", maxSignature)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want != "" {
				want = `<div class="plain">` + want + `</div>`
			}
			out := plainHTML(tt.src, TextOptions{Quoted: "Quoted"})
			if out.String() != want {
				t.Errorf("%q\nbecomes\n%s\nwant\n%s", tt.src, out, want)
			}
			check(t, out.String())
			checkPlain(t, tt.src, plainHTML(tt.src, TextOptions{}))
		})
	}
}

func TestFlowedTextIsJoined(t *testing.T) {
	for _, tt := range []struct {
		name  string
		delSp bool
		src   string
		want  string
	}{
		{"paragraph", false, "a \nb \nc\nd\n", "a b c\nd\n"},
		{"without the blank", true, "https://a.example/long- \nname\n", "https://a.example/long-name\n"},
		{"stuffed lines", false, " >a\n From b\n  c\n", ">a\nFrom b\n c\n"},
		{"quotes", false, ">a \n>b\n>> c \n>>d \n> e\nf", "> a b\n>> c d \n> e\nf"},
		{"quote that flows into none", false, "> a \nb\n", "> a \nb\n"},
		{"separator", false, "a \n-- \nb \nc\n", "a \n-- \nb c\n"},
		{"last line flows", false, "a \nb \n", "a b "},
		{"blank lines", false, "a\n\nb\n", "a\n\nb\n"},
	} {
		out := plainHTML(tt.src, TextOptions{Flowed: true, DelSp: tt.delSp})
		check(t, out.String())
		if got := textOf(parse(t, out.String(), true)); got != tt.want {
			t.Errorf("%s: %q reads %q, want %q", tt.name, tt.src, got, tt.want)
		}
	}
}

func TestOnlyTheBeginningOfALongTextIsShown(t *testing.T) {
	lines := strings.Repeat("0123456\n", 100)
	for _, tt := range []struct {
		name, src string
		max       int
		cut       bool
		want      string
	}{
		{"whole", lines, 800, false, lines},
		{"up to the end of a line", lines, 799, true, lines[:792]},
		{"one line", "üüü", 3, true, "ü"},
		{"all of it", strings.Repeat(lines, 300), -1, false, strings.Repeat(lines, 300)},
		{"by itself", strings.Repeat(lines, 300), 0, true, strings.Repeat(lines, 256)},
	} {
		o := TextOptions{MaxText: tt.max}
		if got := o.Cuts(tt.src); got != tt.cut {
			t.Errorf("%s: Cuts is %v, want %v", tt.name, got, tt.cut)
		}
		if got := textOf(parse(t, plainHTML(tt.src, o).String(), true)); got != tt.want {
			t.Errorf("%s: %d bytes are shown, want %d", tt.name, len(got), len(tt.want))
		}
	}
}

// TestTextTakesTimeInProportion has no clock: with work that grows with the square, these texts do not end.
func TestTextTakesTimeInProportion(t *testing.T) {
	const n = 512 << 10
	for name, part := range map[string]string{
		"at signs": "@", "addresses": "a@b.", "local parts": "a", "dots": ".", "pages": "http://", "hosts": "www.",
		"rounds": "http://a.example/((((", "ends": "https://a.example/))))))", "quotes": ">", "quoted lines": "> a\n",
		"blank lines": "\n", "separators": "-- \n", "flowing lines": "a \n", "users": "http://a@", "mails": "mailto:%0%0a",
	} {
		src := strings.Repeat(part, n/len(part))
		out := plainHTML("a\n"+src, TextOptions{Quoted: "Quoted", Flowed: true, MaxText: -1})
		if len(out.String()) < n/2 {
			t.Errorf("%s: of %d bytes %d are left", name, len(src), len(out.String()))
		}
	}
}

// plainHTML is what Text makes, without the links.
func plainHTML(src string, o TextOptions) HTML {
	out, _ := Text(src, o)
	return out
}

func TestLinksOfAPlainTextAreReported(t *testing.T) {
	_, links := Text("see https://a.example/x and\n> bo@b.example", TextOptions{Quoted: "Quoted", Link: func(string) string { return "/l/1" }})
	var got []string
	for _, l := range links {
		got = append(got, l.Href+" "+l.Host)
	}
	if all := strings.Join(got, ", "); all != "https://a.example/x a.example, mailto:bo@b.example b.example" {
		t.Errorf("the links are %s", all)
	}
}
