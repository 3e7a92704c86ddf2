package safehtml

import (
	"regexp"
	"strings"

	"github.com/tdewolff/parse/v2/css"
)

// value writes the value of a property, if the property is one that is kept and all of its value is understood.
func (s *stylist) value(name string, list []token) (string, bool) {
	kind, ok := properties[name]
	if !ok {
		return "", false
	}
	list, important := cutImportant(list)
	w := valueWriter{stylist: s, property: kind}
	if !w.write(list) {
		return "", false
	}
	text := w.out.String()
	if kind.picture { // one that is not there leaves blanks
		text = strings.Trim(strings.Join(strings.Fields(text), " "), ", ")
	}
	if text == "" {
		return "", false
	}
	if important {
		text += " !important"
	}
	return text, true
}

// cutImportant takes "!important" off the end of a value.
func cutImportant(list []token) ([]token, bool) {
	n := len(list)
	for n > 0 && list[n-1].kind == css.WhitespaceToken {
		n--
	}
	if n == 0 || list[n-1].kind != css.IdentToken || !strings.EqualFold(list[n-1].text, "important") {
		return list, false
	}
	for n--; n > 0 && list[n-1].kind == css.WhitespaceToken; {
		n--
	}
	if n == 0 || list[n-1].kind != css.DelimToken || list[n-1].text != "!" {
		return list, false
	}
	return trim(list[:n-1]), true
}

// valueWriter writes a value anew, token by token.
type valueWriter struct {
	*stylist
	property property
	out      strings.Builder
}

// write writes all of a value, or returns false.
func (w *valueWriter) write(list []token) bool {
	for i := 0; i < len(list); i++ {
		t := list[i]
		if i > 0 && !parts(t.kind) && !parts(list[i-1].kind) || t.kind == css.WhitespaceToken && !parts(list[i-1].kind) && !parts(list[i+1].kind) {
			w.out.WriteByte(' ') // "1px'a'" are two things
		}
		switch t.kind {
		case css.WhitespaceToken:
		case css.CommaToken:
			w.out.WriteByte(',')
		case css.DelimToken:
			if t.text != "/" || !w.property.slash {
				return false
			}
			w.out.WriteByte('/')
		case css.IdentToken:
			if !w.word(t.text) {
				return false
			}
		case css.NumberToken, css.PercentageToken, css.DimensionToken:
			text, ok := number(t, w.property.negative)
			if !ok {
				return false
			}
			w.out.WriteString(text)
		case css.HashToken:
			if !hexColour.MatchString(t.text) || !w.property.colour {
				return false
			}
			w.out.WriteString(strings.ToLower(t.text))
		case css.StringToken:
			if !w.property.family || !w.fontName(t.text) {
				return false
			}
		case css.URLToken:
			if !w.url(t.text) {
				return false
			}
		case css.FunctionToken:
			end := closingParenthesis(list, i)
			if end < 0 || !w.function(strings.ToLower(t.text), trim(list[i+1:end])) {
				return false
			}
			i = end
		default:
			return false
		}
	}
	return true
}

// parts reports whether a token keeps those around it apart.
func parts(kind css.TokenType) bool {
	return kind == css.WhitespaceToken || kind == css.CommaToken || kind == css.DelimToken
}

// word writes a keyword.
func (w *valueWriter) word(text string) bool {
	if w.property.family {
		return w.fontName(text)
	}
	text = strings.ToLower(text)
	if !keywords[text] && !(w.property.colour && colours[text]) {
		return false
	}
	w.out.WriteString(text)
	return true
}

var (
	hexColour  = regexp.MustCompile(`^#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$`)
	plainName  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 _.-]{0,60}$`)
	keywordLik = regexp.MustCompile(`^-?[A-Za-z][A-Za-z0-9-]{0,60}$`)
	numeral    = regexp.MustCompile(`^([+-]?)(?:([0-9]{0,7}\.[0-9]{6})[0-9]{1,20}|([0-9]{0,7}(?:\.[0-9]{1,6})?))(%|[a-zA-Z]{0,4})$`)
)

// fontName writes the name of a font, in quotes if it is not one word.
func (w *valueWriter) fontName(text string) bool {
	switch {
	case keywordLik.MatchString(text):
		w.out.WriteString(text)
	case plainName.MatchString(text):
		w.out.WriteString("'" + text + "'")
	default:
		return false
	}
	return true
}

// number writes a number with its unit, six digits of a fraction at most.
func number(t token, negative bool) (string, bool) {
	m := numeral.FindStringSubmatch(t.text)
	if m == nil || m[2]+m[3] == "" || m[1] == "-" && !negative {
		return "", false
	}
	unit := strings.ToLower(m[4])
	if !units[unit] {
		return "", false
	}
	return strings.TrimPrefix(m[1], "+") + m[2] + m[3] + unit, true
}

// url writes the address of ours that stands for a picture. Without one the rest of the value stays, a colour perhaps.
func (w *valueWriter) url(source string) bool {
	if !w.property.picture {
		return false
	}
	if w.picture != nil {
		w.asked = true
		if address := w.picture(source); !strings.ContainsAny(address, `"'()\ `) && address != "" {
			w.out.WriteString("url(" + address + ")")
		}
	}
	return true
}

// function writes a colour or a gradient; nothing else that is called in CSS is kept.
func (w *valueWriter) function(name string, list []token) bool {
	switch name {
	case "url(":
		return len(list) == 1 && list[0].kind == css.StringToken && w.url(list[0].text)
	case "rgb(", "rgba(", "hsl(", "hsla(":
		if !w.property.colour {
			return false
		}
	case "linear-gradient(", "radial-gradient(":
		if !w.property.picture {
			return false
		}
	default:
		return false
	}
	inner := valueWriter{stylist: w.stylist, property: property{colour: true, negative: true, slash: true}}
	if !inner.write(list) {
		return false
	}
	w.out.WriteString(name + inner.out.String() + ")")
	return true
}

// closingParenthesis returns where the function at list[i] ends, below 0 if it does not.
func closingParenthesis(list []token, i int) int {
	depth := 0
	for ; i < len(list); i++ {
		switch list[i].kind {
		case css.FunctionToken, css.LeftParenthesisToken:
			depth++
		case css.RightParenthesisToken:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
