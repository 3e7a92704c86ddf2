package mail

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlText returns the text of an HTML document as a person sees it, at most limit bytes and a few: a line for each
// paragraph, item and row, words where they stand, alternative texts for images, nothing that is hidden.
func htmlText(document string, limit int) string {
	w := &textWriter{limit: limit}
	root, err := html.ParseWithOptions(strings.NewReader(document), html.ParseOptionEnableScripting(false))
	if err != nil {
		// More than 512 elements inside each other: the tags alone will do.
		w.tokens(document)
	} else {
		w.tree(root)
	}
	return w.out.String()
}

// tree writes a parsed document. Its depth is bounded by the parser.
func (w *textWriter) tree(n *html.Node) {
	if w.out.Len() >= w.limit {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.text(n.Data)
	case html.ElementNode:
		if isHidden(n.DataAtom, n.Attr) {
			return
		}
		w.open(n.DataAtom, n.Attr)
		defer w.close(n.DataAtom)
	}
	for child := range n.ChildNodes() {
		w.tree(child)
	}
}

// tokens goes through a document's tags in order, without a tree.
func (w *textWriter) tokens(document string) {
	z := html.NewTokenizer(strings.NewReader(document))
	var hidden atom.Atom // the element whose end is waited for
	depth := 0           // elements of its name that are open
	for w.out.Len() < w.limit {
		kind := z.Next()
		if kind == html.ErrorToken {
			return
		}
		t := z.Token()
		switch {
		case hidden != 0:
			if t.DataAtom == hidden && kind == html.StartTagToken {
				depth++
			} else if t.DataAtom == hidden && kind == html.EndTagToken {
				depth--
			}
			if depth == 0 {
				hidden = 0
			}
		case kind == html.TextToken:
			w.text(t.Data)
		case kind == html.StartTagToken && isHidden(t.DataAtom, t.Attr):
			if t.DataAtom != 0 && !isVoid(t.DataAtom) {
				hidden, depth = t.DataAtom, 1
			}
		case kind == html.StartTagToken || kind == html.SelfClosingTagToken:
			w.open(t.DataAtom, t.Attr)
		case kind == html.EndTagToken:
			w.close(t.DataAtom)
		}
	}
}

// isVoid tells whether an element has no content and no end tag.
func isVoid(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// isHidden tells whether a reader sees nothing of an element.
func isHidden(a atom.Atom, attrs []html.Attribute) bool {
	switch a {
	case atom.Head, atom.Style, atom.Script, atom.Title, atom.Template, atom.Svg, atom.Math, atom.Iframe, atom.Object, atom.Noembed, atom.Noframes, atom.Datalist:
		return true
	}
	for _, attr := range attrs {
		switch attr.Key {
		case "hidden":
			return true
		case "style":
			if hidesStyle(attr.Val) {
				return true
			}
		}
	}
	return false
}

// hidesStyle knows the ways in which newsletters hide their preview text.
func hidesStyle(style string) bool {
	if len(style) > maxValue {
		return false
	}
	style = strings.ToLower(strings.Join(strings.Fields(style), "")) + ";"
	for _, rule := range []string{"display:none", "visibility:hidden", "mso-hide:all", "font-size:0;", "font-size:0px", "max-height:0;", "max-height:0px"} {
		if strings.Contains(style, rule) {
			return true
		}
	}
	return false
}

// balanced returns a document's body with every element, quote and comment closed, so that others can follow it.
func balanced(document string) string {
	root, err := html.ParseWithOptions(strings.NewReader(document), html.ParseOptionEnableScripting(false))
	if err != nil {
		return preformatted(htmlText(document, MaxBody))
	}
	var body *html.Node
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Body:
			body = n
		case atom.Plaintext: // it has no end tag, and Render writes none
			n.DataAtom, n.Data = atom.Pre, "pre"
		}
	}
	if body == nil {
		return "" // a frameset has no text
	}
	var out strings.Builder
	out.WriteString("<div>")
	for n := range body.ChildNodes() {
		if html.Render(&out, n) != nil {
			return preformatted(htmlText(document, MaxBody))
		}
	}
	out.WriteString("</div>\n")
	return out.String()
}
