package safehtml

import (
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/publicsuffix"
)

const (
	maxLinks    = 500 // links that are reported
	maxLinkText = 300 // bytes of a link's text that are reported
)

// Link is a link of a message, and what it says about where it leads.
type Link struct {
	// Text is what is read: without control characters and what turns the direction of text, in one line, at most 300
	// bytes of it. Pictures are their descriptions.
	Text string

	// Href is the http, https or mailto address that it leads to, before [ReaderOptions.Link] was asked.
	Href string

	// Host is the host in Href, in ASCII and without a port. That of mail is the domain of the first recipient, "" if
	// there is none.
	Host string

	// Shown is the host that the text names, in ASCII, "" if it names none: that of the first address of a page in it,
	// or the text is a domain or a mail address as a whole.
	Shown string
}

// Deceives reports whether the text names another site than the link leads to. Two hosts are of one site if they have
// the same registrable domain (https://publicsuffix.org); numerical addresses must be equal.
//
// Newsletters lead through the sites of those who count who follows a link, and deceive in the same way.
func (l Link) Deceives() bool {
	return l.Shown != "" && l.Host != "" && Site(l.Shown) != Site(l.Host)
}

// Site returns the registrable domain of a host (https://publicsuffix.org), or the host if it has none.
func Site(host string) string {
	host = strings.TrimSuffix(host, ".")
	if _, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return host
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return site
}

// describeLinks reports the links in n, and shows where those lead that do not say it. turned says that text in n is
// read from its end.
func (b *builder) describeLinks(n *html.Node, turned bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type != html.ElementNode:
		case c.Data == "a":
			b.describeLink(c, turned)
		default:
			b.describeLinks(c, turned || isTurned(c))
		}
	}
}

func (b *builder) describeLink(a *html.Node, turned bool) {
	text := textSeen(a, turned)
	link := linkOf(a, text)
	if len(b.report.Links) < maxLinks {
		b.report.Links = append(b.report.Links, link)
	}
	if host, _ := splitAddress(link.Href); host != "" && !strings.Contains(strings.ToLower(text), host) {
		setAttr(a, "title", host)
	}
	if link.Deceives() && !endsIn(a, isolated(link.Host)) {
		appendHost(a, link.Host)
	}
}

// linkOf describes a link that is read as text.
func linkOf(a *html.Node, text string) Link {
	href, _ := attr(a, "href")
	host, _ := splitAddress(href)
	if host == "" {
		host = mailHost(href)
	}
	shown := shownHost(text)
	if len(text) > maxLinkText {
		cut := maxLinkText
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	return Link{text, href, host, shown}
}

// mailHost returns the domain of the first recipient in a mailto address that safeURL made. RFC 6068, section 2.
func mailHost(href string) string {
	to, query, _ := strings.Cut(strings.TrimPrefix(href, "mailto:"), "?")
	for field := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(field, "="); to == "" && strings.EqualFold(name, "to") {
			to = value
		}
	}
	if plain, err := url.PathUnescape(to); err == nil {
		to = plain
	}
	to, _, _ = strings.Cut(to, ",")
	_, domain, found := strings.Cut(to, "@")
	host, ok := safeHost(domain)
	if !found || !ok {
		return ""
	}
	return host
}

// isolated is how the host is written that a link leads to. What turns the direction of the text before it does not
// turn what is between these characters: Unicode Standard Annex 9.
func isolated(host string) string { return "\u2066(" + host + ")\u2069" }

// endsIn reports whether a text is the last of what is in n.
func endsIn(n *html.Node, text string) bool {
	for n.LastChild != nil {
		n = n.LastChild
	}
	return n.Type == html.TextNode && strings.HasSuffix(strings.TrimRight(n.Data, " \t\n"), text)
}

// appendHost adds to a link, to be read after its text, the host that it leads to.
func appendHost(a *html.Node, host string) {
	space := " "
	if last := a.LastChild; last == nil || last.Type == html.TextNode && strings.HasSuffix(collapse(last.Data), " ") || hasBlocks(last) {
		space = ""
	}
	span := appendElement(a, "span")
	setAttr(span, "class", classHost)
	appendText(span, space+isolated(host))
}

// hasBlocks reports whether n is, or has in it, a block.
func hasBlocks(n *html.Node) bool {
	if blocks[n.Data] && n.Type == html.ElementNode {
		return true
	}
	for c := range n.Descendants() {
		if blocks[c.Data] && c.Type == html.ElementNode {
			return true
		}
	}
	return false
}
