package cache

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// list compares a complete listing with what is here.
func (f *fixture) list(listing ...Listing) Work {
	f.t.Helper()
	work, err := f.Compare(f.t.Context(), f.account.ID, listing, true)
	if err != nil {
		f.t.Fatal(err)
	}
	return work
}

// collect stores a message that is missing.
func (f *fixture) collect(m Missing, text string) {
	f.t.Helper()
	p := f.prepare(m, text)
	defer p.Close()
	if _, err := f.Store(f.t.Context(), []*Prepared{p}); err != nil {
		f.t.Fatal(err)
	}
}

// header stores the header of a message and returns the id of what it becomes.
func (f *fixture) header(uidl string, number int, text string) ID {
	f.t.Helper()
	head, _, _ := strings.Cut(text, "\r\n\r\n")
	err := f.StoreHeaders(f.t.Context(), []Header{{Copy: Copy{f.account.ID, uidl, 1}, Number: number, Size: int64(len(text)), Raw: f.spool(head + "\r\n\r\n")}})
	if err != nil {
		f.t.Fatal(err)
	}
	return f.messageOf(uidl)
}

func (f *fixture) messageOf(uidl string) (id ID) {
	f.t.Helper()
	if err := f.file.Read.QueryRow(`SELECT coalesce(message, 0) FROM copies WHERE uidl = ?`, []byte(uidl)).Scan(&id); err != nil {
		f.t.Fatal(err)
	}
	return id
}

func (f *fixture) stateOf(uidl string) (s State) {
	f.t.Helper()
	if err := f.file.Read.QueryRow(`SELECT state FROM copies WHERE uidl = ?`, []byte(uidl)).Scan(&s); err != nil {
		f.t.Fatal(err)
	}
	return s
}

func (f *fixture) bytesOf(id ID) string {
	f.t.Helper()
	raw, err := f.Raw(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	all, err := io.ReadAll(raw.Reader())
	if err != nil {
		f.t.Fatal(err)
	}
	return string(all)
}

// A header is a message like others; when the whole comes it keeps its id, and what the person did with it.
func TestAHeaderBecomesTheWholeMessage(t *testing.T) {
	f := newFixture(t)
	text := letter("bo@example.org", "the plan", "walk in the garden", noon.Add(-time.Hour), "Message-ID: <p@x>")
	id := f.header("u", 7, text)
	m, err := f.Message(t.Context(), id)
	if err != nil || !m.Partial || m.Subject != "the plan" || m.Size != int64(len(text)) || !m.Remote {
		t.Fatalf("of its header it is %+v, %v", m, err)
	}
	if got := f.find("plan"); len(got) != 1 {
		t.Errorf("its subject finds %q", got)
	}
	if _, err := f.Act(t.Context(), DoStar, []ID{id}); err != nil {
		t.Fatal(err)
	}
	work := f.list(Listing{Number: 1, UIDL: "u", Size: m.Size})
	if len(work.Missing) != 1 || work.Missing[0].Message != id {
		t.Fatalf("listed it leaves to do %+v", work)
	}
	f.collect(work.Missing[0], text)
	m, err = f.Message(t.Context(), id)
	if err != nil || m.Partial || !m.Starred || f.bytesOf(id) != text || m.Snippet != "walk in the garden" {
		t.Errorf("whole it is %+v, %v", m, err)
	}
	if got := f.find("garden plan"); len(got) != 1 {
		t.Errorf("its text finds %q", got)
	}
	if work := f.list(Listing{Number: 1, UIDL: "u", Size: m.Size}); len(work.Missing)+len(work.Later)+len(work.Headers) != 0 {
		t.Errorf("once it is here there is still to do %+v", work)
	}
}

// What TOP showed may have been another message's: then nothing of it stays.
func TestAHeaderThatWasWrongLeavesNoTrace(t *testing.T) {
	f := newFixture(t)
	right := letter("bo@example.org", "right", "x", noon.Add(-time.Hour))
	id := f.header("u", 1, letter("cy@example.org", "wrong", "y", noon.Add(-2*time.Hour)))
	work := f.list(Listing{Number: 1, UIDL: "u", Size: 5})
	f.collect(work.Missing[0], right)
	if _, err := f.Message(t.Context(), id); !errors.Is(err, ErrNotFound) {
		t.Errorf("the message of the wrong header is still there: %v", err)
	}
	if got := f.find("from:bo OR from:cy"); !slices.Equal(got, []string{"right"}) {
		t.Errorf("there are %q", got)
	}
	rows, err := f.Conversations(t.Context(), Inbox, Page{})
	if err != nil || len(rows.List) != 1 || f.bytesOf(rows.List[0].ID) != right {
		t.Errorf("the inbox has %+v, %v", rows.List, err)
	}
}

// A message that is here under another unique id has no second row for its header.
func TestAHeaderOfAMessageThatIsHereBecomesThatMessage(t *testing.T) {
	f := newFixture(t)
	text := letter("bo@example.org", "once", "x", noon.Add(-time.Hour))
	ids := f.add(text)
	f.header("renamed", 1, text)
	work := f.list(Listing{Number: 1, UIDL: "renamed", Size: int64(len(text))})
	f.collect(work.Missing[0], text)
	if got := f.find("once"); len(got) != 1 || f.messageOf("renamed") != ids[0] {
		t.Errorf("there are %q, and the copy belongs to %d, not %d", got, f.messageOf("renamed"), ids[0])
	}
}

func TestOnlyHeadersOfLargeMessagesUntilSomebodyAsks(t *testing.T) {
	f := newFixture(t)
	if err := f.SetIntake(t.Context(), f.account.ID, Everything, 100); err != nil {
		t.Fatal(err)
	}
	big := letter("bo@example.org", "big", strings.Repeat("filler ", 50), noon.Add(-time.Hour))
	listing := []Listing{{Number: 1, UIDL: "small", Size: 99}, {Number: 2, UIDL: "big", Size: int64(len(big))}}
	work := f.list(listing...)
	if len(work.Missing) != 1 || work.Missing[0].UIDL != "small" || len(work.Headers) != 1 || work.Headers[0].UIDL != "big" {
		t.Fatalf("at first there is to do %+v", work)
	}
	id := f.header("big", 2, big)
	if work = f.list(listing...); len(work.Headers) != 0 || work.Later[id].Number != 2 {
		t.Fatalf("with its header here there is to do %+v", work)
	}
	if err := f.Want(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if work = f.list(listing...); len(work.Missing) != 2 || work.Missing[0].UIDL != "big" {
		t.Fatalf("what is asked for does not come first: %+v", work.Missing)
	}
	f.collect(work.Missing[0], big)
	if f.bytesOf(id) != big || f.stateOf("big") != Stored {
		t.Errorf("it is not whole")
	}
	if err := f.Want(t.Context(), id); err != nil {
		t.Errorf("asking for a whole message: %v", err)
	}
	f.list(listing[0])
	part := f.header("gone", 3, big+"!")
	f.list(listing[0])
	if err := f.Want(t.Context(), part); !errors.Is(err, ErrNotFound) {
		t.Errorf("asking for what no server lists: %v", err)
	}
}

func TestAScopeLeavesOutWhatIsThere(t *testing.T) {
	f := newFixture(t)
	if err := f.SetIntake(t.Context(), f.account.ID, FromNow, 0); err != nil {
		t.Fatal(err)
	}
	if work := f.list(Listing{Number: 1, UIDL: "old", Size: 5}); len(work.Missing) != 0 || f.stateOf("old") != Skipped {
		t.Fatalf("there is to do %+v", work)
	}
	if err := f.Finish(t.Context(), Run{Account: f.account.ID}, true); err != nil {
		t.Fatal(err)
	}
	work := f.list(Listing{Number: 1, UIDL: "old", Size: 5}, Listing{Number: 2, UIDL: "new", Size: 5})
	if len(work.Missing) != 1 || work.Missing[0].UIDL != "new" {
		t.Fatalf("after the first collection there is to do %+v", work.Missing)
	}
	if err := f.SetIntake(t.Context(), f.account.ID, Everything, 0); err != nil {
		t.Fatal(err)
	}
	if work := f.list(Listing{Number: 1, UIDL: "old", Size: 5}); len(work.Missing) != 1 {
		t.Errorf("once everything is asked for there is to do %+v", work.Missing)
	}
}

// A server that gives its messages other unique ids, before all of them have come whole, doubles none: the header that is
// here under the old id becomes the message that comes under the new one, or its header (pop3.md E2).
func TestAHeaderIsKnownAgainUnderAnotherUniqueID(t *testing.T) {
	text := letter("bo@example.org", "the plan", "walk in the garden", noon.Add(-time.Hour), "Message-ID: <p@x>")
	for name, again := range map[string]func(*fixture, Missing){
		"whole": func(f *fixture, m Missing) { f.collect(m, text) },
		"its header, then whole": func(f *fixture, m Missing) {
			f.header("new", 7, text)
			f.collect(m, text)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			id := f.header("old", 7, text)
			if _, err := f.Act(t.Context(), DoStar, []ID{id}); err != nil {
				t.Fatal(err)
			}
			f.list(Listing{Number: 7, UIDL: "old", Size: int64(len(text))})
			work := f.list(Listing{Number: 7, UIDL: "new", Size: int64(len(text))})
			again(f, work.Missing[0])
			m, err := f.Message(t.Context(), id)
			if err != nil || m.Partial || !m.Starred || !m.Remote || f.bytesOf(id) != text {
				t.Errorf("it is now %+v, %v", m, err)
			}
			if got := f.find("plan"); len(got) != 1 || f.messageOf("new") != id || f.messageOf("old") != 0 {
				t.Errorf("there are %q; the copies belong to %d and %d, not %d", got, f.messageOf("new"), f.messageOf("old"), id)
			}
			f.verify()
		})
	}
}

// Another message with the same header is another message: its size is, or the first is still listed.
func TestAnothersHeaderIsNotTaken(t *testing.T) {
	text := letter("bo@example.org", "report", "today's figures", noon.Add(-time.Hour))
	longer := letter("bo@example.org", "report", "today's figures, and more", noon.Add(-time.Hour))
	for name, listing := range map[string][]Listing{
		"another size": {{Number: 2, UIDL: "new", Size: int64(len(longer))}},
		"still listed": {{Number: 1, UIDL: "old", Size: int64(len(longer))}, {Number: 2, UIDL: "new", Size: int64(len(longer))}},
	} {
		f := newFixture(t)
		id := f.header("old", 1, text)
		f.list(Listing{Number: 1, UIDL: "old", Size: int64(len(text))})
		for _, m := range f.list(listing...).Missing {
			if m.UIDL == "new" {
				f.collect(m, longer)
			}
		}
		if got := f.find("report"); len(got) != 2 || f.messageOf("new") == id {
			t.Errorf("%s: there are %q", name, got)
		}
	}
}
