package safehtml

import "golang.org/x/net/html"

// levelHeadings gives the headings in root their levels, from h3 on, as deep as they lie under one another. Which level
// the sender chose says only which heading is under which.
func levelHeadings(root *html.Node) {
	var above []byte // the sender's levels of the headings that the next one may lie under
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			if elements[c.Data].role != heading {
				walk(c)
				continue
			}
			level := c.Data[1]
			for len(above) > 0 && above[len(above)-1] >= level {
				above = above[:len(above)-1]
			}
			above = append(above, level)
			rename(c, "h"+string(min('3'+byte(len(above))-1, '6')))
		}
	}
	walk(root)
}
