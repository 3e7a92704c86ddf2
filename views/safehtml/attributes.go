package safehtml

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// keepAttributes copies to out the attributes of n that carry meaning, as far as their values are among those expected.
func keepAttributes(out, n *html.Node) {
	if turns(out.Parent, n) || out.Data == "bdo" {
		setAttr(out, "dir", direction(n))
	}
	switch out.Data {
	case "ol":
		keepNumber(out, n, "start", -9999, 9999)
		keepOneOf(out, n, "type", "1", "a", "A", "i", "I")
	case "li":
		keepNumber(out, n, "value", -9999, 9999)
	case "td", "th":
		keepNumber(out, n, "colspan", 2, maxColumns)
		keepNumber(out, n, "rowspan", 2, 1000)
	}
	if out.Data == "th" {
		keepOneOf(out, n, "scope", "row", "col", "rowgroup", "colgroup")
	}
}

// direction returns the direction of text that n asks for: "rtl", "ltr", "auto" or "".
func direction(n *html.Node) string {
	dir, _ := attr(n, "dir")
	dir = strings.ToLower(strings.TrimSpace(dir))
	if slices.Contains([]string{"rtl", "ltr", "auto"}, dir) {
		return dir
	}
	return ""
}

// turns reports whether n asks for another direction than it would have in dst.
func turns(dst, n *html.Node) bool {
	dir := direction(n)
	for ; dst != nil && dir != "" && dir != "auto"; dst = dst.Parent {
		if around := direction(dst); around != "" {
			return around != dir
		}
	}
	return dir != ""
}

func keepNumber(out, n *html.Node, key string, least, most int) {
	value, _ := attr(n, key)
	if i, err := strconv.Atoi(strings.TrimSpace(value)); err == nil && least <= i && i <= most {
		setAttr(out, key, strconv.Itoa(i))
	}
}

func keepOneOf(out, n *html.Node, key string, values ...string) {
	if value, _ := attr(n, key); slices.Contains(values, value) {
		setAttr(out, key, value)
	}
}
