package safehtml

import (
	"strings"

	"golang.org/x/net/html"
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
	case c.Data == "br" || c.Data == "hr" || c.Data == "img" || c.Data == "td" || c.Data == "th":
	case (t.cells[c] || c.Data == "table") && isBlank(c) && !hasRule(c):
		n.RemoveChild(c)
	case c.Data == "a" && isNameless(c) && t.faces[c] && t.image != "":
		t.nameLink(c)
	case c.Data == "a" && isNameless(c):
		unwrap(n, c)
	case isEmpty(c) && blocks[c.Data]:
		n.RemoveChild(c)
	case isEmpty(c):
		unwrap(n, c)
	case elements[c.Data].role == heading && isNameless(c):
		rename(c, "div") // in a list of headings it would be an empty line
	case c.Data == "div" && len(c.Attr) == 0 && onlyBlocks(c):
		unwrap(n, c)
	}
}

// nameLink gives a link without text, around a picture without description, a name.
func (t tidier) nameLink(a *html.Node) {
	if img := find(a, "img"); img != nil {
		for i := range img.Attr {
			if img.Attr[i].Key == "alt" {
				img.Attr[i].Val = t.image
			}
		}
		return
	}
	removeChildren(a)
	t.blocky[a] = false
	appendText(appendImage(a), t.image)
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
