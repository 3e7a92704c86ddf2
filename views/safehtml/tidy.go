package safehtml

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// tidier makes the new tree regular: text in one piece, no empty elements, no divisions without need, no blanks that a
// browser would not show.
type tidier struct {
	*builder
	image  string              // stands for a picture without description
	blocky map[*html.Node]bool // elements that are blocks or have blocks in them
}

// tidy puts n and everything in it in order, from the inside out. pre says that n is in preformatted text.
func (t tidier) tidy(n *html.Node, pre bool) {
	pre = pre || n.Data == "pre"
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode {
			t.tidy(c, pre)
			t.settle(n, c)
		}
		c = next
	}

	joinText(n, pre)
	if first := n.FirstChild; n.Data == "pre" && first != nil && first.Type == html.TextNode {
		// Parsers leave out a line feed here, and browsers, asked for their tree, do not write it again.
		first.Data = strings.TrimLeft(first.Data, "\n")
	}
	if !pre {
		trimBreaks(n)
		t.trimText(n)
	}
	if n.Data == "details" {
		needBoth(n)
	}

	hasBlocks := false
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		hasBlocks = hasBlocks || t.blocky[c]
	}
	if n.Data == "p" && hasBlocks {
		rename(n, "div")
	}
	t.blocky[n] = hasBlocks || blocks[n.Data]
	unwrapOnly(n)
}

// settle takes out c, a child of n that is tidy itself, if there is nothing in it, or if it is a division that divides
// nothing.
func (t tidier) settle(n, c *html.Node) {
	switch {
	case c.Data == "br" || c.Data == "hr" || c.Data == "td" || c.Data == "th":
	case (t.cells[c] || c.Data == "table") && isBlank(c) && !hasRule(c):
		n.RemoveChild(c)
	case c.Data == "a" && isBlank(c) && t.faces[c] && t.image != "":
		removeChildren(c)
		t.blocky[c] = false
		appendText(appendImage(c), t.image)
	case c.Data == "a" && isBlank(c):
		unwrap(n, c)
	case isEmpty(c) && blocks[c.Data]:
		n.RemoveChild(c)
	case isEmpty(c):
		unwrap(n, c)
	case c.Data == "div" && len(c.Attr) == 0 && onlyBlocks(c):
		unwrap(n, c)
	}
}

// needBoth makes a division of a disclosure that has nothing to press or nothing to disclose.
func needBoth(n *html.Node) {
	first := n.FirstChild
	if first != nil && first.Data == "summary" {
		if first.NextSibling != nil {
			return
		}
		unwrap(n, first)
	}
	rename(n, "div")
}

// unwrapOnly takes out a division that is all there is in n, a block.
func unwrapOnly(n *html.Node) {
	c := n.FirstChild
	if c == nil || c != n.LastChild || n.Parent == nil || c.Data != "div" || len(c.Attr) > 0 {
		return
	}
	switch n.Data {
	case "div", "li", "dd", "td", "th", "blockquote":
		unwrap(n, c)
	}
}

func rename(n *html.Node, tag string) {
	n.Data, n.DataAtom = tag, atom.Lookup([]byte(tag))
}

// unwrap puts the children of c, a child of n, in its place.
func unwrap(n, c *html.Node) {
	for k := c.FirstChild; k != nil; k = c.FirstChild {
		c.RemoveChild(k)
		n.InsertBefore(k, c)
	}
	n.RemoveChild(c)
}

func removeChildren(n *html.Node) {
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
}

// isEmpty reports whether n has nothing but blanks in it. It is asked only of what is tidy, where empty elements are
// gone already.
func isEmpty(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode || strings.Trim(c.Data, " \t\n") != "" {
			return false
		}
	}
	return true
}

// onlyBlocks reports whether all children of n are blocks.
func onlyBlocks(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !blocks[c.Data] {
			return false
		}
	}
	return true
}

// hasRule reports whether there is a rule anywhere in n.
func hasRule(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Data == "hr" || hasRule(c) {
			return true
		}
	}
	return false
}

// joinText makes neighbouring texts one, and runs of blanks one blank except in preformatted text.
func joinText(n *html.Node, pre bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode {
			continue
		}
		var text strings.Builder
		text.WriteString(c.Data)
		for next := c.NextSibling; next != nil && next.Type == html.TextNode; next = c.NextSibling {
			text.WriteString(next.Data)
			n.RemoveChild(next)
		}
		c.Data = text.String()
		if !pre {
			c.Data = collapse(c.Data)
		}
	}
}

// collapse makes every run of blanks one blank, as HTML does.
func collapse(s string) string {
	var out strings.Builder
	blank := false
	for _, r := range s {
		if r == ' ' || r == '\t' || r == '\n' {
			blank = true
			continue
		}
		if blank {
			out.WriteByte(' ')
			blank = false
		}
		out.WriteRune(r)
	}
	if blank {
		out.WriteByte(' ')
	}
	return out.String()
}

// trimBreaks takes the line breaks off the beginning and the end of n, if it is a block with anything else in it: they
// only made room.
func trimBreaks(n *html.Node) {
	isBreak := func(c *html.Node) bool {
		return c != nil && (c.Data == "br" || c.Type == html.TextNode && c.Data == " ")
	}
	only := true
	for c := n.FirstChild; c != nil && only; c = c.NextSibling {
		only = isBreak(c)
	}
	if only || n.Parent != nil && !blocks[n.Data] {
		return
	}
	for isBreak(n.FirstChild) {
		n.RemoveChild(n.FirstChild)
	}
	for isBreak(n.LastChild) {
		n.RemoveChild(n.LastChild)
	}
}

// trimText takes the blanks off where a line begins or ends: next to blocks and at the edges of one.
func (t tidier) trimText(n *html.Node) {
	edge := n.Parent == nil || blocks[n.Data]
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.TextNode {
			if before := c.PrevSibling; before == nil && edge || before != nil && t.blocky[before] {
				c.Data = strings.TrimLeft(c.Data, " ")
			}
			if next == nil && edge || next != nil && t.blocky[next] {
				c.Data = strings.TrimRight(c.Data, " ")
			}
			if c.Data == "" {
				n.RemoveChild(c)
			}
		}
		c = next
	}
}
