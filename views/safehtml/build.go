package safehtml

import (
	"strings"

	"golang.org/x/net/html"
)

// builder makes the new tree: it walks the sender's and says, element by element, what stands for it. What it makes is
// correctly nested, but not yet tidy.
type builder struct {
	report Report
	ours   func(source string) string // the address of ours for a picture; nil if there is none
	shown  int                        // pictures

	quotes map[*html.Node]bool // blockquotes that are quoted replies
	cells  map[*html.Node]bool // blocks that were cells of a table for layout
	faces  map[*html.Node]bool // links with a picture that has no description

	last byte // of the text so far: where a blank is needed between two words

	markup, text int  // bytes
	background   bool // there are background pictures
	layout       int  // how deep tables for layout lie in one another
}

func newBuilder(ours func(string) string) *builder {
	return &builder{ours: ours, quotes: map[*html.Node]bool{}, cells: map[*html.Node]bool{}, faces: map[*html.Node]bool{}, last: '\n'}
}

func (b *builder) children(dst, src *html.Node, c scope) {
	for n := src.FirstChild; n != nil; n = n.NextSibling {
		b.node(dst, n, c)
	}
}

// node adds to dst what stands for n.
func (b *builder) node(dst, n *html.Node, c scope) {
	switch n.Type {
	case html.TextNode:
		b.addText(dst, n.Data, c)
	case html.ElementNode:
		if n.Namespace == "" {
			b.element(dst, n, c)
		}
	}
}

func (b *builder) element(dst, n *html.Node, c scope) {
	el, s := elements[n.Data], styleOf(n)
	b.measure(n, s)
	if el.role == dropped {
		return
	}
	if isHidden(n, s) {
		b.countPictures(n)
		return
	}
	c = c.inherit(n, s)
	if c.depth >= maxDepth {
		c.line = true
	}

	switch el.role {
	case transparent, inline, emphasised, anchor, picture:
		if s.isBlock() {
			if c.line {
				b.gap(dst, c)
				defer b.gap(dst, c)
			} else {
				dst = b.open(dst, "div", nil, &c)
			}
		}
		b.inline(dst, n, el, s, c)
	case lineBreak:
		appendElement(dst, "br")
		b.last = '\n'
	case field:
		if kind, _ := attr(n, "type"); strings.EqualFold(kind, "image") {
			b.picture(dst, n, s, c)
		}
	case annotated, annotation:
		b.ruby(dst, n, el, c)
	default:
		if c.line {
			b.gap(dst, c)
			b.children(dst, n, c)
			b.gap(dst, c)
			return
		}
		b.block(dst, n, el, c)
		b.last = '\n'
	}
}

// inline adds an element that is part of a line.
func (b *builder) inline(dst, n *html.Node, el element, s style, c scope) {
	switch el.role {
	case anchor:
		b.link(dst, n, c)
		return
	case picture:
		b.picture(dst, n, s, c)
		return
	case inline:
		if !within(dst, el.tag) && !isVoidOfMeaning(n, el.tag, s) {
			dst = b.open(dst, el.tag, n, &c)
		}
	case emphasised:
		if turns(dst, n) && !within(dst, "span") {
			dst = b.open(dst, "span", n, &c)
		}
		for _, tag := range s.emphasis() {
			if !within(dst, tag) {
				dst = b.open(dst, tag, nil, &c)
			}
		}
	case transparent:
		if (n.Data == "body" || n.Data == "html") && turns(dst, n) {
			dst = b.open(dst, "div", n, &c)
		}
	}
	b.children(dst, n, c)
}

// block adds an element that stands on lines of its own, where one may.
func (b *builder) block(dst, n *html.Node, el element, c scope) {
	switch el.role {
	case block, paragraph, item, term:
		b.children(b.open(dst, el.tag, n, &c), n, c)
	case cell:
		out := b.open(dst, el.tag, n, &c)
		b.cells[out] = true
		b.children(out, n, c)
	case heading:
		c.line = true
		b.children(b.open(dst, el.tag, n, &c), n, c)
	case preformatted:
		c.line, c.pre, c.breaks, b.last = true, true, false, '\n'
		b.children(b.open(dst, el.tag, n, &c), n, c)
	case quotation:
		out := b.open(dst, el.tag, n, &c)
		b.quotes[out] = isReply(n)
		b.children(out, n, c)
	case rule:
		appendElement(dst, "hr")
	case list:
		b.list(b.open(dst, el.tag, n, &c), n, c)
	case definitions:
		b.definitions(b.open(dst, el.tag, n, &c), n, c)
	case disclosure:
		b.details(dst, n, c)
	case table:
		b.table(dst, n, c)
	}
}

// open adds an element to dst, with those attributes of n that may be kept, and counts it in c.
func (b *builder) open(dst *html.Node, tag string, n *html.Node, c *scope) *html.Node {
	out := appendElement(dst, tag)
	if n != nil {
		keepAttributes(out, n)
	}
	c.depth++
	return out
}

// addText adds text where it can be seen.
func (b *builder) addText(dst *html.Node, s string, c scope) {
	if c.tiny || c.invisible || s == "" {
		return
	}
	s = clean(s)
	b.text += len(strings.TrimSpace(s))
	b.last = s[len(s)-1]
	if !c.breaks {
		appendText(dst, s)
		return
	}
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			appendElement(dst, "br")
		}
		appendText(dst, line)
	}
}

// gap parts two words that stood in blocks of their own where only a line may be.
func (b *builder) gap(dst *html.Node, c scope) {
	switch {
	case c.pre && b.last != '\n':
		appendText(dst, "\n")
		b.last = '\n'
	case !c.pre && b.last != ' ' && b.last != '\n':
		appendText(dst, " ")
		b.last = ' '
	}
}

// link adds a link if its address is safe and it is in no other, else what is in it.
func (b *builder) link(dst, n *html.Node, c scope) {
	href, _ := attr(n, "href")
	if safe, ok := safeURL(href); ok && c.link == nil {
		dst = appendLink(dst, safe)
		c.link = dst
		c.depth++
	}
	b.children(dst, n, c)
}

// ruby adds annotated text and, within it only, annotations.
func (b *builder) ruby(dst, n *html.Node, el element, c scope) {
	if (el.role == annotated) != within(dst, "ruby") && (el.role == annotated || dst.Data == "ruby") {
		dst = b.open(dst, el.tag, n, &c)
		c.line = true
	}
	b.children(dst, n, c)
}

// isVoidOfMeaning reports whether an element says nothing: bold that is styled not to be, an override of the direction
// without one.
func isVoidOfMeaning(n *html.Node, tag string, s style) bool {
	switch tag {
	case "b", "strong":
		return s.isLight()
	case "bdo":
		return direction(n) == ""
	}
	return false
}

// within reports whether n is, or lies in, an element of that name.
func within(n *html.Node, tag string) bool {
	for ; n != nil; n = n.Parent {
		if n.Data == tag {
			return true
		}
	}
	return false
}

// isHidden reports whether an element is not seen at all. That of the whole document is: there may be nothing else.
func isHidden(n *html.Node, s style) bool {
	_, hidden := attr(n, "hidden")
	return (hidden || s.hides()) && n.Data != "html" && n.Data != "body"
}
