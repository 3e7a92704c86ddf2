package fetch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"restante/cache"
	"restante/pop3client"
)

const (
	// maxRefused is after how many refusals in a row a run ends: a server that gives nothing says nothing of any single
	// message, as one does whose daily limit is used up.
	maxRefused = 10

	// keepAlive is how long a connection may be silent while the file is slower than the network
	// (pop3.md F9: some servers hang up after a minute).
	keepAlive = 20 * time.Second
)

// read retrieves one message after another. A message that the server will not give is counted and passed over
// (pop3.md F1); one that does not come whole is counted too, and ends the session, which nothing can be believed of.
func (p *pipeline) read(ctx context.Context, missing []cache.Missing) error {
	refused := 0
	for _, m := range missing {
		if err := p.wait(ctx, share(m)); err != nil {
			return err
		}
		raw := p.box.NewSpool()
		_, err := p.client.RetrieveSized(ctx, m.Number, m.Size, raw)
		switch {
		case err == nil:
			p.raw <- retrieved{m, raw}
			refused = 0
			continue
		case errors.Is(err, pop3client.ErrSalvaged):
			p.raw <- retrieved{m, raw}
			return fmt.Errorf("message %d: %w", m.Number, err)
		}
		p.room.Release(share(m))
		if err = errors.Join(err, raw.Close()); ctx.Err() != nil {
			return err
		}
		if err := p.failed(ctx, m, err); err != nil {
			return err
		}
		if refused++; refused == maxRefused {
			p.out.refused = fmt.Errorf("%w: it refused %d messages in a row: %w", pop3client.ErrTemporary, refused, err)
			return nil
		}
	}
	return nil
}

// failed counts a try that brought no message; it returns err where the session cannot go on. A server that asks to come
// back later has said nothing against the message.
func (p *pipeline) failed(ctx context.Context, m cache.Missing, err error) error {
	aside := false
	if !errors.Is(err, pop3client.ErrTemporary) {
		var counting error
		if aside, counting = p.box.Fail(ctx, m.Copy); counting != nil {
			return errors.Join(err, counting)
		}
	}
	if !aside {
		p.out.left++
	}
	p.order.report(func(s *State) {
		s.Total--
		s.TotalBytes -= m.Size
	})
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
