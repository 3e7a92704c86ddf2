package mail

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// toUTF8 returns s as valid UTF-8: a byte that is none is taken for windows-1252, as everyone shows it.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(s[i])
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// cleanLine makes s fit for one line on a screen: valid UTF-8, tabs and line endings become spaces, other control
// characters and bidirectional overrides go.
func cleanLine(s string) string {
	if isPrintable(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch r = visible(r); r {
		case '\t', '\n', '\r', '\f', '\u2028', '\u2029':
			return ' '
		default:
			return r
		}
	}, toUTF8(s))
}

// isPrintable tells whether s is printable ASCII, as most headers are.
func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// visible returns r, or -1 if r is not to be shown. C1 controls are the windows-1252 characters that a sender
// declared as ISO 8859-1.
func visible(r rune) rune {
	if 0x80 <= r && r < 0xa0 {
		r = charmap.Windows1252.DecodeByte(byte(r))
	}
	switch {
	case r == '\t' || r == '\n' || r == '\r' || r == '\f':
		return r
	case r < ' ' || 0x7f <= r && r < 0xa0:
		return -1
	case isOverride(r) || r == '\ufeff' || r == '\u034f':
		return -1
	}
	return r
}

// isOverride tells whether r changes the direction of what follows it: with these a name can be made to read
// backwards.
func isOverride(r rune) bool {
	return '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069'
}

// squeeze makes every run of spaces one, and removes those at the ends.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// cut returns at most n bytes of s, whole characters only.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// cleanText makes s fit for many lines on a screen, as cleanLine does for one, and tidies it: lines end with LF,
// spaces at their ends go, of several empty lines one stays. It returns at most limit bytes.
func cleanText(s string, limit int) string {
	var out strings.Builder
	out.Grow(min(len(s), limit))
	empty := 0
	for text := range strings.SplitSeq(unixLines(s), "\n") {
		text = cleanTextLine(text)
		if text == "" {
			empty++
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\n\n"[:min(empty+1, 2)])
		}
		empty = 0
		out.WriteString(text)
		if out.Len() >= limit {
			break
		}
	}
	return cut(out.String(), limit)
}

func cleanTextLine(text string) string {
	if !isPrintable(text) {
		text = strings.Map(func(r rune) rune {
			switch r = visible(r); r {
			case '\u00a0', '\f':
				return ' '
			case '\u2028', '\u2029':
				return '\n'
			default:
				return r
			}
		}, toUTF8(text))
	}
	return strings.TrimRight(text, " \t\n")
}

// unixLines makes every line end with LF, whether it ended with LF, CR LF, CR CR LF or a CR alone.
func unixLines(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		text, rest, found := strings.Cut(s, "\r")
		b.WriteString(text)
		if !found {
			return b.String()
		}
		s = strings.TrimLeft(rest, "\r")
		if after, ok := strings.CutPrefix(s, "\n"); ok {
			b.WriteByte('\n')
			s = after
			continue
		}
		for range 1 + len(rest) - len(s) {
			b.WriteByte('\n')
		}
	}
}

// Line makes s fit for one line on a screen: UTF-8, without control characters and bidirectional overrides, single
// spaces, at most limit bytes.
func Line(s string, limit int) string { return cut(squeeze(cleanLine(s)), limit) }

// Lines does the same for several lines, which end with LF.
func Lines(s string, limit int) string { return cleanText(s, limit) }
