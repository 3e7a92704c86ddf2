package pop3client

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Security says how a connection is protected. The zero value is TLS.
type Security int

const (
	TLS      Security = iota // TLS from the first byte (RFC 8314), port 995
	STLS                     // STLS is required before anything else (RFC 2595), port 110
	Insecure                 // no protection at all, port 110
)

// maxHost is the longest host name that DNS can hold (RFC 1035, section 2.3.4).
const maxHost = 253

// schemes holds the three ways to write an address, in the order of Security.
var schemes = [...]struct {
	name string
	port int
}{
	TLS:      {"pop3s", 995},
	STLS:     {"pop3", 110},
	Insecure: {"pop3+insecure", 110},
}

// Address is where a server is and how it is spoken to. It is comparable, and
// two addresses that [ParseAddress] made are equal when they mean the same.
type Address struct {
	Host     string // lower case; an IPv6 address without brackets
	Port     int
	Security Security
}

var (
	errForm = errors.New("an address is written pop3s://host (TLS, port 995), pop3://host (STLS required, port 110) " +
		"or pop3+insecure://host (no protection, port 110), with :port after the host when it is another")
	errHost = errors.New("the host must be a name such as mail.example.org (international names in their xn-- form), " +
		"an IPv4 address or an IPv6 address in brackets")
	errPort = errors.New("the port must be a number from 1 to 65535")
)

// ParseAddress reads "pop3s://host[:995]", "pop3://host[:110]" or
// "pop3+insecure://host[:110]". Anything else, such as a user name, a path or a
// zone, is an error that says what is allowed.
func ParseAddress(s string) (Address, error) {
	a, err := parseAddress(s)
	if err != nil {
		return Address{}, fmt.Errorf("address %q: %w", clip(s, maxHost), err)
	}
	return a, nil
}

func parseAddress(s string) (Address, error) {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return Address{}, errForm
	}
	for security, known := range schemes {
		if !strings.EqualFold(scheme, known.name) {
			continue
		}
		host, port, err := splitPort(rest, known.port)
		if err != nil {
			return Address{}, err
		}
		host, err = canonicalHost(host)
		if err != nil {
			return Address{}, err
		}
		return Address{Host: host, Port: port, Security: Security(security)}, nil
	}
	return Address{}, errForm
}

// splitPort takes the port off "host:port" or "[v6]:port"; without one it is
// the given default.
func splitPort(s string, port int) (string, int, error) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.HasSuffix(s, "]") {
		return s, port, nil
	}
	digits := s[i+1:]
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || n == 0 || digits[0] == '0' {
		return "", 0, errPort
	}
	return s[:i], int(n), nil
}

// canonicalHost returns the one spelling of a host: lower case, without the
// dot of the root, IP addresses as net/netip writes them.
func canonicalHost(s string) (string, error) {
	if inner, ok := strings.CutPrefix(s, "["); ok {
		inner, ok = strings.CutSuffix(inner, "]")
		ip, err := netip.ParseAddr(inner)
		if !ok || err != nil || !ip.Is6() || ip.Zone() != "" {
			return "", errHost
		}
		return ip.String(), nil
	}
	s = strings.ToLower(strings.TrimSuffix(s, "."))
	if ip, err := netip.ParseAddr(s); err == nil && ip.Is4() {
		return s, nil
	}
	if s == "" || len(s) > maxHost {
		return "", errHost
	}
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if !isLabel(label) {
			return "", errHost
		}
	}
	// Resolvers read 127.1, 0x7f000001 and 0177.0.0.1 as IPv4 addresses.
	// A name whose last label is a number is nobody's name.
	if looksNumeric(labels[len(labels)-1]) {
		return "", errHost
	}
	return s, nil
}

// isLabel reports whether s may stand between the dots of a host name. The
// underscore is not of RFC 1123, but names with it exist.
func isLabel(s string) bool {
	if s == "" || len(s) > 63 || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

func looksNumeric(label string) bool {
	if strings.HasPrefix(label, "0x") {
		return true
	}
	return strings.Trim(label, "0123456789") == ""
}

// String is the canonical form, which ParseAddress reads back: lower case, the
// port only when it is not the default.
func (a Address) String() string {
	if a.Security < 0 || int(a.Security) >= len(schemes) {
		return "unknown://" + a.HostPort()
	}
	scheme := schemes[a.Security]
	if a.Port != scheme.port {
		return scheme.name + "://" + a.HostPort()
	}
	if strings.Contains(a.Host, ":") {
		return scheme.name + "://[" + a.Host + "]"
	}
	return scheme.name + "://" + a.Host
}

// HostPort is the address as [net.Dial] wants it.
func (a Address) HostPort() string {
	return net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
}
