package mail

import (
	"bytes"
	"fmt"
	"strings"
)

const peekSize = 4 << 10 // how far ahead a line that is no field is judged by what follows

// header is the fields of one header, in order.
type header []Field

// get returns the first field's value, or "".
func (h header) get(name string) string {
	for i := range h {
		if len(h[i].Name) == len(name) && strings.EqualFold(h[i].Name, name) {
			return h[i].Value
		}
	}
	return ""
}

// all returns the values of all fields of a name.
func (h header) all(name string) []string {
	var out []string
	for i := range h {
		if len(h[i].Name) == len(name) && strings.EqualFold(h[i].Name, name) {
			out = append(out, h[i].Value)
		}
	}
	return out
}

func (h header) count(name string) int { return len(h.all(name)) }

// headerReader reads one header, and repairs it as it goes: what is a field is kept, what is none is left out.
type headerReader struct {
	*splitter
	top    bool   // the message's own header, not a part's
	text   []byte // the fields kept, unfolded, one behind the other
	begins []int  // where each begins in text
	bad    int    // lines left out
	skip   bool   // the field now being read is left out, with its continuation lines
}

// readHeader reads lines up to the one that ends the header, and returns the fields and where the body begins.
func (s *splitter) readHeader(top bool) (header, int64) {
	h := &headerReader{splitter: s, top: top, text: s.scratch[:0]}
	body := h.read()
	s.scratch = h.text
	return h.fields(), body
}

func (h *headerReader) read() (body int64) {
	if h.top {
		h.skipLeading()
	}
	for first := h.top; ; first = false {
		l, ok := h.lines.next()
		if !ok {
			return h.lines.size
		}
		if _, _, found := h.delimiter(l.text); found {
			h.defects.add("a part without an empty line after its header")
			h.lines.unread()
			return l.start
		}
		text := bytes.TrimRight(l.text, "\r")
		if first {
			if text, ok = h.firstLine(text); !ok {
				continue
			}
		}
		if len(text) == 0 {
			return l.end
		}
		if !h.line(text) {
			h.defects.add("no empty line between header and body")
			h.lines.unread()
			return l.start
		}
	}
}

// skipLeading passes over empty lines before the message's header, if a header follows them.
func (h *headerReader) skipLeading() {
	ahead := h.lines.peek(peekSize)
	rest := bytes.TrimLeft(ahead, "\r\n")
	if len(rest) == len(ahead) || !h.fieldAhead(rest) {
		return
	}
	h.defects.add("empty lines before the header")
	h.lines.skip(len(ahead) - len(rest))
}

// firstLine removes what mail programs put before a message's first field: a byte order mark, or a whole line
// "From sender date" of the mbox format, for which it returns false.
func (h *headerReader) firstLine(text []byte) ([]byte, bool) {
	if rest, ok := bytes.CutPrefix(text, []byte("\ufeff")); ok {
		h.defects.add("a byte order mark before the header")
		text = rest
	}
	if bytes.HasPrefix(bytes.TrimPrefix(text, []byte(">")), []byte("From ")) && !isField(text) {
		h.defects.add("an mbox line before the header")
		return nil, false
	}
	return text, true
}

// line takes in one line of the header. It returns false when the line is the first of the body.
func (h *headerReader) line(text []byte) bool {
	folded := text[0] == ' ' || text[0] == '\t'
	switch {
	case folded && (len(h.begins) > 0 || h.skip):
		h.fold(text)
	case folded && isField(bytes.TrimLeft(text, " \t")):
		// Some programs show this field and others do not: being seen is the safe side.
		h.defects.add("a space before the first field")
		h.field(bytes.TrimLeft(text, " \t"))
	case h.lacksIndent(text):
		h.defects.add("a continued header line without a space before it")
		h.fold(append([]byte(" "), text...))
	case isField(text):
		h.field(text)
	default:
		return h.repair(bytes.Clone(text))
	}
	return true
}

// repair takes in a line that is no field. It returns false when the line is the first of the body.
func (h *headerReader) repair(text []byte) bool {
	if h.isBoundary(text) {
		return false
	}
	ahead := h.lines.peek(peekSize)
	if next := bytes.TrimLeft(ahead, " \t"); len(next) < len(ahead) && bytes.HasPrefix(next, []byte(":")) && isName(text) {
		h.defects.add("a field name on a line of its own")
		h.field(text)
		return true
	}
	h.bad++
	extension := len(text) > 2 && strings.EqualFold(string(text[:2]), "X-") // prose does not begin so
	if h.bad > maxBadLines || !extension && !h.fieldAhead(ahead) {
		return false
	}
	h.defects.add("a header line that is no field")
	h.skip = true
	return true
}

// isBoundary tells whether a line is a delimiter of the multipart that the header itself declares: then the empty line
// before its body is missing.
func (h *headerReader) isBoundary(text []byte) bool {
	boundary, ok := bytes.CutPrefix(bytes.TrimRight(text, " \t"), []byte("--"))
	if !ok || len(boundary) == 0 {
		return false
	}
	return bytes.Contains(h.text, fmt.Appendf(nil, `="%s"`, boundary)) || bytes.HasSuffix(h.text, fmt.Appendf(nil, "=%s", boundary))
}

// field begins a field.
func (h *headerReader) field(text []byte) {
	h.skip = true
	switch {
	case len(h.begins) >= maxFields:
		h.defects.add("too many header fields")
	case len(h.text)+len(text) > maxHeader:
		h.defects.add("a header too large")
	default:
		h.skip = false
		h.begins = append(h.begins, len(h.text))
		h.fold(text)
	}
}

// fold adds a line to the field that was begun. RFC 5322, section 2.2.3: only the line ending goes.
func (h *headerReader) fold(text []byte) {
	if h.skip {
		return
	}
	room := maxValue - (len(h.text) - h.begins[len(h.begins)-1])
	room = max(min(room, maxHeader-len(h.text)), 0)
	if len(text) > room {
		h.defects.add("a header field too long")
		text = text[:room]
	}
	h.text = append(h.text, text...)
}

// lacksIndent tells whether text continues a field whose line cannot have been its last: parameters behind a
// semicolon, or what is no field behind a comma or an opened bracket.
func (h *headerReader) lacksIndent(text []byte) bool {
	if len(h.begins) == 0 || h.skip {
		return false
	}
	before := bytes.TrimRight(h.text[h.begins[len(h.begins)-1]:], " \t")
	switch before[len(before)-1] {
	case ',', '(', '<':
		return !isField(text)
	case ';':
		equals, colon := bytes.IndexByte(text, '='), bytes.IndexByte(text, ':')
		return equals > 0 && (colon < 0 || equals < colon) && isName(text[:equals]) &&
			len(before) > len("Content-") && strings.EqualFold(string(before[:len("Content-")]), "Content-")
	}
	return false
}

// fieldAhead tells whether, up to the next empty line, ahead has a line that is surely a field.
func (h *headerReader) fieldAhead(ahead []byte) bool {
	for len(ahead) > 0 {
		n, skip := bytes.IndexByte(ahead, '\n'), 1
		if h.lines.bareCR {
			n, skip = endingCR(ahead, 0, true)
		}
		if n < 0 {
			n, skip = len(ahead), 0
		}
		text := bytes.TrimRight(ahead[:n], "\r")
		if len(text) == 0 {
			return false
		}
		if isField(text) && isKnown(string(bytes.TrimRight(text[:bytes.IndexByte(text, ':')], " \t"))) {
			return true
		}
		ahead = ahead[n+skip:]
	}
	return false
}

// fields cuts the text that was kept into fields.
func (h *headerReader) fields() header {
	if len(h.begins) == 0 {
		return nil
	}
	out := make(header, len(h.begins))
	text := string(h.text)
	for i, begin := range h.begins {
		end := len(text)
		if i+1 < len(h.begins) {
			end = h.begins[i+1]
		}
		name, value, _ := strings.Cut(text[begin:end], ":")
		out[i] = Field{Name: strings.TrimRight(name, " \t"), Value: strings.TrimSpace(value)}
	}
	return out
}

// isField tells whether text begins with a field name and a colon. A space between them is obsolete but allowed:
// RFC 5322, section 4.5.
func isField(text []byte) bool {
	colon := bytes.IndexByte(text, ':')
	return colon > 0 && isName(text[:colon])
}

func isName(text []byte) bool {
	text = bytes.TrimRight(text, " \t")
	if len(text) == 0 || len(text) > maxToken {
		return false
	}
	for _, c := range text {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// isKnown tells a field name from a word with a colon behind it, as prose has them.
func isKnown(name string) bool {
	switch strings.ToLower(name) {
	case "from", "to", "cc", "bcc", "subject", "date", "sender", "received", "references", "status", "lines", "organization", "keywords", "comments", "precedence":
		return true
	}
	dash := strings.IndexByte(name, '-')
	return dash > 0 && dash < len(name)-1 && 'A' <= name[0]&^0x20 && name[0]&^0x20 <= 'Z'
}
