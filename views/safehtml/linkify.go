package safehtml

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// linkifyAll makes links of the addresses in the text of n that is in no link yet, and parts links that nothing but
// their looks kept apart.
func linkifyAll(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.TextNode:
			parts := newElement("div")
			linkify(parts, c.Data)
			for p := parts.FirstChild; p != nil; p = parts.FirstChild {
				parts.RemoveChild(p)
				n.InsertBefore(p, c)
			}
			n.RemoveChild(c)
		case c.Data != "a":
			linkifyAll(c)
		case c.PrevSibling != nil && c.PrevSibling.Data == "a":
			n.InsertBefore(&html.Node{Type: html.TextNode, Data: " "}, c)
		}
		c = next
	}
}

// linkify adds text to dst, with links for the addresses in it. Every byte is looked at a fixed number of times.
func linkify(dst *html.Node, s string) {
	done := 0 // up to here s is in dst
	add := func(start, end int, href string) {
		appendText(dst, s[done:start])
		appendText(appendLink(dst, href), s[start:end])
		done = end
	}
	for i := 0; i < len(s); {
		if prefix := urlPrefix(s, i); prefix != "" {
			end := urlEnd(s, i)
			if href, ok := textURL(prefix, s[i:end]); ok {
				add(i, end, href)
			}
			i = end
			continue
		}
		if s[i] == '@' {
			if start, end, ok := mailAddress(s, done, i); ok {
				add(start, end, "mailto:"+encode(s[start:end]))
				i = end
				continue
			}
		}
		i++
	}
	appendText(dst, s[done:])
}

// urlPrefix returns what an address of a page or for mail that begins at s[i] begins with, "" if none does. It begins
// no word in the middle.
func urlPrefix(s string, i int) string {
	if strings.IndexByte("hHwWmM", s[i]) < 0 || i > 0 && (isAlnum(s[i-1]) || strings.IndexByte("@./_-", s[i-1]) >= 0) {
		return ""
	}
	for _, prefix := range []string{"http://", "https://", "mailto:", "www."} {
		if len(s)-i > len(prefix) && strings.EqualFold(s[i:i+len(prefix)], prefix) {
			return prefix
		}
	}
	return ""
}

// textURL returns the address for a piece of text that looks like one.
func textURL(prefix, s string) (string, bool) {
	switch {
	case len(s) <= len(prefix):
		return "", false
	case prefix == "www.":
		s = "http://" + s
	case prefix == "mailto:":
		if at := strings.IndexByte(s, '@'); at <= len(prefix) || at == len(s)-1 {
			return "", false
		}
	}
	return safeURL(s)
}

// urlEnd returns where the address that begins at s[i] ends: before what no address has in it, less the punctuation
// that belongs to the sentence around it.
func urlEnd(s string, i int) int {
	end := len(s)
	if n := strings.IndexFunc(s[i:], endsURL); n >= 0 {
		end = i + n
	}
	rounds := strings.Count(s[i:end], "(") - strings.Count(s[i:end], ")")
	squares := strings.Count(s[i:end], "[") - strings.Count(s[i:end], "]")
	for end > i+1 {
		switch c := s[end-1]; {
		case strings.IndexByte(".,;:!?'*_~", c) >= 0:
		case c == ')' && rounds < 0:
			rounds++
		case c == ']' && squares < 0:
			squares++
		default:
			return end
		}
		end--
	}
	return end
}

// endsURL reports whether an address in text ends before r.
func endsURL(r rune) bool {
	switch {
	case r <= ' ' || r == 0x7F || r == utf8.RuneError || unicode.IsSpace(r):
		return true
	case r < utf8.RuneSelf:
		return strings.ContainsRune("<>\"`{}|\\^", r)
	case unicode.Is(unicode.Cf, r): // among them those that turn the direction of what follows
		return true
	}
	// Quotes, and the punctuation of scripts that set no blank before it.
	return strings.ContainsRune("«»‘’“”„‹›", r) || '\u3000' <= r && r <= '\u303F' || '\uFF00' <= r && r <= '\uFF0F' ||
		r == '：' || r == '；' || r == '？'
}

const (
	// maxLocal is the longest local part of an address, by RFC 5321, section 4.5.3.1.1.
	maxLocal = 64

	// atext has, beside letters and digits, what a local part is taken to be made of in text. RFC 5322 allows more.
	atext = "!#$%'*+-^_~."
)

// mailAddress returns where the mail address around the "@" at s[at] begins and ends. It begins at least at least.
func mailAddress(s string, least, at int) (start, end int, ok bool) {
	start = at
	for start > least && at-start <= maxLocal && (isAlnum(s[start-1]) || strings.IndexByte(atext, s[start-1]) >= 0) {
		start--
	}
	if start > least && s[start-1] >= utf8.RuneSelf {
		// A letter that is not ASCII belongs to the address: half of it would be somebody else's.
		if r, _ := utf8.DecodeLastRuneInString(s[least:start]); unicode.IsLetter(r) {
			return 0, 0, false
		}
	}
	for start < at && strings.IndexByte("'*.~", s[start]) >= 0 {
		start++
	}
	end = at + 1
	for end < len(s) && end-at <= maxHost && (isAlnum(s[end]) || s[end] == '-' || s[end] == '.') {
		end++
	}
	for end > at && strings.IndexByte("-.", s[end-1]) >= 0 {
		end--
	}
	if start == at || at-start > maxLocal {
		return 0, 0, false
	}
	return start, end, isMailDomain(s[at+1 : max(end, at+1)])
}

// isMailDomain reports whether s has labels and ends in one that could be a top-level domain.
func isMailDomain(s string) bool {
	dot := strings.LastIndexByte(s, '.')
	if dot <= 0 || len(s)-dot <= 2 || s[0] == '-' || strings.Contains(s, "..") {
		return false
	}
	return strings.IndexFunc(s[dot+1:], func(r rune) bool { return '0' <= r && r <= '9' }) < 0 || strings.HasPrefix(s[dot+1:], "xn--")
}
