package safehtml

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// textSeen returns the text in n in one line, in the order in which it is read, pictures as their descriptions. turned
// says that it is read from its end.
func textSeen(n *html.Node, turned bool) string {
	var out strings.Builder
	writeSeen(&out, n)
	text := asTurned(out.String())
	if turned {
		text = reverse(text)
	}
	return strings.Join(strings.Fields(text), " ")
}

func writeSeen(out *strings.Builder, n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			out.WriteString(c.Data)
		case c.Data == "img":
			alt, _ := attr(c, "alt")
			out.WriteString(alt)
		case isTurned(c):
			var part strings.Builder
			writeSeen(&part, c)
			out.WriteString(reverse(part.String()))
		case blocks[c.Data] || c.Data == "br":
			out.WriteByte(' ')
			writeSeen(out, c)
			out.WriteByte(' ')
		default:
			writeSeen(out, c)
		}
	}
}

// isTurned reports whether text in an element is read from its end, whatever its letters.
func isTurned(n *html.Node) bool { return n.Data == "bdo" && direction(n) == "rtl" }

const (
	overrideRTL = "\u202E" // what follows is read from its end
	popOverride = "\u202C" // up to here
)

// asTurned returns text as it is read where characters in it turn its direction, and without those.
func asTurned(s string) string {
	var out strings.Builder
	for {
		before, after, found := strings.Cut(s, overrideRTL)
		out.WriteString(before)
		if !found {
			break
		}
		turned, rest, _ := strings.Cut(after, popOverride)
		out.WriteString(reverse(turned))
		s = rest
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, out.String())
}

func reverse(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

// shownHost returns the host that a text names, "" if it names none: that of the first address of a page in it, or that
// of the domain or mail address that it is.
func shownHost(text string) string {
	text = withoutInvisible(norm.NFKC.String(text))
	for i := range len(text) {
		if prefix := urlPrefix(text, i); prefix != "" {
			if host := hostAfter(prefix, text[i+len(prefix):]); host != "" {
				return host
			}
		}
	}
	if words := strings.Fields(text); len(words) == 1 {
		return bareHost(words[0])
	}
	return ""
}

// withoutInvisible takes out characters that are not seen.
func withoutInvisible(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) {
			return -1
		}
		return r
	}, s)
}

// hostAfter returns the host in what follows "https://", "www." or "mailto:". Of "https://bank.example@evil.example" it
// is the one that is read first.
func hostAfter(prefix, rest string) string {
	authority := authorityOf(rest)
	at := strings.LastIndexByte(authority, '@')
	switch {
	case prefix == "mailto:" && at < 0:
		return ""
	case prefix == "www.":
		if host := namedHost(prefix + authority); strings.Count(host, ".") >= 2 {
			return host
		}
		return ""
	case at >= 0 && prefix != "mailto:":
		user, _, _ := strings.Cut(authority, "@")
		if host := namedHost(user); isKnownDomain(host) {
			return host
		}
	}
	return namedHost(authority[at+1:])
}

// bareHost returns the host in a word that is a domain, with or without a path, or a mail address.
func bareHost(word string) string {
	bare := strings.TrimLeftFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	if strings.Contains(word[:len(word)-len(bare)], "@") { // the name of an account
		return ""
	}
	if _, after, found := strings.Cut(bare, "://"); found {
		bare = after
	}
	if i := strings.IndexAny(bare, "/?#\\"); i >= 0 {
		bare = bare[:i]
	}
	bare = authorityOf(bare[strings.LastIndexByte(bare, '@')+1:])
	if ip, err := netip.ParseAddr(bare); err == nil && ip.Is4() {
		return bare
	}
	if host := namedHost(bare); isKnownDomain(host) {
		return host
	}
	return ""
}

// authorityOf returns the beginning of s that can be a host, with a port, user and password.
func authorityOf(s string) string {
	s = s[:min(len(s), maxHost)]
	if i := strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && !strings.ContainsRune("-_.@:[]。", r)
	}); i >= 0 {
		s = s[:i]
	}
	return s
}

// namedHost returns the host that s begins with, as safeHost does, "" if there is none.
func namedHost(s string) string {
	if i := strings.IndexByte(s, ']'); strings.HasPrefix(s, "[") && i >= 0 {
		s = s[:i+1]
	} else {
		s, _, _ = strings.Cut(s, ":")
		s = strings.TrimRight(s, "-_.。[]")
	}
	host, ok := safeHost(s)
	if !ok {
		return ""
	}
	return host
}

// isKnownDomain reports whether a host is one that somebody can have: "node.js" is none. Those of RFC 2606, section 2,
// are taken for such.
func isKnownDomain(host string) bool {
	suffix, managed := publicsuffix.PublicSuffix(host)
	return host != suffix && (managed || strings.Contains(suffix, ".") || slices.Contains([]string{"example", "test", "invalid"}, suffix))
}
