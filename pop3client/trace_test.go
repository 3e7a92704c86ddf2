package pop3client

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// traced returns options that write the trace to text.
func traced(text *strings.Builder, names ...string) *Options {
	return &Options{Mechanisms: names, Trace: func(e TraceEvent) { text.WriteString(e.String() + "\n") }}
}

func TestATraceHasEveryLineAndNoSecret(t *testing.T) {
	var text strings.Builder
	c := capable(t, traced(&text, "USER"), "USER\nUIDL", func(p *peer) {
		p.answer("USER ann", "+OK\r\n")
		p.answer("PASS secret", "\r\n+OK \x1b[31mwelcome\r\n")
		p.noCAPA()
		p.answer("RETR 1", "+OK 21 octets\r\nSubject: x\r\n\r\n..dot\r\n.\r\n")
		p.answer("DELE 1", "-ERR secret is not to be told\r\n")
		p.answer("QUIT", "+OK\r\n")
	})
	if err := c.Login(t.Context(), "ann", "secret"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Retrieve(t.Context(), 1, io.Discard); err != nil {
		t.Fatal(err)
	}
	c.Delete(t.Context(), 1)
	if err := c.Quit(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := `S: +OK ready <1896.697170952@dbc.mtview.ca.us>
C: CAPA
S: +OK
S: (12 octets)
C: USER ann
S: +OK
C: PASS ***
S: 
S: +OK [31mwelcome
C: CAPA
S: -ERR
C: RETR 1
S: +OK 21 octets
S: (20 octets)
C: DELE 1
S: -ERR *** is not to be told
C: QUIT
S: +OK
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Error(diff)
	}
}

func TestATraceOfSASLHasNoContinuation(t *testing.T) {
	cred := Credentials{User: "ann", Password: "secret"}
	for mechanism, want := range map[string]string{
		"LOGIN": "C: AUTH LOGIN\nS: + ***\nC: ***\nS: +OK ***\nC: ***\nS: -ERR no\n",
		"APOP":  "C: APOP ann ***\nS: -ERR no\n",
	} {
		var text strings.Builder
		c := capable(t, traced(&text, mechanism), "SASL LOGIN", func(p *peer) {
			if mechanism == "LOGIN" {
				p.answer("AUTH LOGIN", "+ VXNlcg==\r\n")
				p.answer(code("ann"), "+OK UGFzcw==\r\n")
			}
			p.in.ReadString('\n')
			p.send("-ERR no\r\n")
		})
		text.Reset()
		if err := c.Authenticate(t.Context(), cred); kindOf(t, err) != ErrAuth {
			t.Errorf("%s: %v", mechanism, err)
		}
		if diff := cmp.Diff(want, text.String()); diff != "" {
			t.Errorf("%s: %s", mechanism, diff)
		}
	}
	var text strings.Builder
	o := traced(&text, "PLAIN")
	o.InitialResponse = true
	c := capable(t, o, "SASL PLAIN", func(p *peer) {
		p.in.ReadString('\n')
		p.send("-ERR no\r\n")
	})
	text.Reset()
	c.Authenticate(t.Context(), cred)
	if diff := cmp.Diff("C: AUTH PLAIN ***\nS: -ERR no\n", text.String()); diff != "" {
		t.Error(diff)
	}
}

func TestLinesOfATraceAreBounded(t *testing.T) {
	var text strings.Builder
	c := capable(t, traced(&text), "UIDL", func(p *peer) {
		p.answer("USER "+strings.Repeat("u", 2000), "-ERR "+strings.Repeat("x", 2000)+"\r\n")
	})
	c.Login(t.Context(), strings.Repeat("u", 2000), "secret")
	for line := range strings.Lines(text.String()) {
		if len(line) > len("S: \n")+maxText {
			t.Errorf("a line has %d octets", len(line))
		}
	}
}
