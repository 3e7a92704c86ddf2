package pop3client

import (
	"context"
	"errors"
	"fmt"
)

// ErrChanged (*): the message with this number is not the one that was meant.
var ErrChanged = errors.New("the number belongs to another message")

// DeleteEach marks many messages for deletion (DELE), in flight from a server
// that announces PIPELINING and has proved that it can (see
// Traits.PipeliningProven), and one after the other otherwise. As with
// [Client.Delete], the server deletes them when [Client.Quit] succeeds.
//
// Next and done are used as in [Client.RetrieveEach], except that done may be
// called in another order. For a message that next
// names with a UIDL, the server is asked first whether the number still has that
// id (UIDL n): if not, the message is not marked and done gets [ErrChanged].
// A refusal to tell the id, or to mark, is a [*ServerError]; it only means that
// the message is not marked (pop3.md G4).
func (c *Client) DeleteEach(ctx context.Context, next func() (Listing, bool), done func(Listing, error) error) error {
	d := &deletion{c: c, ctx: ctx, next: next, done: done}
	return c.session(ctx, "delete messages", d.run)
}

// deletion is one call of DeleteEach.
type deletion struct {
	c    *Client
	ctx  context.Context
	next func() (Listing, bool)
	done func(Listing, error) error

	flight  *flight
	checked []Listing // have their id, are not marked yet; no more than a window
	stopped bool      // done has returned an error
}

func (d *deletion) run() error {
	d.flight = d.c.newFlight(d.command, d.land)
	if !d.c.traits.PipeliningProven && !d.c.opts.PipeliningProven {
		d.flight.alone()
	}
	err := d.flight.fly()
	if err == nil || d.stopped {
		return err
	}
	return d.end(err)
}

// command marks what was checked before it checks more.
func (d *deletion) command() (command, bool) {
	if len(d.checked) > 0 {
		l := d.checked[0]
		d.checked = d.checked[1:]
		return command{verb: "DELE", listing: l}, true
	}
	l, ok := d.next()
	if !ok {
		return command{}, false
	}
	m := command{verb: "DELE", listing: l, invalid: checkNumber(l.Number)}
	if l.UIDL != "" {
		m.verb = "UIDL"
	}
	return m, true
}

func (d *deletion) land(m command, a answer, refused error) error {
	if m.verb == "UIDL" && refused == nil {
		entry, ok := parseOne(string(a.rest), m.listing.Number, parseUIDL)
		if !ok && d.flight.pipelined {
			return fmt.Errorf("reply to UIDL %d: %w", m.listing.Number, errDesync)
		}
		if ok && entry.UIDL == m.listing.UIDL {
			d.checked = append(d.checked, m.listing)
			return nil
		}
		refused = ErrChanged
	}
	err := d.done(m.listing, refused)
	d.stopped = err != nil
	return err
}

// end calls done for every message that the end of the session left over.
func (d *deletion) end(err error) error {
	why := err
	if d.ctx.Err() != nil {
		why = context.Cause(d.ctx)
	}
	left := d.checked
	for _, m := range d.flight.waiting.rest() {
		left = append(left, m.listing)
	}
	for _, l := range left {
		if stop := d.done(l, fmt.Errorf("%w: it is not known whether it was marked: %w", ErrClosed, why)); stop != nil {
			break
		}
	}
	return err
}
