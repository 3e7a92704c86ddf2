package pop3client

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// RetrieveEach retrieves many messages (RETR), several of them under way at
// once where the server announces PIPELINING, and one after the other
// otherwise. Each is delivered whole, under the promises of [Client.Retrieve],
// in the order in which they were named, and one at a time.
//
// Next names a message by its number; its size, that LIST told, helps to choose
// how many are under way (below 1: unknown). It is asked as late as possible,
// so that what somebody waits for may be named before everything else. After it
// has returned false it is asked again with every reply, until nothing is under
// way any more: then RetrieveEach ends.
//
// To returns the writer for a message when its first octets are there. Done is
// called exactly once for every message that next has named, in that order, with
// the octets written and what [Client.Retrieve] would have returned. A refusal is
// a [*ServerError], and the others go on. When the session breaks off, the message
// whose reply was due gets the reason; those behind it, and those of a trial that
// had come whole, get [ErrInterrupted], which says nothing against them. Forget
// what their writers have got, if anything. An error of done ends the session, and it is not called again.
//
// All three are called by the goroutine that called RetrieveEach. It reads
// nothing from the server while they run, and they must not use the Client.
// Who must not keep a server waiting puts a queue behind the writers; the memory
// that RetrieveEach takes itself depends neither on the number of messages nor
// on their size.
//
// The first messages from a server that is not known to deserve it (see
// Options.PipeliningProven) are a trial: up to eight are retrieved at once, and
// one of them again, alone. Done is called for these only when that made no
// difference (pop3.md H2). Traits say how it went. With done called for a message,
// also the status of the one after it was seen, if that was under way.
func (c *Client) RetrieveEach(ctx context.Context, next func() (Listing, bool), to func(Listing) io.Writer, done func(Listing, int64, error) error) error {
	r := &retrieval{c: c, ctx: ctx, next: next, to: to, done: done}
	return c.session(ctx, "retrieve messages", r.run)
}

// retrieval is one call of RetrieveEach.
type retrieval struct {
	c    *Client
	ctx  context.Context
	next func() (Listing, bool)
	to   func(Listing) io.Writer
	done func(Listing, int64, error) error

	flight  *flight
	trial   *trial // nil when the server needs none
	held    []outcome
	partial int64 // octets written of the present message
	known   int64 // octets of the messages whose size is known,
	count   int64 // and how many they are
	stopped bool  // done has returned an error
}

// outcome is what done gets.
type outcome struct {
	listing Listing
	n       int64
	err     error
}

// run makes trial flights until the server is proven or next has no more, and
// then one flight for the rest.
func (r *retrieval) run() error {
	c := r.c
	c.traits.PipeliningProven = c.traits.PipeliningProven || c.opts.PipeliningProven && c.mayPipeline()
	for c.mayPipeline() && !c.traits.PipeliningProven {
		more, err := r.try()
		if err != nil || !more {
			return r.end(err)
		}
	}
	r.flight = c.newFlight(r.command, r.land)
	return r.end(r.flight.fly())
}

// unknownSize is what a message without a known size is expected to have, until
// others show what is usual.
const unknownSize = 16 << 10

// command is the next message to ask for.
func (r *retrieval) command() (command, bool) {
	l, ok := r.next()
	if !ok {
		return command{}, false
	}
	m := command{verb: "RETR", listing: l, expect: l.Size, invalid: checkNumber(l.Number)}
	switch {
	case l.Size > 0:
		m.expect = min(l.Size, r.c.opts.MaxMessage)
		r.known += m.expect
		r.count++
	case r.count > 0:
		m.expect = r.known / r.count
	default:
		m.expect = unknownSize
	}
	return m, true
}

// land delivers a message.
func (r *retrieval) land(m command, a answer, refused error) error {
	r.partial = 0
	// The status of this reply stood where it was due: those before are whole.
	if err := r.release(); err != nil {
		return err
	}
	o := outcome{listing: m.listing, err: refused}
	if refused == nil {
		size := m.listing.Size
		if size < 1 {
			size = announcedSize(string(a.rest))
		}
		b := body{status: status{lf: a.lf}, max: r.c.opts.MaxMessage, size: size, flight: r.flight, wary: true}
		n, err := r.c.multiline(b, r.writer(m.listing))
		r.partial = n
		if err != nil {
			return err
		}
		o.n = n
	}
	r.held = append(r.held, o)
	if r.flight.crowded() {
		return nil
	}
	return r.release()
}

func (r *retrieval) writer(l Listing) io.Writer {
	w := r.to(l)
	if r.trial != nil {
		return r.trial.watch(l, w)
	}
	return w
}

// release calls done for what was held back; during a trial nothing is.
func (r *retrieval) release() error {
	if r.trial != nil {
		return nil
	}
	held := r.held
	r.held = r.held[:0]
	for _, o := range held {
		if err := r.done(o.listing, o.n, o.err); err != nil {
			r.stopped = true
			return err
		}
	}
	return nil
}

// end calls done for everything that the end of the session left over.
func (r *retrieval) end(err error) error {
	if err == nil || r.stopped {
		return err
	}
	why := err
	if r.ctx.Err() != nil {
		why = context.Cause(r.ctx)
	}
	interrupted := fmt.Errorf("%w: %w", ErrInterrupted, why)
	left := r.held
	if r.trial != nil || errors.Is(err, errDesync) {
		for i := range left {
			left[i].err = interrupted
		}
	}
	for i, m := range r.flight.waiting.rest() {
		o := outcome{listing: m.listing, err: interrupted}
		if i == 0 {
			o.err, o.n = why, r.partial
		}
		left = append(left, o)
	}
	for _, o := range left {
		if stop := r.done(o.listing, o.n, o.err); stop != nil {
			break
		}
	}
	return err
}
