package safehtml

import (
	"strings"

	"golang.org/x/net/html"
)

// list adds the items of a list. What lies loose in it, which old mail programs indent with, joins the item before it,
// or makes one.
func (b *builder) list(dst, src *html.Node, c scope) {
	b.members(dst, src, c, func(n *html.Node) string {
		if n.Data == "li" {
			return "li"
		}
		return ""
	}, "li")
}

// definitions adds the terms and descriptions of a definition list.
func (b *builder) definitions(dst, src *html.Node, c scope) {
	b.members(dst, src, c, func(n *html.Node) string {
		if n.Data == "dt" || n.Data == "dd" {
			return n.Data
		}
		return ""
	}, "dd")
}

// members adds to dst the children of src that may be there, as the elements that kind says, also those that lie in
// elements without meaning. The rest joins the last one, or one of the loose kind.
func (b *builder) members(dst, src *html.Node, c scope, kind func(*html.Node) string, loose string) {
	for n := src.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != html.ElementNode && (n.Type != html.TextNode || strings.TrimSpace(n.Data) == "") {
			continue
		}
		tag := ""
		if n.Type == html.ElementNode && n.Namespace == "" {
			tag = kind(n)
		}
		if tag == "" && isWrapper(n) && hasMember(n, kind) {
			if s := styleOf(n); !isHidden(n, s) {
				b.members(dst, n, c.inherit(n, s), kind, loose)
			}
			continue
		}
		b.member(dst, n, c, tag, loose)
		b.last = '\n'
	}
}

// member adds one child of a list, as an element with the given tag unless it lies loose.
func (b *builder) member(dst, n *html.Node, c scope, tag, loose string) {
	if tag == "" {
		last := dst.LastChild
		if last == nil || last.Data != loose {
			last = appendElement(dst, loose)
		}
		c.depth++
		b.node(last, n, c)
		return
	}
	s := styleOf(n)
	b.measure(n, s)
	if isHidden(n, s) {
		b.countPictures(n)
		return
	}
	c = c.inherit(n, s)
	c.line = c.line || tag == "dt"
	b.children(b.open(dst, tag, n, &c), n, c)
}

// isWrapper reports whether n is an element that may lie between a list and its items without meaning anything.
func isWrapper(n *html.Node) bool {
	if n.Type != html.ElementNode || n.Namespace != "" {
		return false
	}
	switch elements[n.Data].role {
	case transparent, inline, emphasised, block:
		return true
	}
	return false
}

// hasMember reports whether a child of n is one that kind knows.
func hasMember(n *html.Node, kind func(*html.Node) string) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Namespace == "" && kind(c) != "" {
			return true
		}
	}
	return false
}

// details adds a disclosure, if it has a summary to be opened by. In a link it would be two things to press in one.
func (b *builder) details(dst, n *html.Node, c scope) {
	summary := n.FirstChild
	for summary != nil && (summary.Type != html.ElementNode || summary.Data != "summary") {
		summary = summary.NextSibling
	}
	if summary == nil || c.link != nil {
		b.children(b.open(dst, "div", n, &c), n, c)
		return
	}
	dst = b.open(dst, "details", n, &c)
	line := c
	line.line = true
	b.children(b.open(dst, "summary", summary, &line), summary, line)
	b.last = '\n'
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if k != summary {
			b.node(dst, k, c)
		}
	}
}
