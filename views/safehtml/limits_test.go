package safehtml

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestWhatIsTooMuchIsRefused(t *testing.T) {
	var open strings.Builder
	for i := range 500 {
		fmt.Fprintf(&open, "<b x%d>", i)
	}
	bomb := open.String()
	for _, tt := range []struct {
		name, src string
		want      bool
	}{
		{"as deep as can be parsed", strings.Repeat("<div>", 500) + "a", false},
		{"deeper", strings.Repeat("<div>", 600) + "a", true},
		{"as large as is read", "<p>" + strings.Repeat("words ", (2<<20-3)/6), false},
		{"larger", strings.Repeat("words ", 2<<20/6+1), true},
		{"many elements", strings.Repeat("<p>a", 40_000), false},
		{"too many elements", strings.Repeat("<p>", 500_000), true},
		{"elements that come again in every paragraph", "<p>" + bomb + strings.Repeat("<p>a", 100_000), true},
		{"the same behind a style of another namespace", "<svg><style>" + bomb + strings.Repeat("<p>a", 100_000), true},
		{"the same with ends that do nothing", "<p>" + bomb + "<table>" + strings.Repeat("</b>", 500) + "</table>" + strings.Repeat("<p>a", 100_000), true},
		{"the same with ends in a comment", "<p>" + bomb + "<svg><style><!--</style>" + strings.Repeat("</b>", 500) + "-->" + strings.Repeat("<p>a", 100_000), true},
		{"ends of what was never opened", strings.Repeat("<b>", 300_000) + strings.Repeat("</i>", 200_000), true},
		{"links, each closed", strings.Repeat("<p><a href=https://a.example>a</a>", 10_000), false},
		{"bold words in many tables", strings.Repeat("<table><tr><td><b>a</b></td></tr></table>", 3_000), false},
		{"anchors that are never closed", strings.Repeat("<p><a name=x>a", 10_000), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, report := Reader(tt.src, ReaderOptions{})
			if report.Refused != tt.want {
				t.Errorf("%d bytes: refused is %v, want %v", len(tt.src), report.Refused, tt.want)
			}
			if report.Refused && out != (HTML{}) {
				t.Errorf("what was refused has markup all the same: %s", excerpt(out.String()))
			}
			check(t, out.String())
		})
	}
}

// TestReaderTakesTimeInProportion has no clock: with work that grows with the square, these do not end.
func TestReaderTakesTimeInProportion(t *testing.T) {
	const n = 512 << 10
	const in = "<a href=https://a.example>"
	for _, shape := range []struct{ name, begin, part string }{
		{"links", "", in + "www.b.example</a>"}, {"hosts in a link", in, "www.b "}, {"schemes in a link", in, "http://"},
		{"mails in a link", in, "mailto:"}, {"at signs in a link", in, "@"}, {"turns in a link", in, "\u202ea"},
		{"turns there and back in a link", in, "\u202ea\u202c"}, {"dots in a link", in, "。"}, {"digits in a link", in, "1"},
		{"pictures in a link", in, "<img src=https://a.example/x alt=b>"}, {"pictures", "", "<img src=https://1.2.3.example/x>"},
		{"trackers", "", "<img src=https://1.a2.example/wf/open?x>"}, {"a srcset", "<img srcset='", "x 1x,"}, {"commas", "<img srcset='", ","},
		{"an address", "<img src='https://", "a."}, {"headings", "", "<h1><img src=https://a.example></h1>"},
	} {
		_, report := Reader(shape.begin+strings.Repeat(shape.part, n/len(shape.part)), pictureOptions)
		if report.Refused {
			t.Errorf("%s: refused", shape.name)
		}
	}
}

func TestTheLimitsCanBeSet(t *testing.T) {
	const src = "<p>a</p><p>b</p>"
	for _, tt := range []struct {
		o    ReaderOptions
		want bool
	}{
		{ReaderOptions{MaxSize: len(src)}, false},
		{ReaderOptions{MaxSize: len(src) - 1}, true},
		{ReaderOptions{MaxNodes: 6}, false},
		{ReaderOptions{MaxNodes: 5}, true},
	} {
		if _, report := Reader(src, tt.o); report.Refused != tt.want {
			t.Errorf("with %+v refused is %v, want %v", tt.o, report.Refused, tt.want)
		}
	}
}

// countsFromAbove fails the test if the parser makes more of src than was counted before. One tag can make a few
// nodes: those that HTML implies, and copies of badly nested elements.
func countsFromAbove(t testing.TB, src string) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return
	}
	made := 0
	for range doc.Descendants() {
		made++
	}
	if counted := countNodes(src, math.MaxInt); made > 4*counted+10 {
		t.Errorf("%q makes %d nodes, counted were %d", excerpt(src), made, counted)
	}
}

func TestTheParserMakesNoMoreThanWasCounted(t *testing.T) {
	for _, s := range attackSamples(t) {
		countsFromAbove(t, s.HTML)
		if tooBig(s.HTML, defaultMaxNodes/4) {
			t.Errorf("%s, %d bytes, is near the limit", s.ID, len(s.HTML))
		}
	}
}

func FuzzCountNodes(f *testing.F) {
	f.Add("<b><i><p></b></i><table><td></b><a><a><nobr><nobr><select></i></select>")
	f.Add("<b x><b y><b z><p></p><p></p><svg><style><b></b><!--</style></b>--></svg><template><td></b>")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 4<<10 {
			return
		}
		countsFromAbove(t, src)
		countsFromAbove(t, strings.Repeat(src, 20))
	})
}
