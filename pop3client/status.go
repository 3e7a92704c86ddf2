package pop3client

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
)

// maxText is how many characters of the server's words an error carries.
const maxText = 512

// maxCode is the longest response code that is believed to be one.
const maxCode = 64

// Words that say what servers without response codes mean (pop3.md C1). They
// count from the start of a word: "blocked" is not a lock.
var (
	busyWords  = regexp.MustCompile(`(?i)\b(lock|wait|busy|in use)`)
	faultWords = regexp.MustCompile(`(?i)\b(unavailable|temporar)`)
)

// status is the first line of a reply.
type status struct {
	ok   bool
	rest string // what follows +OK or -ERR, bytes as they came, blanks around it removed
	lf   bool   // the line ended in a bare LF
}

// parseStatus reads a status line without its end. The case of the indicator
// does not matter, nor what follows it directly ("+Okay" has been seen).
func parseStatus(line []byte) (status, bool) {
	if rest, found := cutIndicator(line, "+OK"); found {
		return status{ok: true, rest: string(rest)}, true
	}
	if rest, found := cutIndicator(line, "-ERR"); found {
		return status{rest: string(rest)}, true
	}
	return status{}, false
}

func cutIndicator(line []byte, indicator string) (rest []byte, found bool) {
	if len(line) < len(indicator) || !strings.EqualFold(string(line[:len(indicator)]), indicator) {
		return nil, false
	}
	return bytes.Trim(line[len(indicator):], " \t\r"), true
}

// splitCode takes the response code off the text of a refusal:
// "[IN-USE] Busy" becomes "IN-USE", "Busy".
func splitCode(rest string) (code, text string) {
	inner, ok := strings.CutPrefix(rest, "[")
	if !ok {
		return "", rest
	}
	end := strings.IndexByte(inner, ']')
	if end < 1 || end > maxCode {
		return "", rest
	}
	for _, c := range []byte(inner[:end]) {
		if c <= ' ' || c > '~' {
			return "", rest
		}
	}
	return strings.ToUpper(inner[:end]), strings.Trim(inner[end+1:], " \t\r")
}

// cleaned makes foreign text harmless to show on one line: no control
// characters (pop3.md A2: C0, C1, so no escape sequences), no line separators,
// nothing that turns the direction of writing, no invalid UTF-8.
func cleaned(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsControl(r), r == '\u2028', r == '\u2029', unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}

// clip cuts s after n characters.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
