package cache

import (
	"iter"
	"strings"
)

// grams are the pairs of common words that stand beside each other in a normalised text, each as one word, behind one that
// keeps them apart from the text: of and the* are not beside each other in "the of". FTS5 finds a phrase by comparing all
// places of its words, which takes longest for words that have most places; a word it finds at once (Lucene calls them
// common grams). There are no more than pairs of words that isCommon knows.
func grams(text string) string {
	var b strings.Builder
	seen := map[string]bool{}
	before := ""
	for word := range indexedWords(text) {
		if !isCommon(word) {
			before = ""
			continue
		}
		if before != "" {
			pair := asOne(before, word)
			if len(seen) == 0 {
				b.WriteString(" " + string(joiner))
			}
			if !seen[pair] {
				seen[pair] = true
				b.WriteString(" " + pair)
			}
		}
		before = word
	}
	return b.String()
}

// indexedWords are the words of a text as the tokeniser of the index takes them.
func indexedWords(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for start, end := nextWord(text, 0); start < len(text); start, end = nextWord(text, end) {
			if word := text[start:end]; isASCII(word) {
				if !yield(word) {
					return
				}
				continue
			}
			for word := range strings.FieldsFuncSeq(text[start:end], notWord) { // a mark that is left parts words
				if !yield(word) {
					return
				}
			}
		}
	}
}

// gram is a normalised phrase as one word of [grams], if it is two common words.
func gram(phrase string) (pair string, ok bool) {
	words := strings.FieldsFunc(phrase, notWord)
	if len(words) != 2 || !isCommon(words[0]) || !isCommon(words[1]) {
		return "", false
	}
	return asOne(words[0], words[1]), true
}

func asOne(a, b string) string { return a + string(joiner) + b }

// isCommon reports whether a normalised word is among the commonest of Dutch, English, French, German, Italian,
// Portuguese or Spanish.
func isCommon(word string) bool {
	switch word {
	case "a", "and", "che", "da", "das", "de", "del", "den", "der", "des", "di", "die", "do", "e", "een", "el", "en", "et", "for", "fur",
		"het", "i", "il", "in", "is", "it", "la", "las", "le", "les", "los", "mit", "o", "of", "on", "que", "that", "the", "to", "un", "und",
		"van", "von", "y", "you", "zu":
		return true
	}
	return false
}
