package mail

import (
	"bytes"
	"io"
)

// windowSize is how much of a message is looked at at once, and so the longest line that is seen whole.
const windowSize = 64 << 10

// line is one line of a message.
type line struct {
	text  []byte // without its ending; of a line longer than the window only the beginning; valid until the next call
	start int64  // where it begins
	stop  int64  // where its ending (LF, CR LF or nothing) begins
	end   int64  // where the next line begins
}

// lineReader cuts a message into lines, reading each byte once.
type lineReader struct {
	r      io.ReaderAt
	size   int64
	buf    []byte // window on the message
	base   int64  // where buf lies in the message
	pos    int    // buf[pos:] is not yet cut
	last   line   // for unread
	again  bool
	bareCR bool  // lines end with a CR alone, as on an old Macintosh
	err    error // of r
}

func newLineReader(r io.ReaderAt, size int64) *lineReader {
	l := &lineReader{r: r, size: size, buf: make([]byte, 0, min(size, windowSize))}
	l.fill()
	l.bareCR = onlyCR(l.buf)
	return l
}

// onlyCR tells whether text has CR but no LF, except perhaps as its last byte.
func onlyCR(text []byte) bool {
	cr, lf := bytes.IndexByte(text, '\r'), bytes.IndexByte(text, '\n')
	return cr >= 0 && cr < len(text)-2 && (lf < 0 || lf == len(text)-1)
}

// fill moves what is not yet cut to the front of the window and reads more behind it.
// It reports whether there was more.
func (l *lineReader) fill() bool {
	rest := copy(l.buf[:cap(l.buf)], l.buf[l.pos:])
	l.base += int64(l.pos)
	l.pos = 0
	room := min(int64(cap(l.buf)-rest), l.size-l.base-int64(rest))
	l.buf = l.buf[:rest]
	if room <= 0 || l.err != nil {
		return false
	}
	n, err := l.r.ReadAt(l.buf[rest:rest+int(room)], l.base+int64(rest))
	l.buf = l.buf[:rest+n]
	if n < int(room) {
		l.err = err
		l.size = l.base + int64(len(l.buf))
	}
	return n > 0
}

// next returns the next line, or false at the end of the message.
func (l *lineReader) next() (line, bool) {
	if l.again {
		l.again = false
		return l.last, true
	}
	ending, n := l.ending(0)
	for ending < 0 {
		seen := len(l.buf) - l.pos
		if !l.fill() {
			return l.unended()
		}
		ending, n = l.ending(max(seen-1, 0))
	}
	start := l.base + int64(l.pos)
	text := l.buf[l.pos : l.pos+ending]
	l.pos += ending + n
	l.last = line{text: text, start: start, stop: start + int64(ending), end: start + int64(ending+n)}
	return l.last, true
}

// unread makes next return the same line again.
func (l *lineReader) unread() { l.again = true }

// ending finds the line's ending in the window, at or behind from: its place and length, or -1.
func (l *lineReader) ending(from int) (at, n int) {
	text := l.buf[l.pos:]
	if l.bareCR {
		return endingCR(text, from, l.base+int64(len(l.buf)) == l.size)
	}
	at = bytes.IndexByte(text[from:], '\n')
	if at < 0 {
		return -1, 0
	}
	at += from
	if at > 0 && text[at-1] == '\r' {
		return at - 1, 2
	}
	return at, 1
}

// endingCR is ending for lines that end with a CR alone, a LF alone, or both.
func endingCR(text []byte, from int, last bool) (at, n int) {
	at = bytes.IndexAny(text[from:], "\r\n")
	if at < 0 {
		return -1, 0
	}
	at += from
	if text[at] == '\r' && at+1 < len(text) && text[at+1] == '\n' {
		return at, 2
	}
	if text[at] == '\r' && at+1 == len(text) && !last {
		return -1, 0 // perhaps half of a CR LF
	}
	return at, 1
}

// unended returns the rest of the window as a line: the message's last, which has no ending, or the beginning
// of one longer than the window, whose rest is passed over.
func (l *lineReader) unended() (line, bool) {
	if l.pos == len(l.buf) {
		return line{}, false
	}
	out := line{text: bytes.Clone(l.buf[l.pos:]), start: l.base + int64(l.pos)}
	for {
		// The last byte stays: it may be the CR of an ending.
		l.pos = max(l.pos, len(l.buf)-1)
		if !l.fill() {
			l.pos = len(l.buf)
			out.stop = l.base + int64(l.pos)
			out.end = out.stop
			break
		}
		if at, n := l.ending(0); at >= 0 {
			l.pos += at + n
			out.end = l.base + int64(l.pos)
			out.stop = out.end - int64(n)
			break
		}
	}
	l.last = out
	return out, true
}

// skip passes over n bytes that peek returned.
func (l *lineReader) skip(n int) { l.pos += n }

// peek returns up to n bytes of what follows the line that next returned. It makes the text that next returned invalid,
// but unread still works.
func (l *lineReader) peek(n int) []byte {
	if len(l.buf)-l.pos < n {
		l.last.text = bytes.Clone(l.last.text)
		l.fill()
	}
	return l.buf[l.pos:min(l.pos+n, len(l.buf))]
}
