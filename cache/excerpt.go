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
	within []bool // whether a word is of a script without blanks, and also matches where a longer one contains it
	prefix bool
}

func newLook(t query.Term, last bool) look {
	l := look{words: strings.FieldsFunc(fold(t.Text), notWord), prefix: isPrefix(t, last)}
	for _, w := range l.words {
		l.within = append(l.within, strings.ContainsFunc(w, isCJK))
	}
	return l
}

// matches reports whether a folded word is one of what is looked for.
func (l look) matches(word string) bool {
	for i, w := range l.words {
		if word == w || l.prefix && i == len(l.words)-1 && strings.HasPrefix(word, w) || l.within[i] && strings.Contains(word, w) {
			return true
		}
	}
	return false
}

// word is where a word lies in a text.
type word struct{ start, end int }

// matched are the first words of text that are looked for, in order, at most limit.
func matched(text string, looks []look, limit int) []word {
	var list []word
	begins := beginnings(looks)
	for end := 0; len(list) < limit; {
		var start int
		if start, end = nextWord(text, begins.pass(text, end)); start == len(text) {
			break
		}
		if !begins.may(text[start:end]) {
			continue
		}
		folded := fold(text[start:end])
		if slices.ContainsFunc(looks, func(l look) bool { return l.matches(folded) }) {
			list = append(list, word{start, end})
		}
	}
	return list
}

// begins says which bytes a word that is looked for may begin with: most words need not be folded to see that they are
// none. A letter or digit of ASCII begins the folded word, too, as a small letter.
type begins struct {
	ascii  [utf8.RuneSelf]bool
	none   bool // nothing that is looked for begins with ASCII
	within bool // what is looked for may also stand within a word, which is not ASCII then
}

func beginnings(looks []look) (b begins) {
	b.none = true
	for _, l := range looks {
		for i, w := range l.words {
			b.within = b.within || l.within[i]
			if w[0] < utf8.RuneSelf {
				b.ascii[w[0]], b.none = true, false
			}
		}
	}
	return b
}

func (b *begins) may(word string) bool {
	c := word[0]
	if 'A' <= c && c <= 'Z' {
		c |= 0x20
	}
	return c >= utf8.RuneSelf || b.ascii[c] || b.within && !isASCII(word)
}

// pass is where the next word may begin that is looked for, from a byte on: where nothing begins with ASCII, a word has
// something else.
func (b *begins) pass(text string, from int) int {
	if !b.none {
		return from
	}
	i := from
	for i < len(text) && text[i] < utf8.RuneSelf {
		i++
	}
	for i > from && i < len(text) && isWordByte(text[i-1]) {
		i--
	}
	return i
}

// nextWord is where the next word of text begins, from a byte on, and ends; both are the length of text where there is none.
// Marks belong to the letter before them.
func nextWord(text string, from int) (start, end int) {
	for start = from; start < len(text); {
		c := text[start]
		if isWordByte(c) {
			break
		}
		if c < utf8.RuneSelf {
			start++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[start:])
		if isWord(r) {
			break
		}
		start += size
	}
	for end = start; end < len(text); {
		c := text[end]
		if isWordByte(c) {
			end++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, size := utf8.DecodeRuneInString(text[end:])
		if !isWord(r) && !unicode.Is(unicode.M, r) {
			break
		}
		end += size
	}
	return start, end
}

// isWordByte reports whether c is a letter or digit of ASCII.
func isWordByte(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// mark cuts text into spans at what is looked for.
func mark(text string, looks []look) []Span {
	found := matched(text, looks, maxMarked)
	spans := make([]Span, 0, 2*len(found)+1)
	at := 0
	for _, w := range found {
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

// excerpt is [excerpt] of a compressed text. Of a long one no more is inflated than it takes, into buf, which is returned as
// long as it has become.
func (c *codec) excerpt(buf, data []byte, looks []look) (spans []Span, _ []byte, err error) {
	beginning, all, err := c.lead(buf, data)
	if err != nil {
		return nil, buf, err
	}
	text := string(beginning)
	start, ok := firstMatch(text, looks)
	if !all && (!ok || start+maxExcerpt > len(text)) {
		if buf, err = c.text(buf[:0], data); err != nil {
			return nil, buf, err
		}
		return excerpt(string(buf), looks), buf, nil
	}
	return excerptAt(text, start, looks), buf, nil
}

// excerpt is the part of a text that shows the first match, on one line, with all matches in it marked; the
// beginning of the text where nothing matches.
func excerpt(text string, looks []look) []Span {
	text = text[:whole(text, min(len(text), maxScanned))]
	start, _ := firstMatch(text, looks)
	return excerptAt(text, start, looks)
}

// firstMatch is where an excerpt begins that shows the first match; ok is false, and it the beginning, where nothing
// matches.
func firstMatch(text string, looks []look) (start int, ok bool) {
	found := matched(text, looks, 1)
	if len(found) == 0 {
		return 0, false
	}
	if found[0].start > leadIn {
		start = found[0].start - leadIn
		if blank := strings.IndexFunc(text[start:found[0].start], unicode.IsSpace); blank >= 0 {
			start += blank
		}
	}
	return whole(text, start), true
}

// excerptAt is the part of a text from start on.
func excerptAt(text string, start int, looks []look) []Span {
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
