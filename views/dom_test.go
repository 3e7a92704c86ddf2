package views_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

// markup renders a component.
func markup(t testing.TB, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// document renders a page and reads it as a browser does.
func document(t testing.TB, c templ.Component) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(markup(t, c)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// all returns the elements below n that match, in document order.
func all(n *html.Node, match func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && match(d) {
			found = append(found, d)
		}
	}
	return found
}

// tag matches elements with one of these names.
func tag(names ...string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(names, n.Data) }
}

// class matches elements that have a class.
func class(name string) func(*html.Node) bool {
	return func(n *html.Node) bool { return slices.Contains(strings.Fields(attr(n, "class")), name) }
}

// one returns the only element that matches.
func one(t testing.TB, n *html.Node, what string, match func(*html.Node) bool) *html.Node {
	t.Helper()
	found := all(n, match)
	if len(found) != 1 {
		t.Fatalf("%d of %s, want one", len(found), what)
	}
	return found[0]
}

func attr(n *html.Node, key string) string {
	v, _ := lookup(n, key)
	return v
}

func has(n *html.Node, key string) bool {
	_, ok := lookup(n, key)
	return ok
}

func lookup(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// text is what an element says, with spaces folded.
func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// within reports whether n lies in an element that matches.
func within(n *html.Node, match func(*html.Node) bool) bool {
	for a := range n.Ancestors() {
		if a.Type == html.ElementNode && match(a) {
			return true
		}
	}
	return false
}

// accessibleName is what a screen reader calls a control: the part of the
// accessible name computation that these pages use.
func accessibleName(doc, n *html.Node) string {
	if label := attr(n, "aria-label"); label != "" {
		return label
	}
	if n.Data != "input" && n.Data != "select" {
		return text(n)
	}
	for l := range n.Ancestors() {
		if l.Data == "label" {
			return text(l)
		}
	}
	for _, l := range all(doc, tag("label")) {
		if attr(l, "for") == attr(n, "id") {
			return text(l)
		}
	}
	return ""
}
