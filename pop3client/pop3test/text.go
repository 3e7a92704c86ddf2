package pop3test

import "bytes"

// CRLF turns every line end of text into CRLF: a bare LF gets its CR, a CRLF stays.
func CRLF(text []byte) []byte {
	out := make([]byte, 0, len(text)+bytes.Count(text, []byte("\n")))
	for i, b := range text {
		if b == '\n' && (i == 0 || text[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, b)
	}
	return out
}

// endInCRLF adds the CRLF that must stand before the terminator. An empty message needs none: the status line's serves.
func endInCRLF(raw []byte) []byte {
	if len(raw) == 0 || bytes.HasSuffix(raw, []byte("\r\n")) {
		return raw
	}
	return append(raw, "\r\n"...)
}

// multiline writes the lines of raw, which is empty or ends in CRLF, and the terminator.
// RFC 1939, section 3: a line that begins with a dot is sent with one more.
func multiline(to *bytes.Buffer, raw []byte) {
	if bytes.HasPrefix(raw, []byte(".")) {
		to.WriteByte('.')
	}
	for {
		i := bytes.Index(raw, []byte("\r\n."))
		if i < 0 {
			break
		}
		to.Write(raw[:i+2])
		to.WriteByte('.')
		raw = raw[i+2:]
	}
	to.Write(raw)
	to.WriteString(".\r\n")
}

// top cuts a message behind its header, the empty line and n lines of the body. A bare LF ends a line here too.
func top(raw []byte, n int) []byte {
	end, body := 0, false
	for end < len(raw) {
		if body && n == 0 {
			break
		}
		line := raw[end:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		end += len(line)
		switch {
		case body:
			n--
		case len(bytes.TrimRight(line, "\r\n")) == 0:
			body = true
		}
	}
	return endInCRLF(bytes.Clone(raw[:end]))
}

// header is a message up to its first empty line.
func header(raw []byte) []byte { return top(raw, 0) }
