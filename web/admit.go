package web

import (
	"context"
	"errors"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
	"restante/web/session"
)

// admission is who was let in.
type admission struct {
	enrolment registry.Enrolment
	key       vault.Key
	session   *fetch.Session // with the mail server, which has just accepted them; nil: it gave no word
}

// admit decides whether credentials let somebody in, and brings their key.
//
// The server's word decides. Where it gives none (see silent), the password may stand for it that the server accepted
// before: it counts if it opens the person's wrap. While the mailbox is being collected the server has just given its
// word on that very password.
//
// Whoever is not let in has had one password hashed, so that the time tells nobody who is known here.
func (s site) admit(ctx context.Context, creds credentials) (admission, error) {
	if !s.Allow.Includes(creds.user) {
		return admission{}, errNotAllowed
	}
	enrolment, err := s.People.SignIn(ctx, creds.mailbox())
	known := err == nil
	if err != nil && !errors.Is(err, registry.ErrNotFound) {
		return admission{}, err
	}
	hashed := known && s.Fleet.Collecting(enrolment.Mailbox)
	if hashed {
		if in, err := s.remembered(ctx, enrolment, creds); err == nil {
			return in, nil
		}
	}
	opened, err := s.ask(ctx, creds)
	switch {
	case err == nil:
		return s.accepted(ctx, enrolment, known, creds, opened)
	case hashed && (silent(err) || fetch.Refusal(err)):
		return admission{}, guessedError{err}
	case !known && (silent(err) || fetch.Refusal(err)):
		return admission{}, errors.Join(err, s.Hasher.Spend(ctx, creds.password))
	case !known:
		return admission{}, err
	case fetch.Refusal(err):
		return admission{}, errors.Join(err, s.refused(ctx, enrolment, creds))
	case !silent(err):
		return admission{}, err
	}
	in, opening := s.remembered(ctx, enrolment, creds)
	if opening != nil {
		return admission{}, guessedError{err} // what is wrong with the server is what the person can act on
	}
	return in, nil
}

// ask asks the server, for as long as a person waits.
func (s site) ask(ctx context.Context, creds credentials) (*fetch.Session, error) {
	ctx, cancel := context.WithTimeout(ctx, s.times().signIn)
	defer cancel()
	return s.Fleet.SignIn(ctx, creds.server, creds.user, creds.password)
}

// silent reports whether a server that did not let in has given no word on anything (design.md 6): there was no answer,
// or none yet. One that offers no way to sign in has said so.
func silent(err error) bool {
	switch fetch.Classify(err) {
	case fetch.Unreachable, fetch.Temporary, fetch.InUse, fetch.LoginDelay, fetch.BadTLS:
		return true
	case fetch.Protocol:
		return !fetch.Refusal(err) && !errors.Is(err, pop3client.ErrNoMechanism)
	}
	return false
}

// remembered lets in by the password that the server accepted before.
func (s site) remembered(ctx context.Context, enrolment registry.Enrolment, creds credentials) (admission, error) {
	wrap, err := s.People.PasswordWrap(ctx, enrolment.ID, s.Now())
	if err != nil {
		return admission{}, err
	}
	if !wrap.Verifies {
		return admission{}, errors.Join(vault.ErrWrongKey, s.Hasher.Spend(ctx, creds.password))
	}
	key, err := s.unwrap(ctx, enrolment, wrap, creds.password)
	if err != nil {
		return admission{}, err
	}
	return admission{enrolment: enrolment, key: key}, nil
}

// refused notes that the server does not accept a password which opens the wrap: it stands for the server no longer.
func (s site) refused(ctx context.Context, enrolment registry.Enrolment, creds credentials) error {
	wrap, err := s.People.PasswordWrap(ctx, enrolment.ID, s.Now())
	if errors.Is(err, registry.ErrNotFound) || err == nil && !wrap.Verifies {
		return s.Hasher.Spend(ctx, creds.password)
	}
	if err != nil {
		return err
	}
	if _, err := s.unwrap(ctx, enrolment, wrap, creds.password); err != nil {
		return nil // another password: somebody's slip of the hand says nothing of this one
	}
	return s.People.PasswordRefused(ctx, enrolment.ID)
}

// accepted lets in whom the server accepts. Once their session has begun, or cannot begin, arrived is due.
func (s site) accepted(ctx context.Context, enrolment registry.Enrolment, known bool, creds credentials, opened *fetch.Session) (admission, error) {
	// One at a time: two browsers that sign in to a new mailbox at once are one person.
	s.admitting.Lock()
	defer s.admitting.Unlock()
	in, err := s.enter(ctx, enrolment, known, creds)
	if err != nil {
		opened.Close()
		return admission{}, err
	}
	in.session = opened
	if s.arriving == nil {
		s.arriving = map[registry.PersonID]int{}
	}
	s.arriving[in.enrolment.Person]++
	return in, nil
}

// enter finds the person of accepted credentials, or makes them one, and keeps the password under their key.
func (s site) enter(ctx context.Context, enrolment registry.Enrolment, known bool, creds credentials) (admission, error) {
	if !known {
		var err error
		if enrolment, err = s.enrol(ctx, creds.mailbox()); err != nil {
			return admission{}, err
		}
	}
	key, err := s.keyFor(ctx, enrolment, creds.password, creds.kind == session.Private)
	if err != nil {
		return admission{}, err
	}
	mail, done, err := s.Boxes.Get(ctx, string(enrolment.Person))
	if err != nil {
		return admission{}, err
	}
	defer done()
	sealed, err := fetch.SealPassword(key, enrolment.Person, enrolment.Account, creds.password)
	if err != nil {
		return admission{}, err
	}
	return admission{enrolment: enrolment, key: key}, mail.SetPassword(ctx, enrolment.Account, sealed)
}

// headersOnly is a limit of size, in bytes, that every message exceeds.
const headersOnly = 1

// enrol makes a person of a mailbox that is new here. Being stopped half-way leaves at worst a folder that nobody owns.
func (s site) enrol(ctx context.Context, m registry.Mailbox) (registry.Enrolment, error) {
	if enrolment, err := s.People.SignIn(ctx, m); err == nil || !errors.Is(err, registry.ErrNotFound) {
		return enrolment, err // another browser was faster
	}
	person, err := s.People.AddPerson(ctx, s.Now())
	if err != nil {
		return registry.Enrolment{}, err
	}
	mail, done, err := s.Boxes.Get(ctx, string(person))
	if err != nil {
		return registry.Enrolment{}, err
	}
	defer done()
	account, err := mail.AddAccount(ctx, m.Server, m.User)
	if err == nil && s.Kiosk != nil {
		err = mail.SetIntake(ctx, account.ID, cache.Everything, headersOnly)
	}
	if err != nil {
		return registry.Enrolment{}, err
	}
	return s.People.Enrol(ctx, registry.Enrolment{Mailbox: m, Person: person, Account: account.ID, SignsIn: true, Made: s.Now()})
}

// keyFor brings the key of a person whose password the server has just accepted. A password that opens no wrap is new: a
// key that the fleet holds for a live session is wrapped anew with it. Where there is none the person gets another key,
// which loses nothing: the one thing that this account has under the key is the password, and that has just been given.
// Only with verifies may the password stand for the server from now on.
func (s site) keyFor(ctx context.Context, enrolment registry.Enrolment, password vault.Password, verifies bool) (vault.Key, error) {
	now := s.Now()
	wrap, err := s.People.PasswordWrap(ctx, enrolment.ID, now)
	if err == nil {
		key, err := s.unwrap(ctx, enrolment, wrap, password)
		if err == nil {
			return key, s.People.PasswordAccepted(ctx, enrolment.ID, verifies, now)
		}
		if !errors.Is(err, vault.ErrWrongKey) {
			return vault.Key{}, err
		}
	} else if !errors.Is(err, registry.ErrNotFound) {
		return vault.Key{}, err
	}
	key, held := s.Fleet.Key(enrolment.Person)
	if !held {
		key = vault.NewKey()
		// What the sessions of before can open, and the instance, is no longer the key.
		if err := s.People.RemoveInstanceWrap(ctx, enrolment.Person); err != nil {
			return vault.Key{}, err
		}
		if _, err := s.People.EndOtherSessions(ctx, enrolment.Person, registry.SessionID{}); err != nil {
			return vault.Key{}, err
		}
	}
	blob, err := s.Hasher.WrapWithPassword(ctx, key, password, wrapAD(enrolment)...)
	if err != nil {
		return vault.Key{}, err
	}
	return key, s.People.PutPasswordWrap(ctx, registry.PasswordWrap{Enrolment: enrolment.ID, Blob: blob, Verifies: verifies, Made: now, Accepted: now})
}

func (s site) unwrap(ctx context.Context, enrolment registry.Enrolment, wrap registry.PasswordWrap, password vault.Password) (vault.Key, error) {
	return s.Hasher.UnwrapWithPassword(ctx, wrap.Blob, password, wrapAD(enrolment)...)
}

// wrapAD binds a wrap to whom it is for.
func wrapAD(enrolment registry.Enrolment) []string {
	return []string{"password wrap", string(enrolment.Person), enrolment.Mailbox.Server, enrolment.Mailbox.User}
}
