package registry_test

import (
	"errors"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"restante/cache/registry"
)

// equal fails unless a call returned what is wanted and no error.
func equal(t *testing.T, what string, got any, err error, want any) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestAPersonsIDIsRandomAndFitForAFolder(t *testing.T) {
	r := fresh(t)
	form := regexp.MustCompile(`^[a-z2-7]{26}$`)
	seen := map[registry.PersonID]bool{}
	for range 20 {
		id := addPerson(t, r)
		if !form.MatchString(string(id)) || seen[id] {
			t.Errorf("person id %q", id)
		}
		seen[id] = true
	}
	if people, err := r.People(t.Context()); err != nil || len(people) != 20 {
		t.Errorf("%d people, %v, want 20", len(people), err)
	}
}

func TestUserNamesCountByteForByte(t *testing.T) {
	r := fresh(t)
	users := []string{"anna", "Anna", "anna ", "änna", "a\u0308nna", "\xe4nna", "anna\x00b", "anna\x00c", "", "'; DROP TABLE people"}
	for _, user := range users {
		person := addPerson(t, r)
		enrolment := addBox(t, r, person, user)
		if enrolment.Mailbox.User != user {
			t.Errorf("user %q came back as %q", user, enrolment.Mailbox.User)
		}
	}
	seen := map[registry.PersonID]bool{}
	for _, user := range users {
		enrolment, err := r.SignIn(t.Context(), registry.Mailbox{Server: "pop3s://mail.example.org", User: user})
		if err != nil || enrolment.Mailbox.User != user || seen[enrolment.Person] {
			t.Errorf("user %q signs in as %+v, %v", user, enrolment, err)
		}
		seen[enrolment.Person] = true
	}
}

func TestAMailboxSignsOnePersonIn(t *testing.T) {
	r := fresh(t)
	anna, ben := addPerson(t, r), addPerson(t, r)
	enrolment := addBox(t, r, anna, "anna")

	second := registry.Enrolment{Mailbox: enrolment.Mailbox, Person: ben, Account: 1, SignsIn: true, Made: noon}
	if _, err := r.Enrol(t.Context(), second); !errors.Is(err, registry.ErrTaken) {
		t.Errorf("the same mailbox signs in a second person: %v, want ErrTaken", err)
	}
	second.SignsIn = false
	second, err := r.Enrol(t.Context(), second)
	if err != nil {
		t.Fatalf("a further account of another person: %v", err)
	}
	if _, err := r.Enrol(t.Context(), second); !errors.Is(err, registry.ErrTaken) {
		t.Errorf("the same account twice: %v, want ErrTaken", err)
	}
	sameAccount := second
	sameAccount.Mailbox.User = "other"
	if _, err := r.Enrol(t.Context(), sameAccount); !errors.Is(err, registry.ErrTaken) {
		t.Errorf("two mailboxes for one account: %v, want ErrTaken", err)
	}

	signIn, err := r.SignIn(t.Context(), enrolment.Mailbox)
	equal(t, "who signs in", signIn, err, enrolment)
	all, err := r.Collectors(t.Context(), enrolment.Mailbox)
	equal(t, "who collects it", all, err, []registry.Enrolment{enrolment, second})
	bens, err := r.Enrolments(t.Context(), ben)
	equal(t, "what a person has", bens, err, []registry.Enrolment{second})

	if _, err := r.SignIn(t.Context(), registry.Mailbox{Server: enrolment.Mailbox.Server, User: "nobody"}); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("an unknown user: %v, want ErrNotFound", err)
	}
	if _, err := r.SignIn(t.Context(), registry.Mailbox{Server: "pop3s://other.example.org", User: "anna"}); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("the user of another server: %v, want ErrNotFound", err)
	}
	if _, err := r.Enrol(t.Context(), registry.Enrolment{Person: "nobody", Account: 9}); !errors.Is(err, registry.ErrNotFound) {
		t.Errorf("a mailbox of nobody: %v, want ErrNotFound", err)
	}
}

// When a mailbox is looked at next names it: nothing of that may stay of who is gone, unless somebody else has it, too.
func TestRemovingAPersonForgetsTheirMailboxesLooks(t *testing.T) {
	r := fresh(t)
	anna, ben := addPerson(t, r), addPerson(t, r)
	own, bens := addBox(t, r, anna, "anna"), addBox(t, r, ben, "ben")
	family := registry.Mailbox{Server: own.Mailbox.Server, User: "family"}
	for _, person := range []registry.PersonID{anna, ben} {
		if _, err := r.Enrol(t.Context(), registry.Enrolment{Mailbox: family, Person: person, Account: 2, Made: noon}); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []registry.Mailbox{own.Mailbox, bens.Mailbox, family} {
		if err := r.PutLook(t.Context(), registry.Look{Mailbox: m, Next: noon}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.RemovePerson(t.Context(), anna); err != nil {
		t.Fatal(err)
	}
	for m, want := range map[registry.Mailbox]error{own.Mailbox: registry.ErrNotFound, bens.Mailbox: nil, family: nil} {
		if _, err := r.Look(t.Context(), m); !errors.Is(err, want) {
			t.Errorf("the look of %s: %v, want %v", m.User, err, want)
		}
	}
}

func TestRemovingTakesAllThatHangsOnIt(t *testing.T) {
	for _, c := range []struct {
		name   string
		remove func(*registry.Registry, registry.Enrolment) error
		people int
	}{
		{"a person", func(r *registry.Registry, b registry.Enrolment) error { return r.RemovePerson(t.Context(), b.Person) }, 1},
		{"a mailbox", func(r *registry.Registry, b registry.Enrolment) error { return r.Unenrol(t.Context(), b.ID) }, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := fresh(t)
			anna, ben := addBox(t, r, addPerson(t, r), "anna"), addBox(t, r, addPerson(t, r), "ben")
			for i, b := range []registry.Enrolment{anna, ben} {
				if err := r.AddSession(t.Context(), session(b, byte(i))); err != nil {
					t.Fatal(err)
				}
				if err := r.PutPasswordWrap(t.Context(), registry.PasswordWrap{Enrolment: b.ID, Blob: []byte("x")}); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 { // the second time there is nothing to remove
				if err := c.remove(r, anna); err != nil {
					t.Fatal(err)
				}
			}
			if people, err := r.People(t.Context()); err != nil || len(people) != c.people {
				t.Errorf("%d people are left, %v, want %d", len(people), err, c.people)
			}
			_, signIn := r.SignIn(t.Context(), anna.Mailbox)
			_, wrap := r.PasswordWrap(t.Context(), anna.ID, noon)
			_, sess := r.Session(t.Context(), registry.SessionID{0})
			for what, err := range map[string]error{"mailbox": signIn, "wrap": wrap, "session": sess} {
				if !errors.Is(err, registry.ErrNotFound) {
					t.Errorf("%s of the removed: %v, want ErrNotFound", what, err)
				}
			}
			_, signIn = r.SignIn(t.Context(), ben.Mailbox)
			_, wrap = r.PasswordWrap(t.Context(), ben.ID, noon)
			_, sess = r.Session(t.Context(), registry.SessionID{1})
			if err := errors.Join(signIn, wrap, sess); err != nil {
				t.Errorf("what another person had: %v", err)
			}
		})
	}
}
