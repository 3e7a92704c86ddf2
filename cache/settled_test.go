package cache

import (
	"testing"
	"time"
)

func (f *fixture) settled(listing []Listing) bool {
	f.t.Helper()
	settled, err := f.Settled(f.t.Context(), f.account.ID, listing)
	if err != nil {
		f.t.Fatal(err)
	}
	return settled
}

// settledFixture has two messages here, one by its header, and a listing of all that has settled.
func settledFixture(t *testing.T) (f *fixture, ids []ID, listing []Listing) {
	f = newFixture(t)
	large := letter("bo@example.org", "large", "x", noon.Add(-time.Hour))
	ids = f.add(letter("bo@example.org", "one", "x", noon.Add(-3*time.Hour)), letter("bo@example.org", "two", "y", noon.Add(-2*time.Hour)))
	listing = []Listing{{Number: 1, UIDL: "uid-1", Size: 10}, {Number: 2, UIDL: "uid-2", Size: 20}, {Number: 3, UIDL: "large", Size: int64(len(large))}}
	if err := f.SetIntake(t.Context(), f.account.ID, Everything, 30); err != nil {
		t.Fatal(err)
	}
	f.list(listing...)
	ids = append(ids, f.header("large", 3, large))
	if f.list(listing...); !f.settled(listing) {
		t.Fatal("a listing that leaves nothing to do has not settled")
	}
	return f, ids, listing
}

func TestAListingThatIsNotTheSameHasNotSettled(t *testing.T) {
	f, _, listing := settledFixture(t)
	for name, other := range map[string][]Listing{
		"empty":   nil,
		"fewer":   listing[:2],
		"more":    append(listing[:3:3], Listing{Number: 4, UIDL: "uid-4", Size: 1}),
		"order":   {listing[1], listing[0], listing[2]},
		"size":    {listing[0], {Number: 2, UIDL: "uid-2", Size: 21}, listing[2]},
		"cut":     {listing[0], {Number: 2, UIDL: "uid-", Size: 20}, listing[2]},
		"renamed": {listing[0], {Number: 2, UIDL: "uid-3", Size: 20}, listing[2]},
	} {
		if f.settled(other) {
			t.Errorf("%s: another listing passes for the settled one", name)
		}
	}
	if !f.settled(listing) {
		t.Error("looking has unsettled it")
	}
}

func TestWhatChangesWhatIsToBeDoneUnsettlesAListing(t *testing.T) {
	for name, change := range map[string]func(*fixture, []ID) error{
		"a failed try": func(f *fixture, _ []ID) error {
			_, err := f.Fail(f.t.Context(), Copy{f.account.ID, "uid-1", 1})
			return err
		},
		"somebody asks":       func(f *fixture, ids []ID) error { return f.Want(f.t.Context(), ids[2]) },
		"another scope":       func(f *fixture, _ []ID) error { return f.SetIntake(f.t.Context(), f.account.ID, FromNow, 30) },
		"another size":        func(f *fixture, _ []ID) error { return f.SetIntake(f.t.Context(), f.account.ID, Everything, 0) },
		"the first is over":   func(f *fixture, _ []ID) error { return f.Finish(f.t.Context(), Run{Account: f.account.ID}, true) },
		"a delete is sent":    func(f *fixture, _ []ID) error { return f.Sent(f.t.Context(), []Copy{{f.account.ID, "uid-1", 1}}) },
		"deleted for good":    func(f *fixture, ids []ID) error { _, err := f.Purge(f.t.Context(), ids[:1]); return err },
		"a message is broken": func(f *fixture, _ []ID) error { f.damage(`UPDATE raw SET data = x'00'`); f.verify(); return nil },
		"comparing has begun": func(f *fixture, _ []ID) error { _, err := f.Ledger(f.t.Context(), f.account.ID); return err },
	} {
		t.Run(name, func(t *testing.T) {
			f, ids, listing := settledFixture(t)
			if name == "deleted for good" {
				f.do(DoTrash, ids[0])
			}
			if err := change(f, ids); err != nil {
				t.Fatal(err)
			}
			if f.settled(listing) {
				t.Error("it is still settled")
			}
		})
	}
}

func TestWhatIsChangedWhileAListingIsComparedKeepsItFromSettling(t *testing.T) {
	f, ids, listing := settledFixture(t)
	ledger, err := f.Ledger(t.Context(), f.account.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Want(t.Context(), ids[2]); err != nil {
		t.Fatal(err)
	}
	if work, err := ledger.Compare(t.Context(), listing, true); err != nil || len(work.Missing) > 0 {
		t.Fatalf("%d missing (%v): the ledger was read after the wish", len(work.Missing), err)
	}
	if f.settled(listing) {
		t.Error("it has settled over the wish")
	}
	if work := f.list(listing...); len(work.Missing) != 1 {
		t.Errorf("%d messages are to be collected, want the one that was asked for", len(work.Missing))
	}
}

func TestWhatIsToBeTriedAgainWhenItIsTimeNeverSettles(t *testing.T) {
	f := newFixture(t)
	listing := []Listing{{Number: 1, UIDL: "one"}}
	f.list(listing...)
	f.aside(Missing{Copy: Copy{f.account.ID, "one", 1}})
	if work := f.list(listing...); len(work.Missing) > 0 || f.settled(listing) {
		t.Errorf("%d missing; settled: %v, want neither", len(work.Missing), f.settled(listing))
	}
}

func TestAPartOfAMailboxDoesNotSettle(t *testing.T) {
	f, _, listing := settledFixture(t)
	if _, err := f.Compare(t.Context(), f.account.ID, listing, false); err != nil || f.settled(listing) {
		t.Errorf("settled: %v (%v)", f.settled(listing), err)
	}
}
