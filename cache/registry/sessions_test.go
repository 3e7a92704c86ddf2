package registry_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"restante/cache/registry"
)

// session makes a private session that ends after an hour without activity,
// and after three in any case.
func session(b registry.Enrolment, n byte) registry.Session {
	return registry.Session{
		ID: registry.SessionID{n}, Enrolment: b, Kind: "private", Made: noon, Seen: noon,
		Idle: noon.Add(time.Hour), Absolute: noon.Add(3 * time.Hour), Wrap: []byte{n, 0}, Agent: "Firefox",
	}
}

func addSession(t *testing.T, r *registry.Registry, s registry.Session) registry.Session {
	t.Helper()
	if err := r.AddSession(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	r := fresh(t)
	anna, ben := addBox(t, r, addPerson(t, r), "anna"), addBox(t, r, addPerson(t, r), "ben")
	first, second, kiosk, bens := session(anna, 1), session(anna, 2), session(anna, 3), session(ben, 4)
	second.Kind, second.Seen = "shared", noon.Add(time.Minute)
	kiosk.Kind, kiosk.Idle = "kiosk", noon.Add(5*time.Minute)
	for _, s := range []registry.Session{first, second, kiosk, bens} {
		addSession(t, r, s)
	}

	got, err := r.Sessions(t.Context(), anna.Person, noon)
	equal(t, "anna's sessions", got, err, []registry.Session{second, first, kiosk})
	got, err = r.Sessions(t.Context(), anna.Person, noon.Add(5*time.Minute))
	equal(t, "when the kiosk's time is over", got, err, []registry.Session{second, first})

	if err := r.EndSession(t.Context(), ben.Person, first.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Session(t.Context(), first.ID); err != nil {
		t.Errorf("ben ended anna's session: %v", err)
	}
	ended, err := r.EndOtherSessions(t.Context(), anna.Person, first.ID)
	if err != nil || len(ended) != 2 {
		t.Errorf("ended %v, %v, want two sessions", ended, err)
	}
	got, err = r.Sessions(t.Context(), anna.Person, noon)
	equal(t, "after the others were ended", got, err, []registry.Session{first})
	got, err = r.Sessions(t.Context(), ben.Person, noon)
	equal(t, "ben's", got, err, []registry.Session{bens})

	for range 2 {
		if err := r.EndSession(t.Context(), anna.Person, first.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Session(t.Context(), first.ID); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("an ended session: %v, want ErrNotFound", err)
	}
	ended, err = r.EndOtherSessions(t.Context(), ben.Person, registry.SessionID{})
	equal(t, "ending all", ended, err, []registry.SessionID{bens.ID})
}

func TestActivityMovesTheIdleEndOnly(t *testing.T) {
	r := fresh(t)
	s := addSession(t, r, session(addBox(t, r, addPerson(t, r), "anna"), 1))
	at := noon.Add(30 * time.Minute)
	if err := r.TouchSession(t.Context(), s.ID, at.Add(time.Hour), at); err != nil {
		t.Fatal(err)
	}
	s.Seen, s.Idle = at, at.Add(time.Hour)
	got, err := r.Session(t.Context(), s.ID)
	equal(t, "after activity", got, err, s)

	// Two requests may arrive here in the other order.
	if err := r.TouchSession(t.Context(), s.ID, noon.Add(70*time.Minute), noon.Add(10*time.Minute)); err != nil {
		t.Fatal(err)
	}
	got, err = r.Session(t.Context(), s.ID)
	equal(t, "after earlier activity", got, err, s)
}

func TestActivityDoesNotReviveASession(t *testing.T) {
	for name, end := range map[string]time.Duration{"idle": time.Hour, "absolute": 3 * time.Hour} {
		r := fresh(t)
		s := session(addBox(t, r, addPerson(t, r), "anna"), 1)
		if name == "absolute" {
			s.Idle = noon.Add(10 * time.Hour)
		}
		addSession(t, r, s)
		late := noon.Add(end)
		if err := r.TouchSession(t.Context(), s.ID, late.Add(time.Hour), late); !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("%s: touched after its end: %v, want ErrNotFound", name, err)
		}
		if err := r.TouchSession(t.Context(), s.ID, late.Add(time.Hour), late.Add(-time.Second)); err != nil {
			t.Errorf("%s: touched just before its end: %v", name, err)
		}
	}
}

func TestSessionsExpireByEitherLimit(t *testing.T) {
	r := fresh(t)
	enrolment := addBox(t, r, addPerson(t, r), "anna")
	idle, absolute, lasting := session(enrolment, 1), session(enrolment, 2), session(enrolment, 3)
	absolute.Idle, absolute.Absolute = noon.Add(9*time.Hour), noon.Add(time.Hour)
	lasting.Idle = noon.Add(2 * time.Hour)
	for _, s := range []registry.Session{idle, absolute, lasting} {
		addSession(t, r, s)
		if want := map[byte]time.Duration{1: time.Hour, 2: time.Hour, 3: 2 * time.Hour}[s.ID[0]]; !s.End().Equal(noon.Add(want)) {
			t.Errorf("session %d ends at %v", s.ID[0], s.End())
		}
	}
	ended, err := r.ExpireSessions(t.Context(), noon.Add(time.Hour-time.Second))
	equal(t, "a second before the limit", len(ended), err, 0)
	ended, err = r.ExpireSessions(t.Context(), noon.Add(time.Hour))
	if err != nil || len(ended) != 2 {
		t.Errorf("at the limit %v ended, %v, want two", ended, err)
	}
	if _, err := r.Session(t.Context(), lasting.ID); err != nil {
		t.Errorf("a session whose time is not over: %v", err)
	}
}

func TestASessionNeedsAMailboxAKindAndItsOwnToken(t *testing.T) {
	r := fresh(t)
	enrolment := addBox(t, r, addPerson(t, r), "anna")
	addSession(t, r, session(enrolment, 1))
	if err := r.AddSession(t.Context(), session(enrolment, 1)); !errors.Is(err, registry.ErrTaken) {
		t.Errorf("the same token twice: %v, want ErrTaken", err)
	}
	if err := r.AddSession(t.Context(), session(registry.Enrolment{ID: enrolment.ID + 1}, 2)); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("no mailbox: %v, want ErrNotFound", err)
	}
	strange := session(enrolment, 3)
	strange.Kind = "eternal"
	if err := r.AddSession(t.Context(), strange); err == nil {
		t.Error("an unknown kind of session was stored")
	}
}

func TestASessionIDComesBackFromItsText(t *testing.T) {
	id := registry.SessionID{0, 1, 0xab}
	got, err := registry.ParseSessionID(id.String())
	equal(t, "id", got, err, id)
	for _, s := range []string{"", "00", strings.ToUpper(id.String()), id.String() + "00", strings.Repeat("g", 64), " " + id.String()} {
		if _, err := registry.ParseSessionID(s); !errors.Is(err, registry.ErrNotFound) {
			t.Errorf("ParseSessionID(%q): %v, want ErrNotFound", s, err)
		}
	}
}
