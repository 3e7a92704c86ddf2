package pop3test_test

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"restante/pop3client/pop3test"
)

func TestADelayIsThereEachWayAndForAllAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, box := newServer()
		box.Deliver([]byte(second))
		s.Delay = 50 * time.Millisecond
		start := time.Now()
		c := newTalk(t, pop3test.StartPipe(t, s))
		took := func(what string, want time.Duration) {
			t.Helper()
			if got := time.Since(start); got != want {
				t.Errorf("%s took %v, want %v", what, got, want)
			}
			start = time.Now()
		}
		c.expect("+OK pop3test is ready")
		took("the greeting", 50*time.Millisecond)
		c.ask("USER ann", "+OK now the password")
		took("a round trip", 100*time.Millisecond)
		c.say("PASS secret", "STAT", "NOOP")
		for _, want := range []string{"+OK 1 messages", "+OK 1 20", "+OK nothing done"} {
			c.expect(want)
		}
		took("three commands at once", 100*time.Millisecond)
		c.say("QUIT")
		if got := c.rest(); got != "+OK goodbye\r\n" {
			t.Errorf("QUIT is answered %q", got)
		}
		idle(t, s)
	})
}

func TestADelayedServerLosesNothing(t *testing.T) {
	s, config := secured(t)
	s.Delay = time.Millisecond
	body := strings.Repeat(strings.Repeat("x", 70)+"\r\n", 5000)
	s.AddUser("ann", "secret").Deliver([]byte(body))
	conn, err := tls.Dial("tcp", pop3test.StartTLS(t, s), config)
	if err != nil {
		t.Fatal(err)
	}
	c := newTalk(t, conn)
	c.expect("+OK pop3test is ready")
	c.say("USER ann", "PASS secret", "RETR 2", "QUIT")
	const frame = "+OK now the password\r\n+OK 2 messages\r\n+OK 360000 octets\r\n"
	if got := c.rest(); got != frame+body+".\r\n+OK goodbye\r\n" {
		t.Errorf("%d bytes came, want %d", len(got), len(frame+body)+len(".\r\n+OK goodbye\r\n"))
	}
}

func TestAFaultCutsADelayedConnectionToo(t *testing.T) {
	s, box := newServer()
	s.Delay = time.Millisecond
	box.Deliver([]byte(second))
	s.Faults = []pop3test.Fault{
		{Command: "RETR", Nth: 1, Action: pop3test.Truncate(20)},
		{Command: "RETR", Nth: 2, Action: pop3test.Stall(20)},
		{Command: "RETR", Nth: 3, Action: pop3test.EndlessLine()},
	}
	addr := pop3test.Start(t, s)
	c := open(t, addr)
	c.say("RETR 1")
	if got := c.rest(); got != "+OK 20 octets\r\nSubje" {
		t.Errorf("got %q", got)
	}
	for range 2 { // a server that waits and one that writes notice alike that the client has gone
		c = open(t, addr)
		c.say("RETR 1")
		if _, err := io.ReadFull(c.R, make([]byte, 20)); err != nil {
			t.Fatal(err)
		}
		c.conn.Close()
		idle(t, s)
	}
}

func TestH4APipeStandsStillWhenBothSidesWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, box := newServer()
		box.Deliver([]byte(strings.Repeat(strings.Repeat("x", 70)+"\r\n", 1000)))
		c := newTalk(t, pop3test.StartPipe(t, s))
		c.line()
		c.ask("USER ann", "+OK now the password")
		c.ask("PASS secret", "+OK 1 messages")
		c.conn.SetDeadline(time.Now().Add(time.Minute))
		_, err := io.WriteString(c.conn, strings.Repeat("RETR 1\r\n", 5000))
		if err == nil {
			t.Error("40 kB of commands were taken although nobody read the replies")
		}
	})
}

func TestADeadlineReachesADelayedConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	conn, err := pop3test.Delayed(l, time.Millisecond).Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Unix(1, 0))
	for name, use := range map[string]func([]byte) (int, error){"Read": conn.Read, "Write": conn.Write} {
		if _, err := use([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s gave %v, want the deadline's error", name, err)
		}
	}
}
