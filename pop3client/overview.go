package pop3client

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Listings asks for everything that a server says of the mailbox as a whole:
// STAT, LIST and UIDL, in one flight where the server announces PIPELINING. With
// Options.LateCAPA it asks for the capabilities, too.
//
// The list is complete, or there is an error. A server that refuses STAT or
// LIST costs the count or the sizes; one that refuses UIDL costs the ids (see
// Listings.NoUIDL); one that refuses both lists is an error, that of UIDL.
// In memory the result takes what [Listings] says, and little more while it is
// being made.
func (c *Client) Listings(ctx context.Context) (*Listings, error) {
	o := &overview{c: c, result: &Listings{Count: -1}}
	if err := c.session(ctx, "list messages", o.run); err != nil {
		return nil, err
	}
	return o.result, nil
}

// overview is one call of Listings.
type overview struct {
	c      *Client
	result *Listings
	flight *flight
	sizes  table // of LIST
	listed bool  // LIST was accepted
}

func (o *overview) run() error {
	verbs := []string{"CAPA", "STAT", "LIST", "UIDL"}
	if !o.c.owesCAPA {
		verbs = verbs[1:]
	}
	o.flight = o.c.newFlight(func() (command, bool) {
		if len(verbs) == 0 {
			return command{}, false
		}
		m := command{verb: verbs[0]}
		verbs = verbs[1:]
		return m, true
	}, o.land)
	if err := o.flight.fly(); err != nil {
		return err
	}
	if o.result.NoUIDL != nil && !o.listed {
		return o.result.NoUIDL
	}
	if o.result.NoUIDL != nil {
		o.result.table = o.sizes
	}
	o.result.repeated = o.result.table.repeats()
	return nil
}

func (o *overview) land(m command, a answer, refused error) error {
	switch {
	case m.verb == "CAPA":
		return o.capabilities(a, refused)
	case m.verb == "UIDL" && refused != nil:
		o.result.NoUIDL = o.c.notForGood("UIDL", refused)
	case refused != nil:
	case m.verb == "STAT":
		count, octets, err := parseStat(string(a.rest))
		if err == nil {
			o.result.Count, o.result.Octets = count, octets
		}
	case m.verb == "LIST":
		o.listed = true
		return o.read(a, &o.sizes, func(_ int, value []byte) (int64, []byte) {
			return sizeIn(string(value)), nil
		})
	case m.verb == "UIDL":
		sizes := newSizes(&o.sizes)
		return o.read(a, &o.result.table, func(n int, value []byte) (int64, []byte) {
			return sizes.of(n), value
		})
	}
	return nil
}

// capabilities takes the reply to CAPA after login.
func (o *overview) capabilities(a answer, refused error) error {
	c := o.c
	c.owesCAPA = false
	c.caps = Capabilities{}
	if refused != nil {
		return nil // CAPA is an extension
	}
	found, err := c.readCapabilities(status{lf: a.lf}, time.Now().Add(c.opts.CAPATimeout))
	c.caps = found
	return err
}

// read reads the lines of a list into t. Value takes a number and what follows
// it, and returns the size and the unique id.
func (o *overview) read(a answer, t *table, value func(n int, rest []byte) (size int64, id []byte)) error {
	opts := &o.c.opts
	lines := lineWriter{max: opts.MaxListingLine, each: func(line []byte, cut bool) error {
		entry, rest, ok := splitListing(line)
		if !ok {
			return nil
		}
		if t.entries >= opts.MaxListings {
			return fmt.Errorf("%w of %d messages", ErrTooLarge, opts.MaxListings)
		}
		var id []byte
		if entry.Anomaly != Unreadable {
			entry.Size, id = value(entry.Number, rest)
		}
		if cut {
			entry.Anomaly, id = TooLong, nil
		}
		t.add(entry, id)
		return nil
	}}
	_, err := o.c.multiline(body{status: status{lf: a.lf}, max: opts.MaxListingOctets, flight: o.flight}, &lines)
	t.close()
	if errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("listing: %w", err)
	}
	return err
}
