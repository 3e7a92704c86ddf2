package dial

import "net/netip"

// kind is what an address is to somebody outside this network.
type kind int

const (
	unusable kind = iota // never a server: multicast, broadcast, unspecified, link-local
	private              // this host, this network, or reserved for what is not the internet
	public
)

// never lists the addresses at which no policy looks for a server.
var never = prefixes(
	"0.0.0.0/8",      // this network (RFC 791); the system takes 0.0.0.0 for loopback
	"169.254.0.0/16", // link-local (RFC 3927), metadata services
	"224.0.0.0/4",    // multicast (RFC 5771)
	"240.0.0.0/4",    // reserved (RFC 1112), broadcast
	"::/128",         // unspecified
	"fe80::/10",      // link-local (RFC 4291)
	"ff00::/8",       // multicast (RFC 4291)
)

// special lists the other IPv4 addresses that are not public (IANA IPv4
// Special-Purpose Address Registry, RFC 6890).
var special = prefixes(
	"10.0.0.0/8",      // private (RFC 1918)
	"100.64.0.0/10",   // shared, carrier-grade NAT (RFC 6598)
	"127.0.0.0/8",     // loopback (RFC 1122)
	"172.16.0.0/12",   // private (RFC 1918)
	"192.0.0.0/24",    // protocol assignments (RFC 6890)
	"192.0.2.0/24",    // documentation (RFC 5737)
	"192.31.196.0/24", // AS112 (RFC 7535)
	"192.52.193.0/24", // AMT (RFC 7450)
	"192.88.99.0/24",  // 6to4 relays (RFC 7526)
	"192.168.0.0/16",  // private (RFC 1918)
	"192.175.48.0/24", // AS112 (RFC 7534)
	"198.18.0.0/15",   // benchmarking (RFC 2544)
	"198.51.100.0/24", // documentation (RFC 5737)
	"203.0.113.0/24",  // documentation (RFC 5737)
)

// global is the one block from which public IPv6 addresses come (RFC 4291);
// special6 are the parts of it that are none (IANA IPv6 Special-Purpose Address
// Registry).
var (
	global   = netip.MustParsePrefix("2000::/3")
	special6 = prefixes(
		"2001::/23",         // protocol assignments (RFC 2928): Teredo, ORCHID, benchmarking
		"2001:db8::/32",     // documentation (RFC 3849)
		"2002::/16",         // 6to4 (RFC 3056, obsolete): holds any IPv4 address
		"2620:4f:8000::/48", // AS112 (RFC 7534)
		"3fff::/20",         // documentation (RFC 9637)
	)
)

// nat64 translates to the IPv4 address in its last 32 bits (RFC 6052). Networks
// without IPv4 reach public servers so.
var nat64 = netip.MustParsePrefix("64:ff9b::/96")

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

func in(list []netip.Prefix, ip netip.Addr) bool {
	for _, prefix := range list {
		if prefix.Contains(ip) {
			return true
		}
	}
	return false
}

// kindOf decides by what the packets will reach: IPv4 in IPv6 is judged as the
// IPv4 address that it stands for. Anything that is not known to be public is
// not.
func kindOf(ip netip.Addr) kind {
	ip = ip.Unmap() // ::ffff:0:0/96 (RFC 4291)
	if nat64.Contains(ip) {
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	switch {
	case !ip.IsValid(), ip.Zone() != "", in(never, ip):
		return unusable
	case ip.Is4() && !in(special, ip):
		return public
	case ip.Is6() && global.Contains(ip) && !in(special6, ip):
		return public
	}
	return private
}
