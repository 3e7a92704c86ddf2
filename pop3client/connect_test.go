package pop3client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

const host = "pop.example.org"

// dials returns options under which each dialling leads to the next script.
func dials(t *testing.T, scripts ...func(p *peer)) *Options {
	return &Options{Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if len(scripts) == 0 {
			t.Error("dialled more often than expected")
			return nil, net.ErrClosed
		}
		script := scripts[0]
		scripts = scripts[1:]
		return play(t, script), nil
	}}
}

func TestConnectWithTLSFromTheFirstByte(t *testing.T) {
	cert, pool := certificate(t, host)
	o := dials(t, func(p *peer) {
		p = p.secure(cert)
		p.send("+OK ready\r\n")
		p.answer("CAPA", "+OK\r\nUIDL\r\n.\r\n")
		p.answer("NOOP", "+OK\r\n")
	})
	o.TLS = &tls.Config{RootCAs: pool}
	c, err := Connect(t.Context(), Address{Host: host, Port: 995}, o)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Noop(t.Context()); err != nil {
		t.Error(err)
	}
	if !c.Has("uidl") {
		t.Error("the capabilities lack UIDL")
	}
}

func TestConnectDialsTheHostAndPortOfTheAddress(t *testing.T) {
	for text, want := range map[string]string{
		"pop3s://mail.example.org":                "mail.example.org:995",
		"pop3+insecure://[2001:db8::1]:1110":      "[2001:db8::1]:1110",
		"pop3://mail.example.org":                 "mail.example.org:110",
		"POP3+insecure://MAIL.example.org.:10110": "mail.example.org:10110",
	} {
		a, err := ParseAddress(text)
		if err != nil {
			t.Fatal(err)
		}
		var dialled string
		refused := errors.New("refused")
		_, err = Connect(t.Context(), a, &Options{Dial: func(_ context.Context, network, addr string) (net.Conn, error) {
			dialled = network + " " + addr
			return nil, refused
		}})
		if dialled != "tcp "+want || !errors.Is(err, refused) {
			t.Errorf("%s: dialled %q (%v), want %q", text, dialled, err, want)
		}
	}
}

func TestTheCertificateMustVerify(t *testing.T) {
	cert, pool := certificate(t, host)
	tests := map[string]struct {
		host string
		pool *x509.CertPool
		is   any
	}{
		"self-signed": {host, x509.NewCertPool(), new(x509.UnknownAuthorityError)},
		"other host":  {"imap.example.org", pool, new(x509.HostnameError)},
	}
	for name, test := range tests {
		for _, security := range []Security{TLS, STLS} {
			// A pipe would not do: both sides write at once when the client objects.
			port := loopback(t, func(p *peer) {
				if security == STLS {
					p.send("+OK\r\n")
					p.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n")
					p.answer("STLS", "+OK\r\n")
				}
				p.secure(cert)
			})
			o := &Options{
				TLS: &tls.Config{RootCAs: test.pool},
				Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
				},
			}
			_, err := Connect(t.Context(), Address{Host: test.host, Port: 995, Security: security}, o)
			var verification *tls.CertificateVerificationError
			if !errors.Is(err, ErrTLS) || !errors.As(err, &verification) || !errors.As(err, test.is) {
				t.Errorf("%s, security %d: %v, want ErrTLS with a CertificateVerificationError and %T", name, security, err, test.is)
			}
		}
	}
}

func TestTLSBelow12IsRefusedWhateverTheOptionsSay(t *testing.T) {
	cert, pool := certificate(t, host)
	o := dials(t, func(p *peer) {
		p.secureWith(&tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}).wantEnd()
	})
	o.TLS = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS10}
	if _, err := Connect(t.Context(), Address{Host: host, Port: 995}, o); !errors.Is(err, ErrTLS) {
		t.Errorf("Connect: %v, want ErrTLS", err)
	}
	if o.TLS.ServerName != "" || o.TLS.MinVersion != tls.VersionTLS10 {
		t.Error("the caller's configuration was changed")
	}
}

func TestA1Greetings(t *testing.T) {
	tests := map[string]error{
		"+OK\r\n": nil,
		"+OK\n":   nil,
		"+OK " + strings.Repeat("A", 5000) + "\r\n": nil,
		"-ERR [SYS/TEMP] not now\r\n":               ErrTemporary,
		"-ERR [SYS/PERM] go away\r\n":               ErrPermanent,
		"-ERR [IN-USE] busy\r\n":                    ErrInUse,
		"-ERR\r\n":                                  ErrPermanent,
		"-ERR too many sessions, wait a bit\r\n":    ErrInUse,
		"-ERR Service unavailable\r\n":              ErrTemporary,
		"SSH-2.0-OpenSSH_9.6\r\n":                   ErrProtocol,
		"\r\n":                                      ErrProtocol,
		"":                                          ErrClosed,
		"+O":                                        ErrClosed,
		strings.Repeat("+OK", 5000):                 ErrProtocol,
	}
	for greeting, want := range tests {
		conn := &chunkConn{chunks: [][]byte{[]byte(greeting), []byte("-ERR no CAPA\r\n")}}
		if want == ErrClosed {
			conn.chunks = conn.chunks[:1]
		}
		_, err := New(t.Context(), conn, nil)
		if !errors.Is(err, want) {
			t.Errorf("greeting %.40q: %v, want %v", greeting, err, want)
		}
		if want != nil && conn.sent.Len() > 0 {
			t.Errorf("greeting %.40q: the client went on with %q", greeting, conn.sent.String())
		}
	}
}

func TestA1AForeignBannerIsNotRepeated(t *testing.T) {
	_, err := New(t.Context(), &chunkConn{chunks: [][]byte{[]byte("SSH-2.0-OpenSSH_9.6\r\n")}}, nil)
	if err == nil || strings.Contains(err.Error(), "SSH") {
		t.Errorf("New: %v, want an error without the banner", err)
	}
}

func TestA2WordsOfTheServerAreCleanedAndMarked(t *testing.T) {
	words := "<img src=x> \x1b[31mgo\x00 away\u202e\u0085 \xff" + strings.Repeat("é", 600)
	_, err := New(t.Context(), &chunkConn{chunks: [][]byte{[]byte("-ERR " + words + "\r\n")}}, nil)
	var refusal *ServerError
	if !errors.As(err, &refusal) {
		t.Fatalf("New: %v, want a ServerError", err)
	}
	if want := "<img src=x> [31mgo away \uFFFD"; !strings.HasPrefix(refusal.Text, want+"é") {
		t.Errorf("the text begins %.40q, want %q", refusal.Text, want)
	}
	if n := len([]rune(refusal.Text)); n != 512 {
		t.Errorf("the text has %d characters, want 512", n)
	}
	if !refusal.Plain {
		t.Error("words from an open connection are not marked")
	}
}

func TestA3NothingMayFollowTheReplyToSTLS(t *testing.T) {
	cert, pool := certificate(t, host)
	t.Run("in the same segment", func(t *testing.T) {
		o := dials(t, func(p *peer) {
			p.send("+OK\r\n")
			p.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n")
			p.answer("STLS", "+OK begin\r\n+OK injected\r\n")
			p.wantEnd() // not even a handshake
		})
		if _, err := Connect(t.Context(), Address{Host: host, Security: STLS}, o); !errors.Is(err, ErrProtocol) {
			t.Errorf("Connect: %v, want ErrProtocol", err)
		}
	})
	t.Run("a blank line is too much", func(t *testing.T) {
		o := dials(t, func(p *peer) {
			p.send("+OK\r\n")
			p.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n")
			p.answer("STLS", "+OK begin\r\n\r\n")
			p.wantEnd()
		})
		if _, err := Connect(t.Context(), Address{Host: host, Security: STLS}, o); !errors.Is(err, ErrProtocol) {
			t.Errorf("Connect: %v, want ErrProtocol", err)
		}
	})
	t.Run("later", func(t *testing.T) {
		port := loopback(t, func(p *peer) {
			p.send("+OK\r\n")
			p.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n")
			p.answer("STLS", "+OK begin\r\n")
			p.in.Peek(1) // the handshake has begun
			p.send("+OK injected\r\n")
			p.secure(cert)
		})
		a := Address{Host: "127.0.0.1", Port: port, Security: STLS}
		if _, err := Connect(t.Context(), a, &Options{TLS: &tls.Config{RootCAs: pool}}); !errors.Is(err, ErrTLS) {
			t.Errorf("Connect: %v, want ErrTLS", err)
		}
	})
}

func TestA4WithoutSTLSNothingIsSent(t *testing.T) {
	tests := map[string]func(p *peer){
		"not announced": func(p *peer) {
			p.answer("CAPA", "+OK\r\nUSER\r\nUIDL\r\n.\r\n")
		},
		"refused": func(p *peer) {
			p.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n")
			p.answer("STLS", "-ERR no\r\n")
		},
		"refused as a passing fault": func(p *peer) {
			p.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n")
			p.answer("STLS", "-ERR [SYS/TEMP] later\r\n")
		},
		"CAPA and STLS refused": func(p *peer) {
			p.answer("CAPA", "-ERR unknown\r\n")
			p.answer("STLS", "-ERR unknown\r\n")
		},
	}
	for name, script := range tests {
		t.Run(name, func(t *testing.T) {
			o := dials(t, func(p *peer) {
				p.send("+OK\r\n")
				script(p)
				p.wantEnd()
			})
			if _, err := Connect(t.Context(), Address{Host: host, Security: STLS}, o); !errors.Is(err, ErrNoSTLS) {
				t.Errorf("Connect: %v, want ErrNoSTLS", err)
			}
		})
	}
}

func TestA4STLSIsTriedWhenCAPAIsRefused(t *testing.T) {
	cert, pool := certificate(t, host)
	o := dials(t, func(p *peer) {
		p.send("+OK\r\n")
		p.answer("CAPA", "-ERR unknown\r\n")
		p.answer("STLS", "+OK\r\n")
		p = p.secure(cert)
		p.answer("CAPA", "-ERR unknown\r\n")
	})
	o.TLS = &tls.Config{RootCAs: pool}
	c, err := Connect(t.Context(), Address{Host: host, Security: STLS}, o)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func TestA5OneDeadlineOverDialHandshakeAndGreeting(t *testing.T) {
	cert, pool := certificate(t, host)
	slowly := func(script func(p *peer)) func(p *peer) {
		return func(p *peer) {
			time.Sleep(25 * time.Second)
			script(p)
		}
	}
	hang := func(p *peer) { p.wantEnd() }
	tests := map[string]struct {
		security Security
		script   func(p *peer)
		limit    time.Duration
	}{
		"no handshake":             {TLS, func(p *peer) { p.in.WriteTo(new(countingWriter)) }, 30 * time.Second},
		"no greeting":              {Insecure, hang, 60 * time.Second},
		"slow handshake, greeting": {TLS, slowly(func(p *peer) { hang(p.secure(cert)) }), 60 * time.Second},
		"STLS, then silence": {STLS, func(p *peer) {
			p.send("+OK\r\n")
			p.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n")
			p.answer("STLS", "+OK\r\n")
			p.in.WriteTo(new(countingWriter))
		}, 30 * time.Second},
		"slow greeting, STLS, silence": {STLS, slowly(func(p *peer) {
			p.send("+OK\r\n")
			p.answer("CAPA", "+OK\r\nSTLS\r\n.\r\n")
			p.want("STLS")
			hang(p)
		}), 60 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := dials(t, test.script)
				o.TLS = &tls.Config{RootCAs: pool}
				start := time.Now()
				_, err := Connect(t.Context(), Address{Host: host, Security: test.security}, o)
				if took := time.Since(start); !errors.Is(err, ErrTimeout) || took != test.limit {
					t.Errorf("after %v: %v, want ErrTimeout after %v", took, err, test.limit)
				}
			})
		})
	}
}

// countingWriter takes everything.
type countingWriter struct{ n int64 }

func (w *countingWriter) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	return len(p), nil
}

func TestADialThatTakesTooLongIsATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, err := Connect(t.Context(), Address{Host: host}, &Options{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, errors.New("gave up")
		}})
		if took := time.Since(start); !errors.Is(err, ErrTimeout) || took != 30*time.Second {
			t.Errorf("after %v: %v, want ErrTimeout after 30 s", took, err)
		}
	})
	_, err := Connect(t.Context(), Address{Host: host}, &Options{Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: syscall.ETIMEDOUT}
	}})
	if !errors.Is(err, ErrTimeout) || !errors.Is(err, syscall.ETIMEDOUT) {
		t.Errorf("when the system gives up: %v, want ErrTimeout", err)
	}
}

func TestA6CapabilitiesFromBeforeTLSAreForgotten(t *testing.T) {
	cert, pool := certificate(t, host)
	for name, reply := range map[string]string{"another list": "+OK\r\nUSER\r\n.\r\n", "refused": "-ERR no\r\n"} {
		o := dials(t, func(p *peer) {
			p.send("+OK\r\n")
			p.answer("CAPA", "+OK\r\nSTLS\r\nX-PLANTED\r\n.\r\n")
			p.answer("STLS", "+OK\r\n")
			p.secure(cert).answer("CAPA", reply)
		})
		o.TLS = &tls.Config{RootCAs: pool}
		c, err := Connect(t.Context(), Address{Host: host, Security: STLS}, o)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if c.Has("X-PLANTED") || c.Has("STLS") {
			t.Errorf("%s: a capability from before TLS is still there", name)
		}
		c.Close()
	}
}

func TestA7AServerThatCannotStandCAPAIsDialledOnceMore(t *testing.T) {
	deaf := map[string]func(p *peer){
		"hangs":           func(p *peer) { p.want("CAPA"); p.wantEnd() },
		"hangs up":        func(p *peer) { p.want("CAPA") },
		"hangs halfway":   func(p *peer) { p.answer("CAPA", "+OK\r\nUI"); p.wantEnd() },
		"hangs up midway": func(p *peer) { p.answer("CAPA", "+OK\r\nUIDL\r\n") },
	}
	for name, script := range deaf {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := dials(t,
					func(p *peer) { p.send("+OK\r\n"); script(p) },
					func(p *peer) {
						p.send("+OK\r\n")
						p.answer("USER u", "+OK\r\n")
						p.answer("PASS p", "+OK\r\n")
						p.answer("NOOP", "+OK\r\n")
					})
				start := time.Now()
				c, err := Connect(t.Context(), Address{Host: host, Security: Insecure}, o)
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				if took := time.Since(start); took > 10*time.Second {
					t.Errorf("it took %v, want at most 10 s", took)
				}
				if !c.Traits().NoCAPA {
					t.Error("the trait NoCAPA is not set")
				}
				if err := errors.Join(c.Login(t.Context(), "u", "p"), c.Noop(t.Context())); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestA7OnlyOnceMore(t *testing.T) {
	o := dials(t,
		func(p *peer) { p.send("+OK\r\n"); p.want("CAPA") },
		func(p *peer) {})
	if _, err := Connect(t.Context(), Address{Host: host, Security: Insecure}, o); !errors.Is(err, ErrClosed) {
		t.Errorf("Connect: %v, want ErrClosed", err)
	}
}

func TestA8TheWrongKindOfPortIsNamed(t *testing.T) {
	t.Run("no TLS where TLS was due", func(t *testing.T) {
		port := loopback(t, func(p *peer) {
			p.send("+OK ready\r\n")
			p.in.Peek(1)
		})
		_, err := Connect(t.Context(), Address{Host: "127.0.0.1", Port: port}, nil)
		if !errors.Is(err, ErrTLS) || !strings.Contains(err.Error(), "without TLS on this port") {
			t.Errorf("Connect: %v, want ErrTLS with the advice", err)
		}
	})
	t.Run("TLS where none was due", func(t *testing.T) {
		for _, alert := range []string{"\x15\x03\x01\x00\x02\x02\x0a", "\x15\x03\x03\x00\x02\x02\x28", "\x16\x03\x01"} {
			conn := &chunkConn{chunks: [][]byte{[]byte(alert)}}
			_, err := New(t.Context(), conn, nil)
			if !errors.Is(err, ErrTLS) || !strings.Contains(err.Error(), "pop3s://") {
				t.Errorf("New after %q: %v, want ErrTLS with the advice", alert, err)
			}
		}
	})
	t.Run("silence of a TLS port", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, err := New(t.Context(), play(t, (*peer).wantEnd), nil)
			if !errors.Is(err, ErrTimeout) || !strings.Contains(err.Error(), "pop3s://") {
				t.Errorf("New: %v, want ErrTimeout with the advice", err)
			}
		})
	})
}

func TestA9TheServerNameIsSent(t *testing.T) {
	cert, pool := certificate(t, host)
	var names []string
	o := dials(t, func(p *peer) {
		p = p.secureWith(&tls.Config{GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			names = append(names, hello.ServerName)
			return &cert, nil
		}})
		p.start()
	})
	o.TLS = &tls.Config{RootCAs: pool}
	c, err := Connect(t.Context(), Address{Host: host}, o)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if !slices.Equal(names, []string{host}) {
		t.Errorf("the names sent are %q, want %q", names, host)
	}
}
