package safehtml

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// maxStyle is how much of a style attribute is read.
const maxStyle = 4 << 10

// style is what the style attribute of an element declares, for the few properties that decide whether text is seen,
// and how. None of it gets into the output: a mistake here shows too much or too little, and cannot do harm.
type style map[string]string

// styleOf reads the style attribute of n. Later declarations replace earlier ones.
func styleOf(n *html.Node) style {
	src, ok := attr(n, "style")
	if !ok {
		return nil
	}
	s := style{}
	for declaration := range strings.SplitSeq(withoutComments(src[:min(len(src), maxStyle)]), ";") {
		name, value, _ := strings.Cut(declaration, ":")
		value, _, _ = strings.Cut(strings.ToLower(value), "!")
		s[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return s
}

func withoutComments(css string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(css, "/*")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		_, css, _ = strings.Cut(after, "*/")
	}
}

// hides reports whether an element with this style is not seen at all, whatever is in it. Preheaders, the lines that
// newsletters show only in the list of messages, hide themselves in all of these ways.
func (s style) hides() bool {
	clipped := s["overflow"] == "hidden" || s["overflow-y"] == "hidden"
	return s["display"] == "none" || s["mso-hide"] == "all" || isZero(s["opacity"]) || isZero(s["max-height"]) ||
		clipped && isZero(s["height"])
}

// isBlock reports whether the style makes an element stand on lines of its own.
func (s style) isBlock() bool {
	switch s["display"] {
	case "block", "flex", "grid", "list-item", "table", "table-row", "table-cell", "flow-root":
		return true
	}
	return false
}

// keepsBreaks reports whether line feeds in text are line breaks, and whether the style says so or otherwise at all.
func (s style) keepsBreaks() (keeps, said bool) {
	switch s["white-space"] {
	case "pre", "pre-wrap", "pre-line", "break-spaces":
		return true, true
	case "normal", "nowrap":
		return false, true
	}
	return false, false
}

// emphasis returns the elements that say what the style of a word says.
func (s style) emphasis() []string {
	var tags []string
	switch s["font-weight"] {
	case "bold", "bolder", "600", "700", "800", "900":
		tags = append(tags, "b")
	}
	if v := s["font-style"]; v == "italic" || v == "oblique" {
		tags = append(tags, "i")
	}
	if strings.Contains(s["text-decoration"]+s["text-decoration-line"], "line-through") {
		tags = append(tags, "s")
	}
	return tags
}

// isLight reports whether the style takes the weight off an element that is bold by itself.
func (s style) isLight() bool {
	switch s["font-weight"] {
	case "normal", "lighter", "100", "200", "300", "400":
		return true
	}
	return false
}

// isZero reports whether a CSS length or number is there and is nothing: "0", "0px", ".0em".
func isZero(value string) bool {
	n, ok := length(value)
	return ok && n == 0
}

// length returns the number that a CSS or HTML length begins with. Its unit is not looked at.
func length(value string) (float64, bool) {
	end := strings.IndexFunc(value, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		end = len(value)
	}
	if end == 0 {
		return 0, false
	}
	n, err := strconv.ParseFloat(value[:end], 64)
	return n, err == nil
}
