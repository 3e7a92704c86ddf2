package safehtml

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

const (
	maxHosts    = 100 // hosts that are reported
	maxTrackers = 20  // names of those who count openings that are reported
)

// count counts one picture by where it would come from, and notes whose it is.
func (b *builder) count(n *html.Node, dot bool) {
	src, _ := attr(n, "src")
	set, _ := attr(n, "srcset")
	source := normalSource(src)
	if !isRemote(source) {
		if other := candidateOf(set); isRemote(other) {
			source = other
		}
	}
	switch {
	case isRemote(source):
		b.countRemote(source, dot)
	case isRemote(src) || isRemote(set): // an address that cannot be told
		b.report.Remote++
		if dot {
			b.report.Tracking++
		}
	case isInline(src):
		b.report.Inline++
	}
}

// countRemote counts a picture on the network, by its address that normalSource made.
func (b *builder) countRemote(address string, dot bool) {
	r := &b.report
	host, _ := splitAddress(address)
	r.Remote++
	r.Hosts = noteOnce(r.Hosts, host, maxHosts)
	service, counts := openingCounter(address)
	if dot || counts {
		r.Tracking++
		r.Trackers = noteOnce(r.Trackers, cmp.Or(service, host), maxTrackers)
	}
}

// noteOnce adds s to list unless it is there or the list is full.
func noteOnce(list []string, s string, limit int) []string {
	if len(list) >= limit || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// openingCounter returns the name of the service that a picture belongs to, "" if it is not known, and whether the
// address is for nothing but to count openings.
func openingCounter(address string) (service string, counts bool) {
	host, path := splitAddress(address)
	if host == "" {
		return "", false
	}
	pattern := numberless(host)
	for _, o := range openings {
		if o.matches(host, pattern, path) {
			return cmp.Or(o.service, serviceAt(host)), true
		}
	}
	return serviceAt(host), false
}

// matches reports whether that is what the address looks like that has this host, which is pattern less its numbers, and
// this path.
func (o opening) matches(host, pattern, path string) bool {
	if o.domain != "" && !isUnder(host, o.domain) && !isUnder(pattern, o.domain) {
		return false
	}
	path, query, _ := strings.Cut(path, "?")
	if word, found := strings.CutSuffix(o.path, "*"); found {
		return strings.HasPrefix(path, word)
	}
	rest, found := strings.CutPrefix(path, o.path)
	whole := rest == "" || o.path == "" || strings.HasSuffix(o.path, "/") ||
		!isAlnum(rest[0]) && rest[0] != '-' && rest[0] != '_'
	return found && whole && strings.Contains(query, o.query)
}

// serviceAt returns the name of the service whose domain a host is on, "" if it is not known.
func serviceAt(host string) string {
	for h := host; h != ""; {
		if name := cmp.Or(services[h], services[numberless(h)]); name != "" {
			return name
		}
		_, h, _ = strings.Cut(h, ".")
	}
	return ""
}

// isUnder reports whether a host is a domain or on one.
func isUnder(host, domain string) bool {
	rest, found := strings.CutSuffix(host, domain)
	return found && (rest == "" || strings.HasSuffix(rest, "."))
}

// numberless returns a host with "#" for every number.
func numberless(host string) string {
	var out strings.Builder
	for i := range len(host) {
		digit := '0' <= host[i] && host[i] <= '9'
		switch {
		case !digit:
			out.WriteByte(host[i])
		case i == 0 || host[i-1] < '0' || host[i-1] > '9':
			out.WriteByte('#')
		}
	}
	return out.String()
}

// splitAddress returns the host of an address that safeURL made, without its port, and what follows it. Both are "" for
// what is not on the web.
func splitAddress(address string) (host, path string) {
	scheme, rest, _ := strings.Cut(address, "://")
	if scheme != "http" && scheme != "https" {
		return "", ""
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, path = rest[:end], rest[end:]
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return host, path
}
