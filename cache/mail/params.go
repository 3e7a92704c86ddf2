package mail

import (
	"mime"
	"slices"
	"strconv"
	"strings"
)

const maxParams = 100 // parameters read of one field, the pieces of RFC 2231 counted singly

// param is one parameter as written: its name in lower case, its value unquoted but not decoded.
type param struct{ name, value string }

type params []param

// parseParams reads a value such as `text/plain; charset="utf-8"`: the word before the first semicolon, in lower
// case, and the parameters. What is not well-formed is read leniently: spaces in unquoted values, missing semicolons,
// quotes without an end, parameters given twice (the first goes).
func parseParams(value string) (string, params) {
	// mime decodes RFC 2231 in two charsets only and drops the others, so it gets values without.
	if !strings.Contains(value, "*") {
		if word, strict, err := mime.ParseMediaType(value); err == nil {
			out := make(params, 0, len(strict))
			for name, value := range strict {
				out = append(out, param{name, value})
			}
			return word, out
		}
	}
	value = strings.TrimSpace(value)
	end := strings.IndexAny(value, "; \t(")
	if end < 0 {
		end = len(value)
	}
	return strings.ToLower(cleanToken(value[:end])), lenientParams(value[end:])
}

func lenientParams(s string) params {
	var out params
	for len(out) < maxParams {
		s = skipComments(strings.TrimLeft(s, "; \t,"))
		name, rest, ok := strings.Cut(s, "=")
		if !ok {
			break
		}
		var value string
		value, s = cutValue(strings.TrimLeft(rest, " \t"))
		// Words before the name belong to no parameter: "attachment filename=x".
		if i := strings.LastIndexAny(strings.TrimRight(name, " \t"), "; \t"); i >= 0 {
			name = name[i+1:]
		}
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			out = append(out, param{name, value})
		}
	}
	return out
}

// skipComments removes comments in parentheses from the front.
func skipComments(s string) string {
	for strings.HasPrefix(s, "(") {
		_, rest, ok := strings.Cut(s, ")")
		if !ok {
			break
		}
		s = strings.TrimLeft(rest, "; \t,")
	}
	return s
}

// cutValue cuts a parameter's value from the front of s.
func cutValue(s string) (value, rest string) {
	if strings.HasPrefix(s, `"`) {
		return cutQuoted(s)
	}
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	value, rest = s[:end], s[end:]
	// An encoded word may hold semicolons only if broken, but a further parameter may follow without one.
	if i := nextParam(value); i >= 0 {
		value, rest = s[:i], s[i:]
	}
	return strings.TrimSpace(value), rest
}

// nextParam finds, in an unquoted value, where the first " name=" begins: the semicolon before it was forgotten.
func nextParam(value string) int {
	first := -1
	for _, name := range []string{" boundary", " charset", " filename", " name", " format"} {
		for _, sep := range []string{"=", "*=", "*0"} {
			if i := indexFold(value, name+sep); i >= 0 && (first < 0 || i < first) {
				first = i
			}
		}
	}
	return first
}

// indexFold is strings.Index for a lower-case ASCII word in any case.
func indexFold(s, word string) int {
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == word[0] && strings.EqualFold(s[i:i+len(word)], word) {
			return i
		}
	}
	return -1
}

// cutQuoted cuts a quoted string from the front of s. A backslash is itself unless it stands before a quote
// or a backslash, because senders put Windows paths there.
func cutQuoted(s string) (value, rest string) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:]
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), "" // without an end: all of it
}

// get returns a parameter that is plain ASCII by nature, joined from its pieces where it has some.
func (p params) get(name string) string {
	for _, param := range p {
		if param.name == name {
			return param.value
		}
	}
	return p.decoded(name)
}

// decoded returns a parameter as text. RFC 2231 goes first, in any charset; then RFC 2047's encoded words, which do
// not belong into parameters but are what most programs write there.
func (p params) decoded(name string) string {
	if text, ok := p.extended(name); ok {
		return text
	}
	for _, param := range p {
		if param.name == name {
			return decodeWords(param.value)
		}
	}
	return ""
}

// segment is a piece of a parameter: RFC 2231, section 3.
type segment struct {
	number  int
	encoded bool
	value   string
}

// extended joins and decodes name*, or name*0, name*1*, … A gap in the numbers is passed over.
func (p params) extended(name string) (string, bool) {
	var pieces []segment
	for _, param := range p {
		rest, ok := strings.CutPrefix(param.name, name+"*")
		if !ok {
			continue
		}
		number, encoded := strings.CutSuffix(rest, "*")
		encoded = encoded || rest == ""
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil && number != "" {
			continue
		}
		pieces = append(pieces, segment{int(n), encoded, param.value})
	}
	if len(pieces) == 0 {
		return "", false
	}
	slices.SortStableFunc(pieces, func(a, b segment) int { return a.number - b.number })
	charset, text := "", []byte(nil)
	for i, piece := range pieces {
		if !piece.encoded {
			text = append(text, piece.value...)
			continue
		}
		if before, rest, ok := strings.Cut(piece.value, "'"); ok && i == 0 {
			if _, encoded, ok := strings.Cut(rest, "'"); ok {
				charset, piece.value = before, encoded
			}
		}
		text = append(text, unescape(piece.value)...)
	}
	if charset == "" {
		return decodeWords(string(text)), true
	}
	return cleanLine(decodeCharset(charset, text)), true
}

// unescape decodes %XX, and leaves a % without two digits behind it.
func unescape(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, ok := hexByte(s[i+1], s[i+2]); ok {
				out = append(out, v)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return out
}

// hexByte reads two hexadecimal digits of either case.
func hexByte(a, b byte) (byte, bool) {
	hi, ok1 := hexDigit(a)
	lo, ok2 := hexDigit(b)
	return hi<<4 | lo, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
