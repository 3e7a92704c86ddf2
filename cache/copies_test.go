package cache

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestAnAbsentCopyIsRememberedAndKnownWhenItIsBack(t *testing.T) {
	f := newFixture(t)
	one, two := Listing{Number: 1, UIDL: "one"}, Listing{Number: 2, UIDL: strings.Repeat("long", 1000)}
	compare := func(listing ...Listing) int {
		t.Helper()
		missing, err := f.compare(t.Context(), f.account.ID, listing)
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

// aside fails to bring a copy until it is set aside.
func (f *fixture) aside(m Missing) {
	f.t.Helper()
	for try := 1; try <= maxFails; try++ {
		if aside, err := f.Fail(f.t.Context(), m.Copy); err != nil || aside != (try == maxFails) {
			f.t.Fatalf("try %d: set aside: %v, %v", try, aside, err)
		}
	}
}

func TestACopyThatWasSetAsideIsTriedAgainEverMoreRarely(t *testing.T) {
	f := newFixture(t)
	now := noon
	f.now = func() time.Time { return now }
	listing := []Listing{{Number: 1, UIDL: "one"}, {Number: 2, UIDL: "two"}}
	missing := func() (numbers []int) {
		t.Helper()
		all, err := f.compare(t.Context(), f.account.ID, listing)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range all {
			numbers = append(numbers, m.Number)
		}
		return numbers
	}
	missing()
	two := Missing{Copy: Copy{f.account.ID, "two", 1}, Number: 2}
	if _, err := f.Fail(t.Context(), two.Copy); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(missing()); got != "[1 2]" {
		t.Errorf("after one failure the order is %s, want what has not failed first", got)
	}
	f.now = func() time.Time { return now }
	f.aside(Missing{Copy: Copy{f.account.ID, "one", 1}})
	day := 24 * time.Hour
	for _, step := range []struct {
		after time.Duration
		want  string
	}{{0, "[2]"}, {day - time.Second, "[2]"}, {time.Second, "[2 1]"}} {
		now = now.Add(step.after)
		if got := fmt.Sprint(missing()); got != step.want {
			t.Errorf("at %v: %s, want %s", now, got, step.want)
		}
	}
	if _, err := f.Fail(t.Context(), Copy{f.account.ID, "one", 1}); err != nil {
		t.Fatal(err)
	}
	if now = now.Add(2*day - time.Second); fmt.Sprint(missing()) != "[2]" {
		t.Error("after the fourth failure it is tried before two days are over")
	}
	now = now.Add(time.Second)
	if n, err := f.Aside(t.Context(), f.account.ID); err != nil || n != 1 {
		t.Errorf("%d set aside (%v), want 1", n, err)
	}
	all, err := f.compare(t.Context(), f.account.ID, listing)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d missing (%v), want both", len(all), err)
	}
	p := f.prepare(all[1], letter("bo@example.org", "at last", "x", noon))
	defer p.Close()
	if _, err := f.Store(t.Context(), []*Prepared{p}); err != nil {
		t.Fatal(err)
	}
	if n, err := f.Aside(t.Context(), f.account.ID); err != nil || n != 0 || fmt.Sprint(missing()) != "[2]" {
		t.Errorf("once it has come, %d are set aside (%v)", n, err)
	}
}

func TestE6AUniqueIDThatComesBackForAnotherMessageHidesNothing(t *testing.T) {
	f := newFixture(t)
	f.add(letter("bo@example.org", "first", "x", noon.Add(-time.Hour)))
	compare := func(listing ...Listing) []Missing {
		t.Helper()
		missing, err := f.compare(t.Context(), f.account.ID, listing)
		if err != nil {
			t.Fatal(err)
		}
		return missing
	}
	second := letter("bo@example.org", "second", "another", noon.Add(-time.Minute))
	again := Listing{Number: 1, UIDL: "uid-1", Size: int64(len(second))}
	if got := compare(again); len(got) != 0 {
		t.Errorf("a size that changes while the message is listed says nothing (pop3.md E11), but it is asked for")
	}
	compare()
	missing := compare(again)
	if len(missing) != 1 {
		t.Fatalf("%d missing, want the message that the unique id came back for", len(missing))
	}
	p := f.prepare(missing[0], second)
	defer p.Close()
	if _, err := f.Store(t.Context(), []*Prepared{p}); err != nil {
		t.Fatal(err)
	}
	if n := f.total(); n != 2 || len(compare(again)) != 0 {
		t.Errorf("%d messages are here, want both, and nothing missing", n)
	}
}
