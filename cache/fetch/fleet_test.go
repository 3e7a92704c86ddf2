package fetch

import "testing"

// A run finds nobody signed in, and at that moment somebody signs in: the key must not be forgotten, nor the session dropped.
func TestNobodyIsAbandonedWhoIsJustSigningIn(t *testing.T) {
	for name, test := range map[string]struct {
		session  *Session // not taken yet
		accepted bool     // taken by a run
		held     bool
	}{"nobody": {}, "just signing in": {session: &Session{}, held: true}, "being collected": {accepted: true, held: true}} {
		t.Run(name, func(t *testing.T) {
			f := &Fleet{}
			f.init()
			f.people["ana"] = &person{accounts: map[int64]*account{1: {id: 1, drop: &maildrop{accepted: test.accepted}, session: test.session}}}
			f.abandon("ana")
			if _, held := f.Key("ana"); held != test.held {
				t.Errorf("held is %v, want %v", held, test.held)
			}
		})
	}
}
