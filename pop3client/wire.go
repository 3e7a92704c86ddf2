package pop3client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// readBuffer is how much is read at once.
const readBuffer = 64 << 10

// maxEmptyReads is how often in a row a read may bring neither octets nor an
// error.
const maxEmptyReads = 100

// errExpired says that a read or a write waited as long as it was allowed to.
var errExpired = fmt.Errorf("%w", ErrTimeout)

// wire is a connection with a buffer for reading, on which every wait has an
// end and which can be cut from outside.
type wire struct {
	buf  []byte
	r, w int // buf[r:w] has been read and not yet used

	taken  int64  // octets used, over the whole session
	before func() // called before each wait for octets; nil: nothing to do

	raw net.Conn  // what was dialled; closing it sends nothing more
	end time.Time // of the session: no wait goes beyond it

	mu   sync.Mutex
	conn net.Conn // raw, or TLS over it; changed under mu, by the one who reads
	cut  bool     // deadlines no longer move; protected by mu
}

func newWire(conn net.Conn, o *Options) *wire {
	// A line must fit into the buffer whole.
	size := max(readBuffer, o.MaxStatusLine+2)
	return &wire{raw: conn, conn: conn, buf: make([]byte, size), end: time.Now().Add(o.SessionTimeout)}
}

// secure makes all further traffic go through conn.
func (w *wire) secure(conn net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conn = conn
}

// watch cuts the wire when ctx is done, until release is called. Release
// returns when nothing of it is running any more.
func (w *wire) watch(ctx context.Context) (release func()) {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(done)
		w.cutOff()
	})
	return func() {
		if !stop() {
			<-done
		}
	}
}

// cutOff ends every present and future wait at once, for good.
func (w *wire) cutOff() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	w.conn.SetDeadline(time.Unix(1, 0))
}

func (w *wire) isCut() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cut
}

// limit lets reads and writes wait until the given time, or the session's end.
func (w *wire) limit(until time.Time) { w.move(net.Conn.SetDeadline, until) }

// move moves one of the deadlines. Reading and writing have one each, because
// in a flight they happen at once.
func (w *wire) move(set func(net.Conn, time.Time) error, until time.Time) {
	if until.After(w.end) {
		until = w.end
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.cut {
		set(w.conn, until)
	}
}

// unread is what has arrived and was not used yet. It is valid until the next fill.
func (w *wire) unread() []byte { return w.buf[w.r:w.w] }

func (w *wire) use(n int) {
	w.r += n
	w.taken += int64(n)
}

// arrived is how many octets have come over the whole session.
func (w *wire) arrived() int64 { return w.taken + int64(w.w-w.r) }

// fill waits for more to arrive and returns how much did. When the wait was too
// long the error is errExpired itself, if waiting once more makes sense.
func (w *wire) fill(until time.Time) (int, error) {
	if w.before != nil {
		w.before()
	}
	w.w = copy(w.buf, w.buf[w.r:w.w])
	w.r = 0
	w.move(net.Conn.SetReadDeadline, until)
	for range maxEmptyReads {
		n, err := w.conn.Read(w.buf[w.w:])
		w.w += n
		if n > 0 {
			return n, nil // an error comes again with the next read
		}
		if err != nil {
			return 0, w.explain(err)
		}
	}
	return 0, fmt.Errorf("%w: %w", ErrClosed, io.ErrNoProgress)
}

// send writes p whole.
func (w *wire) send(p []byte, until time.Time) error {
	w.move(net.Conn.SetWriteDeadline, until)
	return w.write(p)
}

// write is send within the deadline that is set. It may run while another
// goroutine reads.
func (w *wire) write(p []byte) error {
	_, err := w.conn.Write(p)
	return w.explain(err)
}

// line reads a line of at most max octets and returns it without its end, and
// whether that was a bare LF. The line is valid until the next fill.
func (w *wire) line(max int, until time.Time) (line []byte, lf bool, err error) {
	for {
		line, _, found := bytes.Cut(w.unread(), []byte("\n"))
		if len(line) > max+len("\r") {
			return nil, false, fmt.Errorf("%w: a status line is longer than %d octets", ErrProtocol, max)
		}
		if found {
			w.use(len(line) + 1)
			text := bytes.TrimRight(line, "\r")
			return text, len(text) == len(line), nil
		}
		if _, err := w.fill(until); err != nil {
			return nil, false, err
		}
	}
}

// explain puts the vocabulary of this package around an error of the network.
func (w *wire) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, os.ErrDeadlineExceeded):
		return fmt.Errorf("%w: %w", ErrClosed, err)
	case w.isCut():
		return fmt.Errorf("%w: cut off", ErrClosed)
	case !time.Now().Before(w.end):
		return fmt.Errorf("%w: the session has lasted as long as it may", ErrTimeout)
	}
	return errExpired
}

// close drops the connection.
func (w *wire) close() error { return w.raw.Close() }
