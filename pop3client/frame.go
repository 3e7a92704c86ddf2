package pop3client

import (
	"bytes"
	"strings"
)

// framer finds the end of a multi-line reply and removes the stuffed dots
// (RFC 1939, section 3), in whatever pieces the reply arrives (pop3.md D11).
//
// It is the part that decides what is message and what is protocol, so it is
// strict where others guess. The terminator is a line of one dot that ends in
// CRLF and follows a line that ended in CRLF. A message with bare LFs, stored
// by its sender's choice, therefore cannot end its own reply early and have the
// rest read as replies (pop3.md D1). Only when the status line itself ended in
// a bare LF does the server end its lines so (pop3.md D2); then LF ends every
// line of that reply.
//
// Everything else is data: NUL, bare CR, CR CR LF, lines of any length, lines
// that look like replies (pop3.md D8, D9, D10, D14).
type framer struct {
	lf   bool // lines end in LF, with or without CR before it
	wary bool // other replies may follow at once: look for lines that could be theirs
	pos  position

	lines      int64 // line ends passed
	bareLF     int64 // of which not CRLF
	statusLike bool  // a line of data looks like the status of the next reply; only when wary

	unstuffed bool // a single leading dot was seen: the server does not stuff (pop3.md D3)
}

// position is where the next byte stands. The zero value is right for the
// first byte after the status line.
type position int

const (
	atStart     position = iota // at the start of a line, by the rule above
	inLine                      // within a line
	afterCR                     // within a line, after a CR
	afterBareLF                 // after a LF that does not end a line by the rule above
)

// next takes what it can decide on from the front of p: it returns the data in
// it, which overwrites the front of p, how many bytes of p it has used, and
// whether the terminator was among them. Bytes after the terminator are left.
//
// The bytes that it does not use, three at most when the end was not reached,
// are a terminator that has not arrived whole or one in the wrong place, or the
// beginning of what may look like a status; they must stand at the front of p
// when more has arrived.
func (f *framer) next(p []byte) (data []byte, used int, end bool) {
	data = p[:0]
	for used < len(p) {
		if f.pos == atStart && p[used] == '.' {
			dot := f.leadingDot(p[used:])
			switch {
			case dot.undecided:
				return data, used, false
			case dot.end > 0:
				return data, used + dot.end, true
			case dot.stuffed:
				data = append(data, '.')
				used += 2
				f.pos = inLine
				continue
			}
			f.unstuffed = true
			if f.wary {
				f.lookAhead(p[used:]) // decides: three bytes are here
			}
		} else if f.mayBeStatus(p[used]) && f.lookAhead(p[used:]) {
			return data, used, false
		}
		n := f.plain(p[used:])
		if n == 0 {
			return data, used, false
		}
		if len(data) == used {
			data = p[:used+n] // nothing was removed so far: it stands where it belongs
		} else {
			data = append(data, p[used:used+n]...)
		}
		used += n
	}
	return data, used, false
}

// plain is how much of p, from a place that needs no decision, is data up to
// the next place that does. What may turn out to be a misplaced terminator at
// the very end of p stays out.
func (f *framer) plain(p []byte) int {
	n := 0
	for {
		i := bytes.IndexByte(p[n:], '\n')
		if i < 0 || n+i == len(p)-1 {
			return n + f.tail(p[n:])
		}
		if i > 0 && p[n+i-1] == '\r' { // as pass has it, for nearly every line
			f.lines++
			f.pos = atStart
		} else {
			f.pass(p[n : n+i+1])
		}
		n += i + 1
		if p[n] > '.' { // nor '+', nor '-'
			continue
		}
		if p[n] == '.' && f.pos == atStart || f.mayBeStatus(p[n]) {
			return n
		}
	}
}

// tail is plain for the last line of what has arrived.
func (f *framer) tail(p []byte) int {
	n := len(p)
	for _, held := range []string{".\r\n", ".\r", "."} {
		if bytes.HasSuffix(p, []byte(held)) {
			n -= len(held)
			break
		}
	}
	if n > 0 {
		f.pass(p[:n])
	}
	return n
}

// mayBeStatus reports whether a line that begins with b, in the present
// position, must be looked at.
func (f *framer) mayBeStatus(b byte) bool {
	return f.wary && (b == '+' || b == '-' || b == '.') && (f.pos == atStart || f.pos == afterBareLF)
}

// lookAhead notes a line that a client without our rule for terminators would
// take for the status of the next reply: one that begins like a status, or with
// what may have been meant as the end (pop3.md D1, D4, D5, H2). It reports
// whether too little has arrived to tell.
func (f *framer) lookAhead(p []byte) (undecided bool) {
	for _, sign := range []string{"+OK", "-ERR", ".\r+", ".\r-"} {
		have := p[:min(len(p), len(sign))]
		if !strings.EqualFold(string(have), sign[:len(have)]) {
			continue
		}
		if len(have) < len(sign) {
			return true
		}
		f.statusLike = true
	}
	return false
}

// leading is what a dot at the start of a line turns out to be; the zero value
// is a dot that the server should have doubled.
type leading struct {
	undecided bool
	stuffed   bool
	end       int // length of the terminator
}

func (f *framer) leadingDot(p []byte) leading {
	switch {
	case len(p) == 1:
		return leading{undecided: true}
	case p[1] == '.':
		// A dot is removed from two only: a server that does not stuff sends
		// lines with one, and they arrive unharmed (pop3.md D3).
		return leading{stuffed: true}
	case p[1] == '\n' && f.lf:
		return leading{end: 2}
	case p[1] == '\r' && len(p) == 2:
		return leading{undecided: true}
	case p[1] == '\r' && p[2] == '\n':
		return leading{end: 3}
	}
	return leading{}
}

// pass moves the position over data of one line, of which there is some.
func (f *framer) pass(p []byte) {
	switch p[len(p)-1] {
	case '\r':
		f.pos = afterCR
	case '\n':
		crlf := bytes.HasSuffix(p, []byte("\r\n")) || len(p) == 1 && f.pos == afterCR
		f.lines++
		if !crlf {
			f.bareLF++
		}
		if crlf || f.lf {
			f.pos = atStart
		} else {
			f.pos = afterBareLF
		}
	default:
		f.pos = inLine
	}
}

// doubt is how an unfinished reply looks when its server falls silent.
type doubt int

const (
	sure    doubt = iota // unfinished: more must come
	suspect              // a terminator after a bare LF (pop3.md D1)
	flawed               // a terminator glued to the last line, or without its LF (pop3.md D4, D5)
)

// doubt judges the bytes that next has left.
func (f *framer) doubt(left []byte) doubt {
	switch {
	case f.pos == atStart && string(left) == ".\r":
		return flawed
	case f.pos == afterBareLF && string(left) == ".\r\n":
		return suspect
	case f.pos != atStart && string(left) == ".\r\n":
		return flawed
	}
	return sure
}
