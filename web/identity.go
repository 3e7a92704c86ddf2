package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"unicode"

	"github.com/labstack/echo/v4"

	"restante/cache/registry"
	"restante/cache/vault"
	"restante/web/front"
	"restante/web/session"
)

// identity is a person as somebody else vouches for them: a trusted proxy, or an OpenID provider. It opens their file, and
// mail accounts hang beneath it. What the voucher knows them by never changes; what they are called may.
type identity struct {
	by      string // who vouches
	subject string // whom they know by this
	name    string // what the person is called
}

// byHeader is who vouches for the people of a trusted proxy.
const byHeader = "header"

func (i identity) mailbox() registry.Mailbox { return registry.Mailbox{Server: i.by, User: i.subject} }

// clean reports whether an identity can be kept and shown.
func (i identity) clean() bool {
	for _, text := range []string{i.subject, i.name} {
		if text == "" || len(text) > maxUser || strings.ContainsFunc(text, unicode.IsControl) {
			return false
		}
	}
	return true
}

// errNoIdentity means that somebody vouched for a person with words that are no name.
var errNoIdentity = errors.New("a name that cannot be kept")

// vouched brings an identity's person and key, and makes them where they are new. The key is wrapped by the instance's: no
// password of theirs is known here.
func (s site) vouched(ctx context.Context, id identity) (admission, error) {
	if !id.clean() {
		return admission{}, errNoIdentity
	}
	if !s.Allow.Includes(id.name) {
		return admission{}, errNotAllowed
	}
	s.admitting.Lock()
	defer s.admitting.Unlock()
	enrolment, err := s.People.SignIn(ctx, id.mailbox())
	if errors.Is(err, registry.ErrNotFound) {
		enrolment, err = s.enrolIdentity(ctx, id)
	}
	if err != nil {
		return admission{}, err
	}
	if enrolment.Shown != id.name {
		if err := s.People.Rename(ctx, enrolment.ID, id.name); err != nil {
			return admission{}, err
		}
		enrolment.Shown = id.name
	}
	blob, err := s.People.InstanceWrap(ctx, enrolment.Person)
	if err != nil {
		return admission{}, err
	}
	key, err := vault.UnwrapWithKey(blob, s.InstanceKey, instanceAD(enrolment.Person)...)
	return admission{enrolment: enrolment, key: key}, err
}

// enrolIdentity makes a person of an identity that is new here. The wrap of the key comes first: without it nobody could
// ever come back to what is kept.
func (s site) enrolIdentity(ctx context.Context, id identity) (registry.Enrolment, error) {
	person, err := s.People.AddPerson(ctx, s.Now())
	if err != nil {
		return registry.Enrolment{}, err
	}
	blob, err := vault.WrapWithKey(vault.NewKey(), s.InstanceKey, instanceAD(person)...)
	if err == nil {
		err = s.People.PutInstanceWrap(ctx, person, blob, s.Now())
	}
	if err != nil {
		return registry.Enrolment{}, err
	}
	_, done, err := s.Boxes.Get(ctx, string(person))
	if err != nil {
		return registry.Enrolment{}, err
	}
	done()
	return s.People.Enrol(ctx, registry.Enrolment{Mailbox: id.mailbox(), Person: person, SignsIn: true, Shown: id.name, Made: s.Now()})
}

// welcome begins the session of an identity.
func (s site) welcome(c echo.Context, id identity) error {
	in, err := s.vouched(c.Request().Context(), id)
	if err != nil {
		return err
	}
	cookie, err := s.begin(c, in, session.Private)
	if err != nil {
		return err
	}
	if err := s.leave(c); err != nil { // after the new one has begun
		return err
	}
	c.SetCookie(cookie)
	return nil
}

// named is the identity that a trusted proxy names in a request; ok is false where it names none.
func (s site) named(r *http.Request) (id identity, ok bool) {
	if s.AuthHeader == "" || !front.From(r.Context()).Proxy {
		return identity{}, false
	}
	values := r.Header.Values(s.AuthHeader)
	if len(values) != 1 { // of two names nobody knows whose is meant
		return identity{}, false
	}
	name := strings.TrimSpace(values[0])
	return identity{by: byHeader, subject: strings.ToLower(name), name: name}, name != ""
}

// agrees reports whether a session is that of whom the proxy names. One that began by the proxy's word is over when it
// names nobody, or somebody else: who signs out there is signed out here.
func (s site) agrees(r *http.Request, opened session.Session) bool {
	id, ok := s.named(r)
	if opened.Mailbox.Server == byHeader {
		return ok && opened.Mailbox.User == id.subject
	}
	return !ok
}

// enterByName lets somebody in whom a trusted proxy names, and leads them to where they wanted to go; done is false where it
// names nobody.
func (s site) enterByName(c echo.Context) (done bool, err error) {
	id, ok := s.named(c.Request())
	if !ok {
		return false, nil
	}
	if err := s.welcome(c, id); err != nil {
		return true, err
	}
	next := "/inbox"
	if r := c.Request(); r.Method == http.MethodGet && r.URL.Path != "/login" {
		next = local(r.URL.RequestURI(), next)
	}
	return true, c.Redirect(http.StatusSeeOther, next)
}
