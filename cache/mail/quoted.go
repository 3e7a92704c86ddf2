package mail

import (
	"bufio"
	"bytes"
	"io"
)

// quotedReader decodes quoted-printable leniently: digits of either case, an = that begins nothing is itself, any byte
// stands for itself, lines may be as long as they like.
type quotedReader struct {
	r       *bufio.Reader
	out     []byte // decoded, not yet returned
	buf     []byte // what out lies in
	carried []byte // the end of a piece of a long line, not yet decoded
	err     error
}

func newQuotedReader(r io.Reader) *quotedReader {
	return &quotedReader{r: bufio.NewReaderSize(r, readSize)}
}

func (q *quotedReader) Read(p []byte) (int, error) {
	for len(q.out) == 0 {
		if q.err != nil {
			return 0, q.err
		}
		q.fill()
	}
	n := copy(p, q.out)
	q.out = q.out[n:]
	return n, nil
}

// fill reads and decodes lines until some kilobytes are there.
func (q *quotedReader) fill() {
	out := q.buf[:0]
	for q.err == nil && len(out) < readSize/2 {
		var text []byte
		text, q.err = q.r.ReadSlice('\n')
		if len(q.carried) > 0 {
			text = append(q.carried, text...)
			q.carried = nil
		}
		if q.err != bufio.ErrBufferFull {
			out = appendQuoted(out, text)
			continue
		}
		// A line longer than the buffer is decoded in pieces; what its end may still change is carried over.
		q.err = nil
		keep := unfinished(text)
		out = decodeEscapes(out, text[:keep])
		q.carried = bytes.Clone(text[keep:])
		if len(q.carried) > maxValue { // nothing but spaces
			out, q.carried = append(out, q.carried...), nil
		}
	}
	q.buf, q.out = out, out
}

// unfinished returns where the end of a piece begins that cannot be decoded without what follows: spaces, and an escape.
func unfinished(text []byte) int {
	keep := len(bytes.TrimRight(text, " \t\r"))
	for i := max(keep-2, 0); i < keep; i++ {
		if text[i] == '=' {
			return i
		}
	}
	return keep
}

// appendQuoted decodes a line with its ending. RFC 2045, section 6.7: spaces at its end were added on the way,
// and an = there means that the line goes on.
func appendQuoted(out, text []byte) []byte {
	body := bytes.TrimRight(text, " \t\r\n")
	if soft := bytes.TrimSuffix(body, []byte("=")); len(soft) < len(body) {
		return decodeEscapes(out, soft)
	}
	out = decodeEscapes(out, body)
	switch {
	case bytes.HasSuffix(text, []byte("\r\n")):
		return append(out, "\r\n"...)
	case bytes.HasSuffix(text, []byte("\n")):
		return append(out, '\n')
	case len(body) < len(text):
		return append(out, bytes.TrimLeft(text[len(body):], " \t")...)
	}
	return out
}

// decodeEscapes decodes =XX, and the = before a CR that ends a line alone.
func decodeEscapes(out, text []byte) []byte {
	for len(text) > 0 {
		i := bytes.IndexByte(text, '=')
		if i < 0 {
			return append(out, text...)
		}
		out = append(out, text[:i]...)
		text = text[i:]
		if len(text) > 2 {
			if v, ok := hexByte(text[1], text[2]); ok {
				out = append(out, v)
				text = text[3:]
				continue
			}
		}
		if rest := bytes.TrimLeft(text[1:], " \t"); len(rest) > 0 && rest[0] == '\r' {
			text = rest[1:]
			continue
		}
		out = append(out, '=')
		text = text[1:]
	}
	return out
}
