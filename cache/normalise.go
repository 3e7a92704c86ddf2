package cache

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// normaliserVersion is raised whenever the same text would be indexed, or what is kept beside a message would be, otherwise; rows carry it.
const normaliserVersion = 6

// normalise makes the form in which text is indexed: compatibility forms and case folded, marks dropped, ß as ss, and
// each run of Chinese, Japanese or Korean characters as overlapping pairs, because SQLite's tokeniser takes such a run
// for one word. The last character of a run also stands alone, so that one character finds all its places as a prefix.
// Behind all that come pairs of common words.
func normalise(s string) string {
	s = pairs(fold(s), true)
	return s + grams(s)
}

// wanted makes the form in which text is looked for, so that it matches within what normalise made: a run at the very
// end may go on in the text, so its last character does not stand alone.
func wanted(s string) string { return pairs(strings.TrimRightFunc(fold(s), notWord), false) }

// fold is normalise without the pairs: for comparing words.
func fold(s string) string {
	switch {
	case isASCII(s):
		return strings.ToLower(s)
	case isFolded(s):
		return s
	}
	return foldAny(s)
}

func foldAny(s string) string {
	s = cases.Fold().String(norm.NFKC.String(s))
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(s) {
		if !unicode.Is(unicode.Mn, r) || r == 0x3099 || r == 0x309a { // か and が are two letters
			b.WriteRune(cherokee(r))
		}
	}
	return norm.NFC.String(b.String())
}

// cherokee makes the small letters of that script capitals, which it folds to (Unicode, CaseFolding.txt): cases.Fold makes
// each the other.
func cherokee(r rune) rune {
	switch {
	case 0xab70 <= r && r <= 0xabbf:
		return r - 0xab70 + 0x13a0
	case 0x13f8 <= r && r <= 0x13fd:
		return r - 0x13f8 + 0x13f0
	}
	return r
}

// isFolded reports of most text without letters that have a case or a mark that fold would return it as it is.
func isFolded(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		switch {
		case r < utf8.RuneSelf:
			return 'A' <= r && r <= 'Z'
		case 'ぁ' <= r && r <= 'ゖ', 'ァ' <= r && r <= 'ヺ', '一' <= r && r <= '鿿', '가' <= r && r <= '힣':
			return false
		}
		return true
	})
}

// pairs writes the runs of ideographs and kana in s as overlapping pairs, with the last character of each run alone
// behind them; of a run at the end of s only where tail asks.
func pairs(s string, tail bool) string {
	start := strings.IndexFunc(s, isCJK)
	if start < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) * 3)
	for start >= 0 {
		b.WriteString(s[:start])
		s = s[start:]
		end := strings.IndexFunc(s, notCJK)
		if end < 0 {
			end = len(s)
		}
		writePairs(&b, []rune(s[:end]), tail || end < len(s))
		s = s[end:]
		start = strings.IndexFunc(s, isCJK)
	}
	b.WriteString(s)
	return b.String()
}

// joiner stands in an address that is one word for what is no letter: for the tokeniser of the index it is one.
const joiner = '\ue000'

// addressWord makes one word of a whole address of ASCII characters, within quotes or not. A word is found at once; the
// words of an address are found where each of them is, and the last are those of a server that half the mail comes from.
func addressWord(text string) (word string, ok bool) {
	text = strings.ToLower(strings.Trim(text, `'"<>(),;`))
	local, domain, _ := strings.Cut(text, "@")
	if local == "" || !strings.Contains(strings.Trim(domain, "."), ".") || strings.ContainsAny(domain, "@ ") || !isASCII(text) {
		return "", false
	}
	return strings.Map(func(r rune) rune {
		if isWord(r) {
			return r
		}
		return joiner
	}, text), true
}

func writePairs(b *strings.Builder, run []rune, tail bool) {
	b.WriteByte(' ')
	for i := range len(run) - 1 {
		b.WriteRune(run[i])
		b.WriteRune(run[i+1])
		b.WriteByte(' ')
	}
	if tail || len(run) == 1 {
		b.WriteRune(run[len(run)-1])
		b.WriteByte(' ')
	}
}

// isCJK reports whether r is of a script that is written without blanks between words.
func isCJK(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) ||
		r == 'ー' || r == '々'
}

func notCJK(r rune) bool { return !isCJK(r) }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isWord reports whether r belongs to a word for the tokeniser of the index.
func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Co, r)
}

func notWord(r rune) bool { return !isWord(r) }
