package cache

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// What stands in the column form of a frame: as it is, or with its lines of base64 decoded. The numbers stand in the file
// and never change.
const (
	formPlain = iota
	formDecoded
)

const (
	minLines      = 4    // of one length in a row that are worth decoding
	maxLineLength = 1000 // of a line of base64: RFC 5321, section 4.5.3.1.6
)

// errForm is returned for a decoded frame that makes no sense.
var errForm = errors.New("a frame is damaged")

// squeeze writes text with its runs of base64 lines decoded, which takes three quarters of the room and compresses as what
// was encoded does. It is a sequence of: the length of what stays as it is, that, the number of lines of a run, their
// length, the length of their line end, and what they decode to. Only lines of one length with one line end, of whole
// groups of four characters and without padding are a run, so that encoding brings the same bytes back. ok is false where
// nothing is gained.
func squeeze(text []byte) (out []byte, ok bool) {
	out = make([]byte, 0, len(text))
	plain, at := 0, 0 // text up to plain is written
	for at < len(text) {
		r := runAt(text[at:])
		if r.lines < minLines {
			at += max(r.size(), r.skip)
			continue
		}
		out = binary.AppendUvarint(out, uint64(at-plain))
		out = append(out, text[plain:at]...)
		for _, n := range []int{r.lines, r.length, r.end} {
			out = binary.AppendUvarint(out, uint64(n))
		}
		out = append(out, r.decoded...)
		at += r.size()
		plain = at
	}
	if plain == 0 {
		return nil, false
	}
	out = binary.AppendUvarint(out, uint64(len(text)-plain))
	out = append(out, text[plain:]...)
	return out, len(out) < len(text)
}

// run is a number of lines of base64.
type run struct {
	lines, length, end int // end: length of the line end
	decoded            []byte
	skip               int // where there is none, the length of the first line
}

func (r run) size() int { return r.lines * (r.length + r.end) }

// runAt is the run that text begins with.
func runAt(text []byte) (r run) {
	i := bytes.IndexByte(text, '\n')
	if r.skip = i + 1; i < 0 {
		r.skip = len(text)
		return r
	}
	if r.length, r.end = i, 1; i > 0 && text[i-1] == '\r' {
		r.length, r.end = i-1, 2
	}
	if r.length == 0 || r.length%4 != 0 || r.length > maxLineLength {
		return r
	}
	ending := text[r.length : r.length+r.end]
	line := r.length + r.end
	var buf [maxLineLength]byte
	for at := 0; at+line <= len(text) && bytes.Equal(text[at+r.length:at+line], ending); at += line {
		got, err := base64.StdEncoding.Decode(buf[:], text[at:at+r.length])
		if err != nil || got != r.length/4*3 {
			break
		}
		if r.decoded == nil {
			r.decoded = make([]byte, 0, len(text)/line*got)
		}
		r.decoded = append(r.decoded, buf[:got]...)
		r.lines++
	}
	return r
}

// unsqueeze appends to dst what squeeze was given, which was no longer than limit.
func unsqueeze(dst, data []byte, limit int) ([]byte, error) {
	number := func(most int) int {
		n, length := binary.Uvarint(data)
		if length <= 0 || n > uint64(most) {
			return -1
		}
		data = data[length:]
		return int(n)
	}
	for {
		n := number(min(len(data), limit-len(dst)))
		if n < 0 || n > len(data) {
			return nil, errForm
		}
		dst, data = append(dst, data[:n]...), data[n:]
		if len(data) == 0 {
			return dst, nil
		}
		lines, length, end := number(limit), number(maxLineLength), number(2)
		if lines <= 0 || length <= 0 || length%4 != 0 || end <= 0 || lines*(length+end) > limit-len(dst) {
			return nil, errForm
		}
		raw := length / 4 * 3
		if lines*raw > len(data) {
			return nil, errForm
		}
		for range lines {
			dst = base64.StdEncoding.AppendEncode(dst, data[:raw])
			dst = append(dst, "\r\n"[2-end:]...)
			data = data[raw:]
		}
	}
}
