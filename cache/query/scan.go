package query

import (
	"strings"
	"unicode/utf8"
)

// Quotes and colons as keyboards, word processors and input methods write them.
const (
	quotes = "\"„“”\uFF02"
	colons = ":\uFF1A"
)

// maxOperator is the longest name before a colon that counts as an operator: longer ones are no slip of the finger.
const maxOperator = 20

// word is one piece of a line: [-][operator:]value.
type word struct {
	not      bool
	operator string // in lower case, "" if there is none
	value    value
}

type value struct {
	text   string
	quoted bool
}

// scanner cuts a clean line into words. It knows what separates them, not what they mean.
type scanner struct{ rest string }

// next returns the next word, and false at the end of the line. An empty pair of quotes is no word.
func (s *scanner) next() (word, bool) {
	for {
		s.rest = strings.TrimLeft(s.rest, " ")
		if s.rest == "" {
			return word{}, false
		}
		if w := s.word(); w.value.text != "" {
			return w, true
		}
	}
}

func (s *scanner) word() word {
	var w word
	if len(s.rest) > 1 && s.rest[0] == '-' && s.rest[1] != ' ' {
		w.not, s.rest = true, s.rest[1:]
	}
	if text, ok := s.quoted(); ok {
		w.value = value{text, true}
		return w
	}

	name, size := s.operator()
	if name == "" {
		w.value.text = s.plain()
		return w
	}
	typed := s.rest[:size]
	s.rest = s.rest[size:]
	if text, ok := s.quoted(); ok {
		w.value = value{text, true}
	} else {
		w.value.text = s.plain()
	}
	if w.value.text == "" {
		w.value = value{text: typed}
		return w
	}
	w.operator = name
	return w
}

// quoted takes a phrase, up to the next quote or the end of the line, if the rest begins with one.
func (s *scanner) quoted() (string, bool) {
	r, size := utf8.DecodeRuneInString(s.rest)
	if !strings.ContainsRune(quotes, r) {
		return "", false
	}
	text := s.rest[size:]
	s.rest = ""
	if i := strings.IndexAny(text, quotes); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[i:])
		text, s.rest = text[:i], text[i+size:]
	}
	return strings.TrimSpace(text), true
}

// plain takes everything up to the next blank.
func (s *scanner) plain() string {
	text, rest, _ := strings.Cut(s.rest, " ")
	s.rest = rest
	return text
}

// operator returns the name that the rest begins with if a colon follows, and the bytes that both take.
//
// Times, addresses of web pages, drive letters and "std::vector" have colons too and are no operators.
func (s *scanner) operator() (string, int) {
	i := strings.IndexAny(s.rest, colons+" ")
	if i < 2 || i > maxOperator || s.rest[i] == ' ' || !isName(s.rest[:i]) {
		return "", 0
	}
	r, size := utf8.DecodeRuneInString(s.rest[i:])
	name, after := lower(s.rest[:i]), s.rest[i+size:]
	if _, known := operatorNamed(name); known {
		return name, i + size
	}
	if r != ':' || strings.HasPrefix(after, "/") || strings.HasPrefix(after, ":") || strings.HasPrefix(after, `\`) {
		return "", 0
	}
	return name, i + size
}

// isName reports whether s is made of ASCII letters, with "_" within.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !('a' <= c && c <= 'z') && (s[i] != '_' || i == 0) {
			return false
		}
	}
	return true
}
