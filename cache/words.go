package cache

import (
	"slices"
	"strings"
	"unicode/utf8"

	"restante/cache/query"
)

// minPrefix is from how many characters on a last word finds longer words too.
const minPrefix = 3

// textColumns are the fields that look at text, with the columns of the index that they look into.
var textColumns = map[query.Field]string{
	query.Any: ``, query.From: `{sender} : `, query.To: `{recipients cc} : `, query.Subject: `{subject} : `, query.Cc: `{cc} : `,
	query.Body: `{body} : `, query.Filename: `{filename} : `, query.List: `{list} : `,
}

// isPeople reports whether a field looks at names and addresses alone.
func isPeople(f query.Field) bool { return f == query.From || f == query.To || f == query.Cc }

// isText reports whether a term looks at text.
func isText(t query.Term) bool {
	_, ok := textColumns[t.Field]
	return ok
}

// matchText is a term in the language of FTS5, quoted, so that nothing in it is an operator there; ok is false where it
// has no word.
func matchText(t query.Term, last bool) (phrase string, ok bool) {
	if word, ok := addressWord(t.Text); ok && isPeople(t.Field) && !isPrefix(t, last) {
		return textColumns[t.Field] + `"` + word + `"`, true
	}
	text := wanted(t.Text)
	if !strings.ContainsFunc(text, isWord) {
		return "", false
	}
	prefix := isPrefix(t, last) || endsInOne(text)
	if pair, ok := gram(text); ok && !prefix {
		text = pair
	}
	phrase = `"` + strings.ReplaceAll(text, `"`, ` `) + `"`
	if prefix {
		phrase += ` *`
	}
	return textColumns[t.Field] + phrase, true
}

// matchAll is a list of terms that must all hold in the language of FTS5; ok is false where it cannot be said there,
// because a term is not about text, or none says what is to be there. Terms without a word ask nothing.
func matchAll(terms []query.Term, last bool) (expression string, ok bool) {
	var match, not []string
	for i, t := range terms {
		phrase, ok := matchTerm(t, last && i == len(terms)-1)
		switch {
		case !ok:
			return "", false
		case phrase == "":
		case t.Not:
			not = append(not, phrase)
		default:
			match = append(match, phrase)
		}
	}
	return combined(match, not), len(match) > 0
}

// matchTerm is a term in the language of FTS5, less its Not; "" where it has no word.
func matchTerm(t query.Term, last bool) (expression string, ok bool) {
	switch {
	case t.Field == query.Group:
		return matchEither(t, last)
	case !isText(t):
		return "", false
	}
	phrase, _ := matchText(t, last)
	return phrase, true
}

// matchEither is matchTerm for a group.
func matchEither(t query.Term, last bool) (expression string, ok bool) {
	var list []string
	for i, terms := range t.Either {
		if !slices.ContainsFunc(terms, hasWord) {
			continue
		}
		one, ok := matchAll(terms, last && i == len(t.Either)-1)
		if !ok {
			return "", false
		}
		list = append(list, `(`+one+`)`)
	}
	return strings.Join(list, ` OR `), true
}

// combined is what matches all of match and none of not.
func combined(match, not []string) string {
	expression := `(` + strings.Join(match, `) AND (`) + `)`
	for _, n := range not {
		expression += ` NOT (` + n + `)`
	}
	return expression
}

// hasWord reports whether a term asks for anything: one of punctuation only does not.
func hasWord(t query.Term) bool {
	switch {
	case t.Field == query.Group:
		return slices.ContainsFunc(t.Either, func(list []query.Term) bool { return slices.ContainsFunc(list, hasWord) })
	case isText(t):
		return strings.ContainsFunc(fold(t.Text), isWord)
	}
	return true
}

// isPrefix reports whether a term also means longer words.
func isPrefix(t query.Term, last bool) bool {
	return t.Prefix || last && t.Field == query.Any && !t.Phrase && !t.Not && utf8.RuneCountInString(t.Text) >= minPrefix
}

// endsInOne reports whether the last word of a normalised text is one character of a script without blanks.
func endsInOne(text string) bool {
	text = strings.TrimRight(text, " ")
	word := text[strings.LastIndexByte(text, ' ')+1:]
	r, size := utf8.DecodeRuneInString(word)
	return size == len(word) && isCJK(r)
}
