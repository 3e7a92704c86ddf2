package cache

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func (f *fixture) message(id ID) Message {
	f.t.Helper()
	m, err := f.Message(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	return m
}

func TestEveryVerbCanBeUndone(t *testing.T) {
	for verb, done := range map[Verb]func(Message) bool{
		DoArchive: func(m Message) bool { return m.Place == Archive },
		DoTrash:   func(m Message) bool { return m.Place == Trash },
		DoRead:    func(m Message) bool { return !m.Unread },
		DoStar:    func(m Message) bool { return m.Starred },
		DoUnread:  func(m Message) bool { return m.Unread },
		DoUnstar:  func(m Message) bool { return !m.Starred },
		DoMute:    func(m Message) bool { return m.Muted && m.Place == Archive },
		DoUnmute:  func(m Message) bool { return !m.Muted },
		DoRestore: func(m Message) bool { return m.Place == Inbox },
	} {
		t.Run(string(verb), func(t *testing.T) {
			f := newFixture(t)
			id := f.add(exchange()...)[4]
			before := f.message(id)
			a, err := f.Act(t.Context(), verb, []ID{id})
			if err != nil || a.Chosen != 1 || a.ID == 0 {
				t.Fatalf("doing: %+v, %v", a, err)
			}
			if m := f.message(id); !done(m) {
				t.Errorf("not done: %+v", m)
			}
			f.checkTops()
			f.checkCounters()
			if _, err := f.Undo(t.Context(), a.ID); err != nil {
				t.Fatal(err)
			}
			if m := f.message(id); m != before {
				t.Errorf("after undoing: %+v, want %+v", m, before)
			}
			f.checkTops()
			f.checkCounters()
			if _, err := f.Undo(t.Context(), a.ID); !errors.Is(err, ErrNotFound) {
				t.Errorf("undoing twice: %v, want ErrNotFound", err)
			}
		})
	}
}

func TestUndoingLeavesAloneWhatWasDoneSince(t *testing.T) {
	f := newFixture(t)
	id := f.add(exchange()...)[4]
	a, err := f.Act(t.Context(), DoArchive, []ID{id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Act(t.Context(), DoStar, []ID{id}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Undo(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if m := f.message(id); m.Place != Inbox || !m.Starred {
		t.Errorf("after undoing the archiving: %+v, want it in the inbox and still starred", m)
	}
}

func TestArchivingARowTakesTheWholeConversationOutOfItsPlace(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	if _, err := f.Act(t.Context(), DoTrash, ids[:1]); err != nil {
		t.Fatal(err)
	}
	a, err := f.ActOnConversations(t.Context(), DoArchive, []ID{ids[2], ids[3]})
	if err != nil || a.Chosen != 2 {
		t.Fatalf("archiving: %+v, %v, want 2 conversations", a, err)
	}
	for i, want := range []Place{Trash, Archive, Archive, Archive, Inbox} {
		if m := f.message(ids[i]); m.Place != want {
			t.Errorf("message %d is in %v, want %v", i, m.Place, want)
		}
	}
	f.checkTops()
	f.checkCounters()
}

func TestMarkingAConversationUnreadMarksTheMessageNamed(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	if err := f.MarkRead(t.Context(), ids); err != nil {
		t.Fatal(err)
	}
	if _, err := f.ActOnConversations(t.Context(), DoUnread, ids[2:3]); err != nil {
		t.Fatal(err)
	}
	if counters, err := f.Counters(t.Context()); err != nil || counters[Inbox].Unread != 1 {
		t.Errorf("%d unread (%v), want 1", counters[Inbox].Unread, err)
	}
}

func TestNothingTouchedIsNoAction(t *testing.T) {
	f := newFixture(t)
	a, err := f.Act(t.Context(), DoStar, []ID{12345})
	if err != nil || a.ID != 0 || a.Chosen != 0 {
		t.Errorf("acting on a message that is not there: %+v, %v", a, err)
	}
	if _, err := f.Act(t.Context(), "explode", nil); !errors.Is(err, ErrVerb) {
		t.Errorf("a verb that there is not: %v, want ErrVerb", err)
	}
}

func TestAnActionCannotBeUndoneAfterTenMinutes(t *testing.T) {
	f := newFixture(t)
	now := noon
	f.now = func() time.Time { return now }
	a, err := f.Act(t.Context(), DoStar, f.add(exchange()...)[:1])
	if err != nil {
		t.Fatal(err)
	}
	now = noon.Add(undoWindow - time.Second)
	if _, err := f.Action(t.Context(), a.ID); err != nil {
		t.Errorf("just before: %v", err)
	}
	now = noon.Add(undoWindow)
	if _, err := f.Undo(t.Context(), a.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("after: %v, want ErrNotFound", err)
	}
}

func TestTopsAndCountersHoldThroughAnyActions(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	r := rand.New(rand.NewPCG(7, 7))
	verbs := []Verb{DoArchive, DoTrash, DoRestore, DoRead, DoUnread, DoStar, DoUnstar}
	var done []int64
	for range 60 {
		some := []ID{ids[r.IntN(len(ids))], ids[r.IntN(len(ids))]}
		do := f.Act
		if r.IntN(2) == 0 {
			do = f.ActOnConversations
		}
		if r.IntN(4) == 0 && len(done) > 0 {
			i := r.IntN(len(done))
			if _, err := f.Undo(t.Context(), done[i]); err != nil && !errors.Is(err, ErrNotFound) {
				t.Fatal(err)
			}
		} else if a, err := do(t.Context(), verbs[r.IntN(len(verbs))], some); err != nil {
			t.Fatal(err)
		} else {
			done = append(done, a.ID)
		}
		f.checkTops()
		f.checkCounters()
		if t.Failed() {
			return
		}
	}
}

func TestUndoingLeavesAMessageWhereItWasPutSince(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)[3:]
	a, err := f.Act(t.Context(), DoArchive, ids)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Act(t.Context(), DoTrash, ids[:1]); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Undo(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	for i, want := range []Place{Trash, Inbox} {
		if m := f.message(ids[i]); m.Place != want {
			t.Errorf("message %d is in %v, want %v", i, m.Place, want)
		}
	}
	f.checkTops()
	f.checkCounters()
}

// What a search finds can be acted on as a whole, beyond the page that shows it, and undone as a whole.
func TestAWholeResultIsActedOnAndUndone(t *testing.T) {
	f := newFixture(t)
	var texts []string
	for i := range 70 {
		texts = append(texts, letter("bo@example.org", fmt.Sprint("common ", i), "x", noon.Add(-time.Duration(i)*time.Hour)))
	}
	f.add(append(texts, letter("bo@example.org", "other", "x", noon.Add(-100*time.Hour)))...)
	a, err := f.ActOnFound(t.Context(), DoArchive, parse("common"))
	if err != nil || a.Chosen != 70 || a.ID == 0 {
		t.Fatalf("%+v, %v", a, err)
	}
	counters, err := f.Counters(t.Context())
	if err != nil || counters[Archive].Total != 70 || counters[Inbox].Total != 1 {
		t.Errorf("the counters are %+v, %v", counters, err)
	}
	if rows, err := f.Conversations(t.Context(), Archive, Page{}); err != nil || len(rows.List) != 50 || !rows.Older {
		t.Errorf("the archive lists %d, %v", len(rows.List), err)
	}
	if _, err := f.Undo(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if counters, err = f.Counters(t.Context()); err != nil || counters[Inbox].Total != 71 || f.verify().Bad != 0 {
		t.Errorf("after undoing the counters are %+v, %v", counters, err)
	}
	for _, line := range []string{"nothing-like-that", "!!!"} {
		if a, err := f.ActOnFound(t.Context(), DoTrash, parse(line)); err != nil || a != (Action{Verb: DoTrash}) {
			t.Errorf("%q: %+v, %v", line, a, err)
		}
	}
	if a, err := f.ActOnFound(t.Context(), DoStar, parse("from:bo is:unread OR other")); err != nil || a.Chosen == 0 {
		t.Errorf("%+v, %v", a, err)
	}
}
