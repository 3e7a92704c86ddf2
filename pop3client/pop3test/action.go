package pop3test

import (
	"bytes"
	"errors"
	"strings"
	"time"
)

// errCut ends a connection on purpose.
var errCut = errors.New("cut by a fault")

// Action is what a fault does: one of the functions of this package that return one. There are three kinds.
// Hang, Close, Err, Garbage, EndlessLine and EndlessLines take the place of the command, which is not carried out.
// Pause comes before the command. The others act on the reply of a command that was carried out: Truncate(0) at QUIT
// is a server that deletes and dies before it says so.
type Action struct {
	before  func(*session) error
	instead func(*session) error
	deliver func(c *session, reply []byte) error
}

// Hang says nothing more on this connection.
func Hang() Action {
	return Action{instead: func(c *session) error { return c.hold(nil) }}
}

// Close ends the connection without a reply.
func Close() Action {
	return Action{instead: func(*session) error { return errCut }}
}

// Err answers "-ERR text". A response code is part of the text: "[IN-USE] come back later".
func Err(text string) Action {
	return Action{instead: func(c *session) error { return c.send(refuse("%s", text)) }}
}

// Garbage answers with a line that is not POP3, among it escape sequences, markup, NUL and 8-bit bytes.
func Garbage() Action {
	const line = "\x1b[2J\x00\xff\xfe<script>alert(1)</script>\x07\x9b\x80 %s%n +OK\r\n"
	return Action{instead: func(c *session) error { return c.send([]byte(line)) }}
}

// EndlessLine answers with one line that never ends, for as long as the client listens.
func EndlessLine() Action {
	return Action{instead: func(c *session) error {
		return repeat(c, "+OK ", strings.Repeat("endless ", 512))
	}}
}

// EndlessLines answers "+OK" and then the line for ever: a listing or a message without end.
func EndlessLines(line string) Action {
	return Action{instead: func(c *session) error {
		return repeat(c, "+OK\r\n", strings.Repeat(line+"\r\n", 1+4096/(len(line)+2)))
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

// Pause waits at the gate before the command is carried out.
func Pause(g *Gate) Action {
	return Action{before: func(c *session) error { return g.pass(c) }}
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
	return Action{deliver: func(c *session, reply []byte) error {
		head, _ := split(reply, n)
		return errors.Join(c.sendNow(head), errCut)
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

// Rewrite sends what f makes of the reply, which is whole: status line, stuffed lines and terminator. With it a server
// speaks bare LF (pop3.md D2), does not stuff (D3), forgets the terminator's line end (D5), sends a blank line first
// (D12) or something after (A3). The bytes go out together. f must be safe for concurrent use.
func Rewrite(f func(reply []byte) []byte) Action {
	return Action{deliver: func(c *session, reply []byte) error {
		return c.sendNow(f(bytes.Clone(reply)))
	}}
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
