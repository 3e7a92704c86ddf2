package dial

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"restante/cmd/check/corpus"
)

// addresses has the kind of each, with the first and last of the blocks.
var addresses = map[string]kind{
	"8.8.8.8":                public,
	"1.1.1.1":                public,
	"11.0.0.0":               public,
	"100.63.255.255":         public,
	"100.128.0.0":            public,
	"172.15.255.255":         public,
	"172.32.0.0":             public,
	"192.0.1.0":              public,
	"223.255.255.255":        public,
	"::ffff:8.8.8.8":         public,
	"64:ff9b::808:808":       public, // NAT64 of 8.8.8.8
	"2a00:1450:4001:81b::5":  public,
	"2001:470::1":            public,
	"2606:4700:4700::1111":   public,
	"10.0.0.1":               private,
	"10.255.255.255":         private,
	"100.64.0.1":             private,
	"100.100.100.200":        private,
	"100.127.255.255":        private,
	"127.0.0.1":              private,
	"127.255.255.255":        private,
	"172.16.0.1":             private,
	"172.31.255.255":         private,
	"192.0.0.1":              private,
	"192.0.2.1":              private,
	"192.88.99.1":            private,
	"192.168.1.1":            private,
	"198.18.0.1":             private,
	"198.19.255.255":         private,
	"198.51.100.7":           private,
	"203.0.113.7":            private,
	"::1":                    private,
	"::ffff:127.0.0.1":       private,
	"::ffff:0a00:1":          private,
	"::127.0.0.1":            private, // IPv4-compatible
	"::ffff:0:127.0.0.1":     private, // IPv4-translated
	"64:ff9b::7f00:1":        private, // NAT64 of 127.0.0.1
	"64:ff9b::192.168.1.1":   private,
	"64:ff9b:1::808:808":     private, // NAT64 of a local network
	"2002:7f00:1::":          private, // 6to4 of 127.0.0.1
	"2002:808:808::1":        private,
	"2001::1":                private, // Teredo
	"2001:db8::1":            private,
	"2001:10::1":             private,
	"3fff::1":                private,
	"4000::1":                private,
	"fc00::1":                private,
	"fd00:ec2::254":          private,
	"fdff::1":                private,
	"fec0::1":                private,
	"100::1":                 private,
	"0.0.0.0":                unusable,
	"0.1.2.3":                unusable,
	"169.254.169.254":        unusable,
	"::ffff:169.254.169.254": unusable,
	"64:ff9b::a9fe:a9fe":     unusable,
	"224.0.0.1":              unusable,
	"239.255.255.255":        unusable,
	"240.0.0.1":              unusable,
	"255.255.255.255":        unusable,
	"::":                     unusable,
	"::ffff:0.0.0.0":         unusable,
	"fe80::1":                unusable,
	"fe80::1%eth0":           unusable,
	"febf::1":                unusable,
	"ff02::1":                unusable,
	"2a00:1450::5%eth0":      unusable,
}

func TestWhichAddressesAreAllowed(t *testing.T) {
	for text, want := range addresses {
		ip := netip.MustParseAddr(text)
		if got := kindOf(ip); got != want {
			t.Errorf("%s is of kind %d, want %d", text, got, want)
		}
		if err := (Policy{}).Allow(ip); (err == nil) != (want == public) || err != nil && !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v", text, err)
		}
		if err := (Policy{Private: true}).Allow(ip); (err == nil) != (want != unusable) {
			t.Errorf("%s with Private: %v", text, err)
		}
	}
	if err := (Policy{Private: true}).Allow(netip.Addr{}); !errors.Is(err, ErrForbidden) {
		t.Errorf("no address at all: %v, want ErrForbidden", err)
	}
}

// FuzzAllow: without Private no address is allowed that net/netip calls
// loopback, private, link-local, multicast or unspecified, nor one with a zone;
// and every spelling of an IPv4 address in IPv6 is judged as the address itself
// or more strictly.
func FuzzAllow(f *testing.F) {
	for text := range addresses {
		ip := netip.MustParseAddr(text)
		f.Add(ip.AsSlice())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		ip, ok := netip.AddrFromSlice(b)
		if !ok {
			return
		}
		allowed := Policy{}.Allow(ip) == nil
		plain := ip.Unmap()
		if allowed && (!plain.IsGlobalUnicast() || plain.IsPrivate()) {
			t.Fatalf("%v is allowed", ip)
		}
		if !ip.Is4() {
			return
		}
		four := ip.As4()
		for _, head := range []string{"::", "::ffff:0:0", "64:ff9b::", "64:ff9b:1::"} {
			wide := netip.MustParseAddr(head).As16()
			copy(wide[12:], four[:])
			if embedded := netip.AddrFrom16(wide); (Policy{}).Allow(embedded) == nil && !allowed {
				t.Fatalf("%v is allowed, and %v is not", embedded, ip)
			}
		}
		wide := [16]byte{0x20, 0x02}
		copy(wide[2:], four[:])
		if (Policy{}).Allow(netip.AddrFrom16(wide)) == nil && !allowed {
			t.Fatalf("6to4 of %v is allowed", ip)
		}
	})
}

// listener is a port of this machine that knows who comes.
type listener struct {
	port int
	came chan string
}

func listen(t *testing.T) *listener {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	known := &listener{port: l.Addr().(*net.TCPAddr).Port, came: make(chan string, 100)}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			known.came <- conn.RemoteAddr().String()
			conn.Close()
		}
	})
	t.Cleanup(func() {
		l.Close()
		running.Wait()
	})
	return known
}

// visits returns how many connections were opened since the last call. One of
// its own comes behind them, so that none is overlooked.
func (l *listener) visits(t *testing.T) int {
	t.Helper()
	last, err := net.Dial("tcp4", l.at("127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	n := 0
	for visitor := range l.came {
		if visitor == last.LocalAddr().String() {
			break
		}
		n++
	}
	return n
}

func (l *listener) at(host string) string { return net.JoinHostPort(host, strconv.Itoa(l.port)) }

func TestLoopbackIsDialledOnlyWhenAllowed(t *testing.T) {
	l := listen(t)
	tests := map[string]struct {
		policy  Policy
		allowed bool
	}{
		"nobody said so":         {Policy{}, false},
		"Private":                {Policy{Private: true}, true},
		"named host":             {Policy{Named: []string{"MAIL.test"}}, true},
		"named host and port":    {Policy{Named: []string{l.at("mail.test")}}, true},
		"named at another port":  {Policy{Named: []string{"mail.test:1"}}, false},
		"another is named":       {Policy{Named: []string{"test", "mail.test.example", "127.0.0.1"}}, false},
		"Private, port allowed":  {Policy{Private: true, Ports: []int{995, l.port}}, true},
		"Private, port not":      {Policy{Private: true, Ports: []int{995, 110}}, false},
		"Private, no ports":      {Policy{Private: true, Ports: []int{}}, false},
		"named, port is no more": {Policy{Named: []string{"mail.test"}, Ports: []int{995}}, true},
	}
	for name, test := range tests {
		test.policy.Resolver = always(t, "127.0.0.1")
		conn, err := test.policy.DialContext(t.Context(), "tcp", l.at("mail.test"))
		if conn != nil {
			conn.Close()
		}
		if (err == nil) != test.allowed || err != nil && !errors.Is(err, ErrForbidden) {
			t.Errorf("%s: %v, want allowed: %v", name, err, test.allowed)
		}
		if n := l.visits(t); (n > 0) != test.allowed {
			t.Errorf("%s: %d connections were opened", name, n)
		}
	}
}

func TestRebindingIsCaughtBecauseTheDialledAddressDecides(t *testing.T) {
	l := listen(t)
	server := &nameserver{answer: func(lookup int) []netip.Addr {
		if lookup == 1 {
			return parsed("8.8.8.8")
		}
		return parsed("127.0.0.1")
	}}
	policy := Policy{Resolver: server.resolver(t)}

	// Somebody who looks first sees a public address …
	first, err := policy.Resolver.LookupNetIP(t.Context(), "ip4", "rebind.test")
	if err != nil || len(first) != 1 || policy.Allow(first[0]) != nil {
		t.Fatalf("the first lookup: %v, %v; want a public address", first, err)
	}
	// … and the connection would go to this machine.
	conn, err := policy.DialContext(t.Context(), "tcp", l.at("rebind.test"))
	if conn != nil {
		conn.Close()
	}
	if !errors.Is(err, ErrForbidden) || !strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("DialContext: %v, want ErrForbidden for 127.0.0.1", err)
	}
	if n := l.visits(t); n != 0 {
		t.Errorf("%d connections were opened", n)
	}
}

func TestEveryAddressOfANameIsDecidedOn(t *testing.T) {
	l := listen(t)
	// The first is not allowed, the second is: by a policy that allows loopback
	// and no link-local address.
	policy := Policy{Private: true, Resolver: always(t, "169.254.169.254", "127.0.0.1")}
	conn, err := policy.DialContext(t.Context(), "tcp4", l.at("several.test"))
	if err != nil {
		t.Fatalf("DialContext: %v, want a connection to the second address", err)
	}
	defer conn.Close()
	if got := conn.RemoteAddr().String(); got != l.at("127.0.0.1") {
		t.Errorf("connected to %s", got)
	}
}

func TestOnlyTCPIsDialled(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "socket")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	policy := Policy{Private: true, Named: []string{socket, "127.0.0.1"}}
	for network, addr := range map[string]string{"unix": socket, "udp": "127.0.0.1:53", "ip4:icmp": "127.0.0.1", "": "127.0.0.1:1"} {
		if _, err := policy.DialContext(t.Context(), network, addr); !errors.Is(err, ErrForbidden) {
			t.Errorf("%q %s: %v, want ErrForbidden", network, addr, err)
		}
	}
	if _, err := policy.DialContext(t.Context(), "tcp", "no port"); err == nil {
		t.Error("an address without a port was dialled")
	}
}

func TestADoneContextEndsTheDialling(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (Policy{Private: true}).DialContext(ctx, "tcp", "127.0.0.1:1"); !errors.Is(err, context.Canceled) {
		t.Errorf("DialContext: %v, want context.Canceled", err)
	}
}

func TestTargetsOfTheCorpus(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(corpus.Dir(t), "security", "ssrf-targets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var targets []struct{ ID, Host string }
	if err := json.Unmarshal(content, &targets); err != nil {
		t.Fatal(err)
	}
	l := listen(t)
	// Whatever is a name leads to this machine, as the names of the list do.
	policy := Policy{Resolver: always(t, "127.0.0.1", "::1")}
	for _, target := range targets {
		addr := net.JoinHostPort(strings.Trim(target.Host, "[]"), strconv.Itoa(l.port))
		conn, err := policy.DialContext(t.Context(), "tcp", addr)
		if err == nil {
			conn.Close()
			t.Errorf("%s: %q was dialled", target.ID, target.Host)
			continue
		}
		var noName *net.DNSError // what the resolver does not take for a name is no target either
		if !errors.Is(err, ErrForbidden) && !errors.As(err, &noName) {
			t.Errorf("%s: %q: %v, want ErrForbidden or no such name", target.ID, target.Host, err)
		}
	}
	if n := l.visits(t); n != 0 || len(targets) == 0 {
		t.Errorf("%d targets, %d connections were opened", len(targets), n)
	}
}
