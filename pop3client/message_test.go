package pop3client

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestD15CommandsAsTheyAreSent(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.answer("STAT", "+OK 3 300\r\n")
		p.answer("LIST", "+OK\r\n.\r\n")
		p.answer("LIST 2", "+OK 2 100\r\n")
		p.answer("UIDL", "+OK\r\n.\r\n")
		p.answer("UIDL 2", "+OK 2 b\r\n")
		p.answer("RETR 2", "+OK\r\nbody\r\n.\r\n")
		p.answer("TOP 3 0", "+OK\r\nhead\r\n\r\n.\r\n")
		p.answer("DELE 3", "+OK\r\n")
		p.answer("DELE 3", "-ERR already deleted\r\n") // G4
		p.answer("RSET", "+OK\r\n")
		p.answer("NOOP", "+OK\r\n")
		p.answer("QUIT", "+OK bye\r\n")
		p.wantEnd()
	})
	ctx := t.Context()
	_, _, errStat := c.Stat(ctx)
	_, errList := c.List(ctx)
	_, errListOne := c.ListOne(ctx, 2)
	_, errUIDL := c.UIDL(ctx)
	_, errUIDLOne := c.UIDLOne(ctx, 2)
	var message, top bytes.Buffer
	_, errRetrieve := c.Retrieve(ctx, 2, &message)
	errTop := c.Top(ctx, 3, 0, &top)
	if err := errors.Join(errStat, errList, errListOne, errUIDL, errUIDLOne, errRetrieve, errTop, c.Delete(ctx, 3)); err != nil {
		t.Error(err)
	}
	if err := c.Delete(ctx, 3); kindOf(t, err) != ErrPermanent {
		t.Errorf("Delete again: %v, want ErrPermanent", err)
	}
	if err := errors.Join(c.Reset(ctx), c.Noop(ctx), c.Quit(ctx)); err != nil {
		t.Error(err)
	}
	if message.String() != "body\r\n" || top.String() != "head\r\n\r\n" {
		t.Errorf("message %q, top %q", message.String(), top.String())
	}
	if err := c.Noop(ctx); !errors.Is(err, ErrClosed) {
		t.Errorf("Noop after Quit: %v, want ErrClosed", err)
	}
}

func TestG1OnlyAPlainYesToQUITIsSuccess(t *testing.T) {
	for reply, want := range map[string]error{
		"-ERR [SYS/TEMP] some messages were not deleted\r\n": ErrTemporary,
		"-ERR some deleted messages not removed\r\n":         ErrPermanent,
		"":         ErrClosed,
		"+O":       ErrClosed,
		"what\r\n": ErrProtocol,
	} {
		conn := replies(reply)
		c := clientOn(conn, nil)
		if err := c.Quit(t.Context()); !errors.Is(err, want) {
			t.Errorf("reply %q: %v, want %v", reply, err, want)
		}
		if !conn.closed {
			t.Errorf("reply %q: the connection is still open", reply)
		}
		if err := c.Quit(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("reply %q: Quit again: %v, want ErrClosed", reply, err)
		}
	}
}

func TestF7CloseSendsNoQUIT(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.answer("DELE 1", "+OK\r\n")
		p.wantEnd()
	})
	if err := c.Delete(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	c.Close()
	if err := c.Quit(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("Quit after Close: %v, want ErrClosed", err)
	}
}

func TestF1ARefusedMessageLetsTheSessionGoOn(t *testing.T) {
	c := answering(nil, "-ERR Message 1 expunged\r\n", "+OK\r\nb\r\n.\r\n")
	var w bytes.Buffer
	if n, err := c.Retrieve(t.Context(), 1, &w); kindOf(t, err) != ErrPermanent || n != 0 || w.Len() > 0 {
		t.Errorf("first: %d, %v", n, err)
	}
	if n, err := c.Retrieve(t.Context(), 2, &w); err != nil || n != 3 {
		t.Errorf("second: %d, %v", n, err)
	}
}

func TestD6AMessageThatBreaksOffIsNotComplete(t *testing.T) {
	for _, reply := range []string{
		"+OK\r\n", "+OK\r\npart", "+OK\r\npart\r\n", "+OK\r\npart\r\n.", "+OK\r\npart\r\n.\r", "+OK 4 octets\r\npart.\r\n", "+OK 5 octets\r\npart\n.\r\n",
	} {
		conn := replies(reply)
		c := clientOn(conn, nil)
		if _, err := c.Retrieve(t.Context(), 1, io.Discard); !errors.Is(err, ErrTruncated) || errors.Is(err, ErrSalvaged) {
			t.Errorf("%q, then EOF: %v, want ErrTruncated", reply, err)
		}
		if !conn.closed {
			t.Errorf("%q, then EOF: the connection is still open", reply)
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("%q, then EOF: the session goes on: %v", reply, err)
		}
	}
}

// silent returns a client whose server answers RETR with reply and then says
// nothing, for use in a bubble.
func silent(t *testing.T, reply string) *Client {
	t.Helper()
	return open(t, nil, func(p *peer) {
		p.answer("RETR 1", reply)
		p.wantEnd()
	})
}

func TestD1D4D5SilenceAtADoubtfulEnd(t *testing.T) {
	tests := []struct {
		name, reply string
		size        int64 // as LIST told it
		want        string
		err         error
		after       time.Duration
	}{
		{"D1 after a bare LF", "+OK 7 octets\r\na\r\ntext\n.\r\n", 0, "a\r\ntext\n", ErrSalvaged, 5 * time.Second},
		{"D1, size by LIST", "+OK\r\na\r\ntext\n.\r\n", 8, "a\r\ntext\n", ErrSalvaged, 5 * time.Second},
		{"D1, size counts LF as CRLF", "+OK\r\n" + strings.Repeat("b\n", 50) + ".\r\n", 150, strings.Repeat("b\n", 50), ErrSalvaged, 5 * time.Second},
		{"D1, of another size", "+OK 70 octets\r\na\r\ntext\n.\r\n", 0, "a\r\ntext\n", ErrTimeout, time.Minute},
		{"D1, of no size", "+OK\r\na\r\ntext\n.\r\n", 0, "a\r\ntext\n", ErrTimeout, time.Minute},
		{"D4 glued", "+OK 7 octets\r\na\r\ntext.\r\n", 0, "a\r\ntext", ErrSalvaged, time.Minute},
		{"D4, size counts CRLF as LF", "+OK\r\n" + strings.Repeat("b\r\n", 50) + "text.\r\n", 104, strings.Repeat("b\r\n", 50) + "text", ErrSalvaged, time.Minute},
		{"D4, of another size", "+OK 12 octets\r\na\r\ntext.\r\n", 0, "a\r\ntext", ErrTimeout, time.Minute},
		{"D5 no LF", "+OK 9 octets\r\na\r\ntext\r\n.\r", 0, "a\r\ntext\r\n", ErrSalvaged, time.Minute},
		{"D5, of no size", "+OK\r\na\r\ntext\r\n.\r", 0, "a\r\ntext\r\n", ErrTimeout, time.Minute},
		{"a stuffed dot is no end", "+OK 3 octets\r\na\r\n..\r\n", 0, "a\r\n.\r\n", ErrTimeout, time.Minute},
		{"no end in sight", "+OK 9 octets\r\na\r\ntext\r\n", 0, "a\r\ntext\r\n", ErrTimeout, time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := silent(t, test.reply)
				var w bytes.Buffer
				start := time.Now()
				n, err := c.RetrieveSized(t.Context(), 1, test.size, &w)
				took := time.Since(start)
				if w.String() != test.want || n != int64(len(test.want)) || !errors.Is(err, test.err) || took != test.after {
					t.Errorf("after %v: %q (%d octets), %v; want %q, %v after %v", took, w.String(), n, err, test.want, test.err, test.after)
				}
				if errors.Is(err, ErrTimeout) != errors.Is(err, ErrTruncated) {
					t.Errorf("%v, want ErrTruncated with every ErrTimeout", err)
				}
				if err := c.Quit(t.Context()); !errors.Is(err, ErrClosed) {
					t.Errorf("Quit afterwards: %v, want ErrClosed", err)
				}
			})
		})
	}
}

func TestADoubtfulEndThatGoesOnIsNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, func(p *peer) {
			p.answer("RETR 1", "+OK 8 octets\r\na\r\ntext\n.\r\n")
			time.Sleep(4 * time.Second)
			p.send("more.\r\n")
			time.Sleep(50 * time.Second)
			p.send(".\r\n")
		})
		var w bytes.Buffer
		if _, err := c.Retrieve(t.Context(), 1, &w); err != nil || w.String() != "a\r\ntext\n.\r\nmore.\r\n" {
			t.Errorf("%q, %v", w.String(), err)
		}
	})
}

func TestF8AMessageOverTheLimit(t *testing.T) {
	c := answering(&Options{MaxMessage: 4}, "+OK\r\nab\r\n.\r\n", "+OK\r\nabc\r\n.\r\n")
	if n, err := c.Retrieve(t.Context(), 1, io.Discard); n != 4 || err != nil {
		t.Errorf("four octets: %d, %v", n, err)
	}
	if n, err := c.Retrieve(t.Context(), 2, io.Discard); n > 4 || !errors.Is(err, ErrTooLarge) {
		t.Errorf("five octets: %d, %v; want ErrTooLarge", n, err)
	}
	if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("the session goes on: %v", err)
	}
}

// failingWriter takes n octets.
type failingWriter struct {
	n   int
	err error
}

func (w *failingWriter) Write(p []byte) (int, error) {
	n := min(w.n, len(p))
	w.n -= n
	if n < len(p) {
		return n, w.err
	}
	return n, nil
}

func TestAWriterThatFailsEndsTheSessionWithoutQUIT(t *testing.T) {
	full := errors.New("disk full")
	for _, want := range []error{full, io.ErrShortWrite} {
		w := &failingWriter{n: 3}
		if want == full {
			w.err = full
		}
		c := open(t, nil, func(p *peer) {
			p.answer("RETR 1", "+OK\r\ntext\r\n.\r\n")
			p.wantEnd()
		})
		if n, err := c.Retrieve(t.Context(), 1, w); n != 3 || !errors.Is(err, want) {
			t.Errorf("Retrieve: %d, %v; want 3, %v", n, err, want)
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("the session goes on: %v", err)
		}
	}
}

func TestD8MemoryDoesNotGrowWithTheMessage(t *testing.T) {
	const octets = 8 << 20
	for name, pattern := range map[string]string{
		"lines":         strings.Repeat("x", 76) + "\r\n",
		"one line":      "xxxxxxxx",
		"dots":          "..\r\n",
		"line ends":     "\r\n",
		"lone CR":       "\r",
		"almost an end": "\r\n.\r.\n.",
	} {
		c := clientOn(&endlessConn{pattern: []byte(strings.Repeat(pattern, 4096/len(pattern))), chunkConn: *replies("+OK\r\n")}, &Options{MaxMessage: octets})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n, err := c.Retrieve(t.Context(), 1, io.Discard)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrTooLarge) || n < octets-readBuffer {
			t.Errorf("%s: %d octets, %v; want about %d and ErrTooLarge", name, n, err, octets)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20 {
			t.Errorf("%s: %d octets of memory for a message of %d", name, took, n)
		}
	}
}
