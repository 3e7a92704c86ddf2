package pop3test_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"restante/pop3client/pop3test"
)

// like starts a server with n messages for ann, who has a token.
func like(t *testing.T, s *pop3test.Server, n int) (addr string, box *pop3test.Mailbox) {
	box = s.AddUser("ann", "secret")
	box.SetTokens("t0ken")
	for i := range n {
		box.Deliver([]byte(fmt.Sprintf("Subject: %d\r\n\r\nHi\r\n", i+1)))
	}
	return pop3test.Start(t, s), box
}

// enter logs in past a greeting that is like any.
func enter(t *testing.T, addr, user string) *talk {
	t.Helper()
	c := connect(t, addr)
	c.line()
	c.say("USER "+user, "PASS secret")
	c.line()
	if line := c.line(); !strings.HasPrefix(line, "+OK") {
		t.Fatalf("PASS answered %q", line)
	}
	return c
}

// list gives the lines of a multi-line reply behind its status.
func (c *talk) list(command string) []string {
	c.t.Helper()
	c.say(command)
	if line := c.line(); !strings.HasPrefix(line, "+OK") {
		c.t.Fatalf("%s answered %q", command, line)
	}
	lines, err := c.ReadDotLines()
	if err != nil {
		c.t.Fatal(err)
	}
	return lines
}

func (c *talk) subjects(n int) string {
	c.t.Helper()
	var subjects []string
	for i := range n {
		subjects = append(subjects, strings.TrimPrefix(c.list(fmt.Sprint("TOP ", i+1, " 0"))[0], "Subject: "))
	}
	return strings.Join(subjects, " ")
}

func TestGmailPopsWhatWasRetrievedWhenQUITFollows(t *testing.T) {
	s := pop3test.LikeGmail(3)
	addr, box := like(t, s, 5)
	s.AddAlias("recent:ann", "ann")
	c := enter(t, addr, "ann")
	c.ask("STAT", "+OK 3 54")
	if got := c.subjects(3); got != "1 2 3" {
		t.Errorf("the window shows %s, want the oldest three", got)
	}
	c.list("RETR 1")
	c.list("RETR 3")
	c.conn.Close()
	idle(t, s)

	c = enter(t, addr, "ann")
	if got := c.subjects(3); got != "1 2 3" {
		t.Errorf("after a drop without QUIT the window shows %s, want the same", got)
	}
	c.list("RETR 1")
	c.list("RETR 3")
	c.ask("QUIT", "+OK goodbye")
	idle(t, s)

	c = enter(t, addr, "ann")
	if got := c.subjects(3); got != "2 4 5" {
		t.Errorf("after QUIT the window shows %s, want 2 4 5: TOP does not pop", got)
	}
	c = enter(t, addr, "recent:ann")
	if got := c.subjects(5); got != "1 2 3 4 5" {
		t.Errorf("recent: shows %s, want everything", got)
	}
	for i, m := range box.Messages() {
		if popped := i == 0 || i == 2; m.Popped != popped {
			t.Errorf("message %d: popped is %v", m.UID, m.Popped)
		}
	}
	before := strings.Join(connectedCAPA(t, addr), "|")
	after := strings.Join(c.list("CAPA"), "|")
	if strings.Contains(before, "PIPELINING") || !strings.Contains(after, "PIPELINING") ||
		!strings.Contains(before, "EXPIRE 0|LOGIN-DELAY 300") || !strings.Contains(before, "SASL PLAIN XOAUTH2") {
		t.Errorf("CAPA before login: %s\nand after: %s", before, after)
	}
}

func connectedCAPA(t *testing.T, addr string) []string {
	t.Helper()
	c := connect(t, addr)
	c.line()
	return c.list("CAPA")
}

func TestGmailUniqueIDsStayWhileTheWindowMoves(t *testing.T) {
	s := pop3test.LikeGmail(2)
	addr, _ := like(t, s, 3)
	c := enter(t, addr, "ann")
	two := strings.TrimPrefix(c.list("UIDL")[1], "2 ")
	c.list("RETR 1")
	c.ask("QUIT", "+OK goodbye")
	if got := enter(t, addr, "ann").list("UIDL")[0]; got != "1 "+two {
		t.Errorf("the second message became %q, want 1 %s", got, two)
	}
}

func TestOutlookTakesTokensInTwoSteps(t *testing.T) {
	s := pop3test.LikeOutlook()
	addr, box := like(t, s, 2)
	c := connect(t, addr)
	c.expect("+OK The Microsoft Exchange POP3 service is ready.")
	c.ask("USER ann", "-ERR unknown command")
	token := b64("user=ann\x01auth=Bearer t0ken\x01\x01")
	c.ask("AUTH XOAUTH2 "+token, "-ERR no initial response is taken")
	c.ask("AUTH XOAUTH2", "+ ")
	c.ask(token, "+OK 2 messages")
	c.ask("STAT", "+OK 2 2048")
	c.ask("LIST 1", "+OK 1 1024")
	c.ask("RETR 2", "+OK", "Subject: 2", "", "Hi", ".")
	c.ask("DELE 1", "", "+OK message 1 will be deleted by QUIT")
	c.ask("QUIT", "+OK goodbye")
	if n := len(box.Messages()); n != 1 {
		t.Errorf("%d messages are left, want 1", n)
	}
}

func TestF9OutlookHangsUpOnASilentClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := pop3test.LikeOutlook()
		c := newTalk(t, pop3test.StartPipe(t, s))
		c.conn.SetDeadline(time.Time{})
		c.line()
		time.Sleep(59 * time.Second)
		c.ask("NOOP", "-ERR NOOP comes after login")
		start := time.Now()
		if rest := c.rest(); rest != "" || time.Since(start) != time.Minute {
			t.Errorf("got %q after %v, want the end after a minute", rest, time.Since(start))
		}
	})
}

func TestDovecotAndCourierNameMessagesAndCapabilities(t *testing.T) {
	for _, test := range []struct {
		name                            string
		server                          *pop3test.Server
		greeting, before, after, status string
		uidl                            string
	}{
		{"Dovecot", pop3test.LikeDovecot(), "+OK Dovecot ready.",
			"RESP-CODES|AUTH-RESP-CODE|TOP|UIDL|PIPELINING|USER|SASL PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256",
			"CAPA|TOP|UIDL|RESP-CODES|PIPELINING|AUTH-RESP-CODE",
			"+OK the list follows", "1 000000016b03a1c5|2 000000036b03a1c5"},
		{"Courier", pop3test.LikeCourier(), "+OK Hello there.",
			"LOGIN-DELAY 10|TOP|UIDL|PIPELINING|UTF8 USER|USER",
			"LOGIN-DELAY 10|TOP|UIDL|PIPELINING|UTF8 USER|IMPLEMENTATION Courier Mail Server",
			"+OK POP3 clients that break here, they violate STD53.", "1 UID1-1795407897|2 UID3-1795407897"},
	} {
		t.Run(test.name, func(t *testing.T) {
			addr, box := like(t, test.server, 3)
			box.Remove(box.Messages()[1].UIDL)
			c := connect(t, addr)
			c.expect(test.greeting)
			if got := strings.Join(c.list("CAPA"), "|"); got != test.before {
				t.Errorf("CAPA before login: %s\nwant %s", got, test.before)
			}
			c = enter(t, addr, "ann")
			if got := strings.Join(c.list("CAPA"), "|"); got != test.after {
				t.Errorf("CAPA after login: %s\nwant %s", got, test.after)
			}
			if got := strings.Join(c.list("UIDL"), "|"); got != test.uidl {
				t.Errorf("UIDL: %s, want %s", got, test.uidl)
			}
			c.ask("LIST", test.status, "1 18", "2 18", ".")
			c.ask("LIST 2", "+OK 2 18")
			open := enter(t, addr, "ann") // a login at once is no matter
			open.ask("DELE 2", "+OK message 2 will be deleted by QUIT")
			open.say("QUIT")
			open.rest()
			if n := len(box.Messages()); n != 1 {
				t.Errorf("%d messages are left, want 1", n)
			}
		})
	}
}

func TestPopa3dGivesCopiesTheSameID(t *testing.T) {
	s := pop3test.LikePopa3d()
	addr, box := like(t, s, 0)
	const letter = "Received: a\r\n by b\r\nDate: today\r\nMessage-ID: <x>\r\nSubject: %s\r\n\r\nHi\r\n"
	for _, subject := range []string{"one", "two"} {
		box.Deliver([]byte(fmt.Sprintf(letter, subject)))
	}
	box.Deliver([]byte(strings.Replace(letter, "today", "now", 1)))
	c := enter(t, addr, "ann")
	c.ask("CAPA", "-ERR unknown command")
	ids := c.list("UIDL")
	if ids[0][2:] != ids[1][2:] || ids[0][2:] == ids[2][2:] || len(ids[0]) != len("1 0123456789abcdef") {
		t.Errorf("the unique ids are %q, want twice the same and another, of 16 digits", ids)
	}
}

func TestMpopdKnowsNoTOPAndCountsLFs(t *testing.T) {
	addr, _ := like(t, pop3test.LikeMpopd(), 1)
	c := connect(t, addr)
	c.line()
	c.ask("USER ann", "+OK now the password")
	c.ask("PASS secret", "+OK 1 messages")
	c.ask("TOP 1 0", "-ERR unknown command")
	c.ask("LIST 1", "+OK 1 15")
	c.say("NOOP", "STAT", "NOOP")
	if rest := c.rest(); rest != "" {
		t.Errorf("pipelined commands were answered %q", rest)
	}
}

func TestH2WildDuckMixesPipelinedReplies(t *testing.T) {
	addr, _ := like(t, pop3test.LikeWildDuck(2), 3)
	c := enter(t, addr, "ann")
	c.ask("RETR 1", "+OK 18 octets", "Subject: 2", "", "Hi", ".")
	c.say("RETR 1", "RETR 2")
	for _, want := range []string{"+OK 18 octets", "Subject: 2", "", "Hi", "+OK 18 octets", ".", "Subject: 3", "", "Hi", "."} {
		c.expect(want)
	}
	c.ask("RETR 3", "-ERR there are 2 messages")
}

func TestAWindowOfZeroIsWideEnough(t *testing.T) {
	for _, s := range []*pop3test.Server{pop3test.LikeGmail(0), pop3test.LikeWildDuck(0)} {
		addr, _ := like(t, s, 251)
		if n := len(enter(t, addr, "ann").list("LIST")); n != 250 {
			t.Errorf("%d of 251 messages are listed, want 250", n)
		}
	}
}
