package safehtml

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// foldQuotes folds the quoted replies in root away, unless there is nothing else to read. A quote within a quote is
// folded with it, one within a link is left: a link cannot have anything to press in it.
func foldQuotes(root *html.Node, quotes map[*html.Node]bool, label string) {
	var found []*html.Node
	other := false
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case quotes[c]:
				found = append(found, c)
			case c.Type == html.TextNode || c.Data == "img":
				other = other || !isBlank(c)
			case c.Data != "a":
				walk(c)
			default:
				other = true
			}
		}
	}
	walk(root)
	if !other {
		return
	}
	for _, quote := range found {
		details := newFold(label)
		quote.Parent.InsertBefore(details, quote)
		quote.Parent.RemoveChild(quote)
		details.AppendChild(quote)
	}
}

// newFold returns an element that hides what will be put into it behind a label.
func newFold(label string) *html.Node {
	details := newElement("details")
	setAttr(details, "class", classQuote)
	appendText(appendElement(details, "summary"), label)
	return details
}

// isReply reports whether a blockquote is what somebody wrote before, as mail programs mark it, and no quotation of the
// sender's choice.
func isReply(n *html.Node) bool {
	kind, _ := attr(n, "type")
	cited, _ := attr(n, "cite")
	class, _ := attr(n, "class")
	return strings.EqualFold(kind, "cite") || strings.HasPrefix(strings.ToLower(cited), "mid:") ||
		slices.ContainsFunc(strings.Fields(strings.ToLower(class)), func(s string) bool { return strings.Contains(s, "quote") })
}
