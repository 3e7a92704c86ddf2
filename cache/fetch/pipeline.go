package fetch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"restante/cache"
)

const (
	queueBytes  = 64 << 20 // of messages between the connection and the file
	queueLength = 1024     // messages between the connection and the file, at most
	heldBytes   = 2 << 20  // counted for a message at most: what is longer lies in a spool file
	preparers   = 2        // goroutines that parse and compress
	ahead       = 128      // messages that are ready when all of them but one rest: storing is behind, and needs the processor
	rest        = time.Millisecond

	groupMessages = 256 // a group is stored when it has so many messages,
	groupBytes    = 16 << 20
	groupAge      = 500 * time.Millisecond // or is so old: the first mail is seen at once
)

// share is how many of the queue's bytes a message takes. Each takes so much that no more than queueLength find room:
// what has room never waits for a channel.
func share(m cache.Missing) int64 {
	return max(queueBytes/queueLength, min(m.Size, heldBytes))
}

// retrieved is a message that has come whole.
type retrieved struct {
	cache.Missing
	raw *cache.Spool
}

// prepared is a message that is ready to be stored.
type prepared struct {
	cache.Missing
	message *cache.Prepared
}

// pipeline brings messages from one session into one box.
type pipeline struct {
	*visit
	later map[cache.ID]cache.Missing // that somebody may ask for
	from  time.Time                  // mail received before is out of scope; zero: none is
	old   int                        // messages out of scope, in a row
	scope atomic.Bool                // so many that the rest is out of it, too

	room  *semaphore.Weighted
	raw   chan retrieved
	ready chan prepared
}

// retrieve brings the missing messages. An error of the connection ends the reading only: what has come whole by then
// is stored. An error of storing ends all.
func (v *visit) retrieve(ctx context.Context, work cache.Work) error {
	p := &pipeline{
		visit: v, later: work.Later,
		room: semaphore.NewWeighted(queueBytes), raw: make(chan retrieved, queueLength), ready: make(chan prepared, queueLength),
	}
	if days := int(v.account.Scope); days > 0 && !v.account.FirstDone {
		p.from = v.fleet.Now().AddDate(0, 0, -days)
	}
	stages, storing := errgroup.WithContext(ctx)
	var reading error
	var reader, working sync.WaitGroup
	reader.Go(func() {
		defer close(p.raw)
		reading = p.read(storing, work.Missing)
	})
	working.Add(preparers)
	for i := range preparers {
		stages.Go(func() error {
			defer working.Done()
			return p.prepare(storing, i > 0)
		})
	}
	stages.Go(func() error {
		working.Wait()
		close(p.ready)
		return nil
	})
	stages.Go(func() error { return p.store(storing) })
	err := stages.Wait()
	reader.Wait()
	p.drain()
	if err != nil {
		return err
	}
	return reading
}

// prepare parses and compresses what the reader brings; a helper does while storing keeps up.
func (p *pipeline) prepare(ctx context.Context, helper bool) error {
	for {
		for helper && len(p.ready) >= ahead && ctx.Err() == nil {
			time.Sleep(rest)
		}
		r, more := <-p.raw
		if !more {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return errors.Join(err, r.raw.Close())
		}
		message, err := p.box.Prepare(r.Copy, r.Number, r.raw)
		if err != nil {
			return err
		}
		p.ready <- prepared{r.Missing, message}
	}
}

// store gathers messages into groups and makes them durable.
func (p *pipeline) store(ctx context.Context) error {
	var group []prepared
	var size int64
	var age <-chan time.Time
	flush := func() error {
		err := p.flush(ctx, group)
		group, size, age = nil, 0, nil
		return err
	}
	for {
		select {
		case ready, ok := <-p.ready:
			if !ok {
				return flush()
			}
			p.judgeAge(ready.message.Received())
			if group, size = append(group, ready), size+ready.message.Size(); age == nil {
				age = time.After(groupAge)
			}
			if len(group) < groupMessages && size < groupBytes {
				continue
			}
		case <-age:
		}
		if err := flush(); err != nil {
			return err
		}
	}
}

// maxOld is after how many messages out of scope in a row, newest first, the rest is taken to be out of it as well.
const maxOld = 20

// judgeAge counts the messages that are older than the scope of a first collection.
func (p *pipeline) judgeAge(received time.Time) {
	if p.old++; !received.Before(p.from) {
		p.old = 0
	}
	if p.old == maxOld {
		p.scope.Store(true)
	}
}

// seen notes when the first mail of a run could be seen.
func (o *outcome) seen(now func() time.Time) {
	if o.shown.IsZero() {
		o.shown = now()
	}
}

// flush stores one group and frees it.
func (p *pipeline) flush(ctx context.Context, group []prepared) error {
	messages := make([]*cache.Prepared, len(group))
	for i, m := range group {
		messages[i] = m.message
	}
	fresh, err := p.box.Store(ctx, messages)
	var bytes, listed int64
	for _, m := range group {
		bytes, listed = bytes+m.message.Size(), listed+m.Size
		p.room.Release(share(m.Missing))
		err = errors.Join(err, m.message.Close())
	}
	if err != nil {
		return err
	}
	p.out.seen(p.fleet.Now)
	p.out.Collected += fresh
	err = p.hasRoom(ctx)
	p.out.Bytes += bytes
	p.order.report(func(s *State) {
		s.Got += len(group)
		if s.GotBytes += listed; s.TotalBytes == 0 {
			s.GotBytes += bytes
		}
	})
	return err
}

// drain frees what was on its way when a later stage failed.
func (p *pipeline) drain() {
	for r := range p.raw {
		r.raw.Close()
	}
	for m := range p.ready {
		m.message.Close()
	}
}
