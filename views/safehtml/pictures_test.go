package safehtml

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var pictureOptions = ReaderOptions{Quoted: "QUOTED", Image: "IMAGE", Picture: ourPicture}

// img is how a picture looks in the output.
func img(src, alt string) string {
	return `<img src="` + src + `" alt="` + alt + `" loading="lazy" referrerpolicy="no-referrer"/>`
}

func TestPicturesAreThoseOfOurSite(t *testing.T) {
	const a = "/p?u=https%3A%2F%2Fa.example%2Fx"
	sized := func(size string) string { return strings.Replace(img(a, ""), ` loading`, size+` loading`, 1) }
	for _, tt := range []struct{ name, src, want string }{
		{"picture", `a<img src=https://a.example/x alt=" b  c "> d`, `a ` + img(a, "b c") + ` d`},
		{"picture without description", `<p>a<img src=https://a.example/x></p>`, `<p>a` + img(a, "") + `</p>`},
		{"nothing but a picture", `<div><img src=https://a.example/x></div>`, `<div>` + img(a, "") + `</div>`},
		{"part of the message", `<img src="CID:%3Clogo%40x%3e" alt=Logo>`, img("/p?u=cid%3Alogo%40x", "Logo")},
		{"no address", `<img alt=a><img src="" alt=b>`, `<span class="img">a</span> <span class="img">b</span>`},
		{"other addresses", `<img src="data:image/png;base64,AAAA" alt=a><img src="/logout" alt=b><img src=javascript:x alt=c>`,
			`<span class="img">a</span> <span class="img">b</span> <span class="img">c</span>`},
		{"field", `<input type=image src=https://a.example/x alt=b>`, img(a, "b")},
		{"lazy and clean", `<img src=https://a.example/x loading=eager referrerpolicy=unsafe-url usemap=#m ismap crossorigin onload=x
			sizes=1 srcset="https://b.example 2x" style="width:1px" class=x id=x title=x fetchpriority=high>`, sized(` width="1"`)},
		{"size", `<img src=https://a.example/x width=" 600 " height=400px>`, sized(` width="600" height="400"`)},
		{"size by style", `<img src=https://a.example/x width=9 style="width:600.7px;height:auto">`, sized(` width="600"`)},
		{"size that depends", `<img src=https://a.example/x width=600 height=50% style="width:100%">`, sized(` width="600"`)},
		{"size that is none", `<img src=https://a.example/x width=99999 height=-5><img src=https://a.example/x width=NaN height=x>`, img(a, "") + img(a, "")},
		{"dot", `<img src=https://a.example/x width=1 height=1 alt=a>b`, `b`},
		{"hidden", `<img hidden src=https://a.example/x><div style="visibility:hidden"><img src=https://a.example/x></div>b`, `b`},
		{"link", `<a href=https://b.example><img src=https://a.example/x alt=c></a>`, titled("https://b.example", "b.example", img(a, "c"))},
		{"link without a name", `<a href=https://b.example><b><img src=https://a.example/x></b></a>`, titled("https://b.example", "b.example", `<b>`+img(a, "IMAGE")+`</b>`)},
		{"link with text", `<a href=https://b.example><img src=https://a.example/x>c</a>`, titled("https://b.example", "b.example", img(a, "")+"c")},
		{"heading without a name", `<h1><img src=https://a.example/x></h1><h2>a</h2>`, `<div>` + img(a, "") + `</div><h3>a</h3>`},
		{"cell", `<table><tr><td>&nbsp;<td><img src=https://a.example/x></table>`, `<div>` + img(a, "") + `</div>`},
		{"quote below a picture", `<img src=https://a.example/x><blockquote type=cite>b</blockquote>`,
			img(a, "") + `<details class="quote"><summary>QUOTED</summary><blockquote>b</blockquote></details>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, _ := Reader(tt.src, pictureOptions)
			if out.String() != tt.want {
				t.Errorf("%s\nbecomes\n%s\nwant\n%s", tt.src, out, tt.want)
			}
			checkFor(t, out.String(), allowedWithPictures)
		})
	}
}

func TestAPictureIsAskedForByItsAddress(t *testing.T) {
	for _, tt := range []struct{ attributes, want string }{
		{`src="HTTPS://user@A.example:8080/ä b"`, "https://a.example:8080/%C3%A4%20b"},
		{`src="//a.example/x"`, "https://a.example/x"},
		{"src='\\/a.example\\x'", "https://a.example/x"},
		{"src='\n/\t/a.example'", "https://a.example"},
		{`src="http:/a.example/x"`, "http://a.example/x"},
		{`src="https://a b/"`, ""},
		{`src="/x"`, ""}, {`src="x.png"`, ""}, {`src="ftp://a.example/x"`, ""}, {`src="file:///etc/passwd"`, ""}, {`src="blob:x"`, ""},
		{`src="https://a.example/` + strings.Repeat("x", maxURL) + `"`, ""},
		{`src="cid:a%2Bb@x"`, "cid:a+b@x"}, {`src="cid:a%b"`, "cid:a%b"}, {`src="cid:<a@x>"`, "cid:a@x"}, {`src="cid:../x"`, "cid:../x"},
		{`src="cid:"`, ""}, {`src="cid:<>"`, ""}, {`src="cid:a%00b"`, ""}, {`src="cid:a%0d%0ab"`, ""}, {`src="cid:%ff"`, ""},
		{`srcset="https://a.example/x 2x, https://b.example 3x"`, "https://a.example/x"},
		{`src=" " srcset=" , x.png 1x,y.png, //b.example/y,z 100w"`, "https://b.example/y,z"},
		{`srcset="data:image/png;base64,AAAA 1x, cid:x 2x"`, "cid:x"},
		{`src=x.png srcset="https://a.example/x 2x"`, ""},
		{`srcset="` + strings.Repeat("x, ", maxCandidates) + `https://a.example"`, ""},
		{`srcset=", "`, ""},
	} {
		var asked []string
		Reader(`<img `+tt.attributes+`>`, ReaderOptions{Picture: func(source string) string {
			asked = append(asked, source)
			return ""
		}})
		if got := strings.Join(asked, " and "); got != tt.want {
			t.Errorf("for %.100s it asks for %.100q, want %q", tt.attributes, got, tt.want)
		}
	}
}

func TestOnlyAnAddressOfOursIsShown(t *testing.T) {
	for _, answer := range []string{"", "/", "//x.example", `/\x.example`, "/\t/x.example", "/\n/x.example", "x", "https://x.example/a",
		"javascript:x", "data:image/png,x", "cid:x", `/a"b`, "/a b", " /a", "/ä"} {
		out, _ := Reader(`<img src=https://a.example/x alt=b>`, ReaderOptions{Picture: func(string) string { return answer }})
		if want := `<span class="img">b</span>`; out.String() != want {
			t.Errorf("if the answer is %q it shows %s, want %s", answer, out, want)
		}
	}
	out, _ := Reader(`<img src=https://a.example/x alt=b>`, ReaderOptions{Picture: func(string) string { return "/m/1?a=b&c=%20#d" }})
	if want := img("/m/1?a=b&amp;c=%20#d", "b"); out.String() != want {
		t.Errorf("it shows %s, want %s", out, want)
	}
}

func TestNoMoreThanSomePicturesAreShown(t *testing.T) {
	out, _ := Reader(strings.Repeat(`<img src=https://a.example/x alt=b>`, maxPictures+5), pictureOptions)
	pictures, words := strings.Count(out.String(), "<img "), strings.Count(out.String(), `<span class="img">b</span>`)
	if pictures != maxPictures || words != 5 {
		t.Errorf("%d pictures and %d descriptions are shown, want %d and 5", pictures, words, maxPictures)
	}
}

// checkPictures fails the test if pictures come from elsewhere than our site, if any was shown that was not asked for,
// or if the text is another than without pictures.
func checkPictures(t testing.TB, src string) {
	t.Helper()
	o := pictureOptions
	var given []string
	o.Picture = func(source string) string {
		given = append(given, ourPicture(source))
		return ourPicture(source)
	}
	with, report := Reader(src, o)
	if report.Refused {
		return
	}
	checkFor(t, with.String(), allowedWithPictures)
	root := parse(t, with.String(), true)
	for c := range root.Descendants() {
		if address, ok := attr(c, "src"); ok && !slices.Contains(given, address) {
			t.Fatalf("%s is shown and was not asked for", address)
		}
	}
	check(t, readAgain(with.String()))

	without, _ := Reader(src, readerOptions)
	fold := func(s string) string { return strings.NewReplacer("QUOTED", "", "IMAGE", "").Replace(squeeze(s)) }
	if a, b := fold(textAndAlts(t, with.String())), fold(textOf(parse(t, without.String(), true))); a != b {
		t.Fatalf("%s\nwith pictures it reads\n%q\nwithout\n%q", excerpt(src), excerpt(a), excerpt(b))
	}
}

func readAgain(markup string) string {
	out, _ := Reader(markup, readerOptions)
	return out.String()
}

// textAndAlts is the text of the output with the descriptions of pictures in their places.
func textAndAlts(t testing.TB, markup string) string {
	var out strings.Builder
	for c := range parse(t, markup, true).Descendants() {
		if c.Data == "img" {
			alt, _ := attr(c, "alt")
			out.WriteString(alt)
		} else if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return out.String()
}

func TestPicturesDoNotChangeWhatElseIsShown(t *testing.T) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) { checkPictures(t, a.src) })
	}
	r := rand.New(rand.NewPCG(7, 8))
	for i := range 300 {
		src := soup(r, append([]string{"img", "img", "img", "a"}, soupTags...))
		t.Run(fmt.Sprintf("mixture %d", i), func(t *testing.T) { checkPictures(t, src) })
	}
}

func TestCorpusPicturesAreThoseOfOurSite(t *testing.T) {
	prove(t, "HTML: only pictures of our site", attackSamples(t), func(t *testing.T, s sample) { checkPictures(t, s.HTML) })
}

func TestCorpusWithoutPicturesNoAddressIsLeft(t *testing.T) {
	prove(t, "HTML: ways to make a reader fetch", samples(t, "remote-content.json"), func(t *testing.T, s sample) {
		out, _ := Reader(s.HTML, readerOptions)
		for c := range parse(t, out.String(), true).Descendants() {
			for _, a := range c.Attr {
				if a.Key != "href" && strings.ContainsAny(a.Val, ":/") {
					t.Errorf("%s has %s=%q", c.Data, a.Key, a.Val)
				}
			}
		}
	})
}

// FuzzPictures checks that only pictures of our own come out, and that nothing else differs.
func FuzzPictures(f *testing.F) {
	f.Add(`<a href=https://a.example><img src=//a.example/x width=9 alt=b><img src=cid:x srcset="y 1x, //z 2x"></a><h1><img src=https://a></h1>`)
	for _, a := range attacks {
		f.Add(a.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 64<<10 {
			return
		}
		checkPictures(t, src)
	})
}
