package safehtml

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

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

// find returns the first element of that name in n, nil if there is none.
func find(n *html.Node, tag string) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == tag {
			return c
		}
	}
	return nil
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

// isNameless reports whether there is no text in n, nor a picture with a description.
func isNameless(n *html.Node) bool {
	if n.Type == html.TextNode {
		return isBlank(n)
	}
	if alt, _ := attr(n, "alt"); alt != "" {
		return false
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if !isNameless(c) {
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
