package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"restante/cache/registry"
	"restante/cache/vault"
	"restante/views"
)

// absentPath is where a person chooses whether their mail is collected while they are signed out.
const absentPath = "/settings/absent"

// A person's key is opened by their password, and by the sessions that they have. Who wants their mail collected without
// either leaves it with the instance, wrapped by a key that does not lie in the data folder (design.md 6).

// instanceAD binds that wrap to whom it is for.
func instanceAD(person registry.PersonID) []string { return []string{"instance wrap", string(person)} }

// collectsAbsent reports whether a person's mail is collected while they are signed out.
func (s site) collectsAbsent(ctx context.Context, person registry.PersonID) (bool, error) {
	if s.InstanceKey.IsZero() {
		return false, nil
	}
	_, err := s.People.InstanceWrap(ctx, person)
	if errors.Is(err, registry.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// HoldAbsent lets mail be collected of those who chose that it is while they are signed out. It is to be called once, beside
// the site: it opens the file of each of them. A file that cannot be opened is one person's trouble, and is logged. A wrap
// that this instance's key does not open is left alone: the right key may come back.
func (s *Server) HoldAbsent(ctx context.Context) error {
	if s.InstanceKey.IsZero() {
		return nil
	}
	wraps, err := s.People.InstanceWraps(ctx)
	if err != nil {
		return err
	}
	closed := 0
	for person, blob := range wraps {
		if ctx.Err() != nil {
			return nil // the site ends
		}
		key, err := vault.UnwrapWithKey(blob, s.InstanceKey, instanceAD(person)...)
		if err != nil {
			closed++
			continue
		}
		if err := s.Fleet.Hold(ctx, person, key); err != nil && ctx.Err() == nil {
			s.Log.ErrorContext(ctx, "beginning to collect for somebody who is signed out", "error", err)
		}
	}
	if closed > 0 {
		s.Log.WarnContext(ctx, "the key file opens nothing for some people: is it another one than before?", "people", closed)
	}
	return nil
}

// choosesAbsent reports whether a person may choose so: not on a computer that others use, and not who has no other way in.
func (s site) choosesAbsent(v *visit) bool {
	return !s.InstanceKey.IsZero() && !v.opaque() && v.Account != 0
}

// absent is what the page about what is kept says of collecting while signed out; nil where it is not offered.
func (s site) absent(v *visit, on bool) *views.Absent {
	if !s.choosesAbsent(v) {
		return nil
	}
	return &views.Absent{On: on, Action: absentPath}
}

// chooseAbsent carries that choice out.
func (s site) chooseAbsent(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	switch on := form.Get("on") != ""; {
	case !s.choosesAbsent(v):
		return echo.ErrNotFound
	case on:
		var blob []byte
		if blob, err = vault.WrapWithKey(v.Key, s.InstanceKey, instanceAD(v.Person)...); err == nil {
			err = s.People.PutInstanceWrap(v.ctx(), v.Person, blob, s.Now())
		}
	default:
		err = s.People.RemoveInstanceWrap(v.ctx(), v.Person)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(storedPath, "did", didSaved))
}
