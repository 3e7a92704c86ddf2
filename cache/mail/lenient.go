package mail

import "strings"

// lenientAddresses reads what senders write for an address list: commas in unquoted names, semicolons between
// addresses, addresses in a row, quotes and brackets without an end, groups, routes, words that are no address.
// Its time is linear in the length.
func lenientAddresses(list string) []Address {
	p := addressList{}
	tokens := addressTokens(list)
	for begin := 0; begin <= len(tokens) && len(p.out) <= maxAddresses; {
		end := begin
		for end < len(tokens) && tokens[end].kind != ',' && tokens[end].kind != ';' {
			end++
		}
		p.entry(tokens[begin:end])
		if end == len(tokens) || tokens[end].kind == ';' {
			p.release()
		}
		begin = end + 1
	}
	p.release()
	return p.out
}

// token is a piece of an address list.
type token struct {
	kind byte // 'a' plain text, '"' quoted, '(' comment, '<' in angle brackets, or one of , ; :
	text string
}

func addressTokens(s string) []token {
	var out []token
	var words wordDecoder
	lastQuote, comments := strings.LastIndexByte(s, '"'), matchParens(s)
	for at := 0; at < len(s); {
		var t token
		n := 1
		switch c := s[at]; {
		case c == ',' || c == ';' || c == ':':
			t = token{kind: c}
		case c == '<':
			t, n = angleToken(s[at:])
		case c == '"' && at < lastQuote:
			t, n = quotedToken(s[at:])
		case c == '(' && comments[at] > 0:
			t, n = token{'(', s[at+1 : comments[at]]}, comments[at]+1-at
		default:
			n = textLength(s[at:], &words)
			t = token{'a', s[at : at+n]}
		}
		if last := len(out) - 1; t.kind == 'a' && last >= 0 && out[last].kind == 'a' {
			out[last].text = s[at-len(out[last].text) : at+n]
		} else {
			out = append(out, t)
		}
		at += n
	}
	return out
}

// textLength returns how far plain text goes at the beginning of s. An encoded word is text to its end, whatever
// separators a careless sender left in it.
func textLength(s string, words *wordDecoder) int {
	if strings.HasPrefix(s, "=?") {
		if _, rest, ok := words.cutWord(s); ok {
			return len(s) - len(rest)
		}
	}
	if n := 1 + strings.IndexAny(s[1:], `"(<,;:=`); n > 0 {
		return n
	}
	return len(s)
}

// angleToken reads <…>. Without its end it goes up to the next separator.
func angleToken(s string) (t token, n int) {
	end := strings.IndexAny(s[1:], "<>") + 1
	if end > 0 && s[end] == '>' {
		return token{'<', s[1:end]}, end + 1
	}
	if end = strings.IndexAny(s[1:], ",;<") + 1; end == 0 {
		end = len(s)
	}
	return token{'<', s[1:end]}, end
}

// quotedToken reads "…", with backslashes removed.
func quotedToken(s string) (t token, n int) {
	var b strings.Builder
	i := 1
	for ; i < len(s) && s[i] != '"'; i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return token{'"', b.String()}, min(i+1, len(s))
}

// matchParens tells for the place of each parenthesis that is closed where that is. The others are plain text.
func matchParens(s string) map[int]int {
	out := map[int]int{}
	var open []int
	for i := range len(s) {
		switch {
		case s[i] == '(':
			open = append(open, i)
		case s[i] == ')' && len(open) > 0:
			out[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	return out
}

// addressList collects entries.
type addressList struct {
	out  []Address
	held string // entries without an address: the beginning of a name with a comma in it
}

// hold keeps a name for the entry that follows.
func (p *addressList) hold(name string) {
	if len(p.held) > maxName {
		p.release()
	}
	p.held = strings.TrimLeft(p.held+", "+name, ", ")
}

// release gives up waiting for the rest of a held name.
func (p *addressList) release() {
	if p.held != "" {
		p.add(p.held, "")
		p.held = ""
	}
}

func (p *addressList) add(name, addr string) {
	if a := newAddress(name, addr); a != (Address{}) {
		p.out = append(p.out, a)
	}
}

// entry takes what stands between two separators.
func (p *addressList) entry(tokens []token) {
	tokens = withoutGroup(tokens)
	var angles []string
	for _, t := range tokens {
		if t.kind == '<' {
			angles = append(angles, angleAddr(t.text))
		}
	}
	if len(angles) == 0 {
		p.bare(tokens)
		return
	}
	name := entryName(tokens)
	if p.held != "" {
		name, p.held = strings.TrimRight(p.held+", "+name, ", "), ""
	}
	for _, addr := range angles {
		p.add(name, addr)
		name = ""
	}
}

// withoutGroup removes a group's name and its colon: what stands before a colon and has no @ in it.
func withoutGroup(tokens []token) []token {
	for i := 0; i < len(tokens); i++ {
		if tokens[i].kind == '<' || tokens[i].kind != '"' && strings.Contains(tokens[i].text, "@") {
			break
		}
		if tokens[i].kind == ':' {
			tokens = tokens[i+1:]
			i = -1
		}
	}
	return tokens
}

// angleAddr takes the address out of <…>: without a route, which RFC 5322, section 4.4, wants ignored.
func angleAddr(s string) string {
	s = strings.TrimLeft(strings.TrimSpace(s), "<")
	if strings.HasPrefix(s, "@") {
		s = s[strings.LastIndexByte(s, ':')+1:]
	}
	if len(s) > len("mailto:") && strings.EqualFold(s[:len("mailto:")], "mailto:") {
		s = s[len("mailto:"):]
	}
	return strings.Trim(s, `"' `)
}

// entryName joins all that is not in angle brackets.
func entryName(tokens []token) string {
	var b strings.Builder
	for _, t := range tokens {
		switch t.kind {
		case '(':
			if strings.TrimSpace(t.text) != "" {
				b.WriteString(" (" + t.text + ") ")
			}
		case ':':
			b.WriteByte(':')
		case 'a':
			b.WriteString(strings.Trim(t.text, `>\`))
		case '"':
			b.WriteString(t.text)
		case '<':
			b.WriteByte(' ')
		}
	}
	name := strings.TrimSpace(b.String())
	// A comment alone is the name: the form that mail had before RFC 822.
	if inner, ok := strings.CutPrefix(name, "("); ok && strings.HasSuffix(inner, ")") && strings.Count(inner, "(") == 0 {
		name = inner[:len(inner)-1]
	}
	return name
}

// bare takes an entry without angle brackets: words with an @ are addresses, the others are the name of the first.
func (p *addressList) bare(tokens []token) {
	var addrs []string
	var rest []token
	for i, t := range tokens {
		switch {
		case t.kind == '"' && i+1 < len(tokens) && strings.HasPrefix(tokens[i+1].text, "@"):
			domain, text, _ := strings.Cut(tokens[i+1].text, " ")
			addrs = append(addrs, quotedAddr(t.text+domain))
			tokens[i+1].text = text
		case t.kind == 'a':
			var words []string
			for _, word := range strings.Fields(joinAt(t.text)) {
				if strings.Contains(word, "@") {
					addrs = append(addrs, strings.Trim(word, `'>\`))
				} else {
					words = append(words, word)
				}
			}
			rest = append(rest, token{'a', " " + strings.Join(words, " ") + " "})
		default:
			rest = append(rest, t)
		}
	}
	name := entryName(rest)
	if len(addrs) == 0 && strings.Contains(name, "@") && !strings.Contains(name, " ") {
		addrs, name = []string{name}, ""
	}
	if len(addrs) == 0 {
		if name != "" {
			p.hold(name)
		}
		return
	}
	p.release()
	for _, addr := range addrs {
		p.add(name, addr)
		name = ""
	}
}

// joinAt removes the spaces around an @.
func joinAt(s string) string {
	if !strings.Contains(s, "@") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(squeeze(s), " @", "@"), "@ ", "@")
}
