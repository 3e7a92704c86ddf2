package safehtml

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// soup returns random markup: tags of all kinds, badly nested, with the attributes, styles and texts that matter.
func soup(r *rand.Rand, tags []string) string {
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	var out strings.Builder
	for range r.IntN(60) {
		switch r.IntN(7) {
		case 0, 1, 2:
			out.WriteString("<" + pick(tags))
			for range r.IntN(3) {
				out.WriteString(" " + pick(soupAttributes))
			}
			out.WriteString(">")
		case 3, 4:
			out.WriteString("</" + pick(tags) + ">")
		default:
			out.WriteString(pick(soupTexts))
		}
	}
	return out.String()
}

var (
	formatting = strings.Fields("a b big code em font i nobr s small strike strong tt u")

	soupTags = append(strings.Fields(`address article aside bdi bdo blockquote body br button caption center cite col colgroup
		dd del details div dl dt embed fieldset figure form frameset h1 h2 h3 h4 h5 h6 head hr html iframe img input ins
		label li listing main marquee math menu mi mtext annotation-xml noembed noframes noscript object ol optgroup option p
		plaintext pre q rb rp rt rtc ruby script select span style sub summary sup svg desc foreignObject table table tbody
		tbody td td td template textarea tfoot th thead title tr tr tr ul ul xmp x-unknown`), formatting...)

	soupAttributes = []string{`href=https://a.example`, `href=javascript:x`, `style="display:block"`, `style="display:none"`,
		`style="font-weight:bold"`, `style="white-space:pre"`, `style="font-size:0"`, `dir=rtl`, `dir=ltr`, `dir=auto`,
		`type=cite`, `class=quote`, `alt=(picture)`, `src=https://a.example/x`, `width=1`, `height=1`, `colspan=3`, `scope=row`,
		`hidden`, `role=presentation`, `id=x`, `onclick=x`, `value=3`, `start=2`, `type=hidden`, `size=2`, `encoding=text/html`}

	soupTexts = []string{"a", " ", "\n", "b c", "\u00a0", "www.", "x.example", "https://a.example/x", "@b.example", "<!-- ", " -->",
		"&lt;p>", "<", "]]>", "\x00", "\r", "-- "}
)

func TestNoMixtureOfTagsGetsThrough(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		src := soup(r, soupTags)
		once, _ := Reader(src, readerOptions)
		check(t, once.String())
		twice, _ := Reader(once.String(), readerOptions)
		check(t, twice.String())
		if a, b := withoutOurs(t, once.String()), withoutOurs(t, twice.String()); a != b {
			t.Fatalf("%s\nread once is\n%s\nread twice\n%s", src, a, b)
		}
		if t.Failed() {
			t.Fatal(src)
		}
	}
}

func TestNoMixtureOfTagsMakesMoreThanWasCounted(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	mixed := append(strings.Fields("p div table td tr select svg math style template button li object caption"), formatting...)
	for range 2000 {
		countsFromAbove(t, strings.Repeat(soup(r, mixed), 1+r.IntN(20)))
	}
}
