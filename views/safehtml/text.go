package safehtml

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// TextOptions are the words that [Text] needs, how the text is written, and its limit. The zero value folds no quotes
// and has the default limit.
type TextOptions struct {
	// Quoted is the label of quoted lines that are folded away. If it is empty, quotes are not folded.
	Quoted string

	Flowed bool // format=flowed (RFC 3676): lines that end in a blank go on in the next
	DelSp  bool // delsp=yes: that blank is not part of the text

	// Link returns the address that a link to href leads to, as [ReaderOptions.Link] does. Nil leaves href.
	Link func(href string) string

	// MaxText is how many bytes of the text are shown, if it has more: 0 is 200 KiB, below 0 is all.
	MaxText int
}

const defaultMaxText = 200 << 10

// Cuts reports whether [Text] with these options shows only the beginning of src.
func (o TextOptions) Cuts(src string) bool {
	limit := cmp.Or(o.MaxText, defaultMaxText)
	return limit >= 0 && len(src) > limit
}

// Text makes HTML of plain text. What is read in it is the text itself, character by character, but for control
// characters, which are shown as U+FFFD, and for lines that format=flowed joins. Addresses become links, quoted lines
// are folded away, and a signature is marked. It takes time in proportion to the text.
//
// The links are at most 500; each leads where its text says.
func Text(src string, o TextOptions) (out HTML, links []Link) {
	root := o.tree(src)
	if root.FirstChild.FirstChild == nil {
		return HTML{}, nil
	}
	for n := range root.Descendants() {
		if n.Data == "a" && n.Type == html.ElementNode && len(links) < maxLinks {
			links = append(links, linkOf(n, textSeen(n, false)))
		}
	}
	redirect(root, o.Link)
	out, err := serialise(root)
	if err != nil {
		return HTML{}, nil
	}
	return out, links
}

// tree is plain text as elements, in one div within another.
func (o TextOptions) tree(src string) *html.Node {
	if o.Cuts(src) {
		src = beginning(src, cmp.Or(o.MaxText, defaultMaxText))
	}
	lines := strings.SplitAfter(clean(src), "\n")
	if o.Flowed {
		lines = flow(lines, o.DelSp)
	}
	root := newElement("div")
	plain := appendElement(root, "div")
	setAttr(plain, "class", classPlain)
	for _, p := range passages(lines, o.Quoted != "") {
		addPassage(plain, p, o.Quoted)
	}
	return root
}

// beginning returns at most n bytes of s, up to the end of a line if there is one, else of a character.
func beginning(s string, n int) string {
	if i := strings.LastIndexByte(s[:n], '\n'); i >= 0 {
		return s[:i+1]
	}
	for i := 0; i < utf8.UTFMax && n > 0 && !utf8.RuneStart(s[n]); i++ {
		n--
	}
	return s[:n]
}

func addPassage(dst *html.Node, p passage, label string) {
	switch p.kind {
	case quoted:
		details := newFold(label)
		linkify(details, p.text)
		dst.AppendChild(details)
	case signature:
		span := appendElement(dst, "span")
		setAttr(span, "class", classSignature)
		linkify(span, p.text)
	default:
		linkify(dst, p.text)
	}
}
