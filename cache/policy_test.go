package cache

import (
	"errors"
	"slices"
	"testing"
	"time"
)

// condemned are the unique ids that the policy of the account wants deleted.
func (f *fixture) condemned(before time.Time) (uidls []string, copies []Copy) {
	f.t.Helper()
	list, err := f.Condemned(f.t.Context(), f.account.ID, before)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, c := range list {
		uidls, copies = append(uidls, c.UIDL), append(copies, c.Copy)
	}
	slices.Sort(uidls)
	return uidls, copies
}

func (f *fixture) policy(p Policy) {
	f.t.Helper()
	if err := f.SetPolicy(f.t.Context(), f.account.ID, p); err != nil {
		f.t.Fatal(err)
	}
}

func TestAPolicyCondemnsWhatItSays(t *testing.T) {
	f := newFixture(t)
	clock := noon
	f.now = func() time.Time { return clock }
	one, two := letter("bo@example.org", "one", "x", noon.Add(-time.Hour)), letter("bo@example.org", "two", "a longer one, and longer still", noon.Add(-2*time.Hour))
	f.add(one)
	clock = noon.AddDate(0, 0, 3)
	f.add(two)
	// What is listed from now on: both, and one that has not been collected.
	listing := []Listing{{1, "uid-1", int64(len(one))}, {2, "uid-2", int64(len(two))}, {3, "uid-3", 999}}
	f.list(listing...)
	if f.stateOf("uid-1") != Stored || f.stateOf("uid-2") != Stored {
		t.Fatal("the sizes of the listing do not fit")
	}
	for _, test := range []struct {
		policy Policy
		before time.Time
		want   []string
	}{
		{Policy{}, clock, nil},
		{Policy{Rule: DeleteWith}, clock, nil},
		{Policy{Rule: DeleteAfter, Days: 2}, clock, []string{"uid-1"}},
		{Policy{Rule: DeleteAfter, Days: 4}, clock, nil},
		{Policy{Rule: DeleteAtOnce}, clock, []string{"uid-1"}},
		{Policy{Rule: DeleteAtOnce, SameSession: true}, clock, []string{"uid-1", "uid-2"}},
		{Policy{Rule: DeleteAtOnce, SameSession: true, From: clock.Add(time.Second)}, clock, nil},
		{Policy{Rule: DeleteLarge, Size: 120}, clock.Add(time.Second), []string{"uid-2"}},
		{Policy{Rule: DeleteLarge, Size: 500}, clock.Add(time.Second), nil},
	} {
		f.policy(test.policy)
		if got, _ := f.condemned(test.before); !slices.Equal(got, test.want) {
			t.Errorf("%+v condemns %q, want %q", test.policy, got, test.want)
		}
	}
	n, bytes, err := f.DryRun(t.Context(), f.account.ID, Policy{Rule: DeleteAtOnce, From: clock.AddDate(1, 0, 0)})
	if err != nil || n != 2 || bytes != int64(len(one)+len(two)) {
		t.Errorf("a dry run counts %d messages of %d bytes, %v", n, bytes, err)
	}
	if err := f.SetPolicy(t.Context(), f.account.ID, Policy{Rule: DeleteAfter}); err == nil {
		t.Errorf("a policy of no days is accepted")
	}
}

// What is deleted here for good is deleted on the server only by that policy, and is never collected again.
func TestWhatIsPurgedStaysAway(t *testing.T) {
	f := newFixture(t)
	text := letter("bo@example.org", "one", "x", noon.Add(-time.Hour))
	ids := f.add(text, letter("bo@example.org", "two", "x", noon.Add(-2*time.Hour)))
	if n, err := f.Purge(t.Context(), ids); n != 0 || err != nil {
		t.Fatalf("%d messages that are not in the trash were purged, %v", n, err)
	}
	if _, err := f.Act(t.Context(), DoTrash, ids[:1]); err != nil {
		t.Fatal(err)
	}
	if n, err := f.EmptyTrash(t.Context()); n != 1 || err != nil {
		t.Fatalf("emptying the trash deleted %d, %v", n, err)
	}
	for id, want := range map[ID]error{ids[0]: PurgedError{noon}, ids[0] + 1: ErrNotFound} {
		_, err := f.Message(t.Context(), id)
		_, whole := f.Conversation(t.Context(), id)
		if !errors.Is(err, ErrNotFound) || !errors.Is(err, want) || !errors.Is(whole, ErrNotFound) || !errors.Is(whole, want) {
			t.Errorf("message %d: %v, its conversation: %v, want %v", id, err, whole, want)
		}
	}
	counters, err := f.Counters(t.Context())
	if err != nil || counters[Trash].Total != 0 || counters[Inbox].Total != 1 {
		t.Errorf("the counters are %+v, %v", counters, err)
	}
	size := int64(len(text))
	if work := f.list(Listing{1, "uid-1", size}, Listing{2, "uid-2", size}); len(work.Missing) != 0 {
		t.Errorf("it is to be collected again: %+v", work.Missing)
	}
	if got, _ := f.condemned(noon); got != nil {
		t.Errorf("without a policy %q is to be deleted on the server", got)
	}
	// The same message under another unique id.
	work := f.list(Listing{1, "renamed", size}, Listing{2, "uid-2", size})
	f.collect(work.Missing[0], text)
	if got := f.find("in:anywhere one"); len(got) != 0 || f.stateOf("renamed") != Purged {
		t.Errorf("it came back under another unique id: %q", got)
	}
	f.policy(Policy{Rule: DeleteWith})
	if got, _ := f.condemned(noon); !slices.Equal(got, []string{"renamed"}) {
		t.Errorf("to be deleted on the server is %q, want what is listed of it", got)
	}
}

func TestEachMessageSaysWhereElseItIs(t *testing.T) {
	f := newFixture(t)
	text := letter("bo@example.org", "one", "x", noon.Add(-time.Hour))
	id := f.add(text)[0]
	listed := Listing{1, "uid-1", int64(len(text))}
	where := func() Whereabouts {
		t.Helper()
		w, err := f.Whereabouts(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	if w := where(); !w.Listed || !w.Due.IsZero() || !w.Absent.IsZero() {
		t.Errorf("on the server: %+v", w)
	}
	f.policy(Policy{Rule: DeleteAfter, Days: 3, From: noon.AddDate(0, 0, 1)})
	if w := where(); !w.Due.Equal(noon.AddDate(0, 0, 3)) {
		t.Errorf("to be deleted at %v", w.Due)
	}
	f.policy(Policy{Rule: DeleteLarge, Size: 1 << 20})
	if w := where(); !w.Due.IsZero() {
		t.Errorf("it is not large, and to be deleted at %v", w.Due)
	}
	f.list()
	if w := where(); w.Listed || !w.Absent.Equal(noon) {
		t.Errorf("taken by another program: %+v", w)
	}
	f.list(listed)
	f.policy(Policy{Rule: DeleteAtOnce, SameSession: true})
	_, copies := f.condemned(noon)
	if err := errors.Join(f.Sent(t.Context(), copies), f.Deleted(t.Context(), copies)); err != nil {
		t.Fatal(err)
	}
	f.list()
	if w := where(); w.Listed || !w.Deleted.Equal(noon) || !w.Absent.IsZero() {
		t.Errorf("deleted there by us: %+v", w)
	}
	if _, err := f.Whereabouts(t.Context(), 12345); !errors.Is(err, ErrNotFound) {
		t.Errorf("of no message: %v", err)
	}
}

// A size that has changed says that something is not as it was: nothing is deleted on that, but the next listing may agree.
func TestG5NothingIsDeletedWhoseSizeHasJustChanged(t *testing.T) {
	f := newFixture(t)
	f.add(letter("bo@example.org", "one", "x", noon.Add(-time.Hour)))
	f.policy(Policy{Rule: DeleteAtOnce, SameSession: true})
	doomed := func(size int64) int {
		t.Helper()
		listing := []Listing{{1, "uid-1", size}}
		list, err := f.Condemned(t.Context(), f.account.ID, noon) // before connecting
		if err != nil {
			t.Fatal(err)
		}
		if work := f.list(listing...); len(work.Missing) != 0 {
			t.Fatalf("it is to be collected again: %+v", work.Missing)
		}
		return len(Locate(listing, list))
	}
	if n := doomed(999); n != 0 {
		t.Errorf("with another size %d are to be deleted", n)
	}
	if n := doomed(999); n != 1 {
		t.Errorf("with the same size again %d are to be deleted, want 1", n)
	}
}

func TestWhatAnotherProgramTakesIsCounted(t *testing.T) {
	f := newFixture(t)
	f.add(letter("bo@example.org", "one", "x", noon.Add(-time.Hour)))
	f.list(Listing{1, "uid-1", 5}, Listing{2, "new", 5})
	if work := f.list(); work.Taken != 1 || work.Missed != 1 {
		t.Errorf("%d taken, %d missed; want one of each", work.Taken, work.Missed)
	}
	if work := f.list(); work.Taken+work.Missed != 0 {
		t.Errorf("it is counted again: %+v", work)
	}
}
