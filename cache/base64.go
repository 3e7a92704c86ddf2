package cache

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
)

// What stands in the column form of a frame: as it came, or with its lines of base64 decoded. The numbers stand in the file
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
// length, the length of their line end, and what they decode to. Numbers are of four bytes. Only lines of one length with
// one line end, of whole groups of four characters and without padding are a run, so that encoding brings the same bytes
// back. It is written into dst, which is empty, as far as that reaches. ok is false where nothing is gained.
func squeeze(dst, text []byte) (out []byte, ok bool) {
	out = dst
	plain := 0 // text up to plain is written
	for at := 0; at < len(text); {
		length, end, next := lineAt(text[at:])
		if length == 0 || length%4 != 0 || length > maxLineLength || !isRun(text[at:], length, end) {
			at += next
			continue
		}
		if cap(out) < len(text) {
			out = make([]byte, 0, len(text)) // nothing is in it yet
		}
		out = append(appendNumber(out, at-plain), text[plain:at]...)
		header := len(out)
		out = appendNumber(appendNumber(appendNumber(out, 0), length), end)
		lines := 0
		out, lines = decodeLines(out, text[at:], length, end)
		binary.BigEndian.PutUint32(out[header:], uint32(lines))
		at += lines * (length + end)
		plain = at
	}
	if plain == 0 {
		return dst, false
	}
	out = append(appendNumber(out, len(text)-plain), text[plain:]...)
	return out, len(out) < len(text)
}

func appendNumber(out []byte, n int) []byte { return binary.BigEndian.AppendUint32(out, uint32(n)) }

// lineAt is the length of the first line of text and of its line end, and where the next one begins.
func lineAt(text []byte) (length, end, next int) {
	i := bytes.IndexByte(text, '\n')
	switch {
	case i < 0:
		return 0, 0, len(text)
	case i > 0 && text[i-1] == '\r':
		return i - 1, 2, i + 1
	}
	return i, 1, i + 1
}

// isRun reports whether the first minLines lines of text are a run. It looks at no more, so that no line is looked at more
// than so often, and copies nothing for what is none.
func isRun(text []byte, length, end int) bool {
	var buf [minLines * maxLineLength]byte
	_, lines := decodeLines(buf[:0], text[:min(len(text), minLines*(length+end))], length, end)
	return lines == minLines
}

// decodeLines appends to out what the lines that text begins with decode to, as long as they are base64 of that length and
// have that line end.
func decodeLines(out, text []byte, length, end int) (decoded []byte, lines int) {
	ending, want := "\r\n"[2-end:], length/4*3
	for line := length + end; line <= len(text) && string(text[length:line]) == ending; text = text[line:] {
		more, err := base64.StdEncoding.AppendDecode(out, text[:length])
		if err != nil || len(more)-len(out) != want {
			break
		}
		out = more
		lines++
	}
	return out, lines
}

// unsqueeze appends to dst what squeeze was given, which was no longer than limit.
func unsqueeze(dst, data []byte, limit int) ([]byte, error) {
	number := func(most int) int {
		if len(data) < 4 {
			return -1
		}
		n := binary.BigEndian.Uint32(data)
		if data = data[4:]; n > uint32(most) {
			return -1
		}
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
