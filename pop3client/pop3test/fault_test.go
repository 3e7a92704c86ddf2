package pop3test_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
)

func TestFaultsTakeThePlaceOfTheReply(t *testing.T) {
	const whole = "+OK 20 octets\r\n" + second + ".\r\n"
	for _, test := range []struct {
		name   string
		action pop3test.Action
		want   string // to the end of the connection, with a QUIT sent after it
	}{
		{"no fault", pop3test.Action{}, whole + "+OK goodbye\r\n"},
		{"close", pop3test.Close(), ""},
		{"err", pop3test.Err("[SYS/TEMP] later"), "-ERR [SYS/TEMP] later\r\n+OK goodbye\r\n"},
		{"truncate", pop3test.Truncate(20), whole[:20]},
		{"truncate nothing", pop3test.Truncate(0), ""},
		{"truncate after the end", pop3test.Truncate(-1), whole},
		{"drip", pop3test.Drip(1, 0), whole + "+OK goodbye\r\n"},
		{"rewrite", pop3test.Rewrite(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }),
			strings.ReplaceAll(whole, "\r\n", "\n") + "+OK goodbye\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, box := newServer()
			box.Deliver([]byte(second))
			s.Faults = []pop3test.Fault{{Command: "retr", Action: test.action}}
			c := open(t, pop3test.Start(t, s))
			c.say("RETR 1", "QUIT")
			if got := c.rest(); got != test.want {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestGarbageIsOneLineThatIsNotPOP3(t *testing.T) {
	s, _ := newServer()
	s.Faults = []pop3test.Fault{{Command: "", Action: pop3test.Garbage()}}
	conn, err := net.Dial("tcp", pop3test.Start(t, s))
	if err != nil {
		t.Fatal(err)
	}
	c := newTalk(t, conn)
	if line := c.line(); strings.HasPrefix(line, "+OK") || strings.HasPrefix(line, "-ERR") {
		t.Errorf("the greeting is %q, want garbage", line)
	}
	c.ask("NOOP", "-ERR NOOP comes after login") // and goes on
}

func TestEndlessRepliesEndWithTheClient(t *testing.T) {
	for name, action := range map[string]pop3test.Action{
		"line":  pop3test.EndlessLine(),
		"lines": pop3test.EndlessLines("1 x"),
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := newServer()
			s.Faults = []pop3test.Fault{{Command: "UIDL", Action: action}}
			c := open(t, pop3test.Start(t, s))
			c.say("UIDL")
			got := make([]byte, 1<<20)
			if _, err := io.ReadFull(c.R, got); err != nil {
				t.Fatal(err)
			}
			wantLines := name == "lines"
			if hasLines := bytes.Count(got, []byte("\r\n1 x")) > 100_000; hasLines != wantLines || bytes.ContainsRune(got, '\n') != wantLines {
				t.Errorf("begins %q", got[:100])
			}
			c.conn.Close()
			idle(t, s)
		})
	}
}

func TestAFaultMayActOnlyOnce(t *testing.T) {
	s, box := newServer()
	box.Deliver([]byte(first))
	box.Deliver([]byte(second))
	s.Faults = []pop3test.Fault{
		{Command: "LIST", Argument: "2", Action: pop3test.Err("two")},
		{Command: "LIST", Nth: 3, Action: pop3test.Err("third")},
		{Command: "NOOP", Nth: 1, Action: pop3test.Err("first")},
		{Command: pop3test.Any, Nth: 4, Action: pop3test.Err("the greeting, USER and PASS were three")},
	}
	addr := pop3test.Start(t, s)
	c := open(t, addr)
	c.ask("LIST 1", "-ERR the greeting, USER and PASS were three")
	c.ask("LIST 2", "-ERR two")
	c.ask("LIST 1", "-ERR third")
	c.ask("LIST 1", "+OK 1 43")
	c.ask("LIST 2", "-ERR two")
	c.ask("NOOP", "-ERR first")
	c.ask("NOOP", "+OK nothing done")
	open(t, addr).ask("NOOP", "+OK nothing done")

	s.SetFaults(pop3test.Fault{Command: "NOOP", Nth: 1, Action: pop3test.Err("again")})
	c.ask("LIST 2", "+OK 2 20")
	c.ask("NOOP", "-ERR again")
	s.SetFaults()
	c.ask("NOOP", "+OK nothing done")
}

func TestSetFaultsBeforeServingWinsOverTheField(t *testing.T) {
	s, _ := newServer()
	s.Faults = []pop3test.Fault{{Command: "NOOP", Action: pop3test.Err("field")}}
	s.SetFaults()
	open(t, pop3test.Start(t, s)).ask("NOOP", "+OK nothing done")
}

func TestPauseLeavesTimeToAct(t *testing.T) {
	s, box := newServer()
	s.ExclusiveLock = true
	box.DeliverAs("a", []byte(second))
	before, inside := pop3test.NewGate(), pop3test.NewGate()
	s.Faults = []pop3test.Fault{
		{Command: "RETR", Action: pop3test.PauseAfter(16, inside)},
		{Command: "QUIT", Action: pop3test.Pause(before)},
	}
	c := open(t, pop3test.Start(t, s))
	c.say("RETR 1", "DELE 1", "NOOP")
	<-inside.Reached()
	c.expect("+OK 20 octets")
	c.say("QUIT") // sent during the pause, kept
	inside.Open()
	for _, want := range []string{"Subject: two", "", "Hi", ".", "+OK message 1 will be deleted by QUIT", "+OK nothing done"} {
		c.expect(want)
	}
	<-before.Reached()
	if got := uidls(box); got != "a" {
		t.Errorf("while QUIT waits the server has %q, want a", got)
	}
	before.Open()
	before.Open()
	c.expect("+OK goodbye")
	if got := uidls(box); got != "" {
		t.Errorf("after QUIT the server has %q", got)
	}
}

func TestAReplyLostAfterQuitStillDeletes(t *testing.T) {
	s, box := newServer()
	box.Deliver([]byte(second))
	s.Faults = []pop3test.Fault{{Command: "QUIT", Action: pop3test.Truncate(0)}}
	c := open(t, pop3test.Start(t, s))
	c.say("DELE 1", "QUIT")
	if got, want := c.rest(), "+OK message 1 will be deleted by QUIT\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if left := box.Messages(); len(left) != 0 {
		t.Errorf("%d messages are left", len(left))
	}
}

func TestAClientThatLeavesDuringAFaultFreesTheLock(t *testing.T) {
	for name, action := range map[string]pop3test.Action{
		"hang":        pop3test.Hang(),
		"stall":       pop3test.Stall(10),
		"stall after": pop3test.Stall(-1),
		"pause":       pop3test.Pause(pop3test.NewGate()),
		"pause after": pop3test.PauseAfter(3, pop3test.NewGate()),
		"drip":        pop3test.Drip(1, time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			s, box := newServer()
			box.Deliver([]byte(second))
			s.ExclusiveLock = true
			s.Faults = []pop3test.Fault{{Command: "RETR", Action: action}}
			addr := pop3test.Start(t, s)
			c := open(t, addr)
			c.say("RETR 1", "NOOP")
			c.conn.Close()
			idle(t, s)
			open(t, addr)
		})
	}
}

func TestServeReturnsWhateverTheConnectionsDo(t *testing.T) {
	s, _ := newServer()
	s.Faults = []pop3test.Fault{
		{Command: "", Nth: 1, Action: pop3test.Hang()},
		{Command: "", Nth: 2, Action: pop3test.Pause(pop3test.NewGate())},
		{Command: "", Nth: 3, Action: pop3test.EndlessLine()},
		{Command: "", Nth: 4, Action: pop3test.Drip(1, time.Hour)},
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error)
	go func() { served <- s.Serve(ctx, l) }()
	for range 6 { // two of them simply idle
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	for s.Seen("") < 6 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if err := <-served; err != nil {
		t.Errorf("Serve returned %v, want nil", err)
	}
	idle(t, s)
}
