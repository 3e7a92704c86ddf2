// Package dial opens connections to addresses that people typed in, and decides
// where they may lead: on the address that is actually dialled, after DNS.
//
// A decision on a name, or on an address that was looked up earlier, would be
// worth nothing: a name may resolve to something else the next moment (DNS
// rebinding), resolvers read 127.1 and 0x7f000001 as addresses, and IPv6 knows
// many ways to write an IPv4 address.
package dial

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// ErrForbidden says that the policy does not allow a connection. None was
// opened. The rest of the error names the address, for a log; it is not for the
// person who asked, to whom it would tell what a name resolves to inside.
var ErrForbidden = errors.New("connecting there is not allowed")

// Policy says where connections may go. The zero value allows every port of
// public unicast addresses. It must not change while it is in use.
type Policy struct {
	// Private allows loopback, private (RFC 1918, RFC 4193), shared (RFC 6598)
	// and the other addresses that are not public too. Link-local addresses,
	// where clouds keep their metadata services, stay forbidden, and so do
	// multicast, broadcast and unspecified ones.
	Private bool

	// Named lists hosts, as "host" or "host:port", that the operator of this
	// instance chose. They may be anywhere, at any port: neither Private nor
	// Ports concerns them. Compared without case, as written: a name here says
	// nothing about its address.
	Named []string

	// Ports lists the ports that may be dialled. Nil: all.
	Ports []int

	// Resolver looks names up. Nil: net.DefaultResolver.
	Resolver *net.Resolver
}

// DialContext connects to addr over "tcp", "tcp4" or "tcp6", trying each
// address of a name in turn, as [net.Dialer] does. When the policy forbids all
// of them the error is ErrForbidden.
func (p Policy) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	if network != "tcp" && network != "tcp4" && network != "tcp6" {
		return nil, fmt.Errorf("dial %s: %w: only TCP is", network, ErrForbidden)
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	dialer := net.Dialer{Resolver: p.Resolver}
	if !p.named(host, port) {
		// The system calls back with each address just before it connects.
		dialer.ControlContext = func(_ context.Context, _, address string, _ syscall.RawConn) error {
			return p.check(address)
		}
	}
	return dialer.DialContext(ctx, network, addr)
}

// named reports whether the operator chose this host, at this port or any.
func (p Policy) named(host, port string) bool {
	return slices.ContainsFunc(p.Named, func(name string) bool {
		return strings.EqualFold(name, host) || strings.EqualFold(name, net.JoinHostPort(host, port))
	})
}

// check decides on "ip:port".
func (p Policy) check(address string) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %q is no address", ErrForbidden, address)
	}
	if p.Ports != nil && !slices.Contains(p.Ports, int(at.Port())) {
		return fmt.Errorf("%w: port %s", ErrForbidden, strconv.Itoa(int(at.Port())))
	}
	return p.Allow(at.Addr())
}

// Allow returns nil when the policy allows connections to ip, else ErrForbidden.
func (p Policy) Allow(ip netip.Addr) error {
	switch of := kindOf(ip); {
	case of == public, of == private && p.Private:
		return nil
	default:
		return fmt.Errorf("%w: %v", ErrForbidden, ip)
	}
}
