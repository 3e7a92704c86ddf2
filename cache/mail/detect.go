package mail

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding/japanese"
)

const (
	maxDetect = 64 << 10 // how much of a text is looked at to tell its charset
	surelyIs  = 0.9      // below, a guess is worse than windows-1252, which most undeclared text is
	leastOdd  = 8        // bytes beyond ASCII without which nothing can be told
	leastKana = 2        // characters of a text that make it Japanese
)

// isDeclared reports whether a label says more than that a text is text: us-ascii with other bytes in it, "unknown-8bit"
// and names that nobody knows say nothing.
func isDeclared(label string) bool {
	name := charsetName(label)
	if name == "utf-8" {
		return strings.Contains(strings.ToLower(label), "utf")
	}
	if name == "windows-1252" || name == "utf-7" {
		return true
	}
	_, err := charset.Reader(name, bytes.NewReader(nil))
	return err == nil
}

// detectCharset names the charset of text that does not declare one that can be read; "" where it cannot be told.
func detectCharset(text []byte) string {
	text = text[:min(len(text), maxDetect)]
	escapes := bytes.Contains(text, []byte("\x1b$")) || bytes.Contains(text, []byte("\x1b(J"))
	if utf8.Valid(wholeRunes(text)) && !escapes {
		return ""
	}
	odd := 0
	for _, c := range text {
		if c >= utf8.RuneSelf {
			odd++
		}
	}
	if odd < leastOdd && !escapes {
		return ""
	}
	if found := chardet.Detect(text); found.Confidence >= surelyIs && isDeclared(found.Encoding) {
		return found.Encoding
	}
	if isShiftJIS(text) {
		return "shift_jis"
	}
	return ""
}

// isShiftJIS looks for kana, which the detector misses in short texts.
func isShiftJIS(text []byte) bool {
	decoded, err := japanese.ShiftJIS.NewDecoder().Bytes(text)
	if err != nil || bytes.Contains(decoded, []byte("\ufffd")) {
		return false
	}
	kana := 0
	for _, r := range string(decoded) {
		if 'ぁ' <= r && r <= 'ヿ' {
			kana++
		}
	}
	return kana >= leastKana
}

// decodeUTF7 decodes RFC 2152. What is wrong in it stands as it is.
func decodeUTF7(s string) string {
	var b strings.Builder
	for s != "" {
		plain, rest, found := strings.Cut(s, "+")
		b.WriteString(toUTF8(plain))
		if !found {
			break
		}
		end := strings.IndexFunc(rest, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '+' && r != '/'
		})
		if end < 0 {
			end = len(rest)
		}
		run := rest[:end]
		s = strings.TrimPrefix(rest[end:], "-")
		if text, ok := decodeUTF7Run(run); ok && run != "" {
			b.WriteString(text)
		} else {
			b.WriteString("+" + run)
			if run != "" {
				s = rest[end:]
			}
		}
	}
	return b.String()
}

// decodeUTF7Run decodes base64 of UTF-16.
func decodeUTF7Run(run string) (string, bool) {
	raw, err := base64.RawStdEncoding.DecodeString(run)
	if err != nil || len(raw)%2 != 0 {
		return "", false
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = binary.BigEndian.Uint16(raw[2*i:])
	}
	return string(utf16.Decode(units)), true
}
