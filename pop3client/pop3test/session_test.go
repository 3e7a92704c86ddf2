package pop3test_test

import (
	"bufio"
	"io"
	"net/textproto"
	"strings"
	"testing"

	"restante/pop3client/pop3test"
)

func pop3Reader(r io.Reader) *textproto.Reader { return textproto.NewReader(bufio.NewReader(r)) }

const (
	first  = "Subject: one\r\n\r\nLine 1\r\n.Line 2\r\n\r\nLine 4\r\n"
	second = "Subject: two\r\n\r\nHi\r\n"
)

func TestASessionFollowsRFC1939(t *testing.T) {
	s, box := newServer()
	box.DeliverAs("id-1", []byte(first))
	box.DeliverAs("id-2", []byte(second))
	c := open(t, pop3test.Start(t, s))
	c.ask("STAT", "+OK 2 63")
	c.ask("LIST", "+OK the list follows", "1 43", "2 20", ".")
	c.ask("list 2", "+OK 2 20")
	c.ask("UIDL", "+OK the list follows", "1 id-1", "2 id-2", ".")
	c.ask("UIDL 1", "+OK 1 id-1")
	c.ask("RETR 1", "+OK 43 octets", "Subject: one", "", "Line 1", "..Line 2", "", "Line 4", ".")
	c.ask("TOP 1 0", "+OK the top follows", "Subject: one", "", ".")
	c.ask("TOP 1 2", "+OK the top follows", "Subject: one", "", "Line 1", "..Line 2", ".")
	c.ask("TOP 1 999", "+OK the top follows", "Subject: one", "", "Line 1", "..Line 2", "", "Line 4", ".")
	c.ask("NOOP", "+OK nothing done")

	c.ask("DELE 1", "+OK message 1 will be deleted by QUIT")
	for _, command := range []string{"DELE 1", "RETR 1", "LIST 1", "UIDL 1", "TOP 1 0"} {
		c.ask(command, "-ERR message 1 is deleted")
	}
	c.ask("STAT", "+OK 1 20")
	c.ask("UIDL", "+OK the list follows", "2 id-2", ".")
	c.ask("RSET", "+OK nothing is marked any more")
	c.ask("STAT", "+OK 2 63")
	c.ask("QUIT", "+OK goodbye")
	if rest := c.rest(); rest != "" {
		t.Errorf("after QUIT came %q", rest)
	}
}

func TestCommandsAreRefusedWhereTheyDoNotBelong(t *testing.T) {
	s, box := newServer()
	box.Deliver([]byte(first))
	addr := pop3test.Start(t, s)
	c := dial(t, addr)
	for _, command := range []string{"STAT", "LIST", "RETR 1", "DELE 1", "UIDL", "RSET"} {
		verb, _, _ := strings.Cut(command, " ")
		c.ask(command, "-ERR "+verb+" comes after login")
	}
	c.ask("PASS secret", "-ERR USER comes first")
	c.ask("USER ann", "+OK now the password")
	c.ask("PASS wrong", "-ERR [AUTH] wrong user name or password")
	c.ask("PASS secret", "-ERR USER comes first")
	c.ask("USER nobody", "+OK now the password")
	c.ask("PASS secret", "-ERR [AUTH] wrong user name or password")
	c.ask("STLS", "-ERR there is no TLS here")
	c.ask("XYZZY", "-ERR unknown command")
	c.ask("QUIT", "+OK goodbye")

	c = open(t, addr)
	for command, want := range map[string]string{
		"USER ann":                  "unknown command",
		"STLS":                      "unknown command",
		"RETR":                      "a message number is needed",
		"RETR 0":                    "there are 1 messages",
		"RETR 2":                    "there are 1 messages",
		"RETR -1":                   "a message number is needed",
		"RETR 1 1":                  "a message number is needed",
		"DELE 99999999999999999999": "a message number is needed",
		"TOP 1":                     "a number of lines is needed",
		"TOP 1 -1":                  "a number of lines is needed",
	} {
		c.ask(command, "-ERR "+want)
	}
}

func TestAPasswordIsTheRestOfTheLine(t *testing.T) {
	s := &pop3test.Server{}
	s.AddUser("a name", " two  blanks ")
	c := dial(t, pop3test.Start(t, s))
	c.ask("USER a name", "+OK now the password")
	c.ask("PASS  two  blanks ", "+OK 0 messages")
}

func TestLinesThatBreakTheRulesAreRefused(t *testing.T) {
	s, _ := newServer()
	addr := pop3test.Start(t, s)
	const refused = "-ERR a command ends in CRLF and has at most 255 octets"

	c := dial(t, addr)
	io.WriteString(c.conn, "NOOP\n")
	c.expect(refused)
	c.ask("", refused)
	c.ask("USER "+strings.Repeat("x", 255-len("USER \r\n")), "+OK now the password")
	c.ask("USER "+strings.Repeat("x", 256-len("USER \r\n")), refused)
	c.say(strings.Repeat("x", 5000))
	if rest := c.rest(); rest != "" {
		t.Errorf("an over-long line was answered %q, want the end of the connection", rest)
	}
}

func TestPipelinedCommandsAreAnsweredInOrder(t *testing.T) {
	s, box := newServer()
	box.DeliverAs("id-1", []byte(second))
	c := open(t, pop3test.Start(t, s))
	c.say("STAT", "UIDL 1", "RETR 1", "NOOP", "QUIT")
	want := "+OK 1 20\r\n+OK 1 id-1\r\n+OK 20 octets\r\n" + second + ".\r\n+OK nothing done\r\n+OK goodbye\r\n"
	if got := c.rest(); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

func TestAServerWithoutPipeliningHangsUpOnIt(t *testing.T) {
	s, _ := newServer()
	s.NoPipelining = true
	addr := pop3test.Start(t, s)
	c := open(t, addr)
	c.ask("NOOP", "+OK nothing done")
	c.ask("STAT", "+OK 0 0")
	c = open(t, addr)
	c.say("NOOP", "STAT")
	if rest := c.rest(); rest != "" {
		t.Errorf("two commands at once were answered %q", rest)
	}
}

func TestCAPASaysWhatTheServerCanDo(t *testing.T) {
	certificate := serverTLS(t)
	for _, test := range []struct {
		name          string
		server        *pop3test.Server
		before, after string
	}{
		{"plain", &pop3test.Server{},
			"RESP-CODES AUTH-RESP-CODE EXPIRE-NEVER TOP UIDL PIPELINING USER",
			"RESP-CODES AUTH-RESP-CODE EXPIRE-NEVER TOP UIDL PIPELINING IMPLEMENTATION-pop3test"},
		{"with TLS to offer", &pop3test.Server{TLS: certificate},
			"RESP-CODES AUTH-RESP-CODE EXPIRE-NEVER TOP UIDL PIPELINING USER STLS",
			"RESP-CODES AUTH-RESP-CODE EXPIRE-NEVER TOP UIDL PIPELINING IMPLEMENTATION-pop3test"},
		{"reduced", &pop3test.Server{NoTOP: true, NoUIDL: true, NoPipelining: true, LoginDelay: 1500e6},
			"RESP-CODES AUTH-RESP-CODE EXPIRE-NEVER LOGIN-DELAY-2 USER",
			"RESP-CODES AUTH-RESP-CODE EXPIRE-NEVER LOGIN-DELAY-2 IMPLEMENTATION-pop3test"},
		{"by request", &pop3test.Server{CapabilitiesBeforeLogin: []string{}, Capabilities: []string{"TOP", "X"}},
			"", "TOP X"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.server.AddUser("ann", "secret")
			addr := pop3test.Start(t, test.server)
			for _, state := range []struct {
				name string
				c    *talk
				want string
			}{{"before login", dial(t, addr), test.before}, {"after login", open(t, addr), test.after}} {
				state.c.ask("CAPA", "+OK capabilities follow")
				lines, err := state.c.ReadDotLines()
				if err != nil {
					t.Fatal(err)
				}
				for i := range lines {
					lines[i] = strings.ReplaceAll(lines[i], " ", "-")
				}
				if got := strings.Join(lines, " "); got != state.want {
					t.Errorf("%s: got %s, want %s", state.name, got, state.want)
				}
			}
		})
	}
}

func TestWhatIsSwitchedOffIsUnknown(t *testing.T) {
	s, box := newServer()
	box.Deliver([]byte(first))
	s.NoCAPA, s.NoTOP, s.NoUIDL = true, true, true
	c := open(t, pop3test.Start(t, s))
	for _, command := range []string{"CAPA", "TOP 1 0", "UIDL", "UIDL 1"} {
		c.ask(command, "-ERR unknown command")
	}
}
