package mail

import (
	"net/url"
	"strings"
	"unicode"
)

const (
	maxWays = 4    // to leave a list that are read
	maxWay  = 2000 // bytes of one
)

// Unsubscribe are the ways to leave the mailing list that a message came from, as the sender has them, the first that is
// a web page and the first that is an address to write to (RFC 2369, section 3.2); "" for none. The page is one of https
// with a host. Neither has been checked in any other way.
func (m *Message) Unsubscribe() (page, address string) {
	rest := header(m.Header).get("List-Unsubscribe")
	for range maxWays {
		_, after, found := strings.Cut(rest, "<")
		way, next, closed := strings.Cut(after, ">")
		if !found || !closed {
			break
		}
		rest = next
		way = strings.TrimSpace(way)
		u, err := url.Parse(way)
		if err != nil || len(way) > maxWay || strings.ContainsFunc(way, unprintable) {
			continue
		}
		switch {
		case u.Scheme == "https" && u.Hostname() != "" && page == "":
			page = way
		case u.Scheme == "mailto" && address == "":
			address = writable(u)
		}
	}
	return page, address
}

// writable is the one address that a mailto URL names; "" where it names none, or several.
func writable(u *url.URL) string {
	address, err := url.PathUnescape(u.Opaque)
	local, domain, ok := strings.Cut(address, "@")
	if err != nil || !ok || local == "" || domain == "" || strings.ContainsAny(address, " ,<>") || strings.ContainsFunc(address, unprintable) {
		return ""
	}
	return address
}

// unprintable reports whether r cannot stand in an address that a person is shown.
func unprintable(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar }
