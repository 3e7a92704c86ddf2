package cache

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"restante/cache/sqlitefile"
)

// prepared makes n messages ready to be stored, with their copies recorded.
func (f *fixture) prepared(n int, body string) []*Prepared {
	f.t.Helper()
	var listing []Listing
	for i := range n {
		listing = append(listing, Listing{Number: i + 1, UIDL: fmt.Sprint("bulk-", i)})
	}
	missing, err := f.Compare(f.t.Context(), f.account.ID, listing)
	if err != nil {
		f.t.Fatal(err)
	}
	var group []*Prepared
	for _, m := range missing {
		group = append(group, f.prepare(m, letter("bo@example.org", fmt.Sprint("bulk ", m.Number), body, noon.Add(-time.Duration(m.Number)*time.Minute))))
	}
	f.t.Cleanup(func() {
		for _, p := range group {
			p.Close()
		}
	})
	return group
}

func (f *fixture) total() int {
	f.t.Helper()
	counters, err := f.Counters(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	return counters[Inbox].Total
}

func TestAPersonsActionGoesBeforeTheNextGroup(t *testing.T) {
	f := newFixture(t)
	id := f.add(letter("bo@example.org", "star me", "x", noon))[0]
	const bulk = 600
	group := f.prepared(bulk, strings.Repeat("words of all kinds ", 100))
	stored := make(chan error, 1)
	go func() {
		_, err := f.Store(f.t.Context(), group)
		stored <- err
	}()
	for f.total() == 1 { // until the first part of the group is in
		if _, err := f.Act(t.Context(), DoStar, []ID{id}); err != nil {
			t.Fatal(err)
		}
	}
	if n := f.total(); n > bulk {
		t.Errorf("%d messages were stored before the action got its turn", n)
	}
	if err := <-stored; err != nil {
		t.Fatal(err)
	}
	if n := f.total(); n != bulk+1 {
		t.Errorf("%d messages are stored, want %d", n, bulk+1)
	}
	f.checkTops()
	f.checkCounters()
}

func TestStoringTwiceDoesNothing(t *testing.T) {
	f := newFixture(t)
	group := f.prepared(3, "x")
	for try, want := range []int{3, 0} {
		if fresh, err := f.Store(t.Context(), group); err != nil || fresh != want {
			t.Errorf("try %d: %d new, %v, want %d", try+1, fresh, err, want)
		}
	}
	if n := f.total(); n != 3 {
		t.Errorf("%d messages, want 3", n)
	}
}

func TestAFullDiskStopsStoringAndNothingElse(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	var pages int
	if err := f.file.Write.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := f.file.Write.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+40)); err != nil {
		t.Fatal(err)
	}
	_, err := f.Store(t.Context(), f.prepared(40, strings.Repeat("0123456789abcdef", 1000)))
	if !sqlitefile.IsFull(err) {
		t.Fatalf("storing: %v, want an error that says that the disk is full", err)
	}
	if m := f.message(ids[0]); m.Subject != "garden" {
		t.Errorf("reading: %+v", m)
	}
	f.checkTops()
	f.checkCounters()
	if _, err := f.file.Write.Exec(`PRAGMA max_page_count = 1073741823`); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Store(t.Context(), f.prepared(40, "short")); err != nil {
		t.Errorf("storing once there is room: %v", err)
	}
}

func TestAnAbsentCopyIsRememberedAndKnownWhenItIsBack(t *testing.T) {
	f := newFixture(t)
	one, two := Listing{Number: 1, UIDL: "one"}, Listing{Number: 2, UIDL: strings.Repeat("long", 1000)}
	compare := func(listing ...Listing) int {
		t.Helper()
		missing, err := f.Compare(t.Context(), f.account.ID, listing)
		if err != nil {
			t.Fatal(err)
		}
		return len(missing)
	}
	absent := func() (n int) {
		t.Helper()
		if err := f.file.Read.QueryRow(`SELECT count(*) FROM copies WHERE absent IS NOT NULL`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for i, step := range []struct {
		listing         []Listing
		missing, absent int
	}{
		{[]Listing{one, two}, 2, 0},
		{nil, 0, 2}, // an empty listing deletes nothing (pop3.md E10)
		{[]Listing{two}, 1, 1},
		{[]Listing{two, one, {Number: 3, UIDL: "one"}}, 3, 0}, // a second copy under one id (pop3.md E1)
	} {
		if got := compare(step.listing...); got != step.missing || absent() != step.absent {
			t.Errorf("step %d: %d missing and %d absent, want %d and %d", i, got, absent(), step.missing, step.absent)
		}
	}
}

func TestRunsAreKeptUpToAHundred(t *testing.T) {
	f := newFixture(t)
	for i := range keptRuns + 5 {
		if err := f.Finish(t.Context(), Run{Account: f.account.ID, Listed: i, Started: noon, Ended: noon, Fault: "in-use", Detail: "busy"}, false); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := f.Runs(t.Context(), f.account.ID, 1000)
	if err != nil || len(runs) != keptRuns || runs[0].Listed != keptRuns+4 || runs[0].Fault != "in-use" {
		t.Errorf("%d runs, the last is %+v (%v)", len(runs), runs[0], err)
	}
}
