package pop3test

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"strings"
	"time"
)

// errCut ends a connection on purpose.
var errCut = errors.New("cut by a fault")

// Action is what a fault does: one of the functions of this package that return one, or several [Together].
//
// Err, Reply, Garbage, Lines, Hang, Close, Reset, EndlessLine and EndlessLines take the place of the command, which is
// not carried out. Pause, Unmark and HangUpIfPipelined come before the command. The others act on the reply of a
// command that was carried out: Truncate(0) at QUIT is a server that deletes and dies before it says so.
type Action struct {
	before  []func(*session) error
	instead func(*session) ([]byte, error) // the reply; nil when it has sent all itself
	edit    []func(reply []byte) []byte
	deliver func(c *session, reply []byte) error // nil: send
	last    bool                                 // the connection ends afterwards
}

// Together is all of the actions at one command. What comes before the command is done in their order; at most one may
// take the command's place, which is the first; changes of the reply follow each other; at most one sends it its own
// way, which is again the first.
func Together(actions ...Action) Action {
	var all Action
	for _, a := range actions {
		all.before = slices.Concat(all.before, a.before)
		all.edit = slices.Concat(all.edit, a.edit)
		all.last = all.last || a.last
		if all.instead == nil {
			all.instead = a.instead
		}
		if all.deliver == nil {
			all.deliver = a.deliver
		}
	}
	return all
}

// Last does what the actions do, or nothing special without any, and ends the connection behind the reply.
func Last(actions ...Action) Action {
	return Together(append(slices.Clip(actions), Action{last: true})...)
}

// Reply answers with exactly these bytes, line ends included: several lines, a continuation, or nothing at all.
func Reply(raw string) Action {
	return Action{instead: func(*session) ([]byte, error) { return []byte(raw), nil }}
}

// Err answers "-ERR text". A response code is part of the text: "[IN-USE] come back later".
func Err(text string) Action { return Reply("-ERR " + text + "\r\n") }

// Garbage answers with a line that is not POP3, among it escape sequences, markup, NUL and 8-bit bytes.
func Garbage() Action {
	return Reply("\x1b[2J\x00\xff\xfe<script>alert(1)</script>\x07\x9b\x80 %s%n +OK\r\n")
}

// Hang says nothing more on this connection.
func Hang() Action {
	return Action{instead: func(c *session) ([]byte, error) { return nil, c.hold(nil) }}
}

// Close ends the connection without a reply.
func Close() Action {
	return Action{instead: func(*session) ([]byte, error) { return nil, errCut }}
}

// Reset ends the connection without a reply by a TCP reset, which also throws away what is still on its way. With
// Server.Delay, or over a pipe, it is no more than Close.
func Reset() Action {
	return Action{instead: func(c *session) ([]byte, error) {
		if tcp, ok := c.raw.(*net.TCPConn); ok {
			tcp.SetLinger(0)
		}
		c.raw.Close()
		return nil, errCut
	}}
}

// EndlessLine answers with one line that never ends, for as long as the client listens.
func EndlessLine() Action {
	return Action{instead: func(c *session) ([]byte, error) {
		return nil, repeat(c, "+OK ", strings.Repeat("endless ", 512))
	}}
}

// EndlessLines answers "+OK" and then the line for ever: a listing or a message without end.
func EndlessLines(line string) Action {
	return Action{instead: func(c *session) ([]byte, error) {
		return nil, repeat(c, "+OK\r\n", strings.Repeat(line+"\r\n", 1+4096/(len(line)+2)))
	}}
}

// repeat ends with the connection: each write fails once the client has gone or the server stops.
func repeat(c *session, start, piece string) error {
	if err := c.sendNow([]byte(start)); err != nil {
		return err
	}
	for {
		if err := c.sendNow([]byte(piece)); err != nil {
			return err
		}
	}
}

// Lines answers "+OK", n lines without stuffing, and the terminator, and keeps none of it in memory: a listing of a
// million messages (pop3.md E15), or a message of any size. The line is given its number from 1, and no line end. Of an
// action on the reply, together with it, only the terminator is seen.
func Lines(n int, line func(i int) string) Action {
	return Action{instead: func(c *session) ([]byte, error) {
		if _, err := c.out.WriteString("+OK\r\n"); err != nil {
			return nil, err
		}
		for i := range n {
			if _, err := c.out.WriteString(line(i+1) + "\r\n"); err != nil {
				return nil, err
			}
		}
		return []byte(".\r\n"), nil
	}}
}

// Pause waits at the gate before the command is carried out.
func Pause(g *Gate) Action {
	return before(func(c *session) error { return g.pass(c) })
}

// Unmark takes the mark of DELE from all messages but the first n that have it. At QUIT it is a server that says +OK
// and keeps what it should delete (pop3.md E7, G2, G3), and together with Rewrite one that deletes some and says -ERR (G1).
func Unmark(n int) Action {
	return before(func(c *session) error {
		if c.drop != nil {
			c.drop.unmark(n)
		}
		return nil
	})
}

func before(f func(*session) error) Action {
	return Action{before: []func(*session) error{f}}
}

// PauseAfter carries out the command, sends the first n bytes of the reply, and the rest when the gate opens.
// Negative n: the whole reply.
func PauseAfter(n int, g *Gate) Action {
	return Action{deliver: func(c *session, reply []byte) error {
		head, rest := split(reply, n)
		if err := c.sendNow(head); err != nil {
			return err
		}
		if err := g.pass(c); err != nil {
			return err
		}
		return c.send(rest)
	}}
}

// Truncate sends the first n bytes of the reply, status line included, and ends the connection. Negative n: the whole.
func Truncate(n int) Action {
	return Action{last: true, deliver: func(c *session, reply []byte) error {
		head, _ := split(reply, n)
		return c.sendNow(head)
	}}
}

// Stall sends the first n bytes of the reply, status line included, and then nothing more. Negative n: the whole.
func Stall(n int) Action {
	return Action{deliver: func(c *session, reply []byte) error {
		head, _ := split(reply, n)
		return errors.Join(c.sendNow(head), c.hold(nil))
	}}
}

// Drip sends the reply in pieces of n bytes (at least one), each written by itself, with a wait between two.
// With a wait of zero it only tears the reply apart.
func Drip(n int, wait time.Duration) Action {
	n = max(n, 1)
	return Action{deliver: func(c *session, reply []byte) error {
		for len(reply) > n {
			if err := c.sendNow(reply[:n]); err != nil {
				return err
			}
			reply = reply[n:]
			if err := c.sleep(wait); err != nil {
				return err
			}
		}
		return c.send(reply)
	}}
}

// Rewrite sends what f makes of the reply, which is whole: status line, stuffed lines and terminator. It can put
// something behind STLS (pop3.md A3) or take a message's number from a listing (E8). f must be safe for concurrent use.
func Rewrite(f func(reply []byte) []byte) Action {
	return Action{edit: []func([]byte) []byte{func(reply []byte) []byte { return f(bytes.Clone(reply)) }}}
}

func split(reply []byte, n int) (head, rest []byte) {
	if n < 0 || n > len(reply) {
		n = len(reply)
	}
	return reply[:n], reply[n:]
}

// sleep ends early when the client has gone or the server stops.
func (c *session) sleep(d time.Duration) error {
	if d <= 0 {
		return nil
	}
	release := make(chan struct{})
	timer := time.AfterFunc(d, func() { close(release) })
	defer timer.Stop()
	return c.hold(release)
}
