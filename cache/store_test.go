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
	missing, err := f.compare(f.t.Context(), f.account.ID, listing)
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
	if _, err := f.file.Write.Exec(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages+4)); err != nil {
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

func TestRunsAreKeptUpToAHundredAndTheLastGoodOne(t *testing.T) {
	f := newFixture(t)
	finish := func(r Run) {
		t.Helper()
		r.Account, r.Started, r.Ended = f.account.ID, noon, noon
		if err := f.Finish(t.Context(), r, false); err != nil {
			t.Fatal(err)
		}
	}
	finish(Run{Listed: 1})
	finish(Run{Listed: 2})
	for i := range keptRuns + 5 {
		finish(Run{Listed: i, Fault: "in-use", Detail: "busy"})
	}
	runs, err := f.Runs(t.Context(), f.account.ID, 1000)
	if err != nil || len(runs) != keptRuns+1 {
		t.Fatalf("%d runs (%v), want %d", len(runs), err, keptRuns+1)
	}
	if first, last := runs[keptRuns], runs[0]; first.Listed != 2 || first.Fault != "" || last.Listed != keptRuns+4 || last.Detail != "busy" {
		t.Errorf("the first is %+v and the last %+v", first, last)
	}
}
