package safehtml

import (
	"strings"

	input "github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"
)

// Limits on the style sheets of one message. What lies beyond is left out.
const (
	maxCSS          = 512 << 10 // bytes of style sheets
	maxRules        = 5000      // rules
	maxSelectors    = 200       // selectors of one rule
	maxCompounds    = 12        // parts of one selector
	maxDeclarations = 100       // declarations of one rule or attribute
	maxTokens       = 200       // tokens of one value
	maxMedia        = 2         // @media rules in one another
)

// stylist makes a sender's styles safe. It reads them token by token, as browsers do (CSS Syntax Module Level 3), and
// writes what is on its lists anew: no piece of the source is ever copied, and escapes are resolved before anything is
// compared.
type stylist struct {
	picture func(source string) string // as in OriginalOptions; nil: none
	dark    bool                       // a rule asks for a dark scheme
	rules   int
	asked   bool              // picture was asked, whose answers are not always the same
	known   map[string]string // attributes that were made safe, by their source: newsletters repeat theirs
}

// token is a token of CSS. Its text is without escapes, and in lower case but for strings, addresses and names.
type token struct {
	kind css.TokenType
	text string
}

// tokens reads CSS. Comments are left out.
func tokens(src string) []token {
	lexer := css.NewLexer(input.NewInputString(src))
	var list []token
	for {
		kind, data := lexer.Next()
		switch kind {
		case css.ErrorToken:
			return list
		case css.CommentToken:
		case css.WhitespaceToken:
			if len(list) == 0 || list[len(list)-1].kind != css.WhitespaceToken { // a comment may have been between two
				list = append(list, token{kind, " "})
			}
		case css.CustomPropertyNameToken, css.IdentToken, css.FunctionToken, css.HashToken, css.AtKeywordToken, css.DimensionToken:
			list = append(list, token{kind, unescape(string(data))})
		case css.StringToken:
			list = append(list, token{kind, unescape(withoutQuotes(string(data)))})
		case css.URLToken:
			list = append(list, token{kind, insideURL(string(data))})
		default:
			list = append(list, token{kind, string(data)})
		}
	}
}

// insideURL is the address in url(…), which may have quotes.
func insideURL(s string) string {
	_, s, _ = strings.Cut(s, "(")
	s = strings.Trim(strings.TrimSuffix(s, ")"), " \t\r\n\f")
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		s = withoutQuotes(s)
	}
	return unescape(s)
}

// withoutQuotes takes the quotes off a string, which may end where its source ends.
func withoutQuotes(s string) string {
	if len(s) >= 2 && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s[1:]
}

// unescape resolves the escapes of CSS (section 4.3.7 of its syntax).
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			out.WriteByte(s[i])
			continue
		}
		n, end := 0, i+1
		for end < len(s) && end-i <= 6 && isHex(s[end]) {
			n, end = n<<4|hexValue(s[end]), end+1
		}
		switch {
		case end > i+1:
			if n == 0 || n > 0x10FFFF || 0xD800 <= n && n < 0xE000 {
				n = '\uFFFD'
			}
			out.WriteRune(rune(n))
			if end < len(s) && strings.IndexByte(" \t\r\n\f", s[end]) >= 0 {
				end++
			}
			i = end - 1
		case end < len(s) && s[end] == '\n':
			i = end // a string that goes on in the next line
		case end < len(s):
			out.WriteByte(s[end])
			i = end
		}
	}
	return out.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

func hexValue(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	return int(c|0x20-'a') + 10
}

// sheet makes a style sheet safe.
func (s *stylist) sheet(src string) string {
	var out strings.Builder
	s.rulesOf(&out, tokens(src[:min(len(src), maxCSS)]), 0)
	return out.String()
}

// rulesOf writes the rules in list.
func (s *stylist) rulesOf(out *strings.Builder, list []token, depth int) {
	for len(list) > 0 && s.rules < maxRules {
		if skippable(list[0].kind) {
			list = list[1:]
			continue
		}
		prelude, block, rest := takeRule(list)
		list = rest
		s.rules++
		if len(prelude) == 0 || block == nil {
			continue // an at-rule without a block: @import, @charset
		}
		if prelude[0].kind != css.AtKeywordToken {
			s.rule(out, prelude, block)
			continue
		}
		if strings.EqualFold(prelude[0].text, "@media") && depth < maxMedia {
			s.media(out, prelude[1:], block, depth)
		}
	}
}

func skippable(kind css.TokenType) bool {
	return kind == css.WhitespaceToken || kind == css.CDOToken || kind == css.CDCToken || kind == css.SemicolonToken
}

// takeRule cuts a rule off list: what stands before its block, and what is in it; nil where it has none.
func takeRule(list []token) (prelude, block, rest []token) {
	for i, t := range list {
		switch {
		case t.kind == css.SemicolonToken && list[0].kind == css.AtKeywordToken:
			return list[:i], nil, list[i+1:]
		case t.kind == css.LeftBraceToken:
			end := closing(list, i)
			return list[:i], list[i+1 : end : end], list[min(end+1, len(list)):]
		}
	}
	return nil, nil, nil
}

// closing returns where the brace that opens at list[i] closes, len(list) if it does not.
func closing(list []token, i int) int {
	depth := 0
	for ; i < len(list); i++ {
		switch list[i].kind {
		case css.LeftBraceToken:
			depth++
		case css.RightBraceToken:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(list)
}

// rule writes a rule that has selectors.
func (s *stylist) rule(out *strings.Builder, prelude, block []token) {
	names := selectors(prelude)
	if names == "" {
		return
	}
	if body := s.declarations(block); body != "" {
		out.WriteString(names + "{" + body + "}\n")
	}
}

// media writes an @media rule if what it asks for is known.
func (s *stylist) media(out *strings.Builder, prelude, block []token, depth int) {
	query, dark := mediaQuery(prelude)
	if query == "" {
		return
	}
	var inner strings.Builder
	s.rulesOf(&inner, block, depth+1)
	if inner.Len() > 0 {
		out.WriteString("@media " + query + "{\n" + inner.String() + "}\n")
		s.dark = s.dark || dark
	}
}

// attribute makes the value of a style attribute safe.
func (s *stylist) attribute(src string) string {
	if safe, ok := s.known[src]; ok {
		return safe
	}
	s.asked = false
	safe := s.declarations(tokens(src[:min(len(src), maxStyleAttr)]))
	if !s.asked {
		if s.known == nil {
			s.known = map[string]string{}
		}
		s.known[src] = safe
	}
	return safe
}

// maxStyleAttr is how much of a style attribute is read.
const maxStyleAttr = 16 << 10

// declarations writes those declarations in list that are allowed.
func (s *stylist) declarations(list []token) string {
	var out strings.Builder
	for n := 0; len(list) > 0 && n < maxDeclarations; n++ {
		end := endOfDeclaration(list)
		d := list[:end]
		list = list[min(end+1, len(list)):]
		name, value, ok := cutDeclaration(d)
		if !ok {
			continue
		}
		if text, ok := s.value(name, value); ok {
			if out.Len() > 0 {
				out.WriteByte(';')
			}
			out.WriteString(name + ":" + text)
		}
	}
	return out.String()
}

// endOfDeclaration returns where the first declaration in list ends: at a semicolon that is in no brackets. Whatever
// has a block is no declaration, and ends with it.
func endOfDeclaration(list []token) int {
	depth := 0
	for i := 0; i < len(list); i++ {
		switch list[i].kind {
		case css.SemicolonToken:
			if depth == 0 {
				return i
			}
		case css.LeftParenthesisToken, css.FunctionToken, css.LeftBracketToken:
			depth++
		case css.RightParenthesisToken, css.RightBracketToken:
			depth = max(depth-1, 0)
		case css.LeftBraceToken:
			if i = closing(list, i); depth == 0 {
				return i
			}
		}
	}
	return len(list)
}

// cutDeclaration parts "name: value".
func cutDeclaration(list []token) (name string, value []token, ok bool) {
	list = trim(list)
	if len(list) < 3 || list[0].kind != css.IdentToken {
		return "", nil, false
	}
	name, list = strings.ToLower(list[0].text), trim(list[1:])
	if len(list) < 2 || list[0].kind != css.ColonToken {
		return "", nil, false
	}
	value = trim(list[1:])
	return name, value, len(value) > 0 && len(value) <= maxTokens
}

// trim takes the blanks off both ends.
func trim(list []token) []token {
	for len(list) > 0 && list[0].kind == css.WhitespaceToken {
		list = list[1:]
	}
	for len(list) > 0 && list[len(list)-1].kind == css.WhitespaceToken {
		list = list[:len(list)-1]
	}
	return list
}
