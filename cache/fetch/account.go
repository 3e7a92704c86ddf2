package fetch

import (
	"context"
	"errors"
	"maps"
	"time"

	"restante/cache"
	"restante/cache/registry"
	"restante/cache/vault"
)

// person is somebody for whom the fleet may collect: it holds the key.
type person struct {
	key      vault.Key
	accounts map[int64]*account
}

// account is one mailbox of a person. All its fields are protected by Fleet.mu.
type account struct {
	id       int64
	mailbox  registry.Mailbox
	drop     *maildrop
	next     time.Time // when to look; the zero time is now
	running  bool
	stop     context.CancelFunc // ends the run; nil before the first
	ended    chan struct{}      // closed when the run has; nil before the first
	wanted   []cache.ID         // what somebody has asked for since the run began
	again    bool               // look once more when the run ends
	held     bool               // nothing is collected until somebody asks for it
	session  *Session           // signed in already, for the next run
	failures int                // in a row
	state    State
}

// maildrop is what holds for a mailbox whoever's cache it fills: two people may collect one. Its fields are protected by
// Fleet.mu.
type maildrop struct {
	busy      bool      // this instance has a session to it
	accepted  bool      // … which its server has accepted
	notBefore time.Time // its server wants no sign-in sooner
}

// due is when the account is to be looked at: an open session does not wait for a login delay.
func (a *account) due() time.Time {
	if a.session != nil {
		return time.Time{}
	}
	if a.next.Before(a.drop.notBefore) {
		return a.drop.notBefore
	}
	return a.next
}

// abort stops what is under way. The caller holds Fleet.mu.
func (a *account) abort() {
	if a.stop != nil {
		a.stop()
	}
	if a.session != nil {
		a.session.Close()
		a.session = nil
	}
}

// load reads a person's accounts, how their last runs went and when they are to be looked at next.
func (f *Fleet) load(ctx context.Context, id registry.PersonID, key vault.Key) (*person, error) {
	box, done, err := f.Boxes.Get(ctx, string(id))
	if err != nil {
		return nil, err
	}
	defer done()
	accounts, err := box.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	p := &person{key: key, accounts: map[int64]*account{}}
	for _, a := range accounts {
		m := registry.Mailbox{Server: a.Server, User: a.User}
		look, err := f.Registry.Look(ctx, m)
		if err != nil && !errors.Is(err, registry.ErrNotFound) {
			return nil, err
		}
		look.Mailbox = m
		state, err := lastState(ctx, box, a)
		if err != nil {
			return nil, err
		}
		p.accounts[a.ID] = &account{id: a.ID, mailbox: m, drop: f.paused(look), next: look.Next, state: state}
	}
	return p, nil
}

// paused is the maildrop of a mailbox with the pause that was kept for it, perhaps before a restart.
func (f *Fleet) paused(look registry.Look) *maildrop {
	f.mu.Lock()
	defer f.mu.Unlock()
	d := f.maildrop(look.Mailbox)
	if look.NotBefore.After(d.notBefore) {
		d.notBefore = look.NotBefore
	}
	return d
}

// forgetDrops forgets the maildrops that no account has and no session is open to: a pause that their servers want is kept
// in the registry. The caller holds f.mu.
func (f *Fleet) forgetDrops() {
	used := map[*maildrop]bool{}
	for _, p := range f.people {
		for _, a := range p.accounts {
			used[a.drop] = true
		}
	}
	maps.DeleteFunc(f.drops, func(_ registry.Mailbox, d *maildrop) bool { return !used[d] && !d.busy })
}

// maildrop is the one of a mailbox. The caller holds f.mu.
func (f *Fleet) maildrop(m registry.Mailbox) *maildrop {
	d, ok := f.drops[m]
	if !ok {
		d = &maildrop{}
		f.drops[m] = d
	}
	return d
}
