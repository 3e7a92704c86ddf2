package pop3client_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante/pop3client"
	"restante/pop3client/pop3test"
)

// protected connects over TLS of a version to a server and signs in.
func protected(t *testing.T, server *pop3test.Server, version uint16, o pop3client.Options, cred pop3client.Credentials) (*pop3client.Client, error) {
	t.Helper()
	cert, pool := pop3test.SelfSigned(t)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: version}
	o.TLS = &tls.Config{RootCAs: pool}
	c, err := pop3client.Connect(t.Context(), address(t, pop3test.StartTLS(t, server), pop3client.TLS), &o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, c.Authenticate(t.Context(), cred)
}

func TestEveryMechanismWithAServer(t *testing.T) {
	for _, name := range []string{
		"USER", "APOP", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "OAUTHBEARER", "XOAUTH2",
	} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			for _, atOnce := range []bool{false, true} {
				server := &pop3test.Server{Mechanisms: []string{name}}
				server.AddUser("ann", "päss word").SetTokens("good")
				o := pop3client.Options{Mechanisms: []string{name}, InitialResponse: atOnce}
				right := pop3client.Credentials{User: "ann", Password: "päss word"}
				wrong := pop3client.Credentials{User: "ann", Password: "päss Word"}
				if strings.Contains(name, "OAUTH") {
					right = pop3client.Credentials{User: "ann", Token: tokens(false, "good")}
					wrong = pop3client.Credentials{User: "ann", Token: tokens(false, "bad")}
				}
				c, err := protected(t, server, version, o, right)
				if err != nil || c.Mechanism() != name {
					t.Errorf("%s, TLS %x, at once %v: %v by %q", name, version, atOnce, err, c.Mechanism())
					continue
				}
				if _, _, err := c.Stat(t.Context()); err != nil {
					t.Errorf("%s: Stat: %v", name, err)
				}
				c.Close()
				if _, err := protected(t, server, version, o, wrong); !errors.Is(err, pop3client.ErrAuth) || errors.Is(err, pop3client.ErrClosed) {
					t.Errorf("%s, TLS %x, at once %v: wrong credentials: %v, want ErrAuth", name, version, atOnce, err)
				}
			}
		}
	}
}

// tokens is a source of one token, and of a good one when a newer is asked for,
// if it may.
func tokens(renew bool, token string) func(context.Context, bool) (string, error) {
	return func(_ context.Context, refresh bool) (string, error) {
		if refresh && renew {
			return "good", nil
		}
		return token, nil
	}
}

func TestTheBestMechanismWithServersLikeTheBigOnes(t *testing.T) {
	password := pop3client.Credentials{User: "ann", Password: "secret"}
	token := pop3client.Credentials{User: "ann", Token: tokens(true, "old")}
	for name, test := range map[string]struct {
		server *pop3test.Server
		cred   pop3client.Credentials
		want   string
	}{
		"Gmail":             {pop3test.LikeGmail(250), password, "PLAIN"},
		"Gmail, a token":    {pop3test.LikeGmail(250), token, "OAUTHBEARER"},
		"Outlook, a token":  {pop3test.LikeOutlook(), token, "XOAUTH2"},
		"Dovecot":           {pop3test.LikeDovecot(), password, "SCRAM-SHA-256"},
		"Courier":           {pop3test.LikeCourier(), password, ""},
		"popa3d":            {pop3test.LikePopa3d(), password, "USER"},
		"all":               {&pop3test.Server{Mechanisms: []string{"EXTERNAL", "XOAUTH2", "LOGIN", "PLAIN", "CRAM-MD5", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}}, password, "SCRAM-SHA-256-PLUS"},
		"nothing but LOGIN": {&pop3test.Server{Mechanisms: []string{"LOGIN"}}, password, "LOGIN"},
	} {
		test.server.AddUser("ann", "secret").SetTokens("good")
		c, err := protected(t, test.server, 0, pop3client.Options{}, test.cred)
		if err != nil || test.want != "" && c.Mechanism() != test.want {
			t.Errorf("%s: %v by %q, want %q", name, err, c.Mechanism(), test.want)
		}
	}
	server := pop3test.LikeOutlook()
	server.AddUser("ann", "secret")
	if _, err := protected(t, server, 0, pop3client.Options{}, pop3client.Credentials{User: "ann", Token: tokens(false, "old")}); !errors.Is(err, pop3client.ErrAuth) {
		t.Errorf("a token that is never good: %v, want ErrAuth", err)
	}
}

func TestLanguagesOfAServer(t *testing.T) {
	server := &pop3test.Server{UTF8: true, Languages: []string{"en English", "de Deutsch"}}
	server.AddUser("ann", "secret").Deliver([]byte("Subject: grüße\r\n\r\n"))
	hostPort := pop3test.Start(t, server)
	for _, allowed := range []bool{false, true} {
		c, err := pop3client.Connect(t.Context(), address(t, hostPort, pop3client.Insecure), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		langs, err := c.Langs(t.Context())
		if diff := cmp.Diff([]pop3client.Language{{Tag: "en", Name: "English"}, {Tag: "de", Name: "Deutsch"}}, langs); diff != "" || err != nil {
			t.Errorf("Langs: %v %s", err, diff)
		}
		if tag, err := c.Lang(t.Context(), "de"); tag != "de" || err != nil {
			t.Errorf("Lang: %q, %v", tag, err)
		}
		if allowed {
			if err := c.UTF8(t.Context()); err != nil {
				t.Errorf("UTF8: %v", err)
			}
		}
		if err := c.Login(t.Context(), "ann", "secret"); err != nil {
			t.Fatal(err)
		}
		var message strings.Builder
		_, err = c.Retrieve(t.Context(), 1, &message)
		if allowed != (err == nil) || !allowed && !errors.Is(err, pop3client.ErrUTF8) {
			t.Errorf("with UTF8 %v: %v", allowed, err)
		}
	}
}

// Nobody on the way may learn a secret before TLS, nor after a handshake that failed.
func TestNoSecretLeavesBeforeTLS(t *testing.T) {
	server := &pop3test.Server{Mechanisms: []string{"USER", "PLAIN"}} // without STLS
	server.AddUser("ann", "secret")
	var sent strings.Builder
	o := &pop3client.Options{Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		return &spy{conn, &sent}, err
	}}
	_, err := pop3client.Connect(t.Context(), address(t, pop3test.Start(t, server), pop3client.STLS), o)
	if !errors.Is(err, pop3client.ErrNoSTLS) {
		t.Errorf("Connect: %v, want ErrNoSTLS", err)
	}
	lines := strings.Split(strings.TrimSpace(sent.String()), "\r\n")
	if !slices.Equal(lines, []string{"CAPA"}) {
		t.Errorf("sent %q, want CAPA alone", lines)
	}
}

// spy is a connection that keeps what is sent.
type spy struct {
	net.Conn
	sent *strings.Builder
}

func (s *spy) Write(p []byte) (int, error) {
	s.sent.Write(p)
	return s.Conn.Write(p)
}

func TestACertificateSignsIn(t *testing.T) {
	cert, pool := pop3test.SelfSigned(t)
	mine, authorities, err := pop3test.ClientCertificate("ann")
	if err != nil {
		t.Fatal(err)
	}
	server := &pop3test.Server{
		Mechanisms: []string{"EXTERNAL", "PLAIN"},
		TLS:        &tls.Config{Certificates: []tls.Certificate{cert}, ClientCAs: authorities, ClientAuth: tls.VerifyClientCertIfGiven},
	}
	server.AddUser("ann", "secret")
	hostPort := pop3test.StartTLS(t, server)
	for name, test := range map[string]struct {
		certificates []tls.Certificate
		want         error
	}{
		"with it":    {[]tls.Certificate{mine}, nil},
		"without it": {nil, pop3client.ErrNoMechanism},
	} {
		o := &pop3client.Options{Mechanisms: []string{"EXTERNAL"}, TLS: &tls.Config{RootCAs: pool, Certificates: test.certificates}}
		c, err := pop3client.Connect(t.Context(), address(t, hostPort, pop3client.TLS), o)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if err := c.Authenticate(t.Context(), pop3client.Credentials{}); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestCertificatesThatDoNotVerifyTakeNoPassword(t *testing.T) {
	good, pool := pop3test.SelfSigned(t)
	expired, expiredPool, err := pop3test.ExpiredCertificate("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, elsewherePool, err := pop3test.Certificate("elsewhere.example")
	if err != nil {
		t.Fatal(err)
	}
	_, otherPool := pop3test.SelfSigned(t)
	for name, test := range map[string]struct {
		cert tls.Certificate
		pool *x509.CertPool
		want error
	}{
		"good":        {good, pool, nil},
		"expired":     {expired, expiredPool, pop3client.ErrTLS},
		"other name":  {elsewhere, elsewherePool, pop3client.ErrTLS},
		"self-signed": {good, otherPool, pop3client.ErrTLS},
	} {
		server := &pop3test.Server{TLS: &tls.Config{Certificates: []tls.Certificate{test.cert}}}
		server.AddUser("ann", "secret")
		for security, start := range map[pop3client.Security]func(pop3test.TB, *pop3test.Server) string{pop3client.TLS: pop3test.StartTLS, pop3client.STLS: pop3test.Start} {
			c, err := pop3client.Connect(t.Context(), address(t, start(t, server), security), &pop3client.Options{TLS: &tls.Config{RootCAs: test.pool}})
			if !errors.Is(err, test.want) {
				t.Errorf("%s, security %d: %v, want %v", name, security, err, test.want)
			}
			if c != nil {
				c.Close()
			}
		}
		if logins := server.Logins(); len(logins) > 0 {
			t.Errorf("%s: somebody signed in: %+v", name, logins)
		}
	}
}
