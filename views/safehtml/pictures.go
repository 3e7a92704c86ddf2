package safehtml

import (
	"cmp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

const (
	// maxPictures is how many pictures are shown. Each is a request to our own site.
	maxPictures = 1000

	// maxSide is how many pixels wide and high a picture is drawn at most.
	maxSide = 4096
)

// picture adds a picture, if there is an address of ours for it, else its description, if it has one.
func (b *builder) picture(dst, n *html.Node, s style, c scope) {
	dot := isDot(n, s)
	b.count(n, dot)
	source := sourceOf(n)
	if _, counts := openingCounter(source); dot || counts || c.invisible {
		return
	}
	alt := description(n)
	if alt == "" && c.link != nil {
		b.faces[c.link] = true
	}
	address := b.addressOf(source)
	if alt != "" {
		if b.last != ' ' && b.last != '\n' {
			b.space(dst, c)
		}
		b.last = alt[len(alt)-1]
	}
	switch {
	case address != "":
		appendPicture(dst, n, s, address, alt)
	case alt != "":
		appendText(appendImage(dst), alt)
	}
}

// description returns what a picture says to those who do not see it, "" if it is nothing.
func description(n *html.Node) string {
	alt, _ := attr(n, "alt")
	alt = strings.Join(strings.Fields(clean(alt)), " ")
	if strings.Trim(alt, blanks) == "" {
		return ""
	}
	return alt
}

// addressOf returns the address of ours for a picture, "" if it is not to be shown.
func (b *builder) addressOf(source string) string {
	if source == "" || b.ours == nil || b.shown >= maxPictures {
		return ""
	}
	address := b.ours(source)
	if !isOurs(address) {
		return ""
	}
	b.shown++
	return address
}

// appendPicture adds a picture. Of the sender's it has the description and the size only.
func appendPicture(dst, n *html.Node, s style, address, alt string) {
	img := appendElement(dst, "img")
	setAttr(img, "src", address)
	setAttr(img, "alt", alt)
	for _, side := range []string{"width", "height"} {
		value, _ := attr(n, side)
		pixels := cmp.Or(inPixels(s[side]), inPixels(value))
		if pixels > 0 {
			setAttr(img, side, strconv.Itoa(pixels))
		}
	}
	setAttr(img, "loading", "lazy")
	setAttr(img, "referrerpolicy", "no-referrer")
}

// inPixels returns a size that is a number of pixels, 0 if it is none or not one to be drawn.
func inPixels(value string) int {
	value = strings.TrimSuffix(strings.ToLower(strings.TrimSpace(value)), "px")
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(1 <= n && n <= maxSide) {
		return 0
	}
	return int(n)
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
