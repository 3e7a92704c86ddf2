package mail

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"strings"
)

const (
	readSize  = 16 << 10 // how much of an encoded body is read at once
	maxJunk   = 16       // characters in a row that are no base64 end the data: a list's footer, a ruled line
	firstLine = 1 << 10  // how much of a body says whether it is base64 at all
)

// base64Reader decodes base64 leniently: what is no base64 is passed over, padding may be absent or stand in the middle.
type base64Reader struct {
	r     io.Reader
	in    []byte // as read; the characters of the alphabet are moved to its front
	left  int    // characters at the front of in that are no whole group yet
	out   []byte // decoded, not yet returned
	space []byte // what out lies in
	junk  int    // characters in a row that are no base64
	ended bool   // padding was seen: from here on junk ends the data at once
	err   error
}

// openBase64 returns what a body says that claims to be base64: the body itself when its first line is prose.
func openBase64(r io.Reader) io.Reader {
	start := bufio.NewReaderSize(r, firstLine)
	if line, _ := start.Peek(firstLine); isPlain(line) { // an error comes again when it is read
		return start
	}
	return newBase64Reader(start)
}

// isPlain says that the first line of a text is words and no base64, not even base64 in groups: three or more, of at most 12
// characters each on the whole, with something among them that base64 does not have.
func isPlain(text []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(text, " \t\r\n"), []byte{'\n'})
	line = bytes.TrimSpace(line)
	blanks := bytes.Count(line, []byte{' '})
	foreign := bytes.ContainsFunc(line, func(r rune) bool { return r > 0x7F || !isBase64(byte(r)) && !strings.ContainsRune(" \t=", r) })
	return blanks >= 2 && len(line) <= 12*(blanks+1) && foreign
}

func newBase64Reader(r io.Reader) *base64Reader {
	return &base64Reader{r: r, in: make([]byte, readSize), space: make([]byte, 0, readSize)}
}

func (b *base64Reader) Read(p []byte) (int, error) {
	for len(b.out) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		b.fill()
	}
	n := copy(p, b.out)
	b.out = b.out[n:]
	return n, nil
}

// fill reads and decodes some more.
func (b *base64Reader) fill() {
	n, err := b.r.Read(b.in[b.left:])
	b.err = err
	b.out = b.space[:0]
	kept := b.sift(b.left, b.left+n)
	b.left = kept % 4
	if b.err != nil {
		b.left = 0
	}
	b.decode(kept - b.left)
	copy(b.in, b.in[kept-b.left:kept])
}

// sift moves the characters of in[from:to] that are base64 to the front of in, where from of them are already, and
// returns how many there are. Padding decodes them at once.
func (b *base64Reader) sift(from, to int) (kept int) {
	kept = from
	for _, c := range b.in[from:to] {
		switch {
		case isBase64(c):
			b.junk = 0
			b.in[kept] = c
			kept++
		case c == '=':
			b.junk = 0
			b.decode(kept)
			b.ended = b.ended || kept > 0
			kept = 0
		case c == '\n' || c == '\r' || c == ' ' || c == '\t':
		default:
			if b.junk++; b.ended || b.junk >= maxJunk {
				b.err = io.EOF
				return kept
			}
		}
	}
	return kept
}

// decode appends n characters, decoded, to out. Of an incomplete group the whole bytes are kept.
func (b *base64Reader) decode(n int) {
	if n%4 == 1 {
		n-- // six bits are no byte
	}
	from := len(b.out)
	b.out = b.out[:from+base64.RawStdEncoding.DecodedLen(n)]
	if _, err := base64.RawStdEncoding.Decode(b.out[from:], b.in[:n]); err != nil {
		b.out = b.out[:from] // not reached: every character is of the alphabet
	}
}

func isBase64(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '+' || c == '/'
}

// decodeBase64 decodes a short text, as base64Reader does.
func decodeBase64(s string) []byte {
	b := base64Reader{in: make([]byte, len(s)), out: make([]byte, 0, len(s))}
	n := 0
	for i := range len(s) {
		switch c := s[i]; {
		case isBase64(c):
			b.in[n] = c
			n++
		case c == '=':
			b.decode(n)
			n = 0
		}
	}
	b.decode(n)
	return b.out
}
