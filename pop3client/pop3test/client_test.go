package pop3test_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

// hangGuard only ends a test that would hang; no verdict depends on it.
const hangGuard = 30 * time.Second

// talk is a raw conversation: what the tests say and see is what is on the wire.
type talk struct {
	t    *testing.T
	conn net.Conn
	*textproto.Reader
}

// connect leaves the greeting to be read.
func connect(t *testing.T, addr string) *talk {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return newTalk(t, conn)
}

func dial(t *testing.T, addr string) *talk {
	t.Helper()
	c := connect(t, addr)
	c.expect("+OK pop3test is ready")
	return c
}

func newTalk(t *testing.T, conn net.Conn) *talk {
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(hangGuard))
	return &talk{t: t, conn: conn, Reader: pop3Reader(conn)}
}

// open logs in.
func open(t *testing.T, addr string) *talk {
	t.Helper()
	c := dial(t, addr)
	c.ask("USER ann", "+OK now the password")
	c.say("PASS secret")
	if line := c.line(); !strings.HasPrefix(line, "+OK") {
		t.Fatalf("PASS answered %q, want +OK", line)
	}
	return c
}

func (c *talk) say(lines ...string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, strings.Join(lines, "\r\n")+"\r\n"); err != nil {
		c.t.Fatalf("sending %q: %v", lines, err)
	}
}

func (c *talk) line() string {
	c.t.Helper()
	line, err := c.ReadLine()
	if err != nil {
		c.t.Fatalf("reading a reply: %v", err)
	}
	return line
}

func (c *talk) expect(want string) {
	c.t.Helper()
	if got := c.line(); got != want {
		c.t.Fatalf("the server said %q, want %q", got, want)
	}
}

// ask sends a command and expects exactly these lines.
func (c *talk) ask(command string, want ...string) {
	c.t.Helper()
	c.say(command)
	for i, w := range want {
		if got := c.line(); got != w {
			c.t.Fatalf("%s: line %d of the reply is %q, want %q", command, i+1, got, w)
		}
	}
}

// rest reads to the end of the connection. An end without close_notify counts as an end.
func (c *talk) rest() string {
	c.t.Helper()
	b, err := io.ReadAll(c.R)
	if err != nil && err != io.ErrUnexpectedEOF {
		c.t.Fatalf("reading to the end: got %q, then %v", b, err)
	}
	return string(b)
}

func (c *talk) startTLS(config *tls.Config) *talk {
	c.t.Helper()
	c.ask("STLS", "+OK begin TLS")
	return newTalk(c.t, tls.Client(c.conn, config))
}

func newServer() (*pop3test.Server, *pop3test.Mailbox) {
	s := &pop3test.Server{}
	return s, s.AddUser("ann", "secret")
}

func idle(t *testing.T, s *pop3test.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), hangGuard)
	defer cancel()
	if err := s.WaitIdle(ctx); err != nil {
		t.Fatal(err)
	}
}
