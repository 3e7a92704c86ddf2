package fetch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"restante/cache"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
)

// order is what one run is to do.
type order struct {
	person  registry.PersonID
	account int64
	mailbox registry.Mailbox
	key     vault.Key
	session *Session // nil: the run signs in itself
	report  func(func(*State))
}

// outcome is what a run did.
type outcome struct {
	cache.Run
	left     int           // messages that the server did not give
	complete bool          // all of a complete listing is here
	pause    time.Duration // the server's login delay; 0: none
}

// collect looks at one mailbox and brings what is missing. What is stored when it fails stays stored.
func (f *Fleet) collect(ctx context.Context, o order) (out outcome, err error) {
	if o.session != nil {
		defer o.session.Close()
	}
	box, done, err := f.Boxes.Get(ctx, string(o.person))
	if err != nil {
		return out, err
	}
	defer done()
	out.Account, out.Started = o.account, f.Now()
	defer func() {
		out.Ended, out.Fault, out.Detail = f.Now(), string(Classify(err)), serverWords(err)
		if errors.Is(ctx.Err(), context.Canceled) {
			return // the process ends, or the person has left: no fault of the mailbox
		}
		// A run that failed for want of room cannot be remembered either; the log has it.
		if finish := box.Finish(ctx, out.Run, out.complete); finish != nil {
			err = errors.Join(err, finish)
		}
	}()
	if o.session == nil {
		if o.session, err = f.signIn(ctx, box, o); err != nil {
			return out, err
		}
		defer o.session.Close()
	}
	client := o.session.client
	out.pause = client.Capabilities().LoginDelay()
	missing, err := f.compare(ctx, box, client, o, &out)
	if err != nil {
		return out, err
	}
	if err := f.retrieve(ctx, box, client, missing, o, &out); err != nil {
		return out, err
	}
	out.complete = out.left == 0
	// All that was retrieved is durable: only now may the server consider it read (pop3.md F7).
	if err := client.Quit(ctx); err != nil {
		f.Log.InfoContext(ctx, "the server did not confirm the end of a session", "server", o.mailbox.Server, "error", err)
	}
	return out, nil
}

// signIn opens a session with the password that is sealed in the account.
func (f *Fleet) signIn(ctx context.Context, box *cache.Box, o order) (*Session, error) {
	account, err := box.Account(ctx, o.account)
	if err != nil {
		return nil, err
	}
	password, err := OpenPassword(o.key, o.person, o.account, account.Password)
	if err != nil {
		return nil, fmt.Errorf("account %d: %w", o.account, err)
	}
	server, err := pop3client.ParseAddress(account.Server)
	if err != nil {
		return nil, fmt.Errorf("account %d: %w", o.account, err)
	}
	return f.SignIn(ctx, server, account.User, password)
}

// compare asks for the whole listing and says what of it is missing here.
func (f *Fleet) compare(ctx context.Context, box *cache.Box, client *pop3client.Client, o order, out *outcome) ([]cache.Missing, error) {
	o.report(func(s *State) { s.Phase = Listing })
	listing, err := list(ctx, client)
	if err != nil {
		return nil, err
	}
	out.Listed = len(listing)
	missing, err := box.Compare(ctx, o.account, listing)
	if err != nil {
		return nil, err
	}
	o.report(func(s *State) {
		s.Phase, s.Total = Downloading, len(missing)
		for _, m := range missing {
			s.TotalBytes += m.Size
		}
	})
	return missing, nil
}

// OpenPassword opens the password of an account; vault.ErrWrongKey where it was sealed for another.
func OpenPassword(key vault.Key, person registry.PersonID, account int64, sealed []byte) (vault.Password, error) {
	text, err := vault.Open(key, sealed, "account password", string(person), fmt.Sprint(account))
	return vault.NewPassword(string(text)), err
}

// SealPassword seals the password of an account for OpenPassword.
func SealPassword(key vault.Key, person registry.PersonID, account int64, password vault.Password) ([]byte, error) {
	return vault.Seal(key, []byte(password.Reveal()), "account password", string(person), fmt.Sprint(account))
}

// serverWords is what the server itself said of an error, cleaned and bounded by pop3client; "" where it said nothing.
func serverWords(err error) string {
	var said *pop3client.ServerError
	if errors.As(err, &said) {
		return said.Text
	}
	return ""
}
