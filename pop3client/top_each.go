package pop3client

import (
	"context"
	"fmt"
	"io"
)

// TopEach looks at many messages: for each it asks for the unique id, the size
// and the header with the first lines of the body (UIDL n, LIST n, TOP n),
// in one flight where the server announces PIPELINING. So a first page of the
// newest messages takes a constant number of round trips, however big the
// mailbox. See [Client.Top] for what the headers are worth.
//
// Next, to and done are used as in [Client.RetrieveEach]. The listing that to and
// done get has the id and the size, as far as the server told them. The error
// that done gets is that of TOP; a server that announces no TOP is [ErrPermanent]
// there, without being asked. A server that refuses UIDL n or LIST n and then
// shows the message is not asked that again.
//
// There is no trial before: until a session has proved the server (see
// Traits.PipeliningProven), show what TopEach brings, keep nothing of it, and
// drop it when the error is not nil.
func (c *Client) TopEach(ctx context.Context, lines int, next func() (Listing, bool), to func(Listing) io.Writer, done func(Listing, int64, error) error) error {
	if lines < 0 {
		return fmt.Errorf("%w: %d lines", ErrArgument, lines)
	}
	g := &glance{c: c, ctx: ctx, lines: lines, next: next, to: to, done: done}
	if c.caps.Known() && !c.caps.Has("TOP") && !c.owesCAPA {
		g.noTop = fmt.Errorf("%w: it does not announce TOP", ErrPermanent)
	}
	return c.session(ctx, "look at messages", g.run)
}

// glance is one call of TopEach.
type glance struct {
	c     *Client
	ctx   context.Context
	lines int
	next  func() (Listing, bool)
	to    func(Listing) io.Writer
	done  func(Listing, int64, error) error

	flight         *flight
	todo           []command // of the message that next named last
	noUIDL, noList bool
	noTop          error

	present                  Listing // gathers what the replies tell
	refusedUIDL, refusedLIST bool    // for the present message
	partial                  int64   // octets written of the present message
	stopped                  bool    // done has returned an error
}

func (g *glance) run() error {
	g.flight = g.c.newFlight(g.command, g.land)
	err := g.flight.fly()
	if err == nil || g.stopped {
		return err
	}
	return g.end(err)
}

// topOctets is how long a header is expected to be.
const topOctets = 4 << 10

func (g *glance) command() (command, bool) {
	if len(g.todo) == 0 {
		l, ok := g.next()
		if !ok {
			return command{}, false
		}
		g.todo = g.commands(l, g.todo[:0])
	}
	m := g.todo[0]
	g.todo = g.todo[1:]
	return m, true
}

// commands lists those for one message. The last one is TOP, sent or not.
func (g *glance) commands(l Listing, list []command) []command {
	invalid := checkNumber(l.Number)
	if invalid == nil && !g.noUIDL {
		list = append(list, command{verb: "UIDL", listing: l})
	}
	if invalid == nil && !g.noList {
		list = append(list, command{verb: "LIST", listing: l})
	}
	if invalid == nil {
		invalid = g.noTop
	}
	return append(list, command{verb: "TOP", listing: l, lines: g.lines, expect: topOctets, invalid: invalid})
}

func (g *glance) land(m command, a answer, refused error) error {
	if g.present.Number != m.listing.Number {
		g.present, g.refusedUIDL, g.refusedLIST = m.listing, false, false
	}
	g.partial = 0
	switch m.verb {
	case "UIDL":
		g.refusedUIDL = refused != nil
		return g.one(m, a, refused, parseUIDL)
	case "LIST":
		g.refusedLIST = refused != nil
		return g.one(m, a, refused, parseSize)
	}
	if refused == nil {
		g.noUIDL = g.noUIDL || g.refusedUIDL
		g.noList = g.noList || g.refusedLIST
		b := body{status: status{lf: a.lf}, max: g.c.opts.MaxMessage, flight: g.flight}
		n, err := g.c.multiline(b, g.to(g.present))
		g.partial = n
		if err != nil {
			return err
		}
	}
	err := g.done(g.present, g.partial, refused)
	g.stopped = err != nil
	g.present = Listing{}
	return err
}

// one reads a listing of one message. That it is about another shows that
// replies and commands do not match.
func (g *glance) one(m command, a answer, refused error, value func(*Listing, string)) error {
	if refused != nil {
		return nil
	}
	entry, ok := parseOne(string(a.rest), m.listing.Number, value)
	switch {
	case !ok && g.flight.pipelined:
		return fmt.Errorf("reply to %s %d: %w", m.verb, m.listing.Number, errDesync)
	case !ok:
	case m.verb == "UIDL":
		g.present.UIDL = entry.UIDL
	default:
		g.present.Size = entry.Size
	}
	return nil
}

// end calls done for every message that the end of the session left over.
func (g *glance) end(err error) error {
	why := err
	if g.ctx.Err() != nil {
		why = context.Cause(g.ctx)
	}
	o := outcome{err: why, n: g.partial}
	for _, m := range append(g.flight.waiting.rest(), g.todo...) {
		if m.verb != "TOP" {
			continue
		}
		if stop := g.done(m.listing, o.n, o.err); stop != nil {
			break
		}
		o = outcome{err: fmt.Errorf("%w: the session ended before its turn: %w", ErrClosed, why)}
	}
	return err
}
