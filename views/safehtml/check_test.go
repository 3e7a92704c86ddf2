package safehtml

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// allowed is everything that may occur in what this package makes, written down once more and apart from the code that
// makes it: the attributes of each element, each with what its value may be.
var allowed = allowList(false)

// allowedWithPictures is the same where pictures are shown, as [ourPicture] says.
var allowedWithPictures = allowList(true)

func allowList(pictures bool) map[string]map[string]func(string) bool {
	oneOf := func(values ...string) func(string) bool {
		return func(s string) bool { return slices.Contains(values, s) }
	}
	number := func(s string) bool { return strings.Trim(s, "-0123456789") == "" && len(s) <= 5 }
	dir := oneOf("rtl", "ltr", "auto")

	m := map[string]map[string]func(string) bool{}
	for tag := range strings.FieldsSeq(`p blockquote h3 h4 h5 h6 ul ol li dl dt dd pre table caption thead tbody tfoot tr td th
		details summary div span b strong i em u s del ins mark small sub sup code kbd samp var cite dfn abbr q bdi bdo
		ruby rt rp a br hr`) {
		m[tag] = map[string]func(string) bool{}
		if tag != "a" && tag != "br" && tag != "hr" {
			m[tag]["dir"] = dir
		}
	}
	m["a"]["href"], m["a"]["rel"], m["a"]["target"] = isSafeHref, oneOf("noopener noreferrer nofollow"), oneOf("_blank")
	m["a"]["title"] = func(s string) bool {
		return s != "" && strings.Trim(s, "[]:.-_0123456789abcdefghijklmnopqrstuvwxyz") == ""
	}
	m["ol"]["start"], m["ol"]["type"], m["li"]["value"] = number, oneOf("1", "a", "A", "i", "I"), number
	m["td"]["colspan"], m["td"]["rowspan"], m["th"]["colspan"], m["th"]["rowspan"] = number, number, number, number
	m["th"]["scope"] = oneOf("row", "col", "rowgroup", "colgroup")
	m["span"]["class"], m["details"]["class"], m["div"]["class"] = oneOf("img", "sig", "host"), oneOf("quote"), oneOf("plain")
	if pictures {
		m["img"] = map[string]func(string) bool{"src": isOurPicture, "alt": func(string) bool { return true }, "width": number,
			"height": number, "loading": oneOf("lazy"), "referrerpolicy": oneOf("no-referrer")}
	}
	return m
}

// ourPicture stands for a picture as our site would.
func ourPicture(source string) string { return "/p?u=" + url.QueryEscape(source) }

func isOurPicture(s string) bool {
	source, found := strings.CutPrefix(s, "/p?u=")
	plain, err := url.QueryUnescape(source)
	return found && err == nil && ourPicture(plain) == s && (strings.HasPrefix(plain, "cid:") || isSafeHref(plain))
}

// isSafeHref reports whether an address is absolute, with a scheme that may be, and without anything to misread.
func isSafeHref(s string) bool {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\\\"'<>`{|}^", r) }) {
		return false
	}
	scheme, rest, _ := strings.Cut(s, ":")
	switch scheme {
	case "mailto":
		to, _, _ := strings.Cut(strings.ToLower(rest), "?")
		return rest != "" && !strings.Contains(to, "%0a") && !strings.Contains(to, "%0d")
	case "http", "https":
		// url.Parse does not take a "%" that encodes nothing; browsers do.
		u, err := url.Parse(strings.ReplaceAll(s, "%", "%25"))
		return err == nil && u.Host != "" && u.User == nil && strings.HasPrefix(s, scheme+"://"+u.Host)
	}
	return false
}

// parse reads markup as it will be read within a page of ours.
func parse(t testing.TB, markup string, scripting bool) *html.Node {
	t.Helper()
	root := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	nodes, err := html.ParseFragmentWithOptions(strings.NewReader(markup), root, html.ParseOptionEnableScripting(scripting))
	if err != nil {
		t.Fatalf("the output cannot be parsed: %v", err)
	}
	for _, n := range nodes {
		root.AppendChild(n)
	}
	return root
}

func render(t testing.TB, root *html.Node) string {
	t.Helper()
	out, err := serialise(root)
	if err != nil {
		t.Fatalf("the tree of the output cannot be written: %v", err)
	}
	return out.String()
}

// check fails the test if there is anything in the output that may not be, or if a parser reads it as another tree.
func check(t testing.TB, markup string) {
	t.Helper()
	checkFor(t, markup, allowed)
}

func checkFor(t testing.TB, markup string, allowed map[string]map[string]func(string) bool) {
	t.Helper()
	for _, scripting := range []bool{true, false} {
		root := parse(t, markup, scripting)
		if p := problems(root, allowed, 0); len(p) > 0 {
			t.Fatalf("what may not be in the output is: %s\n%s", strings.Join(p, "; "), excerpt(markup))
		}
		if again := render(t, root); again != markup {
			t.Fatalf("with scripting %v the output is read as something else:\n%s\nis\n%s", scripting, excerpt(markup), excerpt(again))
		}
	}
	doc, err := html.Parse(strings.NewReader("<!DOCTYPE html><body>" + markup))
	if err != nil {
		t.Fatal(err)
	}
	if again := render(t, doc.LastChild.LastChild); again != markup {
		t.Fatalf("in a whole document the output is read as something else:\n%s\nis\n%s", excerpt(markup), excerpt(again))
	}
}

// problems lists what in n is not allowed.
func problems(n *html.Node, allowed map[string]map[string]func(string) bool, depth int) []string {
	var out []string
	if depth > 2*maxDepth {
		out = append(out, "more than enough elements in one another")
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		attrs, ok := allowed[c.Data]
		switch {
		case c.Type == html.TextNode:
			continue
		case c.Type != html.ElementNode || c.Namespace != "" || !ok:
			out = append(out, fmt.Sprintf("%v <%s %s>", c.Type, c.Namespace, c.Data))
			continue
		}
		for _, a := range c.Attr {
			if valid := attrs[a.Key]; a.Namespace != "" || valid == nil || !valid(a.Val) {
				out = append(out, fmt.Sprintf("<%s %s=%q>", c.Data, a.Key, a.Val))
			}
		}
		out = append(out, misplaced(c)...)
		out = append(out, problems(c, allowed, depth+1)...)
	}
	return out
}

// misplaced lists rules of HTML that n breaks, which parsers let pass.
func misplaced(n *html.Node) []string {
	var out []string
	parents := map[string]string{"li": "ul ol", "dt": "dl", "dd": "dl", "tr": "thead tbody tfoot", "td": "tr", "th": "tr",
		"summary": "details", "rt": "ruby", "rp": "ruby", "caption": "table"}
	if want, ok := parents[n.Data]; ok && !slices.Contains(strings.Fields(want), n.Parent.Data) {
		out = append(out, fmt.Sprintf("<%s> in <%s>", n.Data, n.Parent.Data))
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "a" && (n.Data == "a" || n.Data == "summary") || n.Data == "div" && p.Data == "p" || p.Data[0] == 'h' && n.Data == p.Data {
			out = append(out, fmt.Sprintf("<%s> within <%s>", n.Data, p.Data))
		}
	}
	if (n.Data == "a" || n.Data[0] == 'h' && n.Data != "hr") && strings.TrimSpace(altsOf(n)+textOf(n)) == "" {
		out = append(out, "<"+n.Data+"> without a name")
	}
	return out
}

// textOf returns the text in n.
func textOf(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			out.WriteString(c.Data)
		}
	}
	return out.String()
}

// altsOf returns the descriptions of the pictures in n.
func altsOf(n *html.Node) string {
	var out strings.Builder
	for c := range n.Descendants() {
		if c.Data == "img" {
			alt, _ := attr(c, "alt")
			out.WriteString(alt)
		}
	}
	return out.String()
}

// withoutOurs is the output less what only we add: classes, titles, and spans that say nothing without.
func withoutOurs(t testing.TB, markup string) string {
	root := parse(t, markup, true)
	var strip func(n *html.Node)
	strip = func(n *html.Node) {
		for c := n.FirstChild; c != nil; {
			next := c.NextSibling
			strip(c)
			c.Attr = slices.DeleteFunc(c.Attr, func(a html.Attribute) bool { return a.Key == "class" || a.Key == "title" })
			if c.Data == "span" && len(c.Attr) == 0 {
				unwrap(n, c)
			}
			c = next
		}
	}
	strip(root)
	return render(t, root)
}

func excerpt(s string) string {
	if len(s) > 2000 {
		return s[:1000] + " […] " + s[len(s)-1000:]
	}
	return s
}
