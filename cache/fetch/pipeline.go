package fetch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"restante/cache"
	"restante/pop3client"
)

const (
	queueBytes  = 64 << 20 // of messages between the connection and the file
	heldBytes   = 2 << 20  // counted for a message at most: what is longer lies in a spool file
	queueLength = 64       // messages between two stages
	preparers   = 2        // goroutines that parse and compress

	groupMessages = 64 // a group is stored when it has so many messages,
	groupBytes    = 8 << 20
	groupAge      = 500 * time.Millisecond // or is so old: the first mail is seen at once

	// keepAlive is how long a connection may be silent while the file is slower than the network
	// (pop3.md F9: some servers hang up after a minute).
	keepAlive = 20 * time.Second
)

// retrieved is a message that has come whole.
type retrieved struct {
	cache.Missing
	raw  *cache.Spool
	held int64 // of the queue's bytes
}

// pipeline brings messages from one session into one box.
type pipeline struct {
	fleet  *Fleet
	box    *cache.Box
	client *pop3client.Client
	order  order
	out    *outcome

	room  *semaphore.Weighted
	raw   chan retrieved
	ready chan *cache.Prepared
	held  sync.Map // *cache.Prepared → its share of the queue's bytes
}

// retrieve brings the missing messages. An error of the connection ends the reading only: what has come whole by then
// is stored. An error of storing ends all.
func (f *Fleet) retrieve(ctx context.Context, box *cache.Box, client *pop3client.Client, missing []cache.Missing, o order, out *outcome) error {
	p := &pipeline{
		fleet: f, box: box, client: client, order: o, out: out,
		room: semaphore.NewWeighted(queueBytes), raw: make(chan retrieved, queueLength), ready: make(chan *cache.Prepared, queueLength),
	}
	stages, storing := errgroup.WithContext(ctx)
	var reading error
	var reader sync.WaitGroup
	reader.Go(func() {
		defer close(p.raw)
		reading = p.read(storing, missing)
	})
	var working sync.WaitGroup
	for range preparers {
		working.Add(1)
		stages.Go(func() error {
			defer working.Done()
			return p.prepare(storing)
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

// read retrieves one message after another. A message that the server will not give is counted and passed over
// (pop3.md F1); one that does not come whole is counted too, and ends the session, which nothing can be believed of.
func (p *pipeline) read(ctx context.Context, missing []cache.Missing) error {
	for _, m := range missing {
		held := min(max(m.Size, 1), heldBytes)
		if err := p.wait(ctx, held); err != nil {
			return err
		}
		raw := p.box.NewSpool()
		_, err := p.client.RetrieveSized(ctx, m.Number, m.Size, raw)
		if err == nil || errors.Is(err, pop3client.ErrSalvaged) {
			select {
			case p.raw <- retrieved{m, raw, held}:
			case <-ctx.Done():
				return errors.Join(ctx.Err(), raw.Close())
			}
			if err != nil {
				return fmt.Errorf("message %d: %w", m.Number, err)
			}
			continue
		}
		p.room.Release(held)
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), raw.Close())
		}
		if err := p.failed(ctx, m, errors.Join(err, raw.Close())); err != nil {
			return err
		}
	}
	return nil
}

// failed counts a try that brought no message; it returns err where the session cannot go on.
func (p *pipeline) failed(ctx context.Context, m cache.Missing, err error) error {
	aside, count := p.box.Fail(ctx, m.Copy)
	if count != nil {
		return errors.Join(err, count)
	}
	if aside {
		p.order.report(func(s *State) { s.Aside++ })
	} else {
		p.out.left++
	}
	if errors.Is(err, pop3client.ErrPermanent) || errors.Is(err, pop3client.ErrTemporary) {
		return nil
	}
	return fmt.Errorf("message %d: %w", m.Number, err)
}

// wait takes bytes of the queue's room, and keeps the connection alive meanwhile.
func (p *pipeline) wait(ctx context.Context, bytes int64) error {
	for {
		short, cancel := context.WithTimeout(ctx, keepAlive)
		err := p.room.Acquire(short, bytes)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		if err := p.client.Noop(ctx); err != nil {
			return err
		}
	}
}

// prepare parses and compresses what the reader brings.
func (p *pipeline) prepare(ctx context.Context) error {
	for r := range p.raw {
		ready, err := p.box.Prepare(r.Copy, r.Number, r.raw)
		if err != nil {
			return err
		}
		p.held.Store(ready, r)
		select {
		case p.ready <- ready:
		case <-ctx.Done():
			return errors.Join(ctx.Err(), ready.Close())
		}
	}
	return nil
}

// store gathers messages into groups and makes them durable.
func (p *pipeline) store(ctx context.Context) error {
	var group []*cache.Prepared
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
			if group, size = append(group, ready), size+ready.Size(); age == nil {
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

// flush stores one group and frees it.
func (p *pipeline) flush(ctx context.Context, group []*cache.Prepared) error {
	fresh, err := p.box.Store(ctx, group)
	var bytes, listed int64
	for _, m := range group {
		bytes += m.Size()
		if r, ok := p.held.LoadAndDelete(m); ok {
			listed += r.(retrieved).Size
			p.room.Release(r.(retrieved).held)
		}
		err = errors.Join(err, m.Close())
	}
	if err != nil {
		return err
	}
	p.out.Collected += fresh
	p.out.Bytes += bytes
	p.order.report(func(s *State) {
		s.Got += len(group)
		s.GotBytes = min(s.GotBytes+listed, s.TotalBytes)
	})
	return nil
}

// drain frees what was on its way when a later stage failed.
func (p *pipeline) drain() {
	for r := range p.raw {
		r.raw.Close()
	}
	for m := range p.ready {
		m.Close()
	}
}
