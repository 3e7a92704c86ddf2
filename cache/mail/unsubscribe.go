package mail

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

const (
	maxWays = 4    // to leave a list that are read
	maxWay  = 2000 // bytes of one

	maxSignatures = 20 // of a message that are looked at
)

// Unsubscribe are the ways to leave the mailing list that a message came from, as the sender has them, the first that is
// a web page and the first that is an address to write to (RFC 2369, section 3.2); "" for none. The page is one of https
// with a host and without a user. Neither has been checked in any other way.
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
		case u.Scheme == "https" && u.Hostname() != "" && u.User == nil && page == "":
			page = way
		case u.Scheme == "mailto" && address == "":
			address = writable(u)
		}
	}
	return page, address
}

// LeavesAtOnce reports whether Unsubscribe returns a page, which promises to take a person off the list when it is sent
// "List-Unsubscribe=One-Click" (RFC 8058, section 3.1), and whether a DKIM signature covers that promise and the page, which
// section 4 asks for. Whether the signature holds is not checked.
func (m *Message) LeavesAtOnce() bool {
	h := header(m.Header)
	promise := h.all("List-Unsubscribe-Post")
	page, _ := m.Unsubscribe()
	if page == "" || len(promise) != 1 || h.count("List-Unsubscribe") != 1 || !strings.EqualFold(strings.TrimSpace(promise[0]), "List-Unsubscribe=One-Click") {
		return false
	}
	signatures := h.all("DKIM-Signature")
	return slices.ContainsFunc(signatures[:min(len(signatures), maxSignatures)], func(signature string) bool {
		return signs(signature, "List-Unsubscribe") && signs(signature, "List-Unsubscribe-Post")
	})
}

// signs reports whether the field of a name is one that a signature names in its h tag (RFC 6376, section 3.5).
func signs(signature, field string) bool {
	for tag := range strings.SplitSeq(cut(signature, maxValue), ";") {
		if name, value, _ := strings.Cut(tag, "="); strings.TrimSpace(name) == "h" {
			for signed := range strings.SplitSeq(value, ":") {
				if strings.EqualFold(strings.TrimSpace(signed), field) {
					return true
				}
			}
		}
	}
	return false
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
