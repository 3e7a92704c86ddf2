package pop3test_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"

	"restante/pop3client/pop3test"
)

// Every hazard of pop3.md, section 2, that is a server's doing and no test of its own shows: how it is asked for, and
// what is then on the wire. After what the client says comes a QUIT, and the wire is read to its end.
func TestHazardsOnRequest(t *testing.T) {
	const (
		ok      = "+OK pop3test is ready\r\n"
		in      = ok + "+OK now the password\r\n+OK 2 messages\r\n"
		bye     = "+OK goodbye\r\n"
		retr1   = "+OK 43 octets\r\nSubject: one\r\n\r\nLine 1\r\n..Line 2\r\n\r\nLine 4\r\n.\r\n"
		uidls   = "+OK the list follows\r\n1 a\r\n2 b\r\n.\r\n"
		sizes   = "+OK the list follows\r\n1 43\r\n2 20\r\n.\r\n"
		deleted = "+OK message 1 will be deleted by QUIT\r\n"
	)
	fault := func(command string, action pop3test.Action) []pop3test.Fault {
		return []pop3test.Fault{{Command: command, Action: action}}
	}
	for _, test := range []struct {
		name   string
		faults []pop3test.Fault
		says   string // after USER and PASS, unless it begins with "-"
		want   string
	}{
		{"A1 refused at the door", fault("", pop3test.Last(pop3test.Err("[SYS/TEMP] later"))), "-", "-ERR [SYS/TEMP] later\r\n"},
		{"A1 +OK alone", fault("", pop3test.Status("+OK")), "-", "+OK\r\n" + bye},
		{"A3 injection behind STLS", fault("STLS", pop3test.Last(pop3test.Reply("+OK\r\n+OK injected\r\n"))), "-STLS", ok + "+OK\r\n+OK injected\r\n"},
		{"A4 stripped STLS", fault("STLS", pop3test.Err("no")), "-STLS", ok + "-ERR no\r\n" + bye},
		{"A7 CAPA hangs up", fault("CAPA", pop3test.Close()), "-CAPA", ok},
		{"B2 UIDL fails for now", fault("UIDL", pop3test.Err("[SYS/TEMP] x")), "UIDL", in + "-ERR [SYS/TEMP] x\r\n" + bye},
		{"B4 a broken capability", fault("CAPA", pop3test.Reply("+OK\r\nEXPIRENEVER\r\n.\r\n")), "-CAPA", ok + "+OK\r\nEXPIRENEVER\r\n.\r\n" + bye},
		{"B6 a long CAPA", fault("CAPA", pop3test.Lines(3, func(i int) string { return fmt.Sprint("X", i) })), "-CAPA", ok + "+OK\r\nX1\r\nX2\r\nX3\r\n.\r\n" + bye},
		{"C1 in use", fault("PASS", pop3test.Err("[IN-USE] x")), "", ok + "+OK now the password\r\n-ERR [IN-USE] x\r\n" + bye},
		{"C5 hangs up on a password", fault("PASS", pop3test.Close()), "", ok + "+OK now the password\r\n"},
		{"D2 bare LF", fault("RETR", pop3test.BareLF()), "RETR 1", in + strings.ReplaceAll(retr1, "\r\n", "\n") + bye},
		{"D3 no stuffing", fault("RETR", pop3test.Unstuffed()), "RETR 1", in + strings.Replace(retr1, "..", ".", 1) + bye},
		{"D4 glued terminator", fault("RETR", pop3test.GluedTerminator()), "RETR 1", in + strings.TrimSuffix(retr1, "\r\n.\r\n") + ".\r\n" + bye},
		{"D4 at a single line", fault("NOOP", pop3test.GluedTerminator()), "NOOP", in + "+OK nothing done\r\n" + bye},
		{"D5 a CR at the end", fault("RETR", pop3test.CRTerminator()), "RETR 1", in + strings.TrimSuffix(retr1, "\n") + bye},
		{"D7 short but in order", fault("RETR", pop3test.Shorten(27)), "RETR 1", in + "+OK 43 octets\r\nSubject: one\r\n\r\nLine 1\r\n..L\r\n.\r\n" + bye},
		{"D7 cut within CRLF", fault("RETR", pop3test.Shorten(13)), "RETR 1", in + "+OK 43 octets\r\nSubject: one\r\n.\r\n" + bye},
		{"D7 nothing of it", fault("RETR", pop3test.Shorten(0)), "RETR 1", in + "+OK 43 octets\r\n.\r\n" + bye},
		{"D7 short enough", fault("RETR", pop3test.Shorten(1000)), "RETR 1", in + retr1 + bye},
		{"D12 an empty line first", fault("DELE", pop3test.BlankLine()), "DELE 1", in + "\r\n" + deleted + bye},
		{"D13 +OK in each line", fault("UIDL", pop3test.EachLine(func(l string) string { return "+OK   " + l })), "UIDL", in + "+OK the list follows\r\n+OK   1 a\r\n+OK   2 b\r\n.\r\n" + bye},
		{"D13 at a single line", fault("UIDL", pop3test.EachLine(func(l string) string { return "+OK   " + l })), "UIDL 1", in + "+OK 1 a\r\n" + bye},
		{"D16 a long status", fault("STAT", pop3test.Status("+OK "+strings.Repeat("x", 4096))), "STAT", in + "+OK " + strings.Repeat("x", 4096) + "\r\n" + bye},
		{"D17 an abrupt end", fault("RETR", pop3test.Last()), "RETR 1", in + retr1},
		{"E8 a gap", fault("LIST", pop3test.Rewrite(func(b []byte) []byte { return bytes.Replace(b, []byte("1 43\r\n"), nil, 1) })), "LIST", in + "+OK the list follows\r\n2 20\r\n.\r\n" + bye},
		{"E8 a number twice", fault("UIDL", pop3test.EachLine(func(l string) string { return strings.Replace(l, "2", "1", 1) })), "UIDL", in + "+OK the list follows\r\n1 a\r\n1 b\r\n.\r\n" + bye},
		{"E9 a negative size", fault("STAT", pop3test.Reply("+OK 2 -2147483648\r\n")), "STAT", in + "+OK 2 -2147483648\r\n" + bye},
		{"E10 empty for once", fault("UIDL", pop3test.Reply("+OK\r\n.\r\n")), "UIDL", in + "+OK\r\n.\r\n" + bye},
		{"E12 no number", []pop3test.Fault{{Command: "UIDL", Argument: "1", Action: pop3test.Status("+OK a")}}, "UIDL 1|UIDL", in + "+OK a\r\n" + uidls + bye},
		{"F1 one message fails and ends it all", []pop3test.Fault{{Command: "RETR", Argument: "2", Action: pop3test.Last(pop3test.Err("expunged"))}}, "RETR 1|RETR 2|NOOP", in + retr1 + "-ERR expunged\r\n"},
		{"F6 TOP stops early", fault("TOP", pop3test.Shorten(14)), "TOP 1 9", in + "+OK the top follows\r\nSubject: one\r\n.\r\n" + bye},
		{"F8 a message of any size", fault("RETR", pop3test.Lines(2, func(int) string { return "x" })), "RETR 1", in + "+OK\r\nx\r\nx\r\n.\r\n" + bye},
		{"G1 the answer to QUIT is lost", fault("QUIT", pop3test.Truncate(0)), "DELE 1", in + deleted},
		{"G4 DELE twice is fine", []pop3test.Fault{{Command: "DELE", Nth: 2, Action: pop3test.Reply("+OK\r\n")}}, "DELE 1|DELE 1", in + deleted + "+OK\r\n" + bye},
		{"H2 replies interleave", fault("RETR", pop3test.Interleave()), "RETR 1|RETR 2|NOOP", in + strings.TrimSuffix(retr1, ".\r\n") + "+OK 20 octets\r\n.\r\n" + second + ".\r\n+OK nothing done\r\n" + bye},
		{"H2 a short reply stays whole", fault("NOOP", pop3test.Interleave()), "NOOP|LIST", in + "+OK nothing done\r\n" + sizes + bye},
		{"H2 a full stop is no terminator", fault("NOOP", pop3test.Together(pop3test.Status("+OK done."), pop3test.Interleave())), "NOOP|LIST", in + "+OK done.\r\n" + sizes + bye},
		{"H2 behind it comes garbage", fault("LIST", pop3test.Interleave()), "LIST|", in + sizes + "-ERR a command ends in CRLF and has at most 255 octets\r\n" + bye},
		{"H3 too much at once", fault("RETR", pop3test.HangUpIfPipelined(3)), "RETR 2|RETR 2|RETR 2", in},
		{"H3 not too much", fault("RETR", pop3test.HangUpIfPipelined(3)), "RETR 1|NOOP", in + retr1 + "+OK nothing done\r\n" + bye},
		{"together", fault("NOOP", pop3test.Together(pop3test.Status("+OK 1"), pop3test.BlankLine(), pop3test.BareLF(), pop3test.Truncate(4))), "NOOP", in + "\n+OK"},
		{"together the first takes the place", fault("NOOP", pop3test.Together(pop3test.Err("one"), pop3test.Err("two"), pop3test.Drip(2, 0), pop3test.Stall(0))), "NOOP", in + "-ERR one\r\n" + bye},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, box := newServer()
			box.DeliverAs("a", []byte(first))
			box.DeliverAs("b", []byte(second))
			s.Faults = test.faults
			c := connect(t, pop3test.Start(t, s))
			says, raw := strings.CutPrefix(test.says, "-")
			if !raw {
				says = strings.TrimSuffix("USER ann|PASS secret|"+says, "|")
			}
			if test.says == "LIST|" {
				says += "|"
			}
			if says != "" {
				says += "|"
			}
			io.WriteString(c.conn, strings.ReplaceAll(says+"QUIT|", "|", "\r\n"))
			if got := c.rest(); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestHazardsOfAMailbox(t *testing.T) {
	for _, test := range []struct {
		name string
		view func([]pop3test.Message) []pop3test.Message
		want string // of UIDL and LIST
		left string // when all that is seen is deleted
	}{
		{"E1 the same id twice", func(m []pop3test.Message) []pop3test.Message { m[1].UIDL = m[0].UIDL; return m }, "1 a|2 a|3 c|1 43|2 20|3 43", ""},
		{"E3 a long id", func(m []pop3test.Message) []pop3test.Message { m[2].UIDL = strings.Repeat("u", 80); return m }, "1 a|2 b|3 " + strings.Repeat("u", 80) + "|1 43|2 20|3 43", ""},
		{"E5 no id", func(m []pop3test.Message) []pop3test.Message { m[0].UIDL = ""; return m }, "1 |2 b|3 c|1 43|2 20|3 43", ""},
		{"E10 empty for once", func([]pop3test.Message) []pop3test.Message { return nil }, "", "a b c"},
		{"E11 other sizes", func(m []pop3test.Message) []pop3test.Message { m[1].Size = 1 << 40; return m }, "1 a|2 b|3 c|1 43|2 1099511627776|3 43", ""},
		{"E13 another order", func(m []pop3test.Message) []pop3test.Message { slices.Reverse(m); return m }, "1 c|2 b|3 a|1 43|2 20|3 43", ""},
		{"E14 the newest two", func(m []pop3test.Message) []pop3test.Message { return m[len(m)-2:] }, "1 b|2 c|1 20|2 43", "a"},
		{"E16 a message of the server's own", func(m []pop3test.Message) []pop3test.Message {
			return append([]pop3test.Message{{UIDL: "internal", Raw: []byte("X-IMAP: 1 2\r\n\r\nDo not delete")}}, m...)
		}, "1 internal|2 a|3 b|4 c|1 30|2 43|3 20|4 43", ""},
		{"F2 a changed message", func(m []pop3test.Message) []pop3test.Message {
			m[0].Raw = slices.Concat([]byte("X-UID: 7\r\n"), m[0].Raw)
			return m
		}, "1 a|2 b|3 c|1 43|2 20|3 43", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, box := newServer()
			box.DeliverAs("a", []byte(first))
			box.DeliverAs("b", []byte(second))
			box.DeliverAs("c", []byte(first))
			s.View = func(_ string, m []pop3test.Message) []pop3test.Message { return test.view(m) }
			c := open(t, pop3test.Start(t, s))
			got := append(c.list("UIDL"), c.list("LIST")...)
			if strings.Join(got, "|") != test.want {
				t.Errorf("got %q, want %q", strings.Join(got, "|"), test.want)
			}
			for i := range len(got) / 2 {
				c.list(fmt.Sprint("RETR ", i+1))
				c.ask(fmt.Sprint("DELE ", i+1), fmt.Sprintf("+OK message %d will be deleted by QUIT", i+1))
			}
			c.ask("QUIT", "+OK goodbye")
			if got := uidls(box); got != test.left {
				t.Errorf("all that was seen is deleted, and left is %q, want %q", got, test.left)
			}
		})
	}
}

func TestF2AViewMayChangeWhatRETRSends(t *testing.T) {
	s, box := newServer()
	box.Deliver([]byte(second))
	s.View = func(user string, m []pop3test.Message) []pop3test.Message {
		m[0].Raw = append([]byte("X-For: "+user+"\r\n"), "\r\nno line end"...)
		return m
	}
	c := open(t, pop3test.Start(t, s))
	c.ask("RETR 1", "+OK 20 octets", "X-For: ann", "", "no line end", ".")
	if got := string(box.Messages()[0].Raw); got != second {
		t.Errorf("the mailbox now holds %q", got)
	}
}

func TestE2AllUniqueIDsChangeAtOnce(t *testing.T) {
	s, box := threeMessages()
	addr := pop3test.Start(t, s)
	c := open(t, addr)
	box.Rename(func(m pop3test.Message) string { return fmt.Sprintf("new-%d-%s", m.UID, m.UIDL) })
	if got := strings.Join(c.list("UIDL"), "|"); got != "1 a|2 b|3 c" {
		t.Errorf("a session that is open sees %s", got)
	}
	if got := strings.Join(open(t, addr).list("UIDL"), "|"); got != "1 new-1-a|2 new-2-b|3 new-3-c" {
		t.Errorf("a new session sees %s", got)
	}
}

func TestE7AServerMayKeepWhatItSaysItDeletes(t *testing.T) {
	for _, test := range []struct {
		name, reply, left string
		action            pop3test.Action
	}{
		{"E7 nothing", "+OK goodbye", "a b c", pop3test.Unmark(0)},
		{"G1 one, and says so", "-ERR some messages stay", "b c", pop3test.Together(pop3test.Unmark(1), pop3test.Status("-ERR some messages stay"))},
		{"all", "+OK goodbye", "", pop3test.Unmark(3)},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, box := threeMessages()
			s.Faults = []pop3test.Fault{{Command: "QUIT", Action: test.action}}
			c := open(t, pop3test.Start(t, s))
			for i := range 3 {
				c.ask(fmt.Sprint("DELE ", i+1), fmt.Sprintf("+OK message %d will be deleted by QUIT", i+1))
			}
			c.ask("QUIT", test.reply)
			if got := uidls(box); got != test.left {
				t.Errorf("left are %q, want %q", got, test.left)
			}
		})
	}
	s, _ := newServer()
	s.Faults = []pop3test.Fault{{Command: "QUIT", Action: pop3test.Unmark(0)}}
	dial(t, pop3test.Start(t, s)).ask("QUIT", "+OK goodbye") // before login there is nothing to keep
}

func TestH2WaitsForTheSecondCommandAtAGate(t *testing.T) {
	s, box := newServer()
	box.Deliver([]byte(second))
	gate := pop3test.NewGate()
	s.Faults = []pop3test.Fault{{Command: "LIST", Action: pop3test.Together(pop3test.Pause(gate), pop3test.Interleave())}}
	c := newTalk(t, pop3test.StartPipe(t, s))
	c.line()
	c.ask("USER ann", "+OK now the password")
	c.ask("PASS secret", "+OK 1 messages")
	c.say("LIST")
	<-gate.Reached()
	c.say("RETR 1", "QUIT") // over a pipe this returns when the server has read it
	gate.Open()
	if got, want := c.rest(), "+OK the list follows\r\n1 20\r\n+OK 20 octets\r\n.\r\n"+second+".\r\n+OK goodbye\r\n"; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestH5TooManyErrorsEndTheConnection(t *testing.T) {
	s, _ := newServer()
	s.MaxErrors = 3
	c := open(t, pop3test.Start(t, s))
	c.say("X", "X", "NOOP", "X", "X", "X", "NOOP")
	const unknown = "-ERR unknown command\r\n"
	if got, want := c.rest(), unknown+unknown+"+OK nothing done\r\n"+unknown+unknown+unknown; got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestResetIsNoEndInOrder(t *testing.T) {
	s, _ := newServer()
	s.Faults = []pop3test.Fault{{Command: "NOOP", Action: pop3test.Reset()}}
	c := open(t, pop3test.Start(t, s))
	c.say("NOOP")
	if _, err := io.ReadAll(c.R); err == nil || !isReset(err) {
		t.Errorf("reading gave %v, want a reset", err)
	}
	idle(t, s)
}

func isReset(err error) bool {
	op, ok := err.(*net.OpError)
	return ok && strings.Contains(op.Err.Error(), syscall.ECONNRESET.Error())
}

func TestEditWordsEveryReply(t *testing.T) {
	s, _ := newServer()
	s.Edit = func(verb, argument string, reply []byte) []byte {
		return fmt.Appendf(nil, "%s[%s %s]\r\n", reply[:3], verb, argument)
	}
	s.Faults = []pop3test.Fault{
		{Command: "NOOP", Action: pop3test.Err("as it is")},
		{Command: "STAT", Action: pop3test.BlankLine()},
	}
	c := connect(t, pop3test.Start(t, s))
	c.say("user ann", "PASS secret", "NOOP", "STAT", "QUIT")
	want := "+OK[ ]\r\n+OK[USER ann]\r\n+OK[PASS secret]\r\n-ERR as it is\r\n\r\n+OK[STAT ]\r\n+OK[QUIT ]\r\n"
	if got := c.rest(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}
