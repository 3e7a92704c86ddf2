package registry_test

import (
	"testing"
	"time"

	"restante/cache/registry"
)

func TestWhoTriesTooOftenHasToWaitLongerAndLonger(t *testing.T) {
	dir := t.TempDir()
	r := open(t, dir)
	pair := registry.Limit{Name: []string{"pair", "203.0.113.9", "ana"}, Free: 3, Memory: 24 * time.Hour}
	address := registry.Limit{Name: []string{"address", "203.0.113.9"}, Free: 100, Memory: time.Hour}
	now := noon
	try := func(want time.Duration) {
		t.Helper()
		if wait, err := r.Try(t.Context(), now, pair, address); err != nil || wait != want {
			t.Errorf("wait is %v, %v, want %v", wait, err, want)
		}
	}
	for range 3 {
		try(0)
	}
	for _, wait := range []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute} {
		try(wait)
		try(wait) // asking makes it no longer
		now = now.Add(wait - time.Second)
		try(time.Second)
		now = now.Add(time.Second)
		try(0)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	r = open(t, dir) // a restart makes nobody free
	try(8 * time.Minute)
	if err := r.Untry(t.Context(), pair, address); err != nil {
		t.Fatal(err)
	}
	try(4 * time.Minute)
	if err := r.Forgive(t.Context(), pair); err != nil {
		t.Fatal(err)
	}
	try(0)
	now = now.Add(25 * time.Hour)
	for range 3 {
		try(0)
	}
	try(30 * time.Second)
	now = now.Add(365 * 24 * time.Hour)
	if err := r.ForgetTries(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	try(0)
}

func TestNobodyWaitsForEver(t *testing.T) {
	r := fresh(t)
	l := registry.Limit{Name: []string{"x"}, Memory: 1000 * time.Hour}
	now := noon
	for range 50 {
		wait, err := r.Try(t.Context(), now, l)
		if err != nil || wait > time.Hour {
			t.Fatalf("wait is %v, %v", wait, err)
		}
		now = now.Add(wait)
	}
}

func TestWhereSomebodySignedInIsTrustedForAWhile(t *testing.T) {
	r := fresh(t)
	known := registry.Limit{Name: []string{"known", "203.0.113.9", "ana"}, Memory: time.Hour}
	for _, c := range []struct {
		trust bool
		at    time.Duration
		want  bool
	}{{false, 0, false}, {true, 0, true}, {false, 59 * time.Minute, true}, {false, time.Hour, false}, {true, 2 * time.Hour, true}} {
		if c.trust {
			if err := r.Trust(t.Context(), noon.Add(c.at), known); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := r.Trusted(t.Context(), noon.Add(c.at), known); err != nil || got != c.want {
			t.Errorf("after %v: %v, %v, want %v", c.at, got, err, c.want)
		}
	}
}
