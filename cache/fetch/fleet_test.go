package fetch

import (
	"testing"
	"time"

	"restante/cache"
)

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

func TestHowLongAnAccountWaitsForItsNextLook(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		site, every, want time.Duration
	}{
		"as it comes":                {0, 0, DefaultInterval},
		"as the site does":           {20 * time.Minute, 0, 20 * time.Minute},
		"as its person wants":        {20 * time.Minute, time.Hour, time.Hour},
		"until its person asks":      {20 * time.Minute, cache.OnRequest, long},
		"until its person asks once": {0, cache.OnRequest, long},
	} {
		f := &Fleet{Interval: test.site, Now: func() time.Time { return now }}
		a := &account{drop: &maildrop{}}
		look := f.settle(a, outcome{every: test.every}, NoFault, nil, false)
		if wait := a.next.Sub(now); wait < test.want/10*9 || wait > test.want/10*11 || !look.Next.Equal(a.next) {
			t.Errorf("%s: after %v, and %v is kept, want about %v", name, wait, look.Next.Sub(now), test.want)
		}
	}
}
