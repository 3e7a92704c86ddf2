package web

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/web/front"
)

// How many guesses are free, and for how long they are remembered: of one account from one address, of any account from
// one address, and of one account from anywhere but where it was signed in from before. Behind one address there may be a
// whole school.
const (
	freePair, memoryPair       = 5, 24 * time.Hour
	freeAddress, memoryAddress = 30, time.Hour
	freeAccount, memoryAccount = 100, time.Hour
	memoryKnown                = 90 * 24 * time.Hour
)

// tooOftenError says that somebody has to wait before they try again.
type tooOftenError struct{ wait time.Duration }

func (e tooOftenError) Error() string {
	return fmt.Sprintf("too many tries to sign in: %v to wait", e.wait)
}

// guessedError is an error of a sign-in whose password was wrong, though the mail server did not say so.
type guessedError struct{ error }

func (e guessedError) Unwrap() error { return e.error }

// counted runs judge, which asks whether a password is right, unless too many were wrong before: then neither the mail
// server nor this machine is troubled with it. What says nothing of the password is not counted.
func (s site) counted(ctx context.Context, creds credentials, judge func() error) error {
	server, user, network := creds.server.String(), creds.user, networkOf(front.From(ctx).Addr)
	pair := registry.Limit{Name: []string{"pair", network, server, user}, Free: freePair, Memory: memoryPair}
	address := registry.Limit{Name: []string{"address", network}, Free: freeAddress, Memory: memoryAddress}
	account := registry.Limit{Name: []string{"account", server, user}, Free: freeAccount, Memory: memoryAccount}
	known := registry.Limit{Name: []string{"known", network, server, user}, Memory: memoryKnown}
	limits := []registry.Limit{pair, address, account}
	trusted, err := s.People.Trusted(ctx, s.Now(), known)
	if err != nil {
		return err
	}
	if trusted {
		limits = limits[:2]
	}
	wait, err := s.People.Try(ctx, s.Now(), limits...)
	if err != nil {
		return err
	}
	if wait > 0 {
		return tooOftenError{wait}
	}
	err = judge()
	ctx = context.WithoutCancel(ctx) // who goes away has tried all the same
	switch {
	case err == nil:
		return errors.Join(s.People.Forgive(ctx, pair), s.People.Untry(ctx, limits[1:]...), s.People.Trust(ctx, s.Now(), known))
	case !guessed(err):
		return errors.Join(err, s.People.Untry(ctx, limits...))
	}
	return err
}

func guessed(err error) bool {
	_, silently := errors.AsType[guessedError](err)
	return silently || fetch.Refusal(err) || errors.Is(err, errNotAllowed)
}

// networkOf is what one household or one machine has of addresses: of IPv6 a /64.
func networkOf(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
