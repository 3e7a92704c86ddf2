package cache

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// What the person wants deleted on the server is, under any policy, once they can no longer undo it: if it is here as a
// whole, and if it is still what the server has under that id.
func TestWhatThePersonWantsDeletedOnTheServer(t *testing.T) {
	one, two := letter("bo@example.org", "one", "x", noon.Add(-time.Hour)), letter("bo@example.org", "two", "y", noon.Add(-2*time.Hour))
	listing := []Listing{{1, "uid-1", int64(len(one))}, {2, "uid-2", int64(len(two))}}
	asked := func(t *testing.T) (f *fixture, a Action, clock *time.Time) {
		f, clock = newFixture(t), new(noon)
		f.now = func() time.Time { return *clock }
		ids := f.add(one, two)
		f.list(listing...)
		a, err := f.Act(t.Context(), DoDelete, ids[:1])
		if err != nil || a.Chosen != 1 {
			t.Fatalf("%+v, %v", a, err)
		}
		if w, err := f.Whereabouts(t.Context(), ids[0]); err != nil || !w.Listed || !w.Due.Equal(noon.Add(undoWindow)) {
			t.Errorf("it is at %+v, %v", w, err)
		}
		*clock = noon.Add(undoWindow - time.Second)
		if got, _ := f.condemned(*clock); got != nil {
			t.Errorf("while it can be undone %q is to be deleted", got)
		}
		return f, a, clock
	}
	t.Run("in time", func(t *testing.T) {
		f, a, clock := asked(t)
		*clock = noon.Add(undoWindow)
		if _, err := f.Undo(t.Context(), a.ID); !errors.Is(err, ErrNotFound) {
			t.Errorf("it can be undone when it is to be deleted: %v", err)
		}
		got, copies := f.condemned(*clock)
		if !slices.Equal(got, []string{"uid-1"}) {
			t.Fatalf("%q is to be deleted", got)
		}
		f.policy(Policy{Rule: DeleteAtOnce, SameSession: true})
		if got, _ := f.condemned(*clock); !slices.Equal(got, []string{"uid-1", "uid-2"}) {
			t.Errorf("with a policy besides %q is to be deleted", got)
		}
		if err := errors.Join(f.Sent(t.Context(), copies), f.Deleted(t.Context(), copies)); err != nil {
			t.Fatal(err)
		}
		list, err := f.Receipts(t.Context(), f.account.ID, 0, 9)
		if err != nil || len(list) != 1 || list[0].Rule != Asked || list[0].Verified.IsZero() {
			t.Errorf("the receipts are %+v, %v", list, err)
		}
		if f.bytesOf(f.messageOf("uid-1")) != one {
			t.Error("it is not here any more")
		}
	})
	t.Run("undone", func(t *testing.T) {
		f, a, clock := asked(t)
		if _, err := f.Undo(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		*clock = noon.AddDate(0, 0, 9)
		if got, _ := f.condemned(*clock); got != nil {
			t.Errorf("%q is to be deleted", got)
		}
	})
	t.Run("the id is another message's", func(t *testing.T) {
		f, _, clock := asked(t)
		three := letter("cy@example.org", "three", "a third one, which is longer", noon)
		f.list(listing[1])
		*clock = noon.AddDate(0, 0, 9)
		work := f.list(Listing{1, "uid-1", int64(len(three))}, listing[1])
		if len(work.Missing) != 1 {
			t.Fatalf("to be collected are %+v", work.Missing)
		}
		f.collect(work.Missing[0], three)
		if got, _ := f.condemned(*clock); got != nil {
			t.Errorf("%q is to be deleted, which nobody asked for", got)
		}
	})
	t.Run("no server lists it", func(t *testing.T) {
		f := newFixture(t)
		ids := f.add(one, two)
		f.list(listing[1])
		if a, err := f.Act(t.Context(), DoDelete, ids); err != nil || a.Chosen != 1 {
			t.Errorf("of two messages, one of which is listed, %d are to be deleted, %v", a.Chosen, err)
		}
		if a, err := f.Act(t.Context(), DoDelete, ids[:1]); err != nil || a.ID != 0 {
			t.Errorf("what no server lists is to be deleted there: %+v, %v", a, err)
		}
	})
	t.Run("only its header is here", func(t *testing.T) {
		f, _, clock := asked(t)
		*clock = noon.AddDate(0, 0, 9)
		if err := f.act(t.Context(), func(ctx context.Context, tx *sql.Tx) error { return f.lose(ctx, tx, f.messageOf("uid-1")) }); err != nil {
			t.Fatal(err)
		}
		if got, _ := f.condemned(*clock); got != nil {
			t.Errorf("%q is to be deleted, which is not here", got)
		}
	})
}

func TestADeletionIsConfirmedOrUndone(t *testing.T) {
	text := letter("bo@example.org", "one", "x", noon.Add(-time.Hour))
	listed := Listing{1, "uid-1", int64(len(text))}
	sent := func(t *testing.T) (*fixture, []Copy) {
		f := newFixture(t)
		f.add(text)
		f.list(listed)
		f.policy(Policy{Rule: DeleteAtOnce, SameSession: true})
		_, copies := f.condemned(noon)
		if err := f.Sent(t.Context(), copies); err != nil || len(copies) != 1 || f.stateOf("uid-1") != DeleteSent {
			t.Fatalf("%d copies, %v", len(copies), err)
		}
		return f, copies
	}
	receipts := func(f *fixture) []Receipt {
		list, err := f.Receipts(f.t.Context(), f.account.ID, 0, 10)
		if err != nil {
			f.t.Fatal(err)
		}
		return list
	}
	t.Run("by QUIT", func(t *testing.T) {
		f, copies := sent(t)
		if err := f.Deleted(t.Context(), copies); err != nil || f.stateOf("uid-1") != Tombstone {
			t.Fatalf("state %d, %v", f.stateOf("uid-1"), err)
		}
		r := receipts(f)
		sum := sha256.Sum256([]byte(text))
		if len(r) != 1 || string(r[0].UIDL) != "uid-1" || fmt.Sprintf("%x", r[0].SHA256) != fmt.Sprintf("%x", sum) ||
			!r[0].Verified.Equal(noon) || !r[0].Deleted.Equal(noon) || !r[0].Stored.Equal(noon) || r[0].Rule != DeleteAtOnce {
			t.Errorf("the receipt is %+v", r)
		}
		if m := f.bytesOf(f.messageOf("uid-1")); m != text {
			t.Errorf("the message is not here any more")
		}
		if work := f.list(); work.Taken+work.Missed != 0 {
			t.Errorf("what we deleted counts as taken by another: %+v", work)
		}
		if err := f.Deleted(t.Context(), copies); err != nil || len(receipts(f)) != 1 {
			t.Errorf("confirming twice wrote %d receipts, %v", len(receipts(f)), err)
		}
	})
	t.Run("by the next listing", func(t *testing.T) {
		f, _ := sent(t)
		f.list()
		if f.stateOf("uid-1") != Tombstone || len(receipts(f)) != 1 {
			t.Errorf("state %d, %d receipts", f.stateOf("uid-1"), len(receipts(f)))
		}
	})
	t.Run("not at all", func(t *testing.T) {
		f, _ := sent(t)
		work := f.list(listed)
		if f.stateOf("uid-1") != Stored || len(receipts(f)) != 0 || len(work.Missing) != 0 {
			t.Errorf("state %d, %d receipts, to do %+v", f.stateOf("uid-1"), len(receipts(f)), work)
		}
	})
	t.Run("incomplete listing", func(t *testing.T) {
		f, _ := sent(t)
		if _, err := f.Compare(t.Context(), f.account.ID, nil, false); err != nil || f.stateOf("uid-1") != DeleteSent {
			t.Errorf("state %d, %v", f.stateOf("uid-1"), err)
		}
	})
	t.Run("undead", func(t *testing.T) {
		f, copies := sent(t)
		for range maxDeletes - 1 {
			if err := f.Deleted(t.Context(), copies); err != nil {
				t.Fatal(err)
			}
			if work := f.list(listed); len(work.Missing) != 0 {
				t.Fatalf("an undead message is to be collected again: %+v", work)
			}
			if _, copies = f.condemned(noon); len(copies) != 1 {
				t.Fatalf("it is not to be deleted again")
			}
			if err := f.Sent(t.Context(), copies); err != nil {
				t.Fatal(err)
			}
		}
		f.list(listed)
		if _, copies = f.condemned(noon); len(copies) != 0 {
			t.Errorf("the server is asked a fourth time")
		}
	})
	t.Run("its unique id used again", func(t *testing.T) {
		f, copies := sent(t)
		if err := f.Deleted(t.Context(), copies); err != nil {
			t.Fatal(err)
		}
		if work := f.list(Listing{1, "uid-1", listed.Size + 1}); len(work.Missing) != 1 || work.Missing[0].Message != 0 {
			t.Errorf("another message under it is not to be collected: %+v", work)
		}
	})
}

// Nothing is deleted on a server of which the copy here is not sound; it is collected again and keeps its place.
func TestADamagedMessageIsNotDeletedButCollectedAgain(t *testing.T) {
	for name, damage := range map[string]string{
		"changed": `UPDATE raw SET data = (SELECT data FROM raw ORDER BY message LIMIT 1)`,
		"gone":    `DELETE FROM raw`,
		"cut":     `UPDATE raw SET data = substr(data, 1, length(data) / 2)`,
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			text := letter("bo@example.org", "one", "x", noon.Add(-time.Hour), "Message-ID: <1@x>")
			id := f.add(letter("bo@example.org", "older", "y", noon.Add(-2*time.Hour)), text)[1]
			listed := Listing{1, "uid-2", int64(len(text))}
			f.list(listed)
			f.policy(Policy{Rule: DeleteAtOnce, SameSession: true})
			if _, err := f.file.Write.Exec(damage); err != nil {
				t.Fatal(err)
			}
			if got, _ := f.condemned(noon); got != nil {
				t.Fatalf("%q is to be deleted", got)
			}
			work := f.list(listed)
			if len(work.Missing) != 1 {
				t.Fatalf("it is not collected again: %+v", work)
			}
			f.collect(work.Missing[0], text)
			if got := f.bytesOf(id); got != text {
				t.Errorf("its bytes are %q", got)
			}
			if got, _ := f.condemned(noon); !slices.Equal(got, []string{"uid-2"}) {
				t.Errorf("whole again, %q is to be deleted", got)
			}
		})
	}
}
