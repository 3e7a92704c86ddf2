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

// or stands between terms of which one must hold.
const or = "OR"

// word is one piece of a line: [-][operator:]value, or a sign.
type word struct {
	sign     sign
	not      bool
	operator string // in lower case, "" if there is none
	value    value
}

// sign is what a piece of a line is that has no value.
type sign int

const (
	none    sign = iota
	opening      // [-][operator:](
	closing      // )
	either       // OR
)

type value struct {
	text   string
	quoted bool
}

// scanner cuts a clean line into words. It knows what separates them, not what they mean.
type scanner struct{ rest string }

// next returns the next word, and false at the end of the line. An empty pair of quotes is no word. Parentheses open
// only where deeper allows it.
func (s *scanner) next(deeper bool) (word, bool) {
	for {
		s.rest = strings.TrimLeft(s.rest, " ")
		if !deeper {
			s.rest = strings.TrimLeft(s.rest, " (")
		}
		if s.rest == "" {
			return word{}, false
		}
		if w := s.word(deeper); w.value.text != "" || w.sign != none {
			return w, true
		}
	}
}

func (s *scanner) word(deeper bool) word {
	var w word
	if s.take(")") {
		return word{sign: closing}
	}
	if len(s.rest) > 1 && s.rest[0] == '-' && s.rest[1] != ' ' && s.rest[1] != ')' {
		w.not, s.rest = true, s.rest[1:]
	}
	if w.value.text, w.value.quoted = s.quoted(); w.value.quoted {
		return w
	}
	if deeper && s.take("(") {
		w.sign = opening
		return w
	}

	name, size := s.operator()
	if name == "" {
		if w.value.text = s.plain(); w.value.text == or && !w.not {
			w.sign = either
		}
		return w
	}
	typed := s.rest[:size]
	s.rest = s.rest[size:]
	if _, known := operatorNamed(name); known {
		if deeper && s.take("(") {
			w.operator, w.sign = name, opening
			return w
		}
		s.rest = strings.TrimLeft(s.rest, "(")
	}
	if w.value.text, w.value.quoted = s.quoted(); !w.value.quoted {
		w.value.text = s.plain()
	}
	if w.value.text == "" {
		w.value = value{text: typed}
		return w
	}
	w.operator = name
	return w
}

// take takes a sign if the rest begins with it.
func (s *scanner) take(sign string) (ok bool) {
	s.rest, ok = strings.CutPrefix(s.rest, sign)
	return ok
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

// plain takes everything up to the next blank or parenthesis that has no other in the word.
func (s *scanner) plain() string {
	end := strings.IndexByte(s.rest, ' ')
	if end < 0 {
		end = len(s.rest)
	}
	text := s.rest[:balanced(s.rest[:end])]
	s.rest = s.rest[len(text):]
	return text
}

// balanced is how much of a word each parenthesis has its other in: f(x), but not f(x.
func balanced(word string) int {
	var open []int
	for i := range len(word) {
		switch {
		case word[i] == '(':
			open = append(open, i)
		case word[i] == ')' && len(open) > 0:
			open = open[:len(open)-1]
		case word[i] == ')':
			return i
		}
	}
	return append(open, len(word))[0]
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

// isName reports whether s is made of ASCII letters, with digits and "_" behind the first.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if !('a' <= c && c <= 'z') && (i == 0 || s[i] != '_' && !('0' <= s[i] && s[i] <= '9')) {
			return false
		}
	}
	return true
}
