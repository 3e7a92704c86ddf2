// Package safehtml turns the untrusted text or HTML of a message into markup that is safe on a page of ours.
//
// It is the only door for foreign markup. [Reader] parses HTML as a browser does, builds a new tree of its own from a
// short list of elements and attributes, and writes that tree out; nothing of the sender's markup is ever copied, and
// nothing edits the result as text afterwards. [Text] does the same for plain text.
//
// What comes out has no scripts, styles, forms or frames, nothing that is fetched from another site than ours, and no id,
// name, class or style of the sender's. Its pictures are those that our own site has an address for. Its links lead to
// our own site or to http, https and mailto addresses, in a new window, without a referrer. Its only classes are our own:
//
//	plain   a plain text, in which blanks and line breaks count (white-space: pre-wrap)
//	sig     the signature of a plain text
//	quote   the <details> that folds quoted text away
//	host    where a link leads whose text names another site, after that text
//	img     what stands for a picture that is not shown: its description
//
// Headings are h3 to h6 and never skip a level, so that a page can have its own h1 and an h2 above the body.
package safehtml

import (
	"context"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The classes that may occur in what this package makes.
const (
	classPlain     = "plain"
	classSignature = "sig"
	classQuote     = "quote"
	classHost      = "host"
	classImage     = "img"
)

// HTML is markup that is safe on a page. Only this package can make one; the zero HTML is nothing.
// It is a templ.Component.
type HTML struct{ markup string }

// String returns the markup.
func (h HTML) String() string { return h.markup }

// Render writes the markup to w. It returns the errors of w alone.
func (h HTML) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, h.markup)
	return err
}

// serialise writes out the children of root.
func serialise(root *html.Node) (HTML, error) {
	var out strings.Builder
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if err := html.Render(&out, n); err != nil {
			return HTML{}, err
		}
	}
	return HTML{out.String()}, nil
}

// newElement returns an element without attributes or parent.
func newElement(tag string) *html.Node {
	return &html.Node{Type: html.ElementNode, Data: tag, DataAtom: atom.Lookup([]byte(tag))}
}

// appendElement adds a new element to the end of parent and returns it.
func appendElement(parent *html.Node, tag string) *html.Node {
	n := newElement(tag)
	parent.AppendChild(n)
	return n
}

// appendText adds text to the end of parent.
func appendText(parent *html.Node, text string) {
	if text != "" {
		parent.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	}
}

func setAttr(n *html.Node, key, value string) {
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: value})
}

// attr returns the value of an attribute, and whether there is one.
func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Namespace == "" && a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

// clean makes of s text that shows what it is: line feeds for all line ends, U+FFFD for bytes that are no text and for
// control characters, which browsers show in ways of their own or not at all.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.ContainsAny(s, "\r\f") {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", " ").Replace(s)
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' || 0x7F <= r && r < 0xA0 {
			return '\uFFFD'
		}
		return r
	}, s)
}
