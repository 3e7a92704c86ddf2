package safehtml

import (
	"strings"

	"golang.org/x/net/html"
)

const (
	// defaultMaxSize is how many bytes of HTML are parsed.
	defaultMaxSize = 2 << 20

	// defaultMaxNodes is how many nodes the parse tree may have. One takes about 150 bytes.
	defaultMaxNodes = 400_000

	// maxDepth is how many elements may lie in one another in the output. Parsers give up at 512, or put what lies
	// deeper elsewhere; the sender's deepest layout is far flatter than this when its tables are laid out in order.
	maxDepth = 100
)

// tooBig reports whether parsing src could make a tree of more than limit nodes.
//
// The tree can be hundreds of times larger than the source: a formatting element that is left open when its paragraph
// ends is opened again in every paragraph after it (HTML Standard, section 13.2.4.3), so that 500 of those and 100,000
// paragraphs are 50 million elements. This counts from above. It follows the tags as the parser's tokenizer sees them
// and assumes that all formatting elements that may still be open are opened again after every other tag.
func tooBig(src string, limit int) bool {
	return countNodes(src, limit) > limit
}

// countNodes counts the nodes that src makes at most. It stops when there are more than limit.
func countNodes(src string, limit int) int {
	var c counter
	z := html.NewTokenizer(strings.NewReader(src))
	seen := 0
	for c.nodes <= limit {
		kind := z.Next()
		size := len(z.Raw())
		seen += size
		switch kind {
		case html.ErrorToken:
			return c.nodes
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			c.start(string(name), size)
			if string(name) == "svg" || string(name) == "math" {
				// From here on the parser may read tags where the tokenizer by itself reads text, and the reverse.
				c.foreign(src[seen:], limit)
				return c.nodes
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			c.end(string(name))
		default:
			c.nodes++
		}
	}
	return c.nodes
}

// counter is an upper bound of what the parser has made.
type counter struct {
	nodes int
	open  []opened // formatting elements that may be on the list of active ones
	cost  int      // the nodes that opening all of them again takes
	fence int      // end tags close none of open[:fence]
}

type opened struct {
	tag  string
	cost int
}

// attrBytes is how much source makes attributes that weigh about as much as a node.
const attrBytes = 16

func (c *counter) start(tag string, size int) {
	cost := 1 + size/attrBytes
	c.nodes += cost
	switch {
	case isFormatting(tag):
		if tag == "a" {
			c.shut(tag) // a link ends the one before it
		}
		c.open = append(c.open, opened{tag, cost})
		c.cost += cost
	case isFence(tag):
		c.fence = len(c.open)
		c.nodes += c.cost
	default:
		c.nodes += c.cost
	}
}

func (c *counter) end(tag string) {
	c.nodes++
	if isFormatting(tag) {
		c.shut(tag)
	} else {
		c.nodes += c.cost
	}
}

// shut closes the last formatting element of that name, but none that the parser may not let it close.
func (c *counter) shut(tag string) {
	c.nodes += (len(c.open) - c.fence) / 16 // looking for it takes time too
	for i := len(c.open) - 1; i >= c.fence; i-- {
		if c.open[i].tag != tag {
			continue
		}
		if i < len(c.open)-1 {
			c.nodes += c.cost // badly nested: what was opened after it is opened again
		}
		c.cost -= c.open[i].cost
		c.open = append(c.open[:i], c.open[i+1:]...)
		return
	}
}

// foreign counts on where it cannot be known what is a tag: everything that could be one is, and none closes another.
func (c *counter) foreign(src string, limit int) {
	for c.nodes <= limit {
		_, after, found := strings.Cut(src, "<")
		if !found {
			return
		}
		src = after
		size := strings.IndexByte(src, '<')
		if size < 0 {
			size = len(src)
		}
		name := src[:size]
		if i := strings.IndexAny(name, " \t\n\f\r/>"); i >= 0 {
			name = name[:i]
		}
		c.fence = len(c.open)
		c.start(strings.ToLower(name), size)
		c.nodes++ // the text after it
	}
}

// isFormatting reports whether the parser opens an element again that was not closed.
func isFormatting(tag string) bool {
	switch tag {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}

// isFence reports whether an end tag within an element may be without effect on what was opened before it.
func isFence(tag string) bool {
	switch tag {
	case "applet", "caption", "frameset", "marquee", "object", "select", "table", "td", "template", "th":
		return true
	}
	return false
}
