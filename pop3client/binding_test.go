package pop3client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
)

const (
	tlsVersion12 = tls.VersionTLS12
	tlsVersion13 = tls.VersionTLS13
)

// handshaken returns a client on a connection of a TLS version, and the
// server's view of that.
func handshaken(t *testing.T, version uint16) (*Client, *tls.ConnectionState) {
	t.Helper()
	cert, pool := certificate(t, host)
	var server tls.ConnectionState
	done := make(chan struct{})
	o := dials(t, func(p *peer) {
		defer close(done)
		p = p.secureWith(&tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: version})
		server = p.conn.(*tls.Conn).ConnectionState()
		p.send("+OK\r\n")
		p.answer("CAPA", "-ERR\r\n")
	})
	o.TLS = &tls.Config{RootCAs: pool}
	c, err := Connect(t.Context(), Address{Host: host, Port: 995}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	<-done
	return c, &server
}

func TestTheConnectionStateIsThatOfTLS(t *testing.T) {
	c, _ := handshaken(t, tlsVersion12)
	if state, ok := c.ConnectionState(); !ok || state.Version != tlsVersion12 || len(state.PeerCertificates) != 1 {
		t.Errorf("%+v, %v; want TLS 1.2 and a certificate", state.Version, ok)
	}
	if _, ok := clientOn(new(chunkConn), nil).ConnectionState(); ok {
		t.Error("an open connection has a state of TLS")
	}
}

func TestBothSidesSeeTheSameChannel(t *testing.T) {
	c, server := handshaken(t, tlsVersion13)
	kind, data, ok := c.channelBinding()
	want, err := server.ExportKeyingMaterial("EXPORTER-Channel-Binding", []byte{}, 32)
	if err != nil || !ok || kind != "tls-exporter" || string(data) != string(want) {
		t.Errorf("TLS 1.3: %s %x, want the server's %x", kind, data, want)
	}
	other, _ := handshaken(t, tlsVersion13)
	if _, same, _ := other.channelBinding(); string(same) == string(data) {
		t.Error("two connections have the same binding")
	}

	c, _ = handshaken(t, tlsVersion12)
	state, _ := c.ConnectionState()
	sum := sha256.Sum256(state.PeerCertificates[0].Raw)
	if kind, data, ok := c.channelBinding(); !ok || kind != "tls-server-end-point" || string(data) != string(sum[:]) {
		t.Errorf("TLS 1.2: %s %x, want the hash of the certificate", kind, data)
	}
	if _, _, ok := clientOn(new(chunkConn), nil).channelBinding(); ok {
		t.Error("an open connection has a binding")
	}
}

func TestTheHashOfAnEndPoint(t *testing.T) {
	raw := []byte("certificate")
	s256, s384, s512 := sha256.Sum256(raw), sha512.Sum384(raw), sha512.Sum512(raw)
	for algorithm, want := range map[x509.SignatureAlgorithm]string{
		x509.SHA1WithRSA:      string(s256[:]), // RFC 5929, section 4.1
		x509.MD5WithRSA:       string(s256[:]),
		x509.SHA256WithRSAPSS: string(s256[:]),
		x509.ECDSAWithSHA384:  string(s384[:]),
		x509.SHA512WithRSA:    string(s512[:]),
		x509.PureEd25519:      "",
	} {
		if got := endPoint(&x509.Certificate{Raw: raw, SignatureAlgorithm: algorithm}); string(got) != want {
			t.Errorf("%v: %x, want %x", algorithm, got, want)
		}
	}
}

// protectedSCRAM signs in by SCRAM over TLS with a server that announces
// mechanisms and plays script.
func protectedSCRAM(t *testing.T, version uint16, announced string, o Options, script func(p *peer, state tls.ConnectionState)) (*Client, error) {
	t.Helper()
	cert, pool := certificate(t, host)
	d := dials(t, func(p *peer) {
		p = p.secureWith(&tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: version})
		p.certificate = cert.Leaf
		p.send("+OK\r\n")
		p.answer("CAPA", "+OK\r\nSASL "+announced+"\r\n.\r\n")
		script(p, p.conn.(*tls.Conn).ConnectionState())
	})
	o.Dial, o.TLS = d.Dial, &tls.Config{RootCAs: pool}
	c, err := Connect(t.Context(), Address{Host: host, Port: 995}, &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, c.Login(t.Context(), "ann", "secret")
}

// bound is the server of a password that has seen a channel.
func bound(header string, data []byte) scramPeer {
	return scramPeer{hash: sha256.New, password: "secret", rounds: 4096, binding: header + string(data)}
}

func (s scramPeer) finish(p *peer, name string) {
	last := s.serve(p, name)
	if last == "" {
		p.send("-ERR [AUTH] no\r\n")
		return
	}
	p.answer2("+ "+code(last)+"\r\n", "")
	p.send("+OK\r\n")
	p.noCAPA()
}

func TestSCRAMBoundToItsConnection(t *testing.T) {
	const plus = "SCRAM-SHA-256-PLUS"
	c, err := protectedSCRAM(t, tlsVersion13, "SCRAM-SHA-256 "+plus, Options{}, func(p *peer, state tls.ConnectionState) {
		data, _ := state.ExportKeyingMaterial("EXPORTER-Channel-Binding", nil, 32)
		bound("p=tls-exporter,,", data).finish(p, plus)
	})
	if err != nil || c.Mechanism() != plus {
		t.Errorf("TLS 1.3: %v by %q", err, c.Mechanism())
	}
	c, err = protectedSCRAM(t, tlsVersion12, plus, Options{}, func(p *peer, _ tls.ConnectionState) {
		sum := sha256.Sum256(p.certificate.Raw)
		bound("p=tls-server-end-point,,", sum[:]).finish(p, plus)
	})
	if err != nil || c.Mechanism() != plus {
		t.Errorf("TLS 1.2: %v by %q", err, c.Mechanism())
	}
	_, err = protectedSCRAM(t, tlsVersion12, plus, Options{}, func(p *peer, _ tls.ConnectionState) {
		bound("p=tls-server-end-point,,", make([]byte, 32)).finish(p, plus)
	})
	if !errors.Is(err, ErrAuth) {
		t.Errorf("TLS 1.2, the server has another certificate: %v, want ErrAuth", err)
	}
	_, err = protectedSCRAM(t, tlsVersion13, plus, Options{}, func(p *peer, _ tls.ConnectionState) {
		// Somebody in the middle has another connection to the real server.
		bound("p=tls-exporter,,", make([]byte, 32)).finish(p, plus)
	})
	if !errors.Is(err, ErrAuth) {
		t.Errorf("somebody in the middle: %v, want ErrAuth", err)
	}
}

func TestTheFlagOfSCRAMOverTLS(t *testing.T) {
	for name, test := range map[string]struct {
		announced string
		named     []string
		refused   bool
		flag      string
	}{
		"no binding offered":        {"SCRAM-SHA-256", nil, false, "y,,"},
		"offered, the caller's own": {"SCRAM-SHA-256 SCRAM-SHA-256-PLUS", []string{"SCRAM-SHA-256"}, false, "n,,"},
		"offered with another hash": {"SCRAM-SHA-256 SCRAM-SHA-1-PLUS", nil, false, "n,,"},
		"offered and not known":     {"SCRAM-SHA-256 SCRAM-SHA-256-PLUS", nil, true, "y,,"},
	} {
		c, err := protectedSCRAM(t, tlsVersion13, test.announced, Options{Mechanisms: test.named}, func(p *peer, _ tls.ConnectionState) {
			if test.refused {
				p.answer("AUTH SCRAM-SHA-256-PLUS", "-ERR unknown\r\n")
			}
			bound(test.flag, nil).finish(p, "SCRAM-SHA-256")
		})
		if err != nil || c.Mechanism() != "SCRAM-SHA-256" {
			t.Errorf("%s: %v by %q", name, err, c.Mechanism())
		}
	}
	c := clientOn(new(chunkConn), nil)
	c.caps.list = []capability{{name: "SASL", args: []string{"SCRAM-SHA-256"}}}
	if flag, _ := c.bindingFlag(false); flag != "n" {
		t.Errorf("without TLS the flag is %q, want n", flag)
	}
	c, _ = handshaken(t, tlsVersion13)
	if flag, _ := c.bindingFlag(false); flag != "n" {
		t.Errorf("without a list of mechanisms the flag is %q, want n", flag)
	}
}

func TestTheOfferTakenOutOnTheWayIsNoticed(t *testing.T) {
	_, err := protectedSCRAM(t, tlsVersion13, "SCRAM-SHA-256", Options{}, func(p *peer, _ tls.ConnectionState) {
		p.answer("AUTH SCRAM-SHA-256", "+\r\n")
		if first := (scramPeer{}).read(p); !strings.HasPrefix(first, "y,,") {
			p.t.Errorf("the client began %q, want y", first)
		}
		p.answer2("+ "+code("e=server-does-support-channel-binding")+"\r\n", "*")
	})
	if !errors.Is(err, ErrTLS) || errors.Is(err, ErrAuth) {
		t.Errorf("Login: %v, want ErrTLS", err)
	}
}

func TestCertificatesWithoutAHashHaveNoEndPoint(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if got := endPoint(&x509.Certificate{PublicKey: key.Public()}); got != nil {
		t.Errorf("%x, want nothing", got)
	}
}
