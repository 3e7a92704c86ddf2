package pop3test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
)

type state int

const (
	authorization state = iota
	transaction
	handshake // STLS was accepted: TLS comes next
	ended     // QUIT was accepted
)

const wrongCredentials = "[AUTH] wrong user name or password"

// continuation is the verb under which a client's response in a SASL dialogue is counted and meets its faults.
const continuation = "+"

// session is one connection from greeting to end.
type session struct {
	*wire
	server    *Server
	number    int // of the connection
	state     state
	user      string    // from USER, "" when none is due
	timestamp string    // what APOP digests
	sasl      *dialogue // nil when no AUTH is under way
	utf8      bool      // UTF8 was accepted
	refused   int       // commands in a row
	drop      *maildrop // nil before login
}

// converse holds one conversation and closes the connection.
func (s *Server) converse(ctx context.Context, conn net.Conn, number int) {
	c := &session{wire: newWire(conn), server: s, number: number, timestamp: newTimestamp()}
	ctx, stop := closeWhenDone(ctx, c.raw)
	defer stop()
	if t, ok := conn.(*tls.Conn); ok && t.HandshakeContext(ctx) != nil {
		return
	}
	err := c.run(ctx)
	c.drop.release()
	if err != nil {
		c.hangUp()
		return
	}
	c.goodbye()
}

// run greets and answers until QUIT, which is nil, or anything else, which is an error.
func (c *session) run(ctx context.Context) error {
	if err := c.perform(c.server.meet(), "", ""); err != nil {
		return err
	}
	for {
		verb, arg, ok, err := c.next()
		if err != nil {
			return err
		}
		if c.server.NoPipelining && c.waiting() {
			return errGone
		}
		if !ok {
			if err := c.send(refuseLine()); err != nil {
				return err
			}
			continue
		}
		if err := c.perform(c.server.hear(c.number, c.secure(), verb, arg), verb, arg); err != nil {
			return err
		}
		switch c.state {
		case ended:
			return nil
		case handshake:
			if err := c.startTLS(ctx); err != nil {
				return err
			}
		}
	}
}

// next reads a command, or the response that a SASL dialogue waits for. ok is false for a line that is neither.
func (c *session) next() (verb, arg string, ok bool, err error) {
	if c.sasl != nil {
		arg, ok, err = c.line(maxResponse, c.server.IdleTimeout)
		return continuation, arg, ok, err
	}
	line, ok, err := c.line(maxLine, c.server.IdleTimeout)
	verb, arg, _ = strings.Cut(line, " ")
	return strings.ToUpper(verb), arg, ok && line != "", err
}

// perform carries out a command and sends its reply, with the fault that is due.
func (c *session) perform(due Action, verb, arg string) error {
	for _, before := range due.before {
		if err := before(c); err != nil {
			return err
		}
	}
	reply, err := c.produce(due, verb, arg)
	if err != nil {
		return err
	}
	for _, edit := range due.edit {
		reply = edit(reply)
	}
	deliver := due.deliver
	if deliver == nil {
		deliver = (*session).send
	}
	if err := deliver(c, reply); err != nil {
		return err
	}
	if due.last || c.tooManyRefusals(reply) {
		return errCut
	}
	return nil
}

func (c *session) produce(due Action, verb, arg string) ([]byte, error) {
	if due.instead == nil {
		return c.answer(verb, arg), nil
	}
	reply, err := due.instead(c)
	if verb == "AUTH" || verb == continuation {
		c.follow(reply)
	}
	return reply, err
}

// tooManyRefusals counts what Server.MaxErrors limits.
func (c *session) tooManyRefusals(reply []byte) bool {
	c.refused++
	if !bytes.HasPrefix(reply, []byte("-ERR")) {
		c.refused = 0
	}
	return c.server.MaxErrors > 0 && c.refused >= c.server.MaxErrors
}

// answer carries out a command and gives its reply as this server words it.
func (c *session) answer(verb, arg string) []byte {
	reply := c.execute(verb, arg)
	if c.server.Edit != nil {
		return c.server.Edit(verb, arg, reply)
	}
	return reply
}

func (c *session) execute(verb, arg string) []byte {
	s := c.server
	switch {
	case verb == "":
		return c.greet()
	case verb == continuation:
		return c.respond(arg)
	case verb == "CAPA" && !s.NoCAPA:
		return c.capa()
	case verb == "LANG" && len(s.Languages) > 0:
		return c.lang(arg)
	case verb == "QUIT":
		return c.quit()
	case c.state == transaction:
		return c.transact(verb, arg)
	}
	return c.authorize(verb, arg)
}

func (c *session) greet() []byte {
	if !c.offers("APOP") {
		return accept("pop3test is ready")
	}
	return accept("pop3test is ready %s", c.timestamp)
}

// quit makes deletions real, and only here (RFC 1939, section 6).
func (c *session) quit() []byte {
	if c.state == transaction {
		c.drop.commit()
		c.drop.release()
	}
	c.state = ended
	return accept("goodbye")
}

func (c *session) startTLS(ctx context.Context) error {
	if err := c.out.Flush(); err != nil {
		return err
	}
	c.state = authorization
	c.user = "" // nothing said in the clear is remembered (RFC 2595, section 4)
	return c.upgrade(ctx, c.server.TLS)
}

func accept(format string, args ...any) []byte {
	return fmt.Appendf(nil, "+OK "+format+"\r\n", args...)
}

func refuse(format string, args ...any) []byte {
	return fmt.Appendf(nil, "-ERR "+format+"\r\n", args...)
}

// refuseLine answers what is no command at all.
func refuseLine() []byte { return refuse("a command ends in CRLF and has at most %d octets", maxLine) }
