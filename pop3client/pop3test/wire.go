package pop3test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"
)

const (
	maxLine     = 255             // octets of a command with its CRLF (RFC 2449, section 4)
	maxResponse = 12288           // octets of a SASL response with its CRLF (RFC 5034, section 4)
	readBuffer  = 4 << 10         // a command that does not fit ends the connection
	writeBuffer = 32 << 10        // replies to pipelined commands gather here
	maxEarly    = 64 << 10        // octets that may wait unanswered during a pause
	lingerAtEnd = 2 * time.Second // for a client that does not notice the end
)

var (
	errGone    = errors.New("the client has gone")
	errTooLong = errors.New("a line of the client is too long")
)

// wire is a client's connection, plain or under TLS, with buffers both ways.
type wire struct {
	raw   net.Conn // TCP, or what stands for it
	conn  net.Conn // raw, or TLS over it
	early []byte   // read during a pause, not yet handed on
	in    *bufio.Reader
	out   *bufio.Writer
}

func newWire(conn net.Conn) *wire {
	w := &wire{raw: conn, conn: conn}
	if t, ok := conn.(*tls.Conn); ok {
		w.raw = t.NetConn()
	}
	w.in = bufio.NewReaderSize(w, readBuffer)
	w.out = bufio.NewWriterSize(conn, writeBuffer)
	return w
}

// Read serves the bufio.Reader: first what came early, then the connection.
func (w *wire) Read(p []byte) (int, error) {
	if len(w.early) > 0 {
		n := copy(p, w.early)
		w.early = w.early[n:]
		return n, nil
	}
	return w.conn.Read(p)
}

func (w *wire) secure() bool {
	_, ok := w.conn.(*tls.Conn)
	return ok
}

// upgrade starts TLS. What the client sent in the clear after STLS is thrown away (RFC 2595, section 4).
func (w *wire) upgrade(ctx context.Context, config *tls.Config) error {
	t := tls.Server(w.raw, config)
	if err := t.HandshakeContext(ctx); err != nil {
		return err
	}
	w.conn, w.early = t, nil
	w.in.Reset(w)
	w.out.Reset(t)
	return nil
}

// line reads up to an LF and gives what comes before CRLF. ok is false for a line of more than limit octets or with
// another end; an error ends it all. A client that says nothing for idle has gone, zero meaning it may.
func (w *wire) line(limit int, idle time.Duration) (line string, ok bool, err error) {
	if idle > 0 {
		w.conn.SetReadDeadline(time.Now().Add(idle))
		defer w.conn.SetReadDeadline(time.Time{})
	}
	var b []byte
	for {
		piece, err := w.in.ReadSlice('\n')
		b = append(b, piece...)
		if err == nil {
			break
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return "", false, err
		}
		if len(b) > limit {
			return "", false, errTooLong
		}
	}
	line, ok = strings.CutSuffix(string(b), "\r\n")
	return line, ok && len(b) <= limit, nil
}

// waiting reports whether the client has sent more than it has answers for.
func (w *wire) waiting() bool { return w.in.Buffered() > 0 || len(w.early) > 0 }

// waitingLines counts the lines that have come in behind the one that was read last.
func (w *wire) waitingLines() int {
	buffered, _ := w.in.Peek(w.in.Buffered())
	return bytes.Count(buffered, []byte("\n")) + bytes.Count(w.early, []byte("\n"))
}

// send writes a reply; it goes out at once unless a further command waits, whose reply may travel with it.
func (w *wire) send(reply []byte) error {
	if _, err := w.out.Write(reply); err != nil {
		return err
	}
	if w.waiting() {
		return nil
	}
	return w.out.Flush()
}

// sendNow writes and leaves nothing in the buffer.
func (w *wire) sendNow(b []byte) error {
	if _, err := w.out.Write(b); err != nil {
		return err
	}
	return w.out.Flush()
}

// hold waits for release, nil meaning never. It returns errGone when the client hangs up or the server stops: so it
// reads on while it waits and keeps what it read.
func (w *wire) hold(release <-chan struct{}) error {
	if err := w.out.Flush(); err != nil {
		return err
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		w.listen()
	}()
	select {
	case <-over:
		return errGone
	case <-release:
	}
	w.conn.SetReadDeadline(time.Unix(1, 0)) // wakes the reader
	<-over
	return w.conn.SetReadDeadline(time.Time{})
}

// listen reads until an error or maxEarly.
func (w *wire) listen() {
	piece := make([]byte, readBuffer)
	for len(w.early) < maxEarly {
		n, err := w.conn.Read(piece)
		w.early = append(w.early, piece[:n]...)
		if err != nil {
			return
		}
	}
}

// hangUp ends the connection without a word of TLS. It first takes in what the client still sends: closing over unread
// bytes makes TCP reset the connection, and the reset may overtake the last reply.
func (w *wire) hangUp() {
	w.out.Flush()
	if half, ok := w.raw.(halfCloser); ok && half.CloseWrite() == nil {
		w.raw.SetReadDeadline(time.Now().Add(lingerAtEnd))
		io.Copy(io.Discard, w.raw)
	}
	w.raw.Close()
}

// goodbye ends the connection in order, after QUIT: nothing more can come.
func (w *wire) goodbye() {
	w.out.Flush()
	if t, ok := w.conn.(*tls.Conn); ok {
		t.CloseWrite()
	}
	w.raw.Close()
}
