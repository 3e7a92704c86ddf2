package fetch

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"

	"restante/cache"
	"restante/cache/sqlitefile"
)

// maxGuest is how many messages a guest is shown at most, the newest: what is known of them takes a part of the room.
const maxGuest = 5000

// look is run for a guest, who leaves nothing behind: it brings headers, newest first, and of the messages only those that
// were asked for. Nothing is ever deleted on the server, and nothing marked there as far as the protocol allows.
func (v *visit) look(ctx context.Context) error {
	v.order.report(func(s *State) { s.Phase = Listing })
	if err := v.firstPage(ctx); err != nil {
		return v.goOnWithout(ctx, err)
	}
	l, work, err := v.list(ctx)
	if err != nil {
		return v.bow(ctx, err)
	}
	g := &guest{visit: v, listed: map[cache.Copy]cache.Missing{}}
	if err := g.bring(ctx, work, l.older); err != nil {
		return err
	}
	v.out.complete = true
	if !g.retrieved || !v.hides() {
		v.quit(ctx)
	}
	return nil
}

// hides reports whether QUIT takes what was retrieved out of sight of others (pop3.md F7).
func (v *visit) hides() bool {
	days, never, _, ok := v.client.Capabilities().Expire()
	return Windowed(v.order.mailbox.Server) || ok && !never && days == 0
}

// guest is a look at a mailbox.
type guest struct {
	*visit
	listed    map[cache.Copy]cache.Missing // of which only the header is here, or nothing
	retrieved bool                         // something was, by RETR
}

// bring brings the headers of the newest messages. Before each group of them it brings whole what was asked for.
func (g *guest) bring(ctx context.Context, work cache.Work, older int) error {
	var unseen, asked []cache.Missing
	for _, m := range slices.Concat(slices.Collect(maps.Values(work.Later)), work.Headers, work.Missing) {
		g.listed[m.Copy] = m
		switch {
		case m.Wanted():
			asked = append(asked, m)
		case m.Message == 0:
			unseen = append(unseen, m)
		}
	}
	slices.SortFunc(unseen, func(a, b cache.Missing) int { return cmp.Compare(b.Number, a.Number) })
	g.order.report(func(s *State) { s.Total, s.TotalBytes, s.Older = len(unseen), 0, older })
	for shown := 0; ; {
		since, err := g.askedSince(ctx)
		if err == nil {
			err = g.bodies(ctx, append(asked, since...))
		}
		if err != nil {
			return err
		}
		if asked = nil; len(unseen) == 0 {
			return nil
		}
		group := unseen[:min(len(unseen), firstPage)]
		unseen = unseen[len(group):]
		n, err := g.headersOf(ctx, group)
		if passOver(err) != nil {
			return err
		}
		if shown += n; shown == 0 { // a server that shows no header (pop3.md F5): the newest messages themselves, then
			g.order.report(func(s *State) { s.Total, s.Older = len(group), older+len(unseen) })
			asked, unseen = group, nil
		}
		g.out.seen(g.fleet.Now)
		g.order.report(func(s *State) { s.Got += n })
	}
}

// askedSince are the messages that somebody has asked for since the session began.
func (g *guest) askedSince(ctx context.Context) (list []cache.Missing, err error) {
	for _, id := range g.order.wanted() {
		c, err := g.box.CopyOf(ctx, id)
		if errors.Is(err, cache.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if m, ok := g.listed[c]; ok {
			list = append(list, m)
		}
	}
	return list, nil
}

func (g *guest) bodies(ctx context.Context, list []cache.Missing) error {
	for _, m := range list {
		if _, ok := g.listed[m.Copy]; !ok {
			continue // it was asked for twice
		}
		delete(g.listed, m.Copy)
		if err := g.body(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// roomBeside is what a message's text and words take beside its bytes, at most, nearly always.
const roomBeside = 2 << 20

// body brings one message whole. One that does not come, or for which there is no room, is asked for no longer.
func (g *guest) body(ctx context.Context, m cache.Missing) error {
	err := g.take(ctx, m)
	if err == nil {
		return nil
	}
	if err = passOver(err); sqlitefile.IsFull(err) {
		err = nil
	}
	return errors.Join(err, g.box.GiveUp(context.WithoutCancel(ctx), m.Copy))
}

// take brings one message whole, and makes room for it.
func (g *guest) take(ctx context.Context, m cache.Missing) error {
	raw, err := g.whole(ctx, m)
	if err != nil {
		return errors.Join(err, raw.Close())
	}
	if err := g.box.Shed(ctx, raw.Size()+roomBeside); err != nil {
		return errors.Join(err, raw.Close())
	}
	p, err := g.box.Prepare(m.Copy, m.Number, raw)
	if err != nil {
		return err
	}
	defer p.Close()
	fresh, err := g.box.Store(ctx, []*cache.Prepared{p})
	g.out.Collected += fresh
	g.out.Bytes += p.Size()
	return err
}

// whole is a message by TOP, which marks nothing as read, if that brings as many bytes as LIST says; else by RETR, after
// which servers do (pop3.md F6, F7). It has no more lines than bytes.
func (g *guest) whole(ctx context.Context, m cache.Missing) (*cache.Spool, error) {
	raw := g.box.NewSpool(m.Size)
	if g.client.Has("TOP") && m.Size > 0 {
		err := g.client.Top(ctx, m.Number, int(m.Size), raw)
		if passOver(err) != nil || err == nil && raw.Size() == m.Size {
			return raw, err
		}
		raw = g.box.NewSpool(m.Size)
	}
	g.retrieved = true
	_, err := g.client.RetrieveSized(ctx, m.Number, m.Size, raw)
	return raw, err
}
