package cache

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"restante/cache/query"
)

const (
	maxScanned = 32 << 10 // bytes of a text in which a match is looked for to be shown
	leadIn     = 24       // bytes of text before the first match
	maxExcerpt = 400      // bytes of an excerpt
	maxMarked  = 64       // words marked in one text
)

// Span is a piece of text; Match says that the search matched it.
type Span struct {
	Text  string
	Match bool
}

// look is a word or phrase that a search looks for, in folded form, for marking.
type look struct {
	words  []string
	prefix bool
}

func newLook(t query.Term, last bool) look {
	return look{words: strings.FieldsFunc(fold(t.Text), notWord), prefix: isPrefix(t, last)}
}

// matches reports whether a folded word is one of what is looked for. A word of a script without blanks matches where
// it contains it.
func (l look) matches(word string) bool {
	for i, w := range l.words {
		if word == w || l.prefix && i == len(l.words)-1 && strings.HasPrefix(word, w) || hasCJK(w) && strings.Contains(word, w) {
			return true
		}
	}
	return false
}

func hasCJK(s string) bool { return strings.ContainsFunc(s, isCJK) }

// word is where a word lies in a text.
type word struct{ start, end int }

// matched are the words of text that are looked for, in order, at most maxMarked.
func matched(text string, looks []look) []word {
	var list []word
	for start := 0; start < len(text) && len(list) < maxMarked; {
		from := strings.IndexFunc(text[start:], isWord)
		if from < 0 {
			break
		}
		from += start
		length := strings.IndexFunc(text[from:], func(r rune) bool { return !isWord(r) && !unicode.Is(unicode.M, r) })
		if length < 0 {
			length = len(text) - from
		}
		folded := fold(text[from : from+length])
		if slices.ContainsFunc(looks, func(l look) bool { return l.matches(folded) }) {
			list = append(list, word{from, from + length})
		}
		start = from + length
	}
	return list
}

// mark cuts text into spans at what is looked for.
func mark(text string, looks []look) []Span {
	var spans []Span
	at := 0
	for _, w := range matched(text, looks) {
		if w.start > at {
			spans = append(spans, Span{Text: text[at:w.start]})
		}
		spans = append(spans, Span{Text: text[w.start:w.end], Match: true})
		at = w.end
	}
	if at < len(text) || len(spans) == 0 {
		spans = append(spans, Span{Text: text[at:]})
	}
	return spans
}

// excerpt is the part of a text that shows the first match, on one line, with all matches in it marked; the
// beginning of the text where nothing matches.
func excerpt(text string, looks []look) []Span {
	text = text[:whole(text, min(len(text), maxScanned))]
	start := 0
	if found := matched(text, looks); len(found) > 0 && found[0].start > leadIn {
		start = found[0].start - leadIn
		if blank := strings.IndexFunc(text[start:found[0].start], unicode.IsSpace); blank >= 0 {
			start += blank
		}
		start = whole(text, start)
	}
	end := whole(text, min(len(text), start+maxExcerpt))
	line := strings.Join(strings.Fields(text[start:end]), " ")
	if start > 0 {
		line = "… " + line
	}
	return mark(line, looks)
}

// whole moves i back to where a character begins.
func whole(s string, i int) int {
	for i > 0 && i < len(s) && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}
