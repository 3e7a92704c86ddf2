package pop3client

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"strconv"
	"testing"
)

// stored retrieves message 1 from a server that replies as given.
func stored(t *testing.T, reply string) (string, error) {
	t.Helper()
	var message bytes.Buffer
	_, err := answering(nil, reply).Retrieve(t.Context(), 1, &message)
	return message.String(), err
}

func TestD2AServerThatEndsAllLinesInLF(t *testing.T) {
	c := answering(nil, "+OK 1 5\n", "+OK\n1 a\n2 b\n.\n", "+OK\nx\n..\n.\n", "+OK\r\ny\r\n.\r\n")
	if count, _, err := c.Stat(t.Context()); count != 1 || err != nil {
		t.Errorf("Stat: %d, %v", count, err)
	}
	if list, err := c.UIDL(t.Context()); len(list) != 2 || err != nil {
		t.Errorf("UIDL: %v, %v", list, err)
	}
	for _, want := range []string{"x\n.\n", "y\r\n"} { // each reply for itself
		var message bytes.Buffer
		if _, err := c.Retrieve(t.Context(), 1, &message); err != nil || message.String() != want {
			t.Errorf("Retrieve: %q, %v; want %q", message.String(), err, want)
		}
	}
}

func TestD9AndD10EveryOctetArrivesAsItIs(t *testing.T) {
	for _, body := range []string{"a\x00b\r\n", "\x00\r\n", "a\r\r\nb\rc\r\n", "\xff\xfe\r\n", "a\nb\r\n"} {
		if got, err := stored(t, "+OK\r\n"+body+".\r\n"); err != nil || got != body {
			t.Errorf("%q arrived as %q, %v", body, got, err)
		}
	}
}

func TestF4AHeaderWithoutABlankLine(t *testing.T) {
	if got, err := stored(t, "+OK\r\nSubject: x\r\n.\r\n"); err != nil || got != "Subject: x\r\n" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestF5WithoutTOPTheSessionGoesOn(t *testing.T) {
	c := answering(nil, "-ERR unknown command\r\n", "+OK\r\n")
	if err := c.Top(t.Context(), 1, 0, io.Discard); kindOf(t, err) != ErrPermanent {
		t.Errorf("Top: %v, want ErrPermanent", err)
	}
	if err := c.Noop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestD17HangingUpWithoutTheEndOfTLS(t *testing.T) {
	cert, pool := certificate(t, host)
	for _, test := range []struct {
		reply string
		want  error
	}{
		{"+OK\r\nwhole\r\n.\r\n", nil},
		{"+OK\r\nhalf\r\n", ErrTruncated},
	} {
		port := loopback(t, func(p *peer) {
			protected := p.secure(cert)
			protected.start()
			protected.answer("RETR 1", test.reply)
			// The connection below TLS is closed when the script ends, and
			// nothing has said that this is the end.
		})
		o := &Options{TLS: &tls.Config{RootCAs: pool, ServerName: host}}
		c, err := Connect(t.Context(), Address{Host: "127.0.0.1", Port: port}, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Retrieve(t.Context(), 1, io.Discard); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", strconv.Quote(test.reply), err, test.want)
		}
		c.Close()
	}
}

func TestG8ResetIsNeverSentUnasked(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.answer("DELE 1", "+OK\r\n")
		p.answer("DELE 2", "-ERR no\r\n")
		p.answer("QUIT", "-ERR no\r\n")
		p.wantEnd()
	})
	if err := c.Delete(t.Context(), 1); err != nil {
		t.Error(err)
	}
	if err := errors.Join(c.Delete(t.Context(), 2), c.Quit(t.Context())); !errors.Is(err, ErrPermanent) {
		t.Errorf("%v, want ErrPermanent", err)
	}
}

// idleConn brings neither octets nor an error, for ever.
type idleConn struct{ chunkConn }

func (*idleConn) Read([]byte) (int, error) { return 0, nil }

func TestAConnectionThatBringsNothingForEverIsLeft(t *testing.T) {
	if err := clientOn(new(idleConn), nil).Noop(t.Context()); !errors.Is(err, ErrClosed) || !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("Noop: %v, want ErrClosed and ErrNoProgress", err)
	}
}
