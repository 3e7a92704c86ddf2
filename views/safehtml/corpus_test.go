package safehtml

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	material "restante/cmd/check/corpus"
)

var readerOptions = ReaderOptions{Quoted: "QUOTED", Image: "IMAGE"}

// corpus returns the folder of test material that is kept outside of the project. Without it the test is skipped.
func corpus(t testing.TB) string {
	t.Helper()
	return material.Dir(t)
}

// prove runs a test for every sample, each under its name, and counts those that pass.
func prove(t *testing.T, kind string, list []sample, one func(*testing.T, sample)) {
	t.Helper()
	proof := material.Prove(t, kind)
	for _, s := range list {
		wrong := ""
		if !t.Run(s.ID, func(t *testing.T) { one(t, s) }) {
			wrong = "it fails"
		}
		proof.Case(s.ID, wrong)
	}
}

type sample struct{ ID, HTML string }

// samples reads files of the corpus.
func samples(t testing.TB, pattern string) []sample {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpus(t), "html", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files %s in the corpus (%v)", pattern, err)
	}
	var all []sample
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var some []sample
		if err := json.Unmarshal(data, &some); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all = append(all, some...)
	}
	return all
}

// letters reads the designed messages of the corpus.
func letters(t testing.TB) []sample {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpus(t), "htmlmail", "*.html"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no messages in the corpus (%v)", err)
	}
	var all []sample
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, sample{filepath.Base(file), string(data)})
	}
	return all
}

func attackSamples(t testing.TB) []sample {
	return append(append(samples(t, "payloads/*.json"), samples(t, "*.json")...), letters(t)...)
}

func TestCorpusOnlyWhatIsAllowedComesOut(t *testing.T) {
	prove(t, "HTML: only what is allowed, in the reader", attackSamples(t), func(t *testing.T, s sample) {
		out, report := Reader(s.HTML, readerOptions)
		if report.Refused {
			t.Fatalf("refused %d bytes", len(s.HTML))
		}
		check(t, out.String())
		text := plainHTML(s.HTML, TextOptions{Quoted: "QUOTED"})
		check(t, text.String())
	})
}

func TestCorpusReadingTwiceIsReadingOnce(t *testing.T) {
	prove(t, "HTML: stable, in the reader", attackSamples(t), func(t *testing.T, s sample) {
		once, _ := Reader(s.HTML, readerOptions)
		twice, _ := Reader(once.String(), readerOptions)
		check(t, twice.String())
		if a, b := withoutOurs(t, once.String()), withoutOurs(t, twice.String()); a != b {
			t.Errorf("read twice it is something else:\n%s\nis\n%s", excerpt(a), excerpt(b))
		}
	})
}

func TestCorpusWordsOfHarmlessMailStayInOrder(t *testing.T) {
	prove(t, "HTML: the words of harmless mail in their order", append(samples(t, "benign.json"), letters(t)...), func(t *testing.T, s sample) {
		out, _ := Reader(s.HTML, ReaderOptions{})
		root := parse(t, out.String(), true)
		removeHosts(root)
		got := squeeze(textOf(root))
		doc, err := html.Parse(strings.NewReader(s.HTML))
		if err != nil {
			t.Fatal(err)
		}
		rest := got
		for _, want := range visible(doc, nil) {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Fatalf("%q is missing from here on: %s", want, excerpt(rest))
			}
			rest = after
		}
		if !isWithin(got, squeeze(allText(doc))) {
			t.Errorf("there is text that was not in the message: %s", excerpt(got))
		}
	})
}

// removeHosts takes out the hosts that we add to links.
func removeHosts(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if class, _ := attr(c, "class"); class == "host" {
			n.RemoveChild(c)
		} else {
			removeHosts(c)
		}
		c = next
	}
}

// squeeze takes out what the eye does not see between letters.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

// isWithin reports whether the characters of part occur in whole in that order.
func isWithin(part, whole string) bool {
	rest := []rune(part)
	for _, r := range whole {
		if len(rest) > 0 && rest[0] == r {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

var (
	concealed = regexp.MustCompile(`(?i)display:\s*none|visibility:\s*hidden|mso-hide|opacity:\s*0\b|height:\s*0`)
	fontSize  = regexp.MustCompile(`(?i)font-size:\s*(\S)`)
)

// visible lists the texts in n that a person sees, one per text node, as well as can be told without laying it out.
// sizes is what the elements around n say about the size of letters.
func visible(n *html.Node, sizes []string) []string {
	var out []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && (len(sizes) == 0 || sizes[len(sizes)-1] != "0"):
			if s := squeeze(c.Data); s != "" {
				out = append(out, s)
			}
		case c.Type == html.ElementNode && strings.Contains(" head style script title template noscript ", " "+c.Data+" "):
		case c.Type == html.ElementNode:
			css, _ := attr(c, "style")
			if _, hidden := attr(c, "hidden"); hidden || concealed.MatchString(css) {
				continue
			}
			within := sizes
			if m := fontSize.FindStringSubmatch(css); m != nil {
				within = append(sizes[:len(sizes):len(sizes)], m[1])
			}
			out = append(out, visible(c, within)...)
		default:
			out = append(out, visible(c, sizes)...)
		}
	}
	return out
}

// allText is every text in n and every description of a picture.
func allText(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if alt, ok := attr(c, "alt"); ok {
			out.WriteString(alt)
		}
		if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return out.String()
}

func TestCorpusEveryPlainTextIsShownAsItIs(t *testing.T) {
	prove(t, "text: shown as it is", append(samples(t, "plaintext-linkify.json"), samples(t, "payloads/*.json")...), func(t *testing.T, s sample) {
		checkPlain(t, s.HTML, plainHTML(s.HTML, TextOptions{}))
	})
}

func TestRemotePicturesAreCountedAndNotKept(t *testing.T) {
	found := 0
	for _, s := range samples(t, "remote-content.json") {
		_, report := Reader(s.HTML, readerOptions)
		found += report.Remote
	}
	if found < 20 {
		t.Errorf("in all the cases of remote content there are %d pictures, want 20 at least", found)
	}
}
