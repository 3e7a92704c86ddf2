package mail

import "strings"

// layout decides which parts of a message are its body. It looks at types only, so that Body and Attachments agree.
type layout struct {
	parts    []Part
	children [][]int
	hidden   []bool // parts that are shown, or that are another form of what is shown: no attachments
}

// piece is a stretch of the body: parts to show one behind the other, in up to two forms that say the same.
type piece struct {
	plain []int // parts of the plain form; nil if there is none
	html  []int // parts of the HTML form; nil if there is none
}

func newLayout(parts []Part) (*layout, []piece) {
	l := &layout{parts: parts, children: make([][]int, len(parts)), hidden: make([]bool, len(parts))}
	for i, p := range parts {
		if p.Parent >= 0 {
			l.children[p.Parent] = append(l.children[p.Parent], i)
		}
	}
	pieces := l.pieces(0)
	if len(pieces) == 0 && strings.HasPrefix(parts[0].Type, "text/") {
		pieces = []piece{{plain: []int{0}}} // whatever text it is, there is nothing else
	}
	l.hide(pieces)
	return l, pieces
}

// hide marks all parts of pieces.
func (l *layout) hide(pieces []piece) {
	for _, p := range pieces {
		for _, form := range [][]int{p.plain, p.html} {
			for _, i := range form {
				l.hidden[i] = true
			}
		}
	}
}

// pieces returns what is to show of a part and all in it.
func (l *layout) pieces(i int) []piece {
	p := &l.parts[i]
	switch p.Type {
	case "multipart/alternative":
		return l.alternative(i)
	case "multipart/related":
		return l.related(i)
	}
	switch {
	case strings.HasPrefix(p.Type, "multipart/"):
		return l.mixed(i)
	case p.Disposition == "attachment" && i > 0:
		return nil
	case isHTML(p.Type):
		return []piece{{html: []int{i}}}
	case isProse(p.Type):
		return []piece{{plain: []int{i}}}
	}
	return nil
}

func isHTML(kind string) bool { return kind == "text/html" || kind == "application/xhtml+xml" }

func isMessage(kind string) bool {
	return kind == "message/rfc822" || kind == "message/global" || kind == "message/news" // RFC 5537, section 6
}

// IsMessage reports whether a part holds a message, which [Part.Message] parses.
func (p Part) IsMessage() bool { return isMessage(p.Type) }

// isProse tells whether a type is text that was written to be read as it stands.
func isProse(kind string) bool {
	switch kind {
	case "text/plain", "text/markdown", "text/x-markdown", "text/enriched", "text/richtext":
		return true
	}
	return false
}

// mixed shows all texts in order. One with a file name is an attachment, unless nothing stands before it or its
// sender wants it inline.
func (l *layout) mixed(i int) []piece {
	var out []piece
	for _, child := range l.children[i] {
		p := &l.parts[child]
		named := p.Name != "" && !strings.HasPrefix(p.Type, "multipart/")
		if named && len(out) > 0 && (p.Disposition != "inline" || !isProse(p.Type)) {
			continue
		}
		out = append(out, l.pieces(child)...)
	}
	return out
}

// alternative takes the last HTML form and the last plain form: RFC 2046, section 5.1.4, has the richest last.
func (l *layout) alternative(i int) []piece {
	var out piece
	plainFound := false
	for _, child := range l.children[i] {
		pieces := l.pieces(child)
		if len(pieces) == 0 {
			continue
		}
		plain, html, hasPlain, hasHTML := flatten(pieces)
		if hasHTML {
			out.html = html
		}
		// Prose that is not plain text is the second choice, wherever it stands.
		if isPlain := l.parts[child].Type == "text/plain"; hasPlain && (isPlain || !plainFound) {
			out.plain, plainFound = plain, isPlain
		}
		l.hide(pieces) // what is not chosen says what the chosen one says
	}
	if out.plain == nil && out.html == nil {
		return nil
	}
	l.hideForms(i)
	return []piece{out}
}

// flatten joins pieces into one sequence a form. A form that a piece lacks is filled with the other.
func flatten(pieces []piece) (plain, html []int, hasPlain, hasHTML bool) {
	for _, p := range pieces {
		hasPlain = hasPlain || p.plain != nil
		hasHTML = hasHTML || p.html != nil
		plain = append(plain, firstOf(p.plain, p.html)...)
		html = append(html, firstOf(p.html, p.plain)...)
	}
	return plain, html, hasPlain, hasHTML
}

func firstOf(a, b []int) []int {
	if a != nil {
		return a
	}
	return b
}

// hideForms marks the forms of an alternative that only some programs can show: pages for watches, AMP.
func (l *layout) hideForms(i int) {
	for _, child := range l.children[i] {
		switch l.parts[child].Type {
		case "text/x-amp-html", "text/watch-html", "text/x-watch-html":
			l.hidden[child] = true
		}
	}
}

// related shows its root: the part that Start names, else the first. RFC 2387, section 3.2.
func (l *layout) related(i int) []piece {
	children := l.children[i]
	for _, child := range children {
		if start := l.parts[i].Start; start != "" && l.parts[child].ContentID == start {
			if pieces := l.pieces(child); len(pieces) > 0 {
				return pieces
			}
		}
	}
	for _, child := range children {
		if pieces := l.pieces(child); len(pieces) > 0 {
			return pieces
		}
	}
	return nil
}

// Attachments returns the indices of the parts that a person would call attachments, messages among them, in order:
// not the shown bodies and their alternatives, not the images that the HTML shows, not signatures.
func (m *Message) Attachments() []int {
	l, _ := newLayout(m.Parts)
	var out []int
	for i, p := range m.Parts {
		switch {
		case strings.HasPrefix(p.Type, "multipart/"), p.Inline, isSignature(p.Type):
		case l.hidden[i] && p.Disposition != "attachment":
		default:
			out = append(out, i)
		}
	}
	return out
}

// isSignature tells whether a part only vouches for another.
func isSignature(kind string) bool {
	switch kind {
	case "application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature":
		return true
	}
	return false
}
