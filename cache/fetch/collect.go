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

// tidyFrom is from how many messages of one run on the index is put in order behind them.
const tidyFrom = 1000

// order is what one run is to do.
type order struct {
	person  registry.PersonID
	account int64
	mailbox registry.Mailbox
	key     vault.Key
	session *Session // nil: the run signs in itself
	report  func(func(*State))
	wanted  func() []cache.ID // the messages that somebody has asked for since the last call; nil: nobody does
}

// outcome is what a run did.
type outcome struct {
	cache.Run
	left     int           // messages that the server did not give, and that are tried again next time
	refused  error         // the last of too many refusals in a row; nil: there were not so many
	complete bool          // all of a complete listing is here
	again    bool          // the server mixed up its replies: go on at once, one command at a time
	more     bool          // the server shows only a part of the mailbox at a time, and there may be more
	strange  bool          // something was not as it should be: nothing is deleted in this session
	pause    time.Duration // the server's login delay; 0: none
	every    time.Duration // as Account.Every
	shown    time.Time     // when the first mail of the run could be seen; zero: none could
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
	err = f.visit(ctx, box, o, &out)
	if out.Collected >= tidyFrom && ctx.Err() == nil {
		err = errors.Join(err, box.Tidy(ctx))
	}
	if err == nil {
		_, err = box.Expire(ctx)
	}
	out.Ended, out.Fault, out.Detail = f.Now(), string(Classify(err)), serverWords(err)
	if errors.Is(ctx.Err(), context.Canceled) {
		return out, err // the process ends, or the person has left: no fault of the mailbox
	}
	return out, errors.Join(err, remember(ctx, box, o, out))
}

// visit is one session with the server.
func (f *Fleet) visit(ctx context.Context, box *cache.Box, o order, out *outcome) (err error) {
	v := &visit{fleet: f, box: box, order: o, out: out}
	if err := v.hasRoom(ctx); err != nil {
		return err
	}
	if v.account, err = box.Account(ctx, o.account); err != nil {
		return err
	}
	out.every = v.account.Every
	// Read back before connecting: a server does not wait for us to read.
	if v.condemned, err = box.Condemned(ctx, o.account, out.Started); err != nil {
		return err
	}
	session := o.session
	if session == nil {
		session, err = f.signIn(ctx, o, v.account)
		if err == nil {
			defer session.Close()
		}
		var refusal *pop3client.ServerError
		if errors.As(err, &refusal) {
			out.pause = refusal.Wait // as the server asks for; 0: it does not
		}
		if err = errors.Join(err, f.judged(ctx, o, err)); err != nil {
			return err
		}
	}
	v.client = session.client
	defer func() {
		err = errors.Join(err, f.learn(context.WithoutCancel(ctx), session.server, v.client.Traits()))
	}()
	if f.Guests {
		err = v.look(ctx)
	} else {
		err = v.run(ctx)
	}
	if errors.Is(err, pop3client.ErrProtocol) && v.client.Traits().PipeliningBroken {
		f.Log.InfoContext(ctx, "a server mixes up its replies: one command at a time from now on", "server", o.mailbox.Server)
		out.again = true
		return nil
	}
	return err
}

// remember keeps how a run went. One that failed for want of room cannot be remembered either; the log has it.
func remember(ctx context.Context, box *cache.Box, o order, out outcome) error {
	aside, err := box.Aside(ctx, o.account)
	if err == nil {
		o.report(func(s *State) { s.Aside = aside })
	}
	return errors.Join(err, box.Finish(ctx, out.Run, out.complete))
}

// signIn opens a session with the password that is sealed in the account.
func (f *Fleet) signIn(ctx context.Context, o order, account cache.Account) (*Session, error) {
	password, err := OpenPassword(o.key, o.person, o.account, account.Password)
	if err != nil {
		return nil, fmt.Errorf("account %d: %w", o.account, err)
	}
	server, err := pop3client.ParseAddress(account.Server)
	if err != nil {
		return nil, fmt.Errorf("account %d: %w", o.account, err)
	}
	user := account.User
	if account.Recent && Windowed(account.Server) {
		user = recentPrefix + user
	}
	return f.SignIn(ctx, server, user, password)
}

// judged keeps the server's word on the password. Only one that it accepted lately, and has not refused since, may stand
// for it at a sign-in while it is silent (design.md, section 6).
func (f *Fleet) judged(ctx context.Context, o order, err error) error {
	refused := Refusal(err)
	if err != nil && !refused {
		return nil
	}
	enrolment, err := f.Registry.SignIn(ctx, o.mailbox)
	if errors.Is(err, registry.ErrNotFound) || err == nil && enrolment.Person != o.person {
		return nil // nobody signs in with it, or somebody else does
	}
	if err != nil {
		return err
	}
	if refused {
		return f.Registry.PasswordRefused(ctx, enrolment.ID)
	}
	return f.Registry.PasswordAccepted(ctx, enrolment.ID, true, f.Now())
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
// What came over an unprotected connection is nobody's word (pop3.md A2).
func serverWords(err error) string {
	var said *pop3client.ServerError
	if errors.As(err, &said) && !said.Plain {
		return said.Text
	}
	return ""
}
