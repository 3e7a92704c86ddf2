package query

import (
	"strings"
	"unicode/utf8"
)

// String returns the term as it is written in a line. A term made by hand is quoted where it must be, so that Parse
// reads it as one term that looks for the same text in the same field.
func (t Term) String() string {
	text := clean(t.Text)
	name := t.Unknown
	if o, ok := operatorOf(t.Field); ok {
		name = o.name
	}
	if name != "" {
		name += ":"
	}

	switch {
	case t.Phrase || t.needsQuotes(text):
		text = `"` + strings.TrimSpace(withoutQuotes(text)) + `"`
	case t.Prefix:
		text += "*"
	}
	if t.Not {
		name = "-" + name
	}
	return name + text
}

// needsQuotes reports whether text, written as it is, would be read as something else.
func (t Term) needsQuotes(text string) bool {
	if text == "" || strings.Contains(text, " ") {
		return true
	}
	if r, _ := utf8.DecodeRuneInString(text); strings.ContainsRune(quotes, r) {
		return true
	}
	if !t.Prefix && len(text) > 1 && text[len(text)-1] == '*' {
		return true
	}
	if t.Field != Any || t.Unknown != "" {
		return false
	}
	if text[0] == '-' && len(text) > 1 && !t.Not {
		return true
	}
	s := scanner{rest: text}
	name, size := s.operator()
	return name != "" && size < len(text)
}

func withoutQuotes(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(quotes, r) {
			return ' '
		}
		return r
	}, s)
}
