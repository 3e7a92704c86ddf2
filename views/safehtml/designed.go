package safehtml

import (
	"strings"

	"golang.org/x/net/html"
)

const (
	// minDesigned is how much markup a message has at least to be called designed for the markup alone.
	minDesigned = 4 << 10

	// layoutDepth is how deep tables for layout lie in one another in a designed message.
	layoutDepth = 3
)

// measure notes how much markup there is, and background pictures.
func (b *builder) measure(n *html.Node, s style) {
	b.markup += 2*len(n.Data) + len("<></>")
	for _, a := range n.Attr {
		b.markup += len(a.Key) + len(a.Val) + len(` =""`)
	}
	_, image := attr(n, "background")
	b.background = b.background || image || strings.Contains(s["background"]+s["background-image"], "url(")
}

// isDesigned reports whether the layout says more than the text does: text is less than 30 % of what there is.
func (b *builder) isDesigned() bool {
	return b.layout >= layoutDepth || b.background ||
		b.markup >= minDesigned && 10*b.text < 3*(b.text+b.markup)
}
