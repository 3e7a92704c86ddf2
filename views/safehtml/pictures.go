package safehtml

import (
	"strings"

	"golang.org/x/net/html"
)

// picture adds the description of a picture, if it has one. No picture is ever kept.
func (b *builder) picture(dst, n *html.Node, s style, c scope) {
	dot := isDot(n, s)
	b.count(n, dot)
	if dot || c.invisible {
		return
	}
	alt, _ := attr(n, "alt")
	alt = strings.Join(strings.Fields(clean(alt)), " ")
	if strings.Trim(alt, blanks) == "" {
		if c.link != nil {
			b.faces[c.link] = true
		}
		return
	}
	if b.last != ' ' && b.last != '\n' {
		b.space(dst, c)
	}
	b.last = alt[len(alt)-1]
	appendText(appendImage(dst), alt)
}

// space parts the description of a picture from the word before it, outside of a link that begins with the picture.
func (b *builder) space(dst *html.Node, c scope) {
	if dst == c.link && dst.FirstChild == nil {
		dst.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: " "}, dst)
		return
	}
	appendText(dst, " ")
}

// appendImage adds the element that stands for a picture.
func appendImage(dst *html.Node) *html.Node {
	span := appendElement(dst, "span")
	setAttr(span, "class", classImage)
	return span
}

// countPictures counts the pictures in something that is hidden: they would be fetched all the same.
func (b *builder) countPictures(n *html.Node) {
	if n.Type == html.ElementNode && n.Namespace == "" && n.Data == "img" {
		b.count(n, isDot(n, styleOf(n)))
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if elements[k.Data].role != dropped {
			b.countPictures(k)
		}
	}
}

// count counts one picture by where it would come from.
func (b *builder) count(n *html.Node, dot bool) {
	src, _ := attr(n, "src")
	set, _ := attr(n, "srcset")
	switch {
	case isRemote(src) || isRemote(set):
		b.report.Remote++
		if dot {
			b.report.Tracking++
		}
	case isInline(src):
		b.report.Inline++
	}
}

// isRemote reports whether a browser would ask the network for an address.
func isRemote(src string) bool {
	scheme, rest, ok := cutScheme(src)
	if ok && (scheme == "http" || scheme == "https") {
		return rest != ""
	}
	src = strings.TrimSpace(src)
	return len(src) > 2 && strings.Trim(src[:2], `/\`) == ""
}

func isInline(src string) bool {
	scheme, _, ok := cutScheme(src)
	return ok && scheme == "cid"
}

// isDot reports whether a picture is at most one pixel wide and high, or has no extent at all.
func isDot(n *html.Node, s style) bool {
	w, wide := extent(n, s, "width")
	h, high := extent(n, s, "height")
	return wide && high && w <= 1 && h <= 1 || wide && w == 0 || high && h == 0
}

// extent returns a dimension of a picture. The style counts more than the attribute, and what depends on the size of
// the window is not known.
func extent(n *html.Node, s style, key string) (float64, bool) {
	value, ok := s[key]
	if !ok {
		value, _ = attr(n, key)
	}
	if strings.HasSuffix(strings.TrimSpace(value), "%") {
		return 0, false
	}
	return length(strings.TrimSpace(value))
}
