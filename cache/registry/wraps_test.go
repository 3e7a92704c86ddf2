package registry_test

import (
	"errors"
	"testing"
	"time"

	"restante/cache/registry"
)

func TestThereIsOneWrapForEachPassword(t *testing.T) {
	r := fresh(t)
	enrolment := addBox(t, r, addPerson(t, r), "anna")
	if _, err := r.PasswordWrap(t.Context(), enrolment.ID, noon); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("before any: %v, want ErrNotFound", err)
	}
	for _, w := range []registry.PasswordWrap{
		{Enrolment: enrolment.ID, Blob: []byte("first"), Verifies: true, Made: noon, Accepted: noon},
		{Enrolment: enrolment.ID, Blob: []byte("\x00second\xff"), Made: noon.Add(time.Hour), Accepted: noon.Add(time.Minute)},
	} {
		if err := r.PutPasswordWrap(t.Context(), w); err != nil {
			t.Fatal(err)
		}
		got, err := r.PasswordWrap(t.Context(), enrolment.ID, noon)
		equal(t, "wrap", got, err, w)
	}
	if err := r.PutPasswordWrap(t.Context(), registry.PasswordWrap{Enrolment: enrolment.ID + 1, Blob: []byte("x")}); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("a wrap of no mailbox: %v, want ErrNotFound", err)
	}
}

func TestWhenAWrapMayStandForTheServer(t *testing.T) {
	const day = 24 * time.Hour
	accepted := func(verifies bool, at time.Duration) func(*registry.Registry, int64) error {
		return func(r *registry.Registry, enrolment int64) error {
			return r.PasswordAccepted(t.Context(), enrolment, verifies, noon.Add(at))
		}
	}
	refused := func(r *registry.Registry, enrolment int64) error { return r.PasswordRefused(t.Context(), enrolment) }
	type steps []func(*registry.Registry, int64) error
	for _, c := range []struct {
		name  string
		made  bool // Verifies when it is made
		steps steps
		after time.Duration
		want  bool
	}{
		{"just made", true, nil, 0, true},
		{"made by a session that leaves none", false, nil, 0, false},
		{"nearly 30 days without acceptance", true, nil, 30*day - time.Second, true},
		{"30 days without acceptance", true, nil, 30 * day, false},
		{"accepted meanwhile", true, steps{accepted(true, 20*day)}, 40 * day, true},
		{"accepted in a session that leaves none", false, steps{accepted(false, 0)}, 0, false},
		{"accepted there, after a private one", true, steps{accepted(false, 20*day)}, 40 * day, true},
		{"refused", true, steps{refused}, 0, false},
		{"refused, then accepted", true, steps{refused, accepted(true, day)}, day, true},
		{"accepted, then refused", true, steps{accepted(true, day), refused}, day, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fresh(t)
			enrolment := addBox(t, r, addPerson(t, r), "anna")
			other := addBox(t, r, addPerson(t, r), "ben")
			for id, verifies := range map[int64]bool{enrolment.ID: c.made, other.ID: true} {
				if err := r.PutPasswordWrap(t.Context(), registry.PasswordWrap{Enrolment: id, Blob: []byte("blob"), Verifies: verifies, Made: noon, Accepted: noon}); err != nil {
					t.Fatal(err)
				}
			}
			for _, step := range c.steps {
				if err := step(r, enrolment.ID); err != nil {
					t.Fatal(err)
				}
			}
			got, err := r.PasswordWrap(t.Context(), enrolment.ID, noon.Add(c.after))
			if err != nil || got.Verifies != c.want || string(got.Blob) != "blob" {
				t.Errorf("verifies: %v, %v, want %v; the blob is %q", got.Verifies, err, c.want, got.Blob)
			}
			if got, err := r.PasswordWrap(t.Context(), other.ID, noon); err != nil || !got.Verifies || !got.Accepted.Equal(noon) {
				t.Errorf("another mailbox's wrap: %+v, %v", got, err)
			}
		})
	}
}

func TestAPersonHasOneWrapForTheInstance(t *testing.T) {
	r := fresh(t)
	anna, ben := addPerson(t, r), addPerson(t, r)
	for _, blob := range []string{"first", "second"} {
		if err := r.PutInstanceWrap(t.Context(), anna, []byte(blob), noon); err != nil {
			t.Fatal(err)
		}
		got, err := r.InstanceWrap(t.Context(), anna)
		equal(t, "wrap", string(got), err, blob)
	}
	if _, err := r.InstanceWrap(t.Context(), ben); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("another person's: %v, want ErrNotFound", err)
	}
	if err := r.PutInstanceWrap(t.Context(), "nobody", []byte("x"), noon); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("nobody's: %v, want ErrNotFound", err)
	}
	for range 2 {
		if err := r.RemoveInstanceWrap(t.Context(), anna); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.InstanceWrap(t.Context(), anna); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("after its removal: %v, want ErrNotFound", err)
	}
}
