package fetch

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"restante/cache"
	"restante/cache/registry"
	"restante/pop3client"
)

// Run collects until ctx is done. It returns when every session has ended; those that were under way then are dropped
// without QUIT, so that no server takes what was not stored for read. What is stored stays stored.
func (f *Fleet) Run(ctx context.Context) error {
	f.init()
	var runs sync.WaitGroup
	defer f.forgetAll()
	defer runs.Wait()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.wake:
		case <-timer.C:
		}
		if next := f.begin(ctx, &runs); !next.IsZero() {
			timer.Reset(max(next.Sub(f.Now()), 0))
		}
	}
}

// begin starts a run for each account that is due, and returns when the next one will be; zero: none is held. Who has to
// wait for another session to end is looked at again then, see end.
func (f *Fleet) begin(ctx context.Context, runs *sync.WaitGroup) (next time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.Now()
	for id, p := range f.people {
		for _, a := range p.accounts {
			due := a.due()
			switch {
			case a.running:
			case due.After(now):
				if next.IsZero() || due.Before(next) {
					next = due
				}
			case !a.drop.busy && f.hasSlot(a):
				f.start(ctx, runs, id, p, a)
			}
		}
	}
	return next
}

// hasSlot reports whether one session more may be open. The caller holds f.mu.
func (f *Fleet) hasSlot(a *account) bool {
	return f.sessions < maxSessions && (a.session != nil || f.servers[a.mailbox.Server] < maxPerServer)
}

// start begins a run. The caller holds f.mu.
func (f *Fleet) start(ctx context.Context, runs *sync.WaitGroup, id registry.PersonID, p *person, a *account) {
	ctx, a.stop = context.WithCancel(ctx)
	a.running, a.again, a.held, a.ended = true, false, false, make(chan struct{})
	f.sessions++
	f.servers[a.mailbox.Server]++
	a.drop.busy, a.drop.accepted = true, a.session != nil
	o := order{person: id, account: a.id, mailbox: a.mailbox, key: p.key, session: a.session, report: func(change func(*State)) {
		f.mu.Lock()
		defer f.mu.Unlock()
		change(&a.state)
		a.drop.accepted = a.state.Phase > Connecting
	}, wanted: func() []cache.ID {
		f.mu.Lock()
		defer f.mu.Unlock()
		list := a.wanted
		a.wanted = nil
		return list
	}}
	a.session = nil
	a.state.Phase, a.state.Since = Connecting, f.Now()
	a.state.Got, a.state.Total, a.state.GotBytes, a.state.TotalBytes = 0, 0, 0, 0
	a.wanted = nil // the listing begins with what is noted in the file
	runs.Go(func() {
		defer a.stop()
		if o.session == nil && !f.present(ctx, id) {
			f.abandon(id)
		}
		out, err := f.collect(ctx, o)
		f.end(ctx, o, a, out, err)
	})
}

// abandon releases a person without a live session, which ends the run, unless a sign-in has brought one since.
func (f *Fleet) abandon(id registry.PersonID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := f.people[id]; ok {
		for _, a := range p.accounts {
			if a.session != nil || a.drop.accepted {
				return
			}
		}
	}
	f.release(id)
}

// present reports whether the person still has a live session, or has let us collect without one.
func (f *Fleet) present(ctx context.Context, id registry.PersonID) bool {
	if f.Absent {
		if _, err := f.Registry.InstanceWrap(ctx, id); err == nil {
			return true
		}
	}
	live, err := f.Registry.Sessions(ctx, id, f.Now())
	if err != nil {
		f.Log.ErrorContext(ctx, "looking for sessions", "error", err)
		return true // a fault of ours is no reason to stop collecting
	}
	return len(live) > 0
}

// end notes how a run went and when the next look is due, and lets those begin who waited for it to end.
func (f *Fleet) end(ctx context.Context, o order, a *account, out outcome, err error) {
	fault := Classify(err)
	if err != nil && ctx.Err() == nil {
		f.Log.WarnContext(ctx, "a collection ended early", "server", o.mailbox.Server, "fault", string(fault), "error", discreet(err))
	}
	look := f.settle(a, out, fault, err, ctx.Err() != nil)
	if err := f.Registry.PutLook(context.WithoutCancel(ctx), look); err != nil {
		f.Log.ErrorContext(ctx, "keeping the time of the next look", "error", err)
	}
	f.free(o.person, a)
}

// discreet is an error fit for the log: less the server's own words, which may name a person.
func discreet(err error) string {
	var said *pop3client.ServerError
	if errors.As(err, &said) {
		return strings.TrimSpace(said.Command + " [" + said.Code + "]")
	}
	return err.Error()
}

// settle brings an account's state up to date after a run and returns its next look.
func (f *Fleet) settle(a *account, out outcome, fault Fault, err error, stopped bool) registry.Look {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.Now()
	if out.pause > 0 {
		a.drop.notBefore = now.Add(out.pause + time.Second)
	}
	s := &a.state
	switch {
	case stopped && a.held:
		a.next = now.Add(long)
	case stopped, out.again: // as if it had not begun
		a.next = now
	case fault == NoFault:
		a.failures, s.Fault, s.Detail, s.Cause, s.Failing = 0, NoFault, "", nil, time.Time{}
		s.Checked, s.First = now, s.First && !out.complete
		if a.next = now.Add(f.interval(out.every)); out.more {
			a.next = now
		}
	default:
		a.failures++
		s.Fault, s.Detail, s.Cause = fault, out.Detail, err
		if s.Failing.IsZero() {
			s.Failing = now
		}
		a.next = now.Add(shaken(fault.wait(a.failures)))
	}
	return registry.Look{Mailbox: a.mailbox, Next: a.next, NotBefore: a.drop.notBefore, Error: string(fault)}
}

// free ends a run for those who wait for it: what it has found is kept by now.
func (f *Fleet) free(id registry.PersonID, a *account) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sessions--
	if f.servers[a.mailbox.Server]--; f.servers[a.mailbox.Server] == 0 {
		delete(f.servers, a.mailbox.Server)
	}
	a.drop.busy, a.drop.accepted = false, false
	a.running, a.state.Phase = false, Idle
	close(a.ended)
	if f.people[id] == nil {
		f.forgetDrops()
	}
	if (a.again || len(a.wanted) > 0) && a.state.Fault == NoFault {
		a.next = time.Time{}
	}
	f.poke()
}

// shaken is a wait less or more by up to jitter.
func shaken(d time.Duration) time.Duration {
	return d + time.Duration((2*rand.Float64()-1)*jitter*float64(d))
}

// long is when an account is looked at that waits for its person to ask.
const long = 100 * 365 * 24 * time.Hour

// interval is how long an account waits for its next look.
func (f *Fleet) interval(every time.Duration) time.Duration {
	if every == cache.OnRequest {
		return long
	}
	return shaken(cmp.Or(every, f.Interval, DefaultInterval))
}

// forgetAll drops every key and every session that no run took.
func (f *Fleet) forgetAll() {
	f.mu.Lock()
	ids := make([]registry.PersonID, 0, len(f.people))
	for id := range f.people {
		ids = append(ids, id)
	}
	f.mu.Unlock()
	for _, id := range ids {
		f.Release(id)
	}
}
