package fetch

import (
	"context"
	"sync"
	"time"

	"restante/cache/registry"
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

// begin starts a run for each account that is due, and returns when the next one will be; zero: none is held.
func (f *Fleet) begin(ctx context.Context, runs *sync.WaitGroup) (next time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.Now()
	for id, p := range f.people {
		for _, a := range p.accounts {
			if a.running {
				continue
			}
			due := a.due()
			if !due.After(now) {
				if !f.taken[a.mailbox] && len(f.taken) < maxSessions {
					f.start(ctx, runs, id, p, a)
					continue
				}
				due = now.Add(retryBusy)
			}
			if next.IsZero() || due.Before(next) {
				next = due
			}
		}
	}
	return next
}

// due is when the account is to be looked at: an open session does not wait for a login delay.
func (a *account) due() time.Time {
	if a.session != nil {
		return time.Time{}
	}
	if a.next.Before(a.notBefore) {
		return a.notBefore
	}
	return a.next
}

// start begins a run. The caller holds f.mu.
func (f *Fleet) start(ctx context.Context, runs *sync.WaitGroup, id registry.PersonID, p *person, a *account) {
	ctx, a.stop = context.WithCancel(ctx)
	a.running, a.again = true, false
	f.taken[a.mailbox] = true
	o := order{person: id, account: a.id, mailbox: a.mailbox, key: p.key, session: a.session, report: func(change func(*State)) {
		f.mu.Lock()
		defer f.mu.Unlock()
		change(&a.state)
	}}
	a.session = nil
	a.state.Phase, a.state.Since = Connecting, f.Now()
	a.state.Got, a.state.Total, a.state.GotBytes, a.state.TotalBytes = 0, 0, 0, 0
	runs.Go(func() {
		defer a.stop()
		if o.session == nil && !f.present(ctx, id) {
			f.Release(id)
			f.end(ctx, o, a, outcome{}, context.Canceled)
			return
		}
		out, err := f.collect(ctx, o)
		f.end(ctx, o, a, out, err)
	})
}

// present reports whether the person still has a live session: without one nobody let us collect.
func (f *Fleet) present(ctx context.Context, id registry.PersonID) bool {
	live, err := f.Registry.Sessions(ctx, id, f.Now())
	if err != nil {
		f.Log.ErrorContext(ctx, "looking for sessions", "error", err)
		return true // a fault of ours is no reason to stop collecting
	}
	return len(live) > 0
}

// end notes how a run went and when the next look is due.
func (f *Fleet) end(ctx context.Context, o order, a *account, out outcome, err error) {
	fault := Classify(err)
	if err != nil && ctx.Err() == nil {
		f.Log.WarnContext(ctx, "a collection ended early", "server", o.mailbox.Server, "fault", string(fault), "error", err)
	}
	look := f.settle(ctx, a, out, err)
	if err := f.Registry.PutLook(context.WithoutCancel(ctx), look); err != nil {
		f.Log.ErrorContext(ctx, "keeping the time of the next look", "error", err)
	}
	f.poke()
}

// settle brings an account's state up to date after a run and returns its next look.
func (f *Fleet) settle(ctx context.Context, a *account, out outcome, err error) registry.Look {
	fault := Classify(err)
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.taken, a.mailbox)
	now := f.Now()
	a.running = false
	s := &a.state
	s.Phase = Idle
	switch {
	case ctx.Err() != nil: // stopped from outside: as if it had not begun
		a.next = now
	case fault == NoFault:
		a.failures, s.Fault, s.Detail, s.Cause, s.Failing = 0, NoFault, "", nil, time.Time{}
		s.Checked, s.First = now, s.First && !out.complete
		a.next = now.Add(f.interval())
	default:
		a.failures++
		s.Fault, s.Detail, s.Cause = fault, out.Detail, err
		if s.Failing.IsZero() {
			s.Failing = now
		}
		a.next = now.Add(fault.wait(a.failures))
	}
	if out.pause > 0 {
		a.notBefore = now.Add(out.pause + time.Second)
	}
	if a.again && fault == NoFault {
		a.next = now
	}
	s.Next = a.due()
	return registry.Look{Mailbox: a.mailbox, Next: a.next, NotBefore: a.notBefore, Error: string(fault)}
}

func (f *Fleet) interval() time.Duration {
	if f.Interval > 0 {
		return f.Interval
	}
	return DefaultInterval
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
