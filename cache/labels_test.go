package cache

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/cache/query"
)

func (f *fixture) do(verb Verb, ids ...ID) Action {
	f.t.Helper()
	a, err := f.Act(f.t.Context(), verb, ids)
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

func (f *fixture) undo(a Action) {
	f.t.Helper()
	if _, err := f.Undo(f.t.Context(), a.ID); err != nil {
		f.t.Fatal(err)
	}
}

func (f *fixture) labels() (names []string) {
	f.t.Helper()
	list, err := f.Labels(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, l := range list {
		names = append(names, l.Name)
	}
	return names
}

func (f *fixture) labelsOf(id ID) []string {
	f.t.Helper()
	names, err := f.LabelsOf(f.t.Context(), id)
	if err != nil {
		f.t.Fatal(err)
	}
	return names
}

func TestALabelIsGivenTakenAndUndone(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	first := f.do(Labelling(" Ärger  mit "), ids[:2]...)
	second := f.do(Labelling("arger MIT"), ids[1:4]...) // the same label
	if got := f.labels(); !slices.Equal(got, []string{"Ärger mit"}) {
		t.Fatalf("labels are %q", got)
	}
	if list, _ := f.Labels(t.Context()); list[0].Total != 4 || list[0].Unread != 4 {
		t.Errorf("it counts %+v, want 4 messages, all unread", list[0])
	}
	f.undo(second) // message 1 had it before
	for i, want := range []int{1, 1, 0, 0, 0} {
		if got := f.labelsOf(ids[i]); len(got) != want {
			t.Errorf("message %d has %q, want %d labels", i, got, want)
		}
	}
	taken := f.do(Unlabelling("Ärger mit"), ids...)
	if got := f.find(`label:"arger mit"`); len(got) != 0 {
		t.Errorf("taken away it still finds %q", got)
	}
	f.undo(taken)
	if got := f.find(`label:"arger mit"`); len(got) != 2 {
		t.Errorf("given back it finds %q, want 2 messages", got)
	}
	f.undo(first)
	if got := f.labelsOf(ids[0]); len(got) != 0 {
		t.Errorf("after all is undone there is %q", got)
	}
	f.checkCounters()
}

func TestALabelListsAConversationOnce(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	f.do(Labelling("x"), ids...)
	f.do(DoTrash, ids[0])
	list, err := f.Labels(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l, rows, err := f.Labelled(t.Context(), list[0].ID, Page{})
	if err != nil || l.Total != len(ids) {
		t.Fatalf("%+v, %v", l, err)
	}
	threads := map[ID]bool{}
	for _, r := range rows.List {
		var thread ID
		if err := f.file.Read.QueryRow(`SELECT thread FROM messages WHERE id = ?`, r.ID).Scan(&thread); err != nil {
			t.Fatal(err)
		}
		if threads[thread] || r.Place == Trash || !slices.Equal(r.Labels, []string{"x"}) {
			t.Errorf("row %+v stands for a conversation that is listed, or is in the trash, or lacks its label", r)
		}
		threads[thread] = true
	}
	if len(rows.List) != 3 {
		t.Errorf("%d rows, want the 3 conversations that are not in the trash", len(rows.List))
	}
	if _, _, err := f.Labelled(t.Context(), 99, Page{}); !errors.Is(err, ErrNotFound) {
		t.Errorf("a label that there is not: %v", err)
	}
}

func TestALabelIsRenamedAndColoured(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	a := f.do(Labelling("x"), ids[0])
	f.do(Labelling("y"), ids[0])
	list, _ := f.Labels(t.Context())
	for name, want := range map[string]error{" Y": ErrNameTaken, "": ErrName, strings.Repeat("n", 61): ErrName, "X": nil, "new\nname": nil} {
		if err := f.ChangeLabel(t.Context(), list[0].ID, name, 3); !errors.Is(err, want) {
			t.Errorf("renaming to %q: %v, want %v", name, err, want)
		}
	}
	for colour, want := range map[int]error{-1: ErrColour, Colours + 1: ErrColour, Colours: nil} {
		if err := f.ChangeLabel(t.Context(), list[0].ID, "z", colour); !errors.Is(err, want) {
			t.Errorf("the colour %d: %v, want %v", colour, err, want)
		}
	}
	if list, _ := f.Labels(t.Context()); list[1].Name != "z" || list[1].Colour != Colours {
		t.Errorf("there are %+v, want z in the last colour", list)
	}
	if err := f.ChangeLabel(t.Context(), 99, "w", 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("one that there is not: %v", err)
	}
	f.undo(a) // which was made under the old name
	if got := f.labelsOf(ids[0]); !slices.Equal(got, []string{"y"}) {
		t.Errorf("after undoing it has %q", got)
	}
}

func TestWhatIsDeletedComesBackForTenMinutes(t *testing.T) {
	f := newFixture(t)
	now := noon
	f.now = func() time.Time { return now }
	ids := f.add(exchange()...)
	f.do(Labelling("x"), ids[:2]...)
	if err := f.SaveSearch(t.Context(), "s", "from:bo"); err != nil {
		t.Fatal(err)
	}
	if err := f.AddRule(t.Context(), ArrivalRule{Query: "from:bo", Label: "x"}); err != nil {
		t.Fatal(err)
	}
	count := func() [3]int {
		t.Helper()
		searches, err := f.SavedSearches(t.Context())
		rules, err2 := f.ArrivalRules(t.Context())
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return [3]int{len(f.labels()), len(searches), len(rules)}
	}
	drops := []func() (Action, error){
		func() (Action, error) { return f.DropLabel(t.Context(), 1) },
		func() (Action, error) { return f.DropSearch(t.Context(), 1) },
		func() (Action, error) { return f.DropRule(t.Context(), 1) },
	}
	for i, drop := range drops {
		a, err := drop()
		if err != nil {
			t.Fatal(err)
		}
		if got := count(); got[i] != 0 || got[(i+1)%3] != 1 {
			t.Errorf("deletion %d leaves %v", i, got)
		}
		if _, err := drop(); !errors.Is(err, ErrNotFound) {
			t.Errorf("deleting twice: %v", err)
		}
		if got, err := f.Action(t.Context(), a.ID); err != nil || got.Verb.Word() != []string{DroppedLabel, DroppedSearch, DroppedRule}[i] {
			t.Errorf("the action is %+v, %v", got, err)
		}
		f.undo(a)
		if got := count(); got != [3]int{1, 1, 1} {
			t.Errorf("undone there are %v", got)
		}
	}
	if got := f.find("label:x"); len(got) != 2 {
		t.Errorf("the label that came back finds %q", got)
	}
	for _, drop := range drops {
		if _, err := drop(); err != nil {
			t.Fatal(err)
		}
	}
	now = now.Add(undoWindow)
	f.do(DoStar, ids[0]) // any action sweeps
	for _, table := range []string{"labels", "message_labels", "searches", "rules"} {
		var n int
		if err := f.file.Read.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s has %d rows left, %v", table, n, err)
		}
	}
}

func TestALabelOfTheSameNameIsAnother(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	f.do(Labelling("x"), ids[:2]...)
	gone, err := f.DropLabel(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	f.do(Labelling("x"), ids[3])
	if got := f.find("label:x"); len(got) != 1 {
		t.Errorf("the new label finds %q, want only what it was given to", got)
	}
	if _, err := f.Undo(t.Context(), gone.ID); !errors.Is(err, ErrNameTaken) {
		t.Errorf("bringing the old one back: %v, want ErrNameTaken", err)
	}
}

func TestTooManyLabelsAreRefused(t *testing.T) {
	f := newFixture(t)
	id := f.add(exchange()...)[0]
	if _, err := f.file.Write.Exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < ?) INSERT INTO labels (name, folded) SELECT i, i FROM n`, maxLabels); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Act(t.Context(), Labelling("one more"), []ID{id}); !errors.Is(err, ErrTooMany) {
		t.Errorf("one more: %v, want ErrTooMany", err)
	}
	if a := f.do(Labelling("7"), id); a.Chosen != 1 {
		t.Errorf("one that is there: %+v", a)
	}
}

func TestAMutedConversationGoesToTheArchive(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	a, err := f.ActOnConversations(t.Context(), DoMute, ids[4:])
	if err != nil {
		t.Fatal(err)
	}
	reply := letter("bo@example.org", "Re: Hello", "still about it", noon.Add(-time.Minute), "Message-ID: <later@x>", "In-Reply-To: <h@x>")
	late := f.add(reply)[0]
	if m := f.message(late); m.Place != Archive || !m.Muted || !m.Unread {
		t.Errorf("what came is %+v, want it muted in the archive and unread", m)
	}
	f.checkTops()
	if got := f.find("is:muted"); len(got) != 2 {
		t.Errorf("is:muted finds %q", got)
	}
	f.undo(a)
	if _, err := f.ActOnConversations(t.Context(), DoUnmute, []ID{late}); err != nil {
		t.Fatal(err)
	}
	again := f.add(letter("bo@example.org", "Re: Hello", "once more", noon.Add(-time.Second), "Message-ID: <last@x>", "In-Reply-To: <later@x>"))[0]
	if m := f.message(again); m.Place != Inbox || m.Muted {
		t.Errorf("unmuted, what comes is %+v", m)
	}
	f.checkTops()
	f.checkCounters()
}

func TestAWholeResultIsLabelled(t *testing.T) {
	f := newFixture(t)
	f.add(exchange()...)
	want := f.find("from:bo")
	a, err := f.ActOnFound(t.Context(), Labelling("bo"), query.Parse("from:bo", time.UTC))
	if err != nil || a.Chosen != len(want) || a.Chosen == 0 {
		t.Fatalf("%+v, %v, want %d", a, err, len(want))
	}
	if got := f.find("label:bo"); !slices.Equal(got, want) {
		t.Errorf("label:bo finds %q, want %q", got, want)
	}
}
