package safehtml

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// maxCandidates is how many addresses of a srcset are looked at.
const maxCandidates = 16

// sourceOf returns where a picture is to be had, as [ReaderOptions.Picture] is asked for it, "" if nowhere.
func sourceOf(n *html.Node) string {
	src, _ := attr(n, "src")
	if trimURL(src) != "" {
		return normalSource(src)
	}
	set, _ := attr(n, "srcset")
	return candidateOf(set)
}

// candidateOf returns the first address in a srcset that is one. HTML Standard, section 4.8.4.2.1.
func candidateOf(set string) string {
	for range maxCandidates {
		set = strings.TrimLeft(set, ", \t\n\f\r")
		if set == "" {
			break
		}
		end := strings.IndexAny(set, " \t\n\f\r")
		if end < 0 {
			end = len(set)
		}
		raw := set[:end]
		set = set[end:]
		if bare := strings.TrimRight(raw, ","); bare != raw {
			raw = bare // and no description follows
		} else if _, after, found := strings.Cut(set, ","); found {
			set = after
		} else {
			set = ""
		}
		if source := normalSource(raw); source != "" {
			return source
		}
	}
	return ""
}

// normalSource returns the address of a picture in the one way that it is written, "" if it is neither on the network
// nor a part of the message.
func normalSource(raw string) string {
	if len(raw) > maxURL {
		return ""
	}
	scheme, rest, ok := cutScheme(raw)
	switch {
	case ok && (scheme == "http" || scheme == "https"):
		address, _ := webURL(scheme, rest)
		return address
	case ok && scheme == "cid":
		return contentID(rest)
	case isRemote(raw):
		address, _ := webURL("https", trimURL(raw))
		return address
	}
	return ""
}

// contentID returns the address of a part of the message from what follows "cid:", decoded. RFC 2392, section 2.
func contentID(id string) string {
	if plain, err := url.PathUnescape(id); err == nil {
		id = plain
	}
	id = strings.TrimSuffix(strings.TrimPrefix(id, "<"), ">")
	if id == "" || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
		return ""
	}
	return "cid:" + id
}

// isRemote reports whether a browser would ask the network for an address.
func isRemote(src string) bool {
	scheme, rest, ok := cutScheme(src)
	if ok && (scheme == "http" || scheme == "https") {
		return rest != ""
	}
	src = trimURL(src)
	return len(src) > 2 && strings.Trim(src[:2], `/\`) == ""
}

func isInline(src string) bool {
	scheme, _, ok := cutScheme(src)
	return ok && scheme == "cid"
}

// isOurs reports whether an address leads to our own site, whoever reads it: it begins with one "/", and has nothing in
// it that browsers replace or leave out.
func isOurs(address string) bool {
	return len(address) > 1 && address[0] == '/' && address[1] != '/' && encode(address) == address
}
