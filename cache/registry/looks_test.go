package registry_test

import (
	"errors"
	"testing"
	"time"

	"restante/cache/registry"
)

func TestLooksComeInTheOrderInWhichTheyAreDue(t *testing.T) {
	r := fresh(t)
	const server = "pop3s://mail.example.org"
	at := func(m int) time.Time { return noon.Add(time.Duration(m) * time.Minute) }
	paused := registry.Look{Mailbox: registry.Mailbox{Server: server, User: "anna"}, Next: at(1), NotBefore: at(9), Reason: "login-delay", Error: "login-delay"}
	soon := registry.Look{Mailbox: registry.Mailbox{Server: server, User: "Anna"}, Next: at(2)}
	later := registry.Look{Mailbox: registry.Mailbox{Server: server, User: "\xff"}, Next: at(5), NotBefore: at(3)}
	for _, l := range []registry.Look{later, paused, soon} {
		if err := r.PutLook(t.Context(), l); err != nil {
			t.Fatal(err)
		}
	}
	got, err := r.NextLooks(t.Context(), 10)
	equal(t, "all", got, err, []registry.Look{soon, later, paused})
	got, err = r.NextLooks(t.Context(), 2)
	equal(t, "two", got, err, []registry.Look{soon, later})
	for i, want := range []time.Time{at(2), at(5), at(9)} {
		if got := []registry.Look{soon, later, paused}[i].Due(); !got.Equal(want) {
			t.Errorf("look %d is due at %v, want %v", i, got, want)
		}
	}

	paused.Next, paused.NotBefore, paused.Reason, paused.Error = noon, time.Time{}, "", ""
	if err := r.PutLook(t.Context(), paused); err != nil {
		t.Fatal(err)
	}
	one, err := r.Look(t.Context(), paused.Mailbox)
	equal(t, "the look in its place", one, err, paused)
	got, err = r.NextLooks(t.Context(), 1)
	equal(t, "after the pause was lifted", got, err, []registry.Look{paused})

	for range 2 {
		if err := r.RemoveLook(t.Context(), paused.Mailbox); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Look(t.Context(), paused.Mailbox); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("a removed look: %v, want ErrNotFound", err)
	}
}
