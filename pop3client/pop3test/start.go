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
	return start(tb, s, Delayed(listen(tb), s.Delay))
}

// StartTLS is Start with TLS from the first byte, by s.TLS, which must be set.
func StartTLS(tb TB, s *Server) (addr string) {
	tb.Helper()
	if s.TLS == nil {
		tb.Fatalf("pop3test: StartTLS needs Server.TLS")
	}
	return start(tb, s, tls.NewListener(Delayed(listen(tb), s.Delay), s.TLS))
}

// StartPipe serves one connection until the test ends, and returns the client's end of it. The connection is a pipe in
// memory that buffers nothing unless s.Delay is set: a write waits for the other side's read, so that two sides that
// both write stand still (pop3.md H4). In a bubble of testing/synctest its waits and deadlines take no real time.
func StartPipe(tb TB, s *Server) net.Conn {
	tb.Helper()
	client, server := net.Pipe()
	l := &pipeListener{conns: make(chan net.Conn, 1), closed: make(chan struct{})}
	l.conns <- server
	start(tb, s, Delayed(l, s.Delay))
	tb.Cleanup(func() { client.Close() }) // runs first: the server need not wait for it
	return client
}

// pipeListener hands out the connections that are in it.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { close(l.closed); return nil }
func (l *pipeListener) Addr() net.Addr { return pipeAddr{} }

// pipeAddr is what net.Pipe says too.
type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

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
