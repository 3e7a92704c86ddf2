package pop3client

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"strconv"
)

// trialFlight is how many messages are retrieved at once from a server that has
// not proved itself.
const trialFlight = 8

// trial finds out whether a server that announces PIPELINING can do it: some
// write the status of one reply into the message of another (pop3.md H2). The
// messages pass through to their writers, so that memory holds their hashes only.
type trial struct {
	watched []*watched
}

// watched is a message of a trial.
type watched struct {
	io.Writer
	hash   hash.Hash
	number int
	octets int64
}

func (t *trial) watch(l Listing, w io.Writer) io.Writer {
	each := &watched{Writer: w, hash: sha256.New(), number: l.Number}
	t.watched = append(t.watched, each)
	return each
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	w.hash.Write(p[:n])
	w.octets += int64(n)
	return n, err
}

// try retrieves the first messages at once, compares one, and releases them. It
// reports whether next may have more.
func (r *retrieval) try() (more bool, err error) {
	r.trial = new(trial)
	asked := 0
	r.flight = r.c.newFlight(func() (command, bool) {
		if asked == trialFlight {
			return command{}, false
		}
		m, ok := r.command()
		if ok {
			asked++
			m.expect = 0 // all of them go out at once, whatever their size
		}
		return m, ok
	}, r.land)
	if err := r.flight.fly(); err != nil {
		return false, err
	}
	if err := r.compare(); err != nil {
		return false, err
	}
	r.trial = nil
	return asked == trialFlight, r.release()
}

// comparedOctets is the size up to which the biggest message of a trial is
// compared: the longer a reply takes, the more can come between. Above it the
// smallest is taken.
const comparedOctets = 256 << 10

// pick chooses the message to compare, nil for none: a trial of fewer than two
// messages shows nothing, and neither does the last one, which nothing followed.
func (t *trial) pick() *watched {
	var picked *watched
	for i, w := range t.watched {
		if i == len(t.watched)-1 {
			break
		}
		better := picked == nil || w.octets > picked.octets
		if picked != nil && (w.octets > comparedOctets || picked.octets > comparedOctets) {
			better = w.octets < picked.octets
		}
		if better {
			picked = w
		}
	}
	return picked
}

// compare retrieves a message of the trial again, alone.
func (r *retrieval) compare() error {
	picked := r.trial.pick()
	if picked == nil {
		return nil
	}
	c := r.c
	s, err := c.ask(request{verb: "RETR", args: []string{strconv.Itoa(picked.number)}})
	var refusal *ServerError
	if errors.As(err, &refusal) {
		err = fmt.Errorf("%w: message %d is refused when it is asked for alone: %v", errDesync, picked.number, err)
	}
	alone := watched{Writer: io.Discard, hash: sha256.New()}
	if err == nil {
		_, err = c.multiline(body{status: s, max: c.opts.MaxMessage}, &alone)
	}
	if err == nil && string(alone.hash.Sum(nil)) != string(picked.hash.Sum(nil)) {
		err = fmt.Errorf("%w: message %d is another when it is asked for alone", errDesync, picked.number)
	}
	if err != nil {
		r.flight.fall(err)
		return err
	}
	c.traits.PipeliningProven = true
	return nil
}
