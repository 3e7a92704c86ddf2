package pop3test

import (
	"bytes"
	"errors"
	"net"
	"sync"
	"time"
)

const (
	delayPiece = 64 << 10 // octets that travel together at most
	delayQueue = 1024     // pieces on their way in one direction; beyond them the sender waits
)

// Delayed gives a listener whose connections carry every byte d later, in each direction, as a long line does, and
// several at once: it takes nothing from the throughput up to 64 MiB on the way. Zero or less gives l itself.
//
// Under TLS it belongs below: tls.NewListener(Delayed(l, d), config).
func Delayed(l net.Listener, d time.Duration) net.Listener {
	if d <= 0 {
		return l
	}
	return &delayedListener{Listener: l, delay: d}
}

type delayedListener struct {
	net.Listener
	delay time.Duration
}

func (l *delayedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newDelayedConn(conn, l.delay), nil
}

// delayedConn is a server's connection with a queue each way. The server writes into one pipe and reads from another;
// each is emptied into, or filled from, a queue whose other end is the real connection.
type delayedConn struct {
	net.Conn // the real one
	in, out  net.Conn
	delay    time.Duration
	inward   sync.WaitGroup
	outward  sync.WaitGroup
	once     sync.Once
}

func newDelayedConn(conn net.Conn, delay time.Duration) *delayedConn {
	in, fill := net.Pipe()
	out, drain := net.Pipe()
	c := &delayedConn{Conn: conn, in: in, out: out, delay: delay}
	c.inward.Go(func() { carry(fill, conn, delay, func() {}) }) // Close ends it
	c.outward.Go(func() { carry(conn, drain, delay, func() { drain.Close() }) })
	return c
}

func (c *delayedConn) Read(p []byte) (int, error)         { return c.in.Read(p) }
func (c *delayedConn) Write(p []byte) (int, error)        { return c.out.Write(p) }
func (c *delayedConn) SetReadDeadline(t time.Time) error  { return c.in.SetReadDeadline(t) }
func (c *delayedConn) SetWriteDeadline(t time.Time) error { return c.out.SetWriteDeadline(t) }

func (c *delayedConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// CloseWrite is an error, and does nothing, where the real connection has no such thing.
func (c *delayedConn) CloseWrite() error {
	if _, ok := c.Conn.(halfCloser); !ok {
		return errors.ErrUnsupported
	}
	return c.out.Close()
}

// Close returns when what was written has arrived, but waits no longer for a client that does not read than hangUp does.
func (c *delayedConn) Close() error {
	c.once.Do(func() {
		c.in.Close()
		c.out.Close()
		c.Conn.SetWriteDeadline(time.Now().Add(c.delay + lingerAtEnd))
		c.outward.Wait()
		c.Conn.Close()
		c.inward.Wait()
	})
	return nil
}

type halfCloser interface{ CloseWrite() error }

// piece is what travels together.
type piece struct {
	due  time.Time
	data []byte
}

// carry copies src to dst until src ends, each piece delay later, and passes the end on. When dst takes no more, it says
// so by refused and goes on to empty src.
func carry(dst, src net.Conn, delay time.Duration, refused func()) {
	queue := make(chan piece, delayQueue)
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(queue)
		buffer := make([]byte, delayPiece)
		for {
			n, err := src.Read(buffer)
			if n > 0 {
				queue <- piece{time.Now().Add(delay), bytes.Clone(buffer[:n])}
			}
			if err != nil {
				return
			}
		}
	})
	var failed error
	for p := range queue {
		if failed != nil {
			continue
		}
		time.Sleep(time.Until(p.due))
		if _, failed = dst.Write(p.data); failed != nil {
			refused()
		}
	}
	reader.Wait()
	time.Sleep(delay) // the end travels too
	if half, ok := dst.(halfCloser); ok {
		half.CloseWrite()
		return
	}
	dst.Close()
}
