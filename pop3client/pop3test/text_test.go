package pop3test_test

import (
	"io"
	"strings"
	"testing"

	"restante/pop3client/pop3test"
)

func TestMessagesAreSentExactly(t *testing.T) {
	for _, test := range []struct{ name, raw, wire string }{
		{"empty", "", ""},
		{"one CRLF", "\r\n", "\r\n"},
		{"no line end", "a", "a\r\n"},
		{"ends in LF", "a\n", "a\n\r\n"},
		{"dots", ".\r\n..\r\na.\r\n.b\r\n", "..\r\n...\r\na.\r\n..b\r\n"},
		{"bare LF and dot (D1)", "a\n.\r\nDELE 1\r\n", "a\n.\r\nDELE 1\r\n"},
		{"bare CR", "a\r.b\r\r\n.c\r\n", "a\r.b\r\r\n..c\r\n"},
		{"NUL and 8 bit", "\x00.\x00\xff\r\n.\x00\r\n", "\x00.\x00\xff\r\n..\x00\r\n"},
		{"long line", strings.Repeat("x", 200_000) + "\r\n", strings.Repeat("x", 200_000) + "\r\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, box := newServer()
			box.Deliver([]byte(test.raw))
			c := open(t, pop3test.Start(t, s))
			c.say("RETR 1")
			c.line()
			c.say("QUIT")
			if got, want := c.rest(), test.wire+".\r\n+OK goodbye\r\n"; got != want {
				t.Errorf("got %.200q\nwant %.200q", got, want)
			}
		})
	}
}

func TestTopCountsLinesOfTheBody(t *testing.T) {
	for _, test := range []struct{ name, raw, n, want string }{
		{"header only (F4)", "A: b\r\nC: d\r\n", "5", "A: b\r\nC: d\r\n"},
		{"none", "A: b\r\n\r\n1\r\n2\r\n", "0", "A: b\r\n\r\n"},
		{"one", "A: b\r\n\r\n1\r\n2\r\n", "1", "A: b\r\n\r\n1\r\n"},
		{"empty lines count", "A: b\r\n\r\n\r\n\r\n3\r\n", "2", "A: b\r\n\r\n\r\n\r\n"},
		{"bare LF", "A: b\n\n1\n2\n", "1", "A: b\n\n1\n\r\n"},
		{"stuffed", "A: b\r\n\r\n.1\r\n2\r\n", "1", "A: b\r\n\r\n..1\r\n"},
		{"empty message", "", "3", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, box := newServer()
			box.Deliver([]byte(test.raw))
			c := open(t, pop3test.Start(t, s))
			c.ask("TOP 1 "+test.n, "+OK the top follows")
			got := make([]byte, len(test.want)+3)
			if _, err := io.ReadFull(c.R, got); err != nil || string(got) != test.want+".\r\n" {
				t.Errorf("got %q, %v; want %q and the terminator", got, err, test.want)
			}
		})
	}
}

func TestCRLFChangesBareLineFeedsOnly(t *testing.T) {
	for in, want := range map[string]string{"": "", "\n": "\r\n", "a\nb\r\nc\r\r\n\n": "a\r\nb\r\nc\r\r\n\r\n", "a\rb": "a\rb"} {
		if got := string(pop3test.CRLF([]byte(in))); got != want {
			t.Errorf("CRLF(%q) = %q, want %q", in, got, want)
		}
	}
}
