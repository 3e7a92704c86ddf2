package query

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Parse reads the line that a person typed. It never fails. Dates are days in loc; nil means UTC.
//
// Operators are read in any case, OR only in capitals. A quote or parenthesis that is never closed ends with the line. An operator without a value
// ("from:") is a word. Quotes may be straight, typographic or full-width; so may the colon of a known operator.
// An unknown operator, or a value that a known one does not have, makes its value a word to search and leaves a Hint.
// Beyond MaxLine bytes or MaxTerms terms the rest is left out, with a Hint.
func Parse(line string, loc *time.Location) Query {
	if loc == nil {
		loc = time.UTC
	}
	line, cut := bounded(line, MaxLine)
	line = clean(line)
	for {
		p := parser{scanner: scanner{rest: line}, loc: loc}
		q := newQuery(p.all(""))
		// Quotes and spread operators that String adds could push it over the limit.
		if over := len(q.String()) - MaxLine; over > 0 {
			line, cut = cutTo(line, max(len(line)-over, len(line)/2)), true
			continue
		}
		if cut || p.terms > MaxTerms {
			q.Hints = append(q.Hints, Hint{Kind: TooLong})
		}
		return q
	}
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

// bounded cuts a line to at most limit bytes and reports whether it had to.
func bounded(line string, limit int) (string, bool) {
	line = strings.TrimSpace(line)
	if len(line) <= limit {
		return line, false
	}
	return cutTo(line, limit), true
}

// cutTo shortens a line to at most n bytes, at a blank if it has one, so that no half of a word is searched.
func cutTo(line string, n int) string {
	for least := n - utf8.UTFMax; n > max(least, 0) && !utf8.RuneStart(line[n]); {
		n--
	}
	if i := strings.LastIndexByte(line[:n+1], ' '); i > 0 {
		n = i
	}
	return line[:n]
}

// parser makes terms of the words of a line.
type parser struct {
	scanner
	loc   *time.Location
	depth int // parentheses that are open
	terms int // words taken; one more than MaxTerms says that some were left
}

// all reads terms that must all hold, up to the end of the line or, within parentheses, of them. What stands there
// without an operator has the one that is named.
func (p *parser) all(operator string) []Term {
	var list [][][]Term // what must hold; of each, the alternatives; of each, the terms
	join := false
	for p.terms <= MaxTerms {
		w, ok := p.next(p.depth < maxDepth)
		if !ok || w.sign == closing && p.depth > 0 {
			break
		}
		var terms []Term
		switch w.sign {
		case closing: // nothing is open
			continue
		case either:
			join = len(list) > 0
			continue
		case opening:
			terms = p.group(w, operator)
		case none:
			if p.terms++; p.terms > MaxTerms {
				continue
			}
			if w.operator == "" {
				w.operator = operator
			}
			terms = []Term{w.term(p.loc)}
		}
		switch {
		case len(terms) == 0: // "()"
		case join:
			list[len(list)-1] = append(list[len(list)-1], terms)
		default:
			list = append(list, [][]Term{terms})
		}
		join = join && len(terms) == 0
	}
	return flattened(list)
}

// group reads what stands in parentheses, as terms that must all hold.
func (p *parser) group(w word, operator string) []Term {
	if w.operator != "" {
		operator = w.operator
	}
	p.depth++
	terms := p.all(operator)
	p.depth--
	if w.not {
		return negated(terms)
	}
	return terms
}

// negated is what holds where not all of terms do.
func negated(terms []Term) []Term {
	switch {
	case len(terms) == 0:
		return nil
	case len(terms) > 1:
		return []Term{{Not: true, Field: Group, Either: [][]Term{terms}}}
	}
	t := terms[0]
	if t.Not = !t.Not; !t.Not && t.Field == Group && len(t.Either) == 1 {
		return t.Either[0]
	}
	return []Term{t}
}

// flattened makes a group only where there are alternatives, and none that is all there is to an alternative of another.
func flattened(list [][][]Term) (terms []Term) {
	for _, alternatives := range list {
		if len(alternatives) == 1 {
			terms = append(terms, alternatives[0]...)
			continue
		}
		t := Term{Field: Group}
		for _, a := range alternatives {
			if len(a) == 1 && a[0].Field == Group && !a[0].Not {
				t.Either = append(t.Either, a[0].Either...)
			} else {
				t.Either = append(t.Either, a)
			}
		}
		terms = append(terms, t)
	}
	return terms
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
