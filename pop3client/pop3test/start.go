package pop3test

import (
	"context"
	"crypto/tls"
	"net"
)

// TB is what this package needs of a *testing.T, so that a program that serves does not link package testing.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Start serves on a loopback port until the test ends, and returns its address, "127.0.0.1:port".
func Start(tb TB, s *Server) (addr string) {
	tb.Helper()
	return start(tb, s, listen(tb))
}

// StartTLS is Start with TLS from the first byte, by s.TLS, which must be set.
func StartTLS(tb TB, s *Server) (addr string) {
	tb.Helper()
	if s.TLS == nil {
		tb.Fatalf("pop3test: StartTLS needs Server.TLS")
	}
	return start(tb, s, tls.NewListener(listen(tb), s.TLS))
}

func listen(tb TB) net.Listener {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("pop3test: %v", err)
	}
	return l
}

func start(tb TB, s *Server, l net.Listener) (addr string) {
	tb.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	tb.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			tb.Fatalf("pop3test: %v", err)
		}
	})
	return l.Addr().String()
}
