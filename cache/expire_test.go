package cache

import (
	"testing"
	"time"
)

// aged makes what is in spam and in the trash have been there for days.
func (f *fixture) aged(days int) {
	f.t.Helper()
	if _, err := f.file.Write.ExecContext(f.t.Context(), `UPDATE leaving SET since = ?`, f.now().AddDate(0, 0, -days).Unix()); err != nil {
		f.t.Fatal(err)
	}
}

// expires fails unless Expire moves and deletes so many.
func (f *fixture) expires(want int) {
	f.t.Helper()
	if got, err := f.Expire(f.t.Context()); err != nil || got != want {
		f.t.Errorf("%d messages expire, %v, want %d", got, err, want)
	}
}

func TestSpamAndTrashAreKeptAsLongAsWasChosen(t *testing.T) {
	f := newFixture(t)
	received := noon.AddDate(0, 0, -60)
	ids := f.add(
		letter("bo@example.org", "a", "x", received.Add(-3*time.Hour)), letter("bo@example.org", "b", "x", received.Add(-2*time.Hour)),
		letter("bo@example.org", "c", "x", received.Add(-time.Hour)), letter("bo@example.org", "d", "x", received),
	)
	for i, verb := range []Verb{DoTrash, DoSpam, DoTrash} {
		if _, err := f.Act(t.Context(), verb, ids[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	f.aged(31)
	f.expires(0) // nothing was chosen: for ever
	if _, err := f.Act(t.Context(), DoRestore, ids[2:3]); err != nil {
		t.Fatal(err)
	}
	if err := f.ChangeSettings(t.Context(), map[string]string{KeepTrash: "30"}); err != nil {
		t.Fatal(err)
	}
	f.aged(29)
	f.expires(0)
	f.aged(20_000) // before the messages were received: the clock was wrong
	f.expires(0)
	f.aged(31)
	f.expires(1)
	if err := f.ChangeSettings(t.Context(), map[string]string{KeepSpam: "7"}); err != nil {
		t.Fatal(err)
	}
	f.expires(1)
	counters, err := f.Counters(t.Context())
	if err != nil || counters[Trash].Total != 0 || counters[Spam].Total != 0 || counters[Inbox].Total != 2 {
		t.Errorf("%+v, %v", counters, err)
	}
	if v, err := f.Verify(t.Context(), func(int) {}); err != nil || v.Bad != 0 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestOldMailGoesToTheTrashIfThatWasChosen(t *testing.T) {
	f := newFixture(t)
	old := func(n int) time.Time { return noon.AddDate(-3, 0, -n) }
	ids := f.add(
		letter("bo@example.org", "old", "x", old(0)), letter("bo@example.org", "starred", "x", old(1)), letter("bo@example.org", "labelled", "x", old(2)),
		letter("bo@example.org", "archived", "x", old(3)), letter("bo@example.org", "new", "x", noon),
	)
	for verb, id := range map[Verb]ID{DoStar: ids[1], Labelling("keep"): ids[2], DoArchive: ids[3]} {
		if _, err := f.Act(t.Context(), verb, []ID{id}); err != nil {
			t.Fatal(err)
		}
	}
	for years, want := range map[int]int{2: 2, 5: 0} {
		if n, err := f.Outdated(t.Context(), years); err != nil || n != want {
			t.Errorf("%d messages are older than %d years, %v, want %d", n, years, err, want)
		}
	}
	f.expires(0)
	if err := f.ChangeSettings(t.Context(), map[string]string{KeepMail: "2"}); err != nil {
		t.Fatal(err)
	}
	f.expires(2)
	if counters, err := f.Counters(t.Context()); err != nil || counters[Trash].Total != 2 || counters[Inbox].Total != 3 || counters[Archive].Total != 0 {
		t.Errorf("%+v, %v", counters, err)
	}
	f.expires(0)
}
