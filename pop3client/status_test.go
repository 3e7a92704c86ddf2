package pop3client

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestStatusLines(t *testing.T) {
	for line, want := range map[string]status{
		"+OK":                {ok: true},
		"+OK 2 320":          {ok: true, rest: "2 320"},
		"+ok\tx ":            {ok: true, rest: "x"},
		"+Okay":              {ok: true, rest: "ay"},
		"-ERR":               {},
		"-ERR  [AUTH] no \r": {rest: "[AUTH] no"},
	} {
		if got, known := parseStatus([]byte(line)); !known || got != want {
			t.Errorf("%q: %+v, %v; want %+v", line, got, known, want)
		}
	}
	for _, line := range []string{"", "+", "+O", "OK", " +OK", "-ER", "+ challenge", "Subject: x"} {
		if got, known := parseStatus([]byte(line)); known {
			t.Errorf("%q: %+v, want none", line, got)
		}
	}
}

func TestD12BlankLinesBeforeAStatus(t *testing.T) {
	c := answering(nil, "+OK\r\n\r\n", "\r\n\r\n+OK\r\n", "\r", "\n\r\n+OK\r\n")
	for range 3 {
		if err := c.Delete(t.Context(), 1); err != nil {
			t.Errorf("with three blank lines: %v", err)
		}
	}
	c = answering(nil, "\r\n\r\n\r\n\r\n+OK\r\n")
	if err := c.Delete(t.Context(), 1); !errors.Is(err, ErrProtocol) {
		t.Errorf("with four blank lines: %v, want ErrProtocol", err)
	}
}

func TestD16StatusLinesAreBounded(t *testing.T) {
	at := strings.Repeat("x", 8<<10-len("+OK "))
	if err := answering(nil, "+OK "+at+"\r\n").Noop(t.Context()); err != nil {
		t.Errorf("8 KiB: %v, want no error", err)
	}
	if err := answering(nil, "+OK "+at+"xx\r\n").Noop(t.Context()); !errors.Is(err, ErrProtocol) {
		t.Errorf("8 KiB and more: %v, want ErrProtocol", err)
	}
	endless := &endlessConn{pattern: []byte("+OK xxxxxxxxx")}
	if err := clientOn(endless, nil).Noop(t.Context()); !errors.Is(err, ErrProtocol) {
		t.Errorf("without end: %v, want ErrProtocol", err)
	}
	if endless.read > readBuffer {
		t.Errorf("of a line without end %d octets were read", endless.read)
	}
	// A limit above the buffer holds as well.
	if err := answering(&Options{MaxStatusLine: 3 * readBuffer}, "+OK "+strings.Repeat("x", 2*readBuffer)+"\r\n").Noop(t.Context()); err != nil {
		t.Errorf("with a higher limit: %v", err)
	}
}

func TestSomethingUnaskedBeforeACommandEndsTheSession(t *testing.T) {
	c := answering(nil, "+OK\r\nSubject: a\r\n\r\nx\r\n.\r\n+OK\r\nSubject: forged\r\n\r\ny\r\n.\r\n")
	var w bytes.Buffer
	if _, err := c.Retrieve(t.Context(), 1, &w); err != nil || w.String() != "Subject: a\r\n\r\nx\r\n" {
		t.Errorf("the first message came as %q, %v", w.String(), err)
	}
	w.Reset()
	if _, err := c.Retrieve(t.Context(), 2, &w); !errors.Is(err, ErrProtocol) || w.Len() > 0 {
		t.Errorf("the second message came as %q, %v; want ErrProtocol and nothing", w.String(), err)
	}
}

// FuzzStatus: a line that is a status is one kind of it; a refusal made from it
// is harmless text, and, written as a reply, it reads as the same refusal.
func FuzzStatus(f *testing.F) {
	for _, line := range []string{"+OK", "-ERR [AUTH] no", "-ERR [sys/temp]x", "-err \x1b[31m\xff\u202e", "-ERR [[a]] b", "+Okay", "-ERR [] x"} {
		f.Add([]byte(line), "secret")
	}
	f.Fuzz(func(t *testing.T, line []byte, secret string) {
		s, known := parseStatus(line)
		if !known {
			return
		}
		if !strings.Contains(string(line), s.rest) {
			t.Fatalf("%q: the rest %q is not part of it", line, s.rest)
		}
		if s.ok {
			return
		}
		refusal := refusalOf(s.rest, secret)
		if len(cleaned(secret)) > 3 && !strings.Contains(secret, "*") && strings.Contains(refusal.Text, cleaned(secret)) {
			t.Fatalf("%q: %q has the secret %q", line, refusal.Text, secret)
		}
		refusal = refusalOf(s.rest, "")
		if !utf8.ValidString(refusal.Text) || utf8.RuneCountInString(refusal.Text) > maxText {
			t.Fatalf("%q: the text %q is not valid or too long", line, refusal.Text)
		}
		if strings.ContainsFunc(refusal.Text+refusal.Code, unicode.IsControl) {
			t.Fatalf("%q: %q has control characters", line, refusal.Text)
		}
		if refusal.Code != strings.ToUpper(refusal.Code) || len(refusal.Code) > maxCode {
			t.Fatalf("%q: code %q", line, refusal.Code)
		}
		if refusal.Code == "" {
			return // its text may begin with something in brackets
		}
		again, _ := parseStatus([]byte("-ERR [" + refusal.Code + "] " + refusal.Text))
		if second := refusalOf(again.rest, ""); second.Code != refusal.Code || second.kind != refusal.kind {
			t.Fatalf("%q: %v became %v", line, refusal, second)
		}
	})
}

// refusalOf is what becomes of a reply to PASS.
func refusalOf(rest, secret string) *ServerError {
	c := new(Client)
	c.concealing.add(secret)
	return c.refusal(request{verb: "PASS", judges: true}, rest)
}
