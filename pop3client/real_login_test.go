package pop3client_test

import (
	"errors"
	"testing"

	"restante/pop3client"
	"restante/pop3client/live"
)

func TestEveryMechanismOfDovecotSignsInAndRefusesAWrongPassword(t *testing.T) {
	t.Parallel()
	s := live.Need(t, live.Dovecot)
	for _, name := range []string{"", "USER", "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "APOP"} {
		for _, initial := range []bool{false, true} {
			o := pop3client.Options{InitialResponse: initial}
			want := "SCRAM-SHA-256" // of those that Dovecot has, the best
			if name != "" {
				o.Mechanisms, want = []string{name}, name
			}
			if c := signInReal(t, s, "pop3s", o); c.Mechanism() != want {
				t.Errorf("%q: signed in by %q, want %q", name, c.Mechanism(), want)
			} else if err := c.Quit(t.Context()); err != nil {
				t.Errorf("%q: %v", name, err)
			}
			c := connectReal(t, s, "pop3s", o)
			if err := c.Login(t.Context(), s.User, "wrong"); !errors.Is(err, pop3client.ErrAuth) {
				t.Errorf("%q: a wrong password: %v, want ErrAuth", name, err)
			}
			if err := c.Login(t.Context(), s.User, s.Password); err != nil {
				t.Errorf("%q: the right one after it, in the same session: %v", name, err)
			} else if err := c.Quit(t.Context()); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
}
