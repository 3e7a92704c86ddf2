package fetch

import (
	"testing"

	"restante/cache/registry"
)

// A sign-in hands over its session before it has noted itself. A run that finds nobody signed in at that moment must
// not forget the key and drop the session.
func TestNobodyIsAbandonedWhoIsJustSigningIn(t *testing.T) {
	for name, test := range map[string]struct {
		session *Session
		held    bool
	}{"nobody": {nil, false}, "just signing in": {&Session{}, true}} {
		t.Run(name, func(t *testing.T) {
			f := &Fleet{}
			f.init()
			f.people["ana"] = &person{accounts: map[int64]*account{1: {id: 1, drop: f.maildrop(registry.Mailbox{}), session: test.session}}}
			f.abandon("ana")
			if _, held := f.Key("ana"); held != test.held {
				t.Errorf("held is %v, want %v", held, test.held)
			}
		})
	}
}
