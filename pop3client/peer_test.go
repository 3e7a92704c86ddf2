package pop3client

import (
	"bufio"
	"crypto/x509"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

// peer is a server that plays a script, written out in the test that uses it.
type peer struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader

	certificate *x509.Certificate // its own, where a script needs it
}

// play runs script against one end of a pipe and returns the other. When the
// script returns, the connection is closed. The test ends after the script.
func play(t *testing.T, script func(p *peer)) net.Conn {
	t.Helper()
	client, server := net.Pipe()
	done := make(chan struct{})
	p := (&peer{t: t}).on(server)
	go func() {
		defer close(done)
		defer server.Close()
		script(p)
	}()
	t.Cleanup(func() {
		client.Close()
		server.Close()
		<-done
	})
	return client
}

// on is the same peer on another connection.
func (p *peer) on(conn net.Conn) *peer {
	return &peer{t: p.t, conn: conn, in: bufio.NewReader(conn)}
}

// want reads one line and compares it.
func (p *peer) want(line string) {
	p.t.Helper()
	got, err := p.in.ReadString('\n')
	if err != nil || got != line+"\r\n" {
		p.t.Errorf("the client sent %q (%v), want %q", got, err, line)
		runtime.Goexit()
	}
}

// wantEnd fails when the client sends anything more before it hangs up.
func (p *peer) wantEnd() {
	p.t.Helper()
	if got, _ := io.ReadAll(p.in); len(got) > 0 {
		p.t.Errorf("the client sent %q, want it to hang up", got)
	}
}

// send writes s in one piece. A client that hangs up before it has read all
// ends the script.
func (p *peer) send(s string) {
	if _, err := io.WriteString(p.conn, s); err != nil {
		runtime.Goexit()
	}
}

// answer expects a command and replies to it.
func (p *peer) answer(line, reply string) {
	p.t.Helper()
	p.want(line)
	p.send(reply)
}

// start greets and has no capabilities.
func (p *peer) start() {
	p.t.Helper()
	p.send("+OK ready\r\n")
	p.answer("CAPA", "-ERR unknown command\r\n")
}

// open returns a client in a session with a server that has greeted and then
// plays script.
func open(t *testing.T, o *Options, script func(p *peer)) *Client {
	t.Helper()
	conn := play(t, func(p *peer) {
		p.start()
		script(p)
	})
	c, err := New(t.Context(), conn, o)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// chunkConn is a connection on which everything arrives that the server ever
// says, in the given chunks, whatever the client sends. Then comes EOF.
type chunkConn struct {
	chunks [][]byte
	sent   strings.Builder
	closed bool
}

// replies is a chunkConn that sends each reply in one piece.
func replies(replies ...string) *chunkConn {
	c := new(chunkConn)
	for _, reply := range replies {
		c.chunks = append(c.chunks, []byte(reply))
	}
	return c
}

func (c *chunkConn) Read(p []byte) (int, error) {
	for len(c.chunks) > 0 && len(c.chunks[0]) == 0 {
		c.chunks = c.chunks[1:]
	}
	if len(c.chunks) == 0 {
		return 0, io.EOF
	}
	n := copy(p, c.chunks[0])
	c.chunks[0] = c.chunks[0][n:]
	return n, nil
}

func (c *chunkConn) Write(p []byte) (int, error)      { return c.sent.Write(p) }
func (c *chunkConn) Close() error                     { c.closed = true; return nil }
func (c *chunkConn) LocalAddr() net.Addr              { return nil }
func (c *chunkConn) RemoteAddr() net.Addr             { return nil }
func (c *chunkConn) SetDeadline(time.Time) error      { return nil }
func (c *chunkConn) SetReadDeadline(time.Time) error  { return nil }
func (c *chunkConn) SetWriteDeadline(time.Time) error { return nil }

// answering returns a client in the middle of a session, whose server answers
// with replies in turn.
func answering(o *Options, each ...string) *Client {
	return clientOn(replies(each...), o)
}

// clientOn returns a client in the middle of a session on conn.
func clientOn(conn net.Conn, o *Options) *Client {
	return newClient(conn, o.filled(), true)
}

// endlessConn says what its chunkConn has, and then the same for ever.
type endlessConn struct {
	chunkConn
	pattern []byte
	read    int // octets of the pattern
}

func (c *endlessConn) Read(p []byte) (int, error) {
	if n, err := c.chunkConn.Read(p); err == nil || len(c.pattern) == 0 {
		return n, err
	}
	n := 0
	for n < len(p) {
		copied := copy(p[n:], c.pattern[c.read%len(c.pattern):])
		n += copied
		c.read += copied
	}
	return n, nil
}
