package safehtml

import (
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/idna"
)

// maxURL is how long an address may be. Those of tracking links reach 4 KB.
const maxURL = 8 << 10

// maxHost bounds what is looked at as a host, before it is turned into the at most 253 characters that one may have.
const maxHost = 512

// appendLink adds a link to an address that safeURL made, and returns it.
func appendLink(parent *html.Node, href string) *html.Node {
	a := appendElement(parent, "a")
	setAttr(a, "href", href)
	setAttr(a, "rel", "noopener noreferrer nofollow")
	setAttr(a, "target", "_blank")
	return a
}

// safeURL returns the address that a browser would go to for raw, written so that nothing about it can be
// misunderstood: absolute, the host in ASCII, without user and password, everything unusual percent-encoded.
// It returns false for anything but http, https and mailto.
//
// WHATWG URL Standard, section 4.4: what it skips, replaces and forgives is skipped, replaced and forgiven here, so that
// "java\nscript:" is seen as what it is and "https:/logout" cannot become an address of our own.
func safeURL(raw string) (string, bool) {
	if len(raw) > maxURL {
		return "", false
	}
	scheme, rest, ok := cutScheme(raw)
	if !ok {
		return "", false
	}
	switch scheme {
	case "http", "https":
		return webURL(scheme, rest)
	case "mailto":
		return mailURL(rest)
	}
	return "", false
}

// cutScheme takes an address apart after its scheme, which it returns in lower case.
func cutScheme(raw string) (scheme, rest string, ok bool) {
	scheme, rest, ok = strings.Cut(trimURL(raw), ":")
	return strings.ToLower(scheme), rest, ok
}

// trimURL takes out of an address what browsers take out before they read it.
func trimURL(raw string) string {
	raw = strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' })
	if strings.ContainsAny(raw, "\t\n\r") {
		raw = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(raw)
	}
	return raw
}

// webURL returns the address of a page, from what follows "https:".
func webURL(scheme, rest string) (string, bool) {
	rest = strings.TrimLeft(rest, `/\`)
	end := strings.IndexAny(rest, `/\?#`)
	if end < 0 {
		end = len(rest)
	}
	authority, rest := rest[:end], rest[end:]
	// Who reads "https://bank.example@evil.example" takes the first for the host.
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	host, ok := safeHost(authority)
	if !ok {
		return "", false
	}
	path := len(rest)
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		path = i
	}
	return scheme + "://" + host + encode(strings.ReplaceAll(rest[:path], `\`, "/")+rest[path:]), true
}

// safeHost returns a host with its port, if there is one, in ASCII and lower case.
func safeHost(s string) (string, bool) {
	if len(s) > maxHost {
		return "", false
	}
	host, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		host, port = s[:i], s[i+1:]
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return "", false
		}
		port = ":" + strconv.FormatUint(n, 10)
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		ip, err := netip.ParseAddr(host[1 : len(host)-1])
		if err != nil || !ip.Is6() || ip.Zone() != "" {
			return "", false
		}
		return "[" + ip.String() + "]" + port, true
	}
	if !isASCII(host) {
		// Underscores and other oddities are let through here, as browsers do, and looked at below.
		ascii, err := idna.New(idna.MapForLookup(), idna.StrictDomainName(false)).ToASCII(host)
		if err != nil {
			return "", false
		}
		host = ascii
	}
	host = strings.ToLower(host)
	if endsInNumber(host) {
		ip, ok := parseIPv4(host)
		return ip + port, ok
	}
	return host + port, isHost(host)
}

// endsInNumber reports whether browsers read a host as an IPv4 address, or as none at all.
// WHATWG URL Standard, section 3.5.
func endsInNumber(host string) bool {
	host = strings.TrimSuffix(host, ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	_, err := parseNumber(last)
	return err == nil || last != "" && strings.Trim(last, "0123456789") == ""
}

// parseIPv4 returns the usual form of an address that may be written in fewer parts than four, each decimal, octal or
// hexadecimal: "0x7f.1" is 127.0.0.1.
func parseIPv4(host string) (string, bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) > 4 {
		return "", false
	}
	var ip uint64
	for i, part := range parts {
		n, err := parseNumber(part)
		bits := 8
		if i == len(parts)-1 {
			bits = 8 * (5 - len(parts))
		}
		if err != nil || n >= 1<<bits {
			return "", false
		}
		ip = ip<<bits | n
	}
	return netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)}).String(), true
}

// parseNumber reads one part of an IPv4 address. "0x" alone is 0.
func parseNumber(s string) (uint64, error) {
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		if hex == "" {
			return 0, nil
		}
		return strconv.ParseUint(hex, 16, 64)
	}
	if len(s) > 1 && s[0] == '0' {
		return strconv.ParseUint(s[1:], 8, 64)
	}
	return strconv.ParseUint(s, 10, 64)
}

// isHost reports whether s is made of what a host's name is made of, and is more than dots.
func isHost(s string) bool {
	if len(s) > 253 || strings.Trim(s, ".-_") == "" {
		return false
	}
	for i := range len(s) {
		if !isAlnum(s[i]) && !strings.ContainsRune(".-_", rune(s[i])) {
			return false
		}
	}
	return true
}

// mailURL returns an address for writing mail, from what follows "mailto:". Encoded line breaks are taken out of
// everything but the body, where RFC 6068, section 5, gives them a meaning: elsewhere they could add header lines.
func mailURL(rest string) (string, bool) {
	to, query, _ := strings.Cut(rest, "?")
	to = withoutBreaks(to)
	if strings.TrimLeft(to, "/") == "" && query == "" {
		return "", false
	}
	var out strings.Builder
	out.WriteString("mailto:" + encode(to))
	separator := "?"
	for field := range strings.SplitSeq(query, "&") {
		if name, _, _ := strings.Cut(field, "="); !strings.EqualFold(name, "body") {
			field = withoutBreaks(field)
		}
		if field != "" {
			out.WriteString(separator + encode(field))
			separator = "&"
		}
	}
	return out.String(), true
}

// withoutBreaks takes out encoded carriage returns and line feeds, also those whose halves come together when another
// is taken out of their middle.
func withoutBreaks(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		out = append(out, s[i])
		if n := len(out) - 3; n >= 0 && out[n] == '%' && out[n+1] == '0' && strings.IndexByte("aAdD", out[n+2]) >= 0 {
			out = out[:n]
		}
	}
	return string(out)
}

const hexDigits = "0123456789ABCDEF"

// encode percent-encodes every byte that RFC 3986 does not have in an address, and "'". What is encoded already stays.
func encode(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if c := s[i]; isAlnum(c) || strings.IndexByte("-._~:/?#[]@!$&()*+,;=%", c) >= 0 {
			out.WriteByte(c)
		} else {
			out.WriteByte('%')
			out.WriteByte(hexDigits[c>>4])
			out.WriteByte(hexDigits[c&15])
		}
	}
	return out.String()
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
