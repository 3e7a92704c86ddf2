package safehtml

import (
	"strings"
	"testing"
)

// FuzzReader checks that only what is allowed comes out, that a parser reads it as it was meant, and that reading it
// once more keeps the text.
func FuzzReader(f *testing.F) {
	for _, a := range attacks {
		f.Add(a.src)
	}
	f.Add(`<ul><dl><li><dt><pre>x<p><h1><table><caption>c<th>d<td><ruby><rt><a href=https://a.example><blockquote type=cite>e`)
	f.Add(`<table><tr><td>a<td>b<tr><td>www.<b>c</b>d<td style="white-space:pre">e` + "\n" + `<details><summary><summary><div style="display:block">`)
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 64<<10 {
			return
		}
		once, report := Reader(src, readerOptions)
		if report.Refused {
			return
		}
		check(t, once.String())
		twice, report := Reader(once.String(), readerOptions)
		if report.Refused {
			t.Fatalf("the output is refused: %s", excerpt(once.String()))
		}
		check(t, twice.String())
		if a, b := squeeze(textOf(parse(t, once.String(), true))), squeeze(textOf(parse(t, twice.String(), true))); a != b {
			t.Fatalf("read twice the text is\n%q\nwant\n%q", excerpt(b), excerpt(a))
		}
	})
}

// FuzzText checks that a text is shown as it is, or with its words in order where lines are joined.
func FuzzText(f *testing.F) {
	f.Add("a\n> b \n>> c\n-- \nhttps://a.example/(x), www.b.example ana@b.example\x00", true)
	f.Add("http://a@b:1/'\"<&\u202e mailto:x@y?z#%0a \n > \n>From \r\n\r", false)
	f.Fuzz(func(t *testing.T, src string, delSp bool) {
		checkPlain(t, src, plainHTML(src, TextOptions{}))

		all := plainHTML(src, TextOptions{Quoted: "Quoted", Flowed: true, DelSp: delSp, MaxText: -1})
		check(t, all.String())
		words := func(s string) string { return strings.NewReplacer("Quoted", "", ">", "").Replace(squeeze(s)) }
		if got, want := words(textOf(parse(t, all.String(), true))), words(clean(src)); got != want {
			t.Fatalf("flowed and folded the words are\n%q\nwant\n%q", excerpt(got), excerpt(want))
		}
	})
}
