package mail

import "strings"

const maxCharsetName = 75 // bytes, RFC 2047's longest encoded word

// decodeWords decodes the encoded words of RFC 2047 in a header's text and returns it clean, as cleanLine does.
//
// It takes what senders write: words without an end, with spaces inside, glued to other text, in unknown charsets.
// Neighbours in the same charset are joined before they are decoded, because many senders cut characters in half.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return cleanLine(s)
	}
	d := wordDecoder{}
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		word, rest, ok := d.cutWord(s[i:])
		if !ok {
			d.literal(s[:i+2])
			s = s[i+2:]
			continue
		}
		// RFC 2047, section 6.2: white space between two encoded words is no text.
		if strings.Trim(s[:i], " \t\r\n") != "" || !d.inWord {
			d.literal(s[:i])
		}
		d.word(word)
		s = rest
	}
	d.literal(s)
	return cleanLine(d.out.String())
}

// encodedWord is =?charset?encoding?text?=.
type encodedWord struct {
	charset string
	base64  bool
	text    string
}

type wordDecoder struct {
	out     strings.Builder
	charset string
	bytes   []byte // decoded but not yet converted
	inWord  bool   // the last thing seen was an encoded word
	noEnd   bool   // there is no further "?=" in the text
}

// literal writes text that is not encoded.
func (d *wordDecoder) literal(s string) {
	d.flush()
	d.inWord = false
	d.out.WriteString(toUTF8(s))
}

func (d *wordDecoder) word(w encodedWord) {
	if !strings.EqualFold(w.charset, d.charset) {
		d.flush()
	}
	d.charset, d.inWord = w.charset, true
	if w.base64 {
		d.bytes = append(d.bytes, decodeBase64(w.text)...)
	} else {
		d.bytes = appendQ(d.bytes, w.text)
	}
}

func (d *wordDecoder) flush() {
	if len(d.bytes) > 0 {
		d.out.WriteString(decodeCharset(d.charset, d.bytes))
		d.bytes = d.bytes[:0]
	}
}

// cutWord cuts an encoded word from the front of s, which begins with "=?".
func (d *wordDecoder) cutWord(s string) (w encodedWord, rest string, ok bool) {
	mark := strings.IndexByte(s[2:min(len(s), 2+maxCharsetName)], '?')
	if mark <= 0 {
		return w, "", false
	}
	w.charset, s = s[2:2+mark], s[2+mark+1:]
	if len(s) < 2 || s[1] != '?' || strings.ContainsAny(w.charset, " \t=<>,\"") {
		return w, "", false
	}
	w.charset, _, _ = strings.Cut(w.charset, "*") // RFC 2231, section 5: a language may follow
	switch s[0] {
	case 'B', 'b':
		w.base64 = true
	case 'Q', 'q':
	default:
		return w, "", false
	}
	w.text, rest = d.cutText(s[2:])
	return w, rest, true
}

// cutText cuts the text of an encoded word up to its end: "?=", or the space before the next word, or the next space.
func (d *wordDecoder) cutText(s string) (text, rest string) {
	end := -1
	if !d.noEnd {
		end = strings.Index(s, "?=")
		d.noEnd = end < 0
	}
	if end < 0 {
		if end = strings.IndexAny(s, " \t"); end < 0 {
			end = len(s)
		}
		return strings.TrimSuffix(s[:end], "?"), s[end:]
	}
	if next := strings.Index(s[:end], " =?"); next >= 0 {
		return strings.TrimRight(s[:next], " \t?"), s[next:]
	}
	return s[:end], s[end+2:]
}

// appendQ decodes the Q encoding, RFC 2047, section 4.2. An = without two digits behind it is itself.
func appendQ(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == '=' && i+2 < len(s):
			if v, ok := hexByte(s[i+1], s[i+2]); ok {
				out = append(out, v)
				i += 2
				continue
			}
			out = append(out, c)
		default:
			out = append(out, c)
		}
	}
	return out
}
