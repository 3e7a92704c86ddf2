package pop3test_test

import (
	"strings"
	"testing"

	"restante/pop3client/pop3test"
)

func TestF10UTF8IsAskedForBeforeLogin(t *testing.T) {
	s, config := secured(t)
	s.UTF8 = true
	box := s.AddUser("ann", "secret")
	box.Deliver([]byte("Subject: Grüße\r\n\r\nHi\r\n"))
	box.Deliver([]byte("Subject: x\r\n\r\nGrüße\r\n")) // 8-bit in the body alone
	addr := pop3test.Start(t, s)

	c := open(t, addr)
	c.ask("RETR 2", "-ERR [UTF8] the header of this message is not ASCII")
	c.ask("TOP 2 0", "-ERR [UTF8] the header of this message is not ASCII")
	c.ask("RETR 3", "+OK 23 octets", "Subject: x", "", "Grüße", ".")
	c.ask("UTF8", "-ERR UTF8 comes before login")

	c = dial(t, addr)
	c.ask("UTF8", "+OK UTF-8 it is")
	c.ask("STLS", "-ERR STLS comes before UTF8")
	c.ask("USER ann", "+OK now the password")
	c.ask("PASS secret", "+OK 3 messages")
	c.ask("RETR 2", "+OK 24 octets", "Subject: Grüße", "", "Hi", ".")

	c = dial(t, addr).startTLS(config)
	c.ask("UTF8", "+OK UTF-8 it is")

	s, _ = newServer()
	dial(t, pop3test.Start(t, s)).ask("UTF8", "-ERR unknown command")
}

func TestLANGListsAndChooses(t *testing.T) {
	s, _ := newServer()
	s.Languages = []string{"en English", "de Deutsch"}
	addr := pop3test.Start(t, s)
	for _, c := range []*talk{dial(t, addr), open(t, addr)} {
		c.ask("LANG", "+OK languages follow", "en English", "de Deutsch", ".")
		c.ask("LANG DE", "+OK de it is")
		c.ask("LANG *", "+OK en it is")
		c.ask("LANG tlh", "-ERR there is no such language")
	}
	s, _ = newServer()
	dial(t, pop3test.Start(t, s)).ask("LANG", "-ERR unknown command")
}

func TestCAPAAnnouncesWhatIsConfigured(t *testing.T) {
	s, config := secured(t)
	s.UTF8, s.Languages, s.Expire, s.Implementation = true, []string{"en English"}, "30 USER", "Example 1.0"
	s.Mechanisms = []string{"PLAIN", "SCRAM-SHA-256-PLUS", "APOP", "EXTERNAL"}
	addr := pop3test.Start(t, s)
	capa := func(c *talk) string {
		t.Helper()
		c.ask("CAPA", "+OK capabilities follow")
		lines, err := c.ReadDotLines()
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(lines, "|")
	}
	const common = "RESP-CODES|AUTH-RESP-CODE|EXPIRE 30 USER|TOP|UIDL|PIPELINING|UTF8|LANG|"
	c := connect(t, addr)
	c.line()
	if got, want := capa(c), common+"SASL PLAIN|STLS"; got != want {
		t.Errorf("in the clear: %s, want %s", got, want)
	}
	c = c.startTLS(config)
	if got, want := capa(c), common+"SASL PLAIN SCRAM-SHA-256-PLUS"; got != want {
		t.Errorf("under TLS: %s, want %s", got, want)
	}
	c.ask("AUTH PLAIN "+b64("\x00ann\x00secret"), "+OK 1 messages")
	if got, want := capa(c), common+"IMPLEMENTATION Example 1.0"; got != want {
		t.Errorf("after login: %s, want %s", got, want)
	}
}
