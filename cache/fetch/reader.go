package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"restante/cache"
	"restante/pop3client"
)

// maxRefused is after how many refusals in a row a run ends: a server that gives nothing says nothing of any single
// message, as one does whose daily limit is used up.
const maxRefused = 10

// reader brings the missing messages of one session to the pipeline.
type reader struct {
	*pipeline
	ctx     context.Context
	rest    []cache.Missing // not asked for yet
	asked   []cache.Missing // under way, in the order of the replies
	arrived map[int]*cache.Spool
	refused []refusal // in a row
	urgent  int       // of rest, at its head, that somebody waits for
	blamed  int       // number of the message that was due when the session broke off
}

// refusal is a message that the server would not give.
type refusal struct {
	cache.Missing
	err error
}

// read retrieves the missing messages, several under way at once where the server bears it. A message that the server
// will not give is counted and passed over (pop3.md F1); one that does not come whole is counted too, and ends the
// session, which nothing can be believed of.
func (p *pipeline) read(ctx context.Context, missing []cache.Missing) error {
	r := &reader{pipeline: p, ctx: ctx, rest: missing, arrived: map[int]*cache.Spool{}}
	err := p.client.RetrieveEach(ctx, r.next, r.to, r.done)
	for number, raw := range r.arrived {
		delete(r.arrived, number)
		err = errors.Join(err, raw.Close())
	}
	if r.scope.Load() {
		err = errors.Join(err, r.box.Skip(ctx, r.rest))
	}
	if len(r.refused) < maxRefused {
		return errors.Join(r.blame(err), r.count())
	}
	// None of them is counted: they were not refused one by one.
	r.out.refused = fmt.Errorf("%w: it refused %d messages in a row: %w", pop3client.ErrTemporary, len(r.refused), r.refused[0].err)
	r.out.left += len(r.refused)
	return r.blame(err)
}

// blame says which message a session broke off at.
func (r *reader) blame(err error) error {
	if err == nil || r.blamed == 0 {
		return err
	}
	return fmt.Errorf("message %d: %w", r.blamed, err)
}

// next names the message to ask for: first what somebody waits for.
func (r *reader) next() (pop3client.Listing, bool) {
	r.prefer()
	if len(r.rest) == 0 || len(r.refused) >= maxRefused || r.scope.Load() && r.urgent == 0 {
		return pop3client.Listing{}, false
	}
	m := r.rest[0]
	r.rest, r.asked, r.urgent = r.rest[1:], append(r.asked, m), max(r.urgent-1, 0)
	return pop3client.Listing{Number: m.Number, Size: m.Size}, true
}

// prefer moves the messages that somebody has asked for to the head of the queue.
func (r *reader) prefer() {
	if r.order.wanted == nil {
		return
	}
	for _, id := range r.order.wanted() {
		i := slices.IndexFunc(r.rest, func(m cache.Missing) bool { return m.Message == id })
		m, left := r.later[id]
		switch {
		case i >= 0:
			m = r.rest[i]
			r.rest = slices.Delete(r.rest, i, i+1)
		case left:
			delete(r.later, id)
			r.order.report(func(s *State) {
				s.Total++
				s.TotalBytes += m.Size
			})
		default: // it is under way, or here
			continue
		}
		r.rest = slices.Insert(r.rest, 0, m)
		r.urgent++
	}
}

// to makes room for a message that begins to arrive: as long as there is none, the server has to wait.
func (r *reader) to(l pop3client.Listing) io.Writer {
	if err := r.room.Acquire(r.ctx, share(r.find(l.Number))); err != nil {
		return broken{err}
	}
	raw := r.box.NewSpool(l.Size)
	r.arrived[l.Number] = raw
	return raw
}

func (r *reader) find(number int) cache.Missing {
	for _, m := range r.asked {
		if m.Number == number {
			return m
		}
	}
	return cache.Missing{}
}

// done hands on a message that has come whole, and counts one that has not.
func (r *reader) done(l pop3client.Listing, _ int64, err error) error {
	m := r.asked[0]
	r.asked = r.asked[1:]
	raw, began := r.arrived[l.Number]
	delete(r.arrived, l.Number)
	if err == nil || errors.Is(err, pop3client.ErrSalvaged) {
		r.out.strange = r.out.strange || err != nil
		r.raw <- retrieved{m, raw}
		return r.count()
	}
	if began {
		r.room.Release(share(m))
		if closing := raw.Close(); closing != nil {
			return closing
		}
	}
	r.order.report(func(s *State) {
		s.Total--
		s.TotalBytes -= m.Size
	})
	_, refused := errors.AsType[*pop3client.ServerError](err)
	switch {
	case refused:
		r.refused = append(r.refused, refusal{m, err})
	case r.ctx.Err() == nil && !errors.Is(err, pop3client.ErrInterrupted):
		r.blamed = m.Number
		return r.failed(m, err)
	}
	return nil // stopped from outside or with another: that says nothing of the message
}

// count counts the refusals in a row, once it shows that they were meant one by one.
func (r *reader) count() error {
	for _, f := range r.refused {
		if err := r.failed(f.Missing, f.err); err != nil {
			return err
		}
	}
	r.refused = r.refused[:0]
	return nil
}

// failed counts a try that brought no message. A server that asks to come back later has said nothing against it.
func (r *reader) failed(m cache.Missing, err error) error {
	aside := false
	if !errors.Is(err, pop3client.ErrTemporary) {
		var counting error
		if aside, counting = r.box.Fail(r.ctx, m.Copy); counting != nil {
			return counting
		}
	}
	if !aside {
		r.out.left++
	}
	return nil
}

// broken is a writer that takes nothing.
type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }
