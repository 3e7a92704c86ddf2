package query

import (
	"strings"
	"unicode/utf8"
)

// String returns the term as it is written in a line. A term made by hand is quoted where it must be, so that Parse
// reads it as one term that looks for the same text in the same field.
func (t Term) String() string {
	if t.Field == Group {
		return t.group()
	}
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

// group writes alternatives. OR binds tighter than a blank, so only one that has several terms needs parentheses, and
// one that is turned round.
func (t Term) group() string {
	lists := make([]string, 0, len(t.Either))
	for _, list := range t.Either {
		text := written(list)
		if len(t.Either) > 1 && len(list) > 1 {
			text = "(" + text + ")"
		}
		lists = append(lists, text)
	}
	text := strings.Join(lists, " OR ")
	if t.Not {
		text = "-(" + text + ")"
	}
	return text
}

// written is a list of terms as a line.
func written(terms []Term) string {
	words := make([]string, 0, len(terms))
	for _, t := range terms {
		words = append(words, t.String())
	}
	return strings.Join(words, " ")
}

// needsQuotes reports whether text, written as it is, would be read as something else.
func (t Term) needsQuotes(text string) bool {
	if text == "" || strings.Contains(text, " ") {
		return true
	}
	if r, _ := utf8.DecodeRuneInString(text); strings.ContainsRune(quotes, r) {
		return true
	}
	if !t.Prefix && len(text) > 1 && text[len(text)-1] == '*' || balanced(text) < len(text) {
		return true
	}
	if text[0] == '(' && t.Unknown == "" || text == or && t.Field == Any && t.Unknown == "" && !t.Not && !t.Prefix {
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
