package pop3test

import (
	"bytes"
	"encoding/base64"
)

// The functions here are what real servers do to a reply that is otherwise right, each ready to be a fault's action.

// BareLF ends every line of the reply in LF alone, the terminator included (pop3.md D2).
func BareLF() Action {
	return Rewrite(func(reply []byte) []byte { return bytes.ReplaceAll(reply, []byte("\r\n"), []byte("\n")) })
}

// Unstuffed doubles no dot (pop3.md D3): a line "." of the message ends it early, ".x" arrives as it is.
func Unstuffed() Action {
	return Rewrite(func(reply []byte) []byte { return bytes.ReplaceAll(reply, []byte("\r\n.."), []byte("\r\n.")) })
}

// GluedTerminator takes away the line end before the terminator, which then stands at the end of the message's last
// line: "text.CRLF" (pop3.md D4).
func GluedTerminator() Action {
	return Rewrite(func(reply []byte) []byte {
		if body, ok := bytes.CutSuffix(reply, []byte("\r\n.\r\n")); ok {
			return append(body, ".\r\n"...)
		}
		return reply
	})
}

// CRTerminator ends the reply in a CR without its LF (pop3.md D5).
func CRTerminator() Action {
	return Rewrite(func(reply []byte) []byte { return bytes.TrimSuffix(reply, []byte("\n")) })
}

// BlankLine puts an empty line before the reply (pop3.md D12).
func BlankLine() Action {
	return Rewrite(blankLineFirst)
}

func blankLineFirst(reply []byte) []byte { return append([]byte("\r\n"), reply...) }

// Shorten leaves out what a message has beyond its first n bytes as sent, and ends it in order: a server whose storage
// failed while it read (pop3.md D7), or a TOP that stops early (F6). n is no more than a hint where it would cut a CRLF.
func Shorten(n int) Action {
	return Rewrite(func(reply []byte) []byte {
		status, body, ok := cutStatus(reply)
		body, multi := bytes.CutSuffix(body, []byte(".\r\n"))
		if !ok || !multi || len(body) <= n {
			return reply
		}
		short := bytes.TrimSuffix(body[:max(n, 0)], []byte("\r"))
		return append(append(status, endInCRLF(short)...), ".\r\n"...)
	})
}

// Status puts a line in the place of the reply's status line, whose other lines stay. It has no line end.
func Status(line string) Action {
	return Rewrite(func(reply []byte) []byte { return withStatus(reply, line) })
}

func withStatus(reply []byte, line string) []byte {
	_, body, _ := cutStatus(reply)
	return append([]byte(line+"\r\n"), body...)
}

// EachLine sends what f makes of every line between the status line and the terminator, neither of which it is given:
// "+OK 1 uid" or blanks before a unique id (pop3.md D13). f gets and gives no line end, and must be safe for concurrent use.
func EachLine(f func(line string) string) Action {
	return Rewrite(func(reply []byte) []byte {
		status, body, _ := cutStatus(reply)
		body, multi := bytes.CutSuffix(body, []byte(".\r\n"))
		if !multi {
			return reply
		}
		out := bytes.NewBuffer(status)
		for line := range bytes.SplitAfterSeq(body, []byte("\r\n")) {
			if len(line) > 0 {
				out.WriteString(f(string(bytes.TrimSuffix(line, []byte("\r\n")))) + "\r\n")
			}
		}
		out.WriteString(".\r\n")
		return out.Bytes()
	})
}

// Challenge sends what f makes of a SASL challenge, decoded and encoded again: another nonce, a forged signature.
// A reply that is no challenge stays. f must be safe for concurrent use.
func Challenge(f func(challenge string) string) Action {
	return Rewrite(func(reply []byte) []byte {
		text, ok := bytes.CutPrefix(reply, []byte("+ "))
		if !ok {
			return reply
		}
		decoded, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(text))
		if err != nil {
			return reply
		}
		return challenge([]byte(f(string(decoded))))
	})
}

// cutStatus splits a reply behind its first line. The status has room for nothing more: appending to it copies.
func cutStatus(reply []byte) (status, body []byte, ok bool) {
	i := bytes.Index(reply, []byte("\r\n"))
	if i < 0 {
		return reply, nil, false
	}
	return reply[: i+2 : i+2], reply[i+2:], true
}
