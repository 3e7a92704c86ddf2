package pop3test_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"strings"
	"testing"

	"restante/pop3client/pop3test"
)

func serverTLS(t *testing.T) *tls.Config {
	certificate, _ := pop3test.SelfSigned(t)
	return &tls.Config{Certificates: []tls.Certificate{certificate}}
}

// secured returns a server with TLS to offer and what a client needs to trust it.
func secured(t *testing.T) (*pop3test.Server, *tls.Config) {
	certificate, roots := pop3test.SelfSigned(t)
	s, box := newServer()
	box.Deliver([]byte(second))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	return s, &tls.Config{RootCAs: roots, ServerName: "localhost"}
}

func TestTLSFromTheFirstByte(t *testing.T) {
	s, config := secured(t)
	conn, err := tls.Dial("tcp", pop3test.StartTLS(t, s), config)
	if err != nil {
		t.Fatal(err)
	}
	c := newTalk(t, conn)
	c.expect("+OK pop3test is ready")
	c.ask("STLS", "-ERR TLS is on already")
	c.ask("USER ann", "+OK now the password")
	c.ask("PASS secret", "+OK 1 messages")
	c.say("QUIT")
	if b, err := io.ReadAll(c.R); err != nil || string(b) != "+OK goodbye\r\n" {
		t.Errorf("QUIT: %q, %v; want the reply and an end in order", b, err)
	}
	if line := s.Transcript()[0]; !line.TLS {
		t.Errorf("%+v was under TLS", line)
	}
}

func TestSTLSForgetsWhatWasSaidInTheClear(t *testing.T) {
	s, config := secured(t)
	c := dial(t, pop3test.Start(t, s))
	c.ask("USER ann", "+OK now the password")
	c.say("STLS", "NOOP") // the NOOP is in the clear: never answered
	c.expect("+OK begin TLS")
	c = newTalk(t, tls.Client(c.conn, config))
	c.ask("PASS secret", "-ERR USER comes first")
	c.ask("STLS", "-ERR TLS is on already")
	c.ask("USER ann", "+OK now the password")
	c.ask("PASS secret", "+OK 1 messages")
	if s.Seen("NOOP") != 0 {
		t.Error("a command sent in the clear after STLS was carried out")
	}
}

func TestSTLSFaults(t *testing.T) {
	const inject = "+OK injected\r\n"
	for _, test := range []struct {
		name   string
		action pop3test.Action
		want   string
	}{
		{"refused", pop3test.Err("not today"), "-ERR not today\r\n"},
		{"injection (A3)", pop3test.Rewrite(func(b []byte) []byte { return append(b, inject...) }), "+OK begin TLS\r\n" + inject},
		{"no handshake (A5)", pop3test.Stall(-1), "+OK begin TLS\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, _ := secured(t)
			s.Faults = []pop3test.Fault{{Command: "STLS", Action: test.action}}
			c := dial(t, pop3test.Start(t, s))
			c.say("STLS")
			got := make([]byte, len(test.want))
			if _, err := io.ReadFull(c.R, got); err != nil || string(got) != test.want {
				t.Errorf("got %q, %v; want %q", got, err, test.want)
			}
		})
	}
}

func TestFaultsWorkUnderTLS(t *testing.T) {
	s, config := secured(t)
	gate := pop3test.NewGate()
	s.Faults = []pop3test.Fault{
		{Command: "NOOP", Action: pop3test.PauseAfter(3, gate)},
		{Command: "RETR", Action: pop3test.Truncate(25)},
	}
	c := dial(t, pop3test.Start(t, s)).startTLS(config)
	c.ask("USER ann", "+OK now the password")
	c.ask("PASS secret", "+OK 1 messages")
	c.say("NOOP")
	<-gate.Reached()
	c.say("RETR 1")
	gate.Open()
	c.expect("+OK nothing done")
	if got, want := c.rest(), "+OK 20 octets\r\nSubject: t"[:25]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestACertificateIsForItsHostsOnly(t *testing.T) {
	certificate, roots := pop3test.SelfSigned(t, "mail.example.org", "192.0.2.1")
	for host, want := range map[string]string{
		"mail.example.org": "", "192.0.2.1": "",
		"example.org": "mail.example.org, not example.org", "127.0.0.1": "192.0.2.1, not 127.0.0.1",
	} {
		_, err := certificate.Leaf.Verify(x509.VerifyOptions{Roots: roots, DNSName: host})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", host, err, want)
		}
	}
}

func TestAnExpiredCertificateWasValidOnce(t *testing.T) {
	certificate, roots, err := pop3test.ExpiredCertificate()
	if err != nil {
		t.Fatal(err)
	}
	options := x509.VerifyOptions{Roots: roots, DNSName: "localhost"}
	var invalid x509.CertificateInvalidError
	if _, err := certificate.Leaf.Verify(options); !errors.As(err, &invalid) || invalid.Reason != x509.Expired {
		t.Errorf("now: %v, want expired", err)
	}
	options.CurrentTime = certificate.Leaf.NotAfter
	if _, err := certificate.Leaf.Verify(options); err != nil {
		t.Errorf("at its last moment: %v", err)
	}
}
