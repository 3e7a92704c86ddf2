package query

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Parse reads the line that a person typed. It never fails. Dates are days in loc; nil means UTC.
//
// Operators are read in any case. A quote that is never closed ends with the line. An operator without a value
// ("from:") is a word. Quotes may be straight, typographic or full-width; so may the colon of a known operator.
// An unknown operator, or a value that a known one does not have, makes its value a word to search and leaves a Hint.
// Beyond MaxLine bytes or MaxTerms terms the rest is left out, with a Hint.
func Parse(line string, loc *time.Location) Query {
	if loc == nil {
		loc = time.UTC
	}
	line, cut := bounded(line)

	var terms []Term
	s := scanner{rest: clean(line)}
	for {
		w, ok := s.next()
		if !ok {
			break
		}
		terms = append(terms, w.term(loc))
	}
	terms, over := fit(terms)

	q := newQuery(terms)
	if cut || over {
		q.Hints = append(q.Hints, Hint{Kind: TooLong})
	}
	return q
}

// clean makes line breaks and control characters blanks, and bytes that are no text U+FFFD.
func clean(line string) string {
	line = strings.ToValidUTF8(line, "\uFFFD")
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, line)
}

// bounded cuts a line to MaxLine bytes, at a blank if it has one, so that no half of a word is searched.
func bounded(line string) (string, bool) {
	line = strings.TrimSpace(line)
	if len(line) <= MaxLine {
		return line, false
	}
	n := MaxLine
	for n > MaxLine-utf8.UTFMax && !utf8.RuneStart(line[n]) {
		n--
	}
	if i := strings.LastIndexByte(line[:n+1], ' '); i > 0 {
		n = i
	}
	return line[:n], true
}

// fit leaves out the last terms of a query that has too many, or whose line would become too long when written: the
// quotes and blanks that String adds could otherwise push it over the limit.
func fit(terms []Term) ([]Term, bool) {
	size := 0
	for i, t := range terms {
		size += len(t.String()) + 1
		if i == MaxTerms || size-1 > MaxLine {
			return slices.Clip(terms[:i]), true
		}
	}
	return terms, false
}

// term says what a scanned word means.
func (w word) term(loc *time.Location) Term {
	t := w.meaning(loc)
	t.Not = w.not
	return t
}

func (w word) meaning(loc *time.Location) Term {
	if w.operator == "" {
		return Term{Text: w.value.text, Phrase: w.value.quoted}.withPrefix()
	}
	if o, ok := operatorNamed(w.operator); ok {
		if t, ok := o.term(w.value, loc); ok {
			return t
		}
	}
	return Term{Text: w.value.text, Phrase: w.value.quoted, Unknown: w.operator}.withPrefix()
}
