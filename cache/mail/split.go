package mail

import (
	"bytes"
	"io"
	"strings"
)

// splitter finds the parts of a message in one pass over its lines, with a stack of the multiparts that are open.
// Its time is linear in the message's size: a line that begins with "--" is compared with at most maxDepth delimiters.
type splitter struct {
	lines   *lineReader
	parts   []Part
	stack   []multipart // outermost first
	leaf    int         // the part whose body is being passed over, -1 between parts
	before  int         // leaf, while that stands before the first delimiter of its multipart, else -1
	stop    int64       // where the ending of the last line begins
	scratch []byte      // of readHeader
	defects defects
}

// multipart is a part whose delimiters are looked for.
type multipart struct {
	part       int
	boundaries []string // as declared, or guessed
	begun      bool     // a delimiter was seen
	closed     bool     // and its closing delimiter
	digest     bool     // parts are messages unless they say otherwise
}

func newSplitter(r io.ReaderAt, size int64) *splitter {
	return &splitter{lines: newLineReader(r, size), leaf: -1, before: -1}
}

// run fills s.parts and returns the message's header.
func (s *splitter) run() header {
	head := s.begin(-1)
	for len(s.stack) > 0 {
		l, ok := s.lines.next()
		if !ok {
			break
		}
		if !bytes.HasPrefix(l.text, []byte("--")) || !s.dashes(l) {
			s.stop = l.stop
		}
	}
	s.finish(-1, s.lines.size)
	if s.lines.err != nil && s.lines.err != io.EOF {
		s.defects.add("reading stopped before the end: " + s.lines.err.Error())
	}
	return head
}

// dashes handles a line that begins with two dashes, and tells whether it was a delimiter.
func (s *splitter) dashes(l line) bool {
	depth, closing, found := s.delimiter(l.text)
	if !found {
		depth, found = s.guess(l.text)
	}
	if !found {
		return false
	}
	if !closing && len(s.parts) >= maxParts {
		s.defects.add("too many parts")
		return false
	}
	s.finish(depth, s.stop)
	open := &s.stack[depth]
	if open.closed && !closing {
		s.defects.add("parts after the end of their multipart")
	}
	open.closed, open.begun = closing, true
	s.stop = l.stop
	if !closing {
		s.begin(depth)
	}
	return true
}

// begin reads a part's header and opens it inside the multipart at depth; the message itself is at -1.
func (s *splitter) begin(depth int) header {
	fields, body := s.readHeader(depth < 0)
	parent, fallback := -1, "text/plain"
	if depth >= 0 {
		parent = s.stack[depth].part
		if s.stack[depth].digest {
			fallback = "message/rfc822"
		}
	}
	if depth < 0 && !anyKnown(fields) {
		// Without one sure field it is text, and text that seems to have fields is still text from its first byte.
		s.defects.add("no header")
		fields, body = nil, 0
	}
	part, boundary := newPart(fields, fallback, &s.defects)
	part.Parent, part.Offset = parent, body
	s.parts = append(s.parts, part)
	s.leaf = len(s.parts) - 1
	s.stop = body
	if strings.HasPrefix(part.Type, "multipart/") {
		s.open(boundary, part.Type == "multipart/digest")
		s.preamble(fields)
	}
	return fields
}

// preamble makes a part of what stands before the first delimiter, if a second Content-Type says that it is a text: a
// program on the way put its own parts behind a text and left that where it was.
func (s *splitter) preamble(fields header) {
	for _, value := range fields.all("Content-Type") {
		if kind, _ := parseParams(value); strings.HasPrefix(kind, "text/") && s.leaf < 0 {
			own := append(header{{Name: "Content-Type", Value: value}}, Field{Name: "Content-Transfer-Encoding", Value: fields.get("Content-Transfer-Encoding")})
			part, _ := newPart(own, "text/plain", &s.defects)
			part.Parent, part.Offset = len(s.parts)-1, s.stop
			s.leaf, s.before = len(s.parts), len(s.parts)
			s.parts = append(s.parts, part)
		}
	}
}

// anyKnown tells whether a header has at least one field whose name is no accident.
func anyKnown(h header) bool {
	for _, f := range h {
		if isKnown(f.Name) {
			return true
		}
	}
	return false
}

// open pushes the part just begun on the stack.
func (s *splitter) open(boundary string, digest bool) {
	if len(s.stack) >= maxDepth {
		s.defects.add("multiparts too deep inside each other")
		s.asText(s.leaf)
		return
	}
	open := multipart{part: s.leaf, digest: digest}
	if boundary = strings.TrimRight(boundary, " \t"); boundary != "" {
		open.boundaries = []string{boundary}
	} else {
		s.defects.add("a multipart without a boundary")
	}
	s.stack = append(s.stack, open)
	s.leaf = -1
}

// finish ends every part inside the multipart at depth, and with -1 every part.
func (s *splitter) finish(depth int, stop int64) {
	if s.leaf >= 0 {
		s.end(s.leaf, stop)
		if s.leaf == s.before && s.parts[s.leaf].Size == 0 {
			s.parts = s.parts[:s.leaf]
		}
		s.leaf, s.before = -1, -1
	}
	for len(s.stack) > depth+1 {
		last := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		s.end(last.part, stop)
		if !last.begun {
			s.defects.add("a multipart without parts")
			s.parts = s.parts[:last.part+1] // no preamble: it is the text
			s.asText(last.part)
		} else if !last.closed {
			s.defects.add("a multipart without its end")
		}
	}
}

// end sets a part's size. A header that a delimiter cut short leaves an empty body.
func (s *splitter) end(part int, stop int64) {
	p := &s.parts[part]
	p.Offset = min(p.Offset, stop)
	p.Size = stop - p.Offset
}

// asText makes a multipart that cannot be taken apart a text, so that what it has can be read.
func (s *splitter) asText(part int) {
	s.parts[part].Type = "text/plain"
	s.parts[part].Start = ""
}

// delimiter tells which open multipart a line delimits or closes. The innermost that is still open goes first,
// so that two with the same boundary inside each other both get their parts.
func (s *splitter) delimiter(text []byte) (depth int, closing, found bool) {
	rest, ok := bytes.CutPrefix(text, []byte("--"))
	if !ok {
		return 0, false, false
	}
	rest = bytes.TrimRight(rest, " \t\r")
	for i := len(s.stack) - 1; i >= 0; i-- {
		for _, boundary := range s.stack[i].boundaries {
			tail, ok := bytes.CutPrefix(rest, []byte(boundary))
			if !ok || (len(tail) > 0 && string(tail) != "--") {
				continue
			}
			if !s.stack[i].closed {
				return i, len(tail) > 0, true
			}
			if !found {
				depth, closing, found = i, len(tail) > 0, true
			}
		}
	}
	return depth, closing, found
}

// guess takes a line as the first delimiter of the innermost multipart, whose declared boundary is absent or has not
// been seen, when a part's header follows it.
func (s *splitter) guess(text []byte) (depth int, ok bool) {
	depth = len(s.stack) - 1
	open := &s.stack[depth]
	boundary := string(bytes.TrimRight(text[2:], " \t\r"))
	if open.begun || len(open.boundaries) > 1 || !plausible(boundary) {
		return 0, false
	}
	const content = "content-"
	next := s.lines.peek(len(content))
	if !strings.EqualFold(string(next), content) {
		return 0, false
	}
	s.defects.add("a boundary other than the declared one")
	open.boundaries = append(open.boundaries, boundary)
	return depth, true
}

// plausible tells a boundary from a ruled line or a sentence.
func plausible(boundary string) bool {
	return boundary != "" && len(boundary) <= maxToken && strings.Trim(boundary, "-=_*") != "" && !strings.ContainsAny(boundary, " \t")
}
