package registry_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"restante/cache/registry"
)

func TestWhatIsThereIsCounted(t *testing.T) {
	r, err := registry.OpenInMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	for i, user := range []string{"ana", "bo"} {
		person, err := r.AddPerson(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		m := registry.Mailbox{Server: "pop3s://mail.example.org", User: user}
		e, err := r.Enrol(t.Context(), registry.Enrolment{Mailbox: m, Person: person, Account: 1, SignsIn: true, Made: now})
		if err != nil {
			t.Fatal(err)
		}
		for j, ends := range []time.Time{now.Add(time.Minute), now} {
			s := registry.Session{ID: registry.SessionID{byte(i), byte(j)}, Enrolment: e, Kind: "shared", Made: now, Seen: now, Idle: ends, Absolute: now.Add(time.Hour), Wrap: []byte("x")}
			if err := r.AddSession(t.Context(), s); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.PutLook(t.Context(), registry.Look{Mailbox: m, Next: now, Error: []string{"", "refused"}[i]}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := r.Counts(t.Context(), now)
	want := registry.Counts{People: 2, Mailboxes: 2, Sessions: map[string]int{"shared": 2}, Troubles: []registry.Trouble{{Server: "pop3s://mail.example.org", Class: "refused", Mailboxes: 1, Next: now}}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
}
