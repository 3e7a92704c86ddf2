// Package fetch fills caches from POP3 servers: what is missing, newest first, how often, and when to back off.
//
// A [Fleet] collects for the people who are signed in. One session at a time is open to each (server, user name) across
// the instance, whoever's cache it fills. A collection passes through three stages that never wait for each other
// beyond a bounded queue: the connection is read, messages are parsed and compressed, groups are stored.
package fetch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"restante/cache"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
)

const (
	// DefaultInterval is how often a mailbox is looked at while its person is signed in.
	DefaultInterval = 5 * time.Minute
	// maxSessions is how many POP3 sessions are open at once, and maxPerServer how many of them to one server. One that a
	// sign-in has opened is not kept waiting for the latter: somebody sits there.
	maxSessions  = 32
	maxPerServer = 16
	// jitter is by which part of it a wait is longer or shorter, so that what began together does not go on together.
	jitter = 0.1
)

// Fleet collects the accounts of the people who are signed in. Fill the fields, then call Run; the other methods may
// be called from any goroutine before, during and after it, and never wait for a server but where they say so.
type Fleet struct {
	Boxes    *cache.Pool
	Registry *registry.Registry
	Client   pop3client.Options // how connections are made
	Interval time.Duration      // 0: DefaultInterval
	MaxSize  int64              // bytes that a person's mail may take here; collecting stops beyond. 0: any number
	Absent   bool               // people who chose so are collected for while they are signed out: those with a wrap of the instance
	Guests   bool               // nobody stays: headers are brought, bodies when they are asked for, and servers are left as they are
	Now      func() time.Time
	Log      *slog.Logger

	mu       sync.Mutex
	people   map[registry.PersonID]*person
	drops    map[registry.Mailbox]*maildrop
	sessions int            // that are open
	servers  map[string]int // … to each server
	wake     chan struct{}  // made by init
	once     sync.Once
}

func (f *Fleet) init() {
	f.once.Do(func() {
		f.people, f.drops = map[registry.PersonID]*person{}, map[registry.Mailbox]*maildrop{}
		f.servers = map[string]int{}
		f.wake = make(chan struct{}, 1)
	})
}

// poke makes Run look at its list again; it never blocks, and many pokes are one.
func (f *Fleet) poke() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Hold lets the fleet collect a person's accounts with the key that opens their passwords, until Release. Holding
// again costs nothing. Accounts that were looked at before are looked at when their next look is due.
func (f *Fleet) Hold(ctx context.Context, id registry.PersonID, key vault.Key) error {
	f.init()
	f.mu.Lock()
	known, ok := f.people[id]
	if ok {
		known.key = key
	}
	f.mu.Unlock()
	if ok {
		return nil
	}
	p, err := f.load(ctx, id, key)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.people[id]; !ok {
		f.people[id] = p
		f.poke()
	}
	return nil
}

// Key is the key that the fleet holds for a person; held is false where it holds none.
func (f *Fleet) Key(id registry.PersonID) (key vault.Key, held bool) {
	f.init()
	f.mu.Lock()
	defer f.mu.Unlock()
	p, held := f.people[id]
	if !held {
		return vault.Key{}, false
	}
	return p.key, true
}

// Release forgets a person's key: a run that is under way ends where it is, and no other begins.
func (f *Fleet) Release(id registry.PersonID) {
	f.init()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.release(id)
}

// release is Release for a caller that holds f.mu.
func (f *Fleet) release(id registry.PersonID) {
	p, ok := f.people[id]
	if !ok {
		return
	}
	delete(f.people, id)
	for _, a := range p.accounts {
		a.abort()
	}
	f.forgetDrops()
}

// Kick looks at all of a person's accounts as soon as it can; many kicks are one. An account whose server asked for a
// pause is looked at when the pause is over.
func (f *Fleet) Kick(id registry.PersonID) {
	f.init()
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.people[id]
	if !ok {
		return
	}
	for _, a := range p.accounts {
		if a.running {
			a.again = true
		} else {
			a.next = time.Time{}
		}
	}
	f.poke()
}

// Pause stops collecting an account, until its person asks for a look or signs in. What is stored stays stored.
func (f *Fleet) Pause(id registry.PersonID, accountID int64) {
	f.init()
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.people[id]
	if !ok || p.accounts[accountID] == nil {
		return
	}
	a := p.accounts[accountID]
	a.held, a.again, a.next = true, false, f.Now().Add(long)
	if a.abort(); !a.running {
		a.state.Phase = Idle
	}
}

// Want brings a message of which only the header is here as soon as it can, before all others: in the session that is open,
// or in one of its own. The caller has noted the wish with cache.Box.Want.
func (f *Fleet) Want(id registry.PersonID, accountID int64, message cache.ID) {
	f.init()
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.people[id]
	if !ok || p.accounts[accountID] == nil {
		return
	}
	a := p.accounts[accountID]
	if a.running {
		a.wanted = append(a.wanted, message)
		return
	}
	a.next = time.Time{}
	f.poke()
}

// Collect looks at an account at once, in the session that a sign-in has opened, which the fleet closes. A run that has
// not signed in yet gives way to it. For an account that is being collected already, or a person who is not held, it
// only closes the session.
func (f *Fleet) Collect(id registry.PersonID, accountID int64, m registry.Mailbox, s *Session) {
	f.init()
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.people[id]
	if !ok {
		s.Close()
		return
	}
	a, ok := p.accounts[accountID]
	if !ok {
		a = &account{id: accountID, mailbox: m, drop: f.maildrop(m)}
		p.accounts[accountID] = a
	}
	if a.session != nil || a.running && a.state.Phase > Connecting {
		s.Close()
		return
	}
	if a.running {
		a.stop()
	}
	a.session, a.failures = s, 0
	a.state.Phase, a.state.Fault, a.state.Detail = Connecting, NoFault, ""
	f.poke()
}

// Collecting reports whether a session to the mailbox is open that its server has accepted.
func (f *Fleet) Collecting(m registry.Mailbox) bool {
	f.init()
	f.mu.Lock()
	defer f.mu.Unlock()
	d, ok := f.drops[m]
	return ok && d.accepted
}

// Drop collects an account no longer: a run that is under way ends where it is. It waits for that, or until ctx is done:
// nothing of the account is stored afterwards.
func (f *Fleet) Drop(ctx context.Context, id registry.PersonID, accountID int64) error {
	f.init()
	select {
	case <-f.forget(id, accountID):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// forget drops an account and returns what is closed once its run has ended.
func (f *Fleet) forget(id registry.PersonID, accountID int64) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := f.people[id]; ok && p.accounts[accountID] != nil {
		a := p.accounts[accountID]
		a.abort()
		delete(p.accounts, accountID)
		if a.running {
			return a.ended
		}
	}
	ended := make(chan struct{})
	close(ended)
	return ended
}

// State is how the collection of an account stands; the zero State for an account that the fleet does not hold.
func (f *Fleet) State(id registry.PersonID, accountID int64) State {
	f.init()
	f.mu.Lock()
	defer f.mu.Unlock()
	if p, ok := f.people[id]; ok {
		if a, ok := p.accounts[accountID]; ok {
			s := a.state
			s.Next, s.Paused = a.due(), a.session == nil && a.next.Before(a.drop.notBefore)
			s.Resting = s.Next.Sub(f.Now()) > long/2
			return s
		}
	}
	return State{}
}
