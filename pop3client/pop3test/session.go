package pop3test

import (
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

// session is one connection from greeting to end.
type session struct {
	*wire
	server *Server
	number int // of the connection
	state  state
	user   string    // from USER, "" when none is due
	drop   *maildrop // nil before login
}

// converse holds one conversation and closes the connection.
func (s *Server) converse(ctx context.Context, conn net.Conn, number int) {
	c := &session{wire: newWire(conn), server: s, number: number}
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
	if err := c.perform(c.server.meet(), c.greet); err != nil {
		return err
	}
	for {
		line, ok, err := c.line()
		if err != nil {
			return err
		}
		if c.server.NoPipelining && c.waiting() {
			return errGone
		}
		if !ok {
			if err := c.send(refuse("a command ends in CRLF and has at most %d octets", maxLine)); err != nil {
				return err
			}
			continue
		}
		verb, arg, _ := strings.Cut(line, " ")
		verb = strings.ToUpper(verb)
		action := c.server.hear(c.number, c.secure(), verb, arg)
		if err := c.perform(action, func() []byte { return c.execute(verb, arg) }); err != nil {
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

// perform carries out a command and sends its reply, with the fault that is due.
func (c *session) perform(due Action, command func() []byte) error {
	if due.before != nil {
		if err := due.before(c); err != nil {
			return err
		}
	}
	if due.instead != nil {
		return due.instead(c)
	}
	reply := command()
	if due.deliver != nil {
		return due.deliver(c, reply)
	}
	return c.send(reply)
}

func (c *session) greet() []byte { return accept("pop3test is ready") }

func (c *session) execute(verb, arg string) []byte {
	switch {
	case verb == "CAPA" && !c.server.NoCAPA:
		return c.capa()
	case verb == "QUIT":
		return c.quit()
	case c.state == transaction:
		return c.transact(verb, arg)
	}
	return c.authorize(verb, arg)
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
