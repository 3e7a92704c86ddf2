package safehtml

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// OriginalOptions say where pictures and links of an original lead, and its limits. The zero value shows no picture,
// leaves links as they are and has the default limits.
type OriginalOptions struct {
	Picture func(source string) string // as in ReaderOptions; it is asked for pictures of style sheets, too
	Link    func(href string) string   // as in ReaderOptions
	Title   string                     // of the document

	MaxSize  int // as in ReaderOptions
	MaxNodes int
}

// Original makes a document of a message's HTML that looks as its sender meant it: with the sender's layout, colours and
// fonts, as far as these can do no harm. It is for a frame of its own, in a sandbox.
//
// Elements, attributes, properties of styles and their values are those on lists; the tree and the style sheet are made
// anew. Classes and ids begin with "_m-". Of rules that depend on something, those on width and colour scheme are kept.
// The markup is empty, and Refused true, if the HTML is too large or too deep, or if it does not come to rest: browsers
// must read in the result what was written. The report has no links, and says nothing of the design.
func Original(src string, o OriginalOptions) (HTML, Report) {
	if len(src) > cmp.Or(o.MaxSize, defaultMaxSize) || tooBig(src, cmp.Or(o.MaxNodes, defaultMaxNodes)) {
		return HTML{}, Report{Refused: true}
	}
	given := map[string]bool{}
	first := newRestorer(o, given, false)
	out, ok := first.document(strings.TrimPrefix(strings.ToValidUTF8(src, "\uFFFD"), "\uFEFF"))
	// What is left out may leave behind what a parser reads in another way: a block that lay in what lay in a
	// paragraph. What comes out is read once more until nothing changes.
	for range maxRounds {
		if !ok {
			break
		}
		var again string
		if again, ok = newRestorer(o, given, true).document(out); again == out {
			return HTML{out}, first.count.report
		}
		out = again
	}
	return HTML{}, Report{Refused: true}
}

// maxRounds is how often the result is read once more. Two are enough for all but what is made to need more.
const maxRounds = 5

// restorer makes the document of an original.
type restorer struct {
	options OriginalOptions
	given   map[string]bool // addresses of pictures and links that were given here
	again   bool            // the source is what a restorer made: its addresses are given ones
	count   *builder        // of pictures
	styles  stylist
	data    int // bytes of pictures that are in the document itself
}

func newRestorer(o OriginalOptions, given map[string]bool, again bool) *restorer {
	r := &restorer{options: o, given: given, again: again, count: newBuilder(o.Picture)}
	r.styles.picture = r.background
	return r
}

// baseStyle is what the sender takes for granted, and what a reader needs.
const baseStyle = "html{font-family:system-ui,sans-serif}body{overflow-wrap:break-word}"

// document makes a document of src. It fails where a parser does.
func (r *restorer) document(src string) (string, bool) {
	doc, err := html.Parse(strings.NewReader(src))
	if err != nil {
		return "", false
	}
	out := &html.Node{Type: html.DocumentNode}
	keepDoctype(out, doc)
	root := appendElement(out, "html")
	head := appendElement(root, "head")
	body := appendElement(root, "body")
	var sheets strings.Builder
	r.collect(&sheets, doc)
	sheet := sheets.String()
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Namespace == "" && (n.Data == "html" || n.Data == "body") {
			r.attributes(map[string]*html.Node{"html": root, "body": body}[n.Data], n)
			if n.Data == "body" {
				r.children(body, n)
			}
		}
	}
	for n := range body.Descendants() {
		// Parsers sort the attributes of some elements.
		slices.SortFunc(n.Attr, func(a, b html.Attribute) int { return cmp.Compare(a.Key, b.Key) })
	}
	r.head(head, sheet)
	var b strings.Builder
	b.Grow(len(src) + len(src)/8)
	if err := html.Render(&b, out); err != nil {
		return "", false
	}
	return b.String(), true
}

// keepDoctype keeps what decides how browsers lay out a document: nothing, as in the oldest mail, the modern form, or
// the one between.
func keepDoctype(out, doc *html.Node) {
	for n := doc.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != html.DoctypeNode {
			continue
		}
		kept := &html.Node{Type: html.DoctypeNode, Data: "html"}
		for _, a := range n.Attr {
			if a.Key != "public" {
				continue
			}
			id := strings.ToLower(a.Val)
			switch {
			case strings.Contains(id, "transitional") || strings.Contains(id, "frameset"):
				kept.Attr = []html.Attribute{{Key: "public", Val: "-//W3C//DTD XHTML 1.0 Transitional//EN"},
					{Key: "system", Val: "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"}}
			case !strings.Contains(id, "xhtml 1") && !strings.Contains(id, "html 4.01"):
				return // browsers take it for older than it says
			}
		}
		out.AppendChild(kept)
		return
	}
}

// collect finds all style sheets of the document, wherever they stand, and what colour schemes it knows.
func (r *restorer) collect(out *strings.Builder, doc *html.Node) {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Namespace != "" {
			continue
		}
		switch n.Data {
		case "meta":
			name, _ := attr(n, "name")
			content, _ := attr(n, "content")
			if strings.EqualFold(name, "color-scheme") || strings.EqualFold(name, "supported-color-schemes") {
				r.styles.dark = r.styles.dark || strings.Contains(strings.ToLower(content), "dark")
			}
		case "style":
			r.sheet(out, n)
		}
	}
}

// sheet writes the style sheet in n, under the condition that n has.
func (r *restorer) sheet(out *strings.Builder, n *html.Node) {
	media, _ := attr(n, "media")
	query, dark := mediaQuery(tokens(media))
	if query == "" && strings.TrimSpace(media) != "" {
		return
	}
	var text strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && c.Data != baseStyle && text.Len() < maxCSS-out.Len() {
			text.WriteString(c.Data + "\n")
		}
	}
	safe := r.styles.sheet(text.String())
	switch {
	case safe == "" || query == "" || query == "all" || query == "screen":
		out.WriteString(safe)
	default:
		out.WriteString("@media " + query + "{\n" + safe + "}\n")
		r.styles.dark = r.styles.dark || dark
	}
}

// head writes what every such document says of itself, and the styles.
func (r *restorer) head(head *html.Node, sheet string) {
	meta := func(attrs ...string) {
		n := appendElement(head, "meta")
		for i := 0; i < len(attrs); i += 2 {
			setAttr(n, attrs[i], attrs[i+1])
		}
	}
	scheme := "light"
	if r.styles.dark {
		scheme = "light dark"
	}
	meta("charset", "utf-8")
	meta("name", "viewport", "content", "width=device-width, initial-scale=1")
	meta("name", "referrer", "content", "no-referrer")
	meta("name", "color-scheme", "content", scheme)
	appendText(appendElement(head, "title"), clean(r.options.Title))
	appendText(appendElement(head, "style"), baseStyle)
	if sheet != "" {
		appendText(appendElement(head, "style"), sheet)
	}
}

func (r *restorer) children(dst, src *html.Node) {
	for n := src.FirstChild; n != nil; n = n.NextSibling {
		switch {
		case n.Type == html.TextNode:
			appendText(dst, clean(n.Data))
		case n.Type == html.ElementNode && n.Namespace == "":
			r.element(dst, n)
		}
	}
}

// element adds what stands for n: itself if its name is on the list, only what is in it if not, nothing at all of what
// is never shown.
func (r *restorer) element(dst, n *html.Node) {
	own, kept := originalElements[n.Data]
	switch {
	case n.Data == "img" || n.Data == "input" && isImageField(n):
		r.picture(dst, n)
		return
	case n.Data == "a" && !within(dst, "a"):
		r.link(dst, n)
		return
	case kept:
		if n.Data == "a" { // within another, as parsers allow in tables
			own = "span"
		}
		out := appendElement(dst, own)
		r.attributes(out, n)
		if !voids[own] {
			r.children(out, n)
		}
		return
	case elements[n.Data].role == dropped:
		return
	}
	r.children(dst, n)
}

func isImageField(n *html.Node) bool {
	kind, _ := attr(n, "type")
	return strings.EqualFold(kind, "image")
}

// link adds a link if its address is safe, or within the document; else one that leads nowhere.
func (r *restorer) link(dst, n *html.Node) {
	href, ok := attr(n, "href")
	if !ok { // the end of a link within the document
		out := appendElement(dst, "a")
		r.attributes(out, n)
		if name, ok := attr(n, "name"); ok && ownName(name) != "" {
			if _, has := attr(out, "id"); !has {
				setAttr(out, "id", ownName(name))
			}
		}
		r.children(out, n)
		return
	}
	address := r.leads(href)
	if address == "" { // what it looks like may be said of links
		out := appendElement(dst, "a")
		r.attributes(out, n)
		r.children(out, n)
		return
	}
	out := appendElement(dst, "a")
	setAttr(out, "href", address)
	if address[0] != '#' {
		setAttr(out, "rel", "noopener noreferrer nofollow")
		setAttr(out, "target", "_blank")
	}
	r.attributes(out, n)
	r.children(out, n)
}

// leads returns where a link leads, "" for nowhere.
func (r *restorer) leads(href string) string {
	if id, ok := strings.CutPrefix(strings.TrimSpace(href), "#"); ok {
		if own := ownName(id); own != "" {
			return "#" + own
		}
		return ""
	}
	if r.again && r.given[href] {
		return href
	}
	safe, ok := safeURL(href)
	if !ok {
		return ""
	}
	if r.options.Link != nil {
		lead := r.options.Link(safe)
		if safe, _ = safeURL(lead); isOurs(lead) {
			safe = lead
		}
		r.given[safe] = safe != ""
	}
	return safe
}
