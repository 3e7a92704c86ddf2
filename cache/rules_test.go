package cache

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func (f *fixture) rule(r ArrivalRule) {
	f.t.Helper()
	if err := f.AddRule(f.t.Context(), r); err != nil {
		f.t.Fatal(err)
	}
}

func TestARuleMeetsWhatArrives(t *testing.T) {
	f := newFixture(t)
	early := f.add(letter("bo@example.org", "before", "garden", noon.Add(-9*time.Hour)))[0]
	f.rule(ArrivalRule{Query: "from:bo garden", Deeds: RuleArchive | RuleStar | RuleRead, Label: "Bo"})
	f.rule(ArrivalRule{Query: "subject:junk -label:bo", Deeds: RuleTrash})
	ids := f.add(
		letter("bo@example.org", "one", "about the garden", noon.Add(-8*time.Hour)),
		letter("bo@example.org", "two", "about the house", noon.Add(-7*time.Hour)),
		letter("cy@example.org", "junk", "garden", noon.Add(-6*time.Hour)),
		letter("bo@example.org", "junk", "garden", noon.Add(-5*time.Hour)),
	)
	for i, want := range []struct {
		place           Place
		unread, starred bool
		labels          int
	}{{Archive, false, true, 1}, {Inbox, true, false, 0}, {Trash, true, false, 0}, {Archive, false, true, 1}} {
		m := f.message(ids[i])
		if m.Place != want.place || m.Unread != want.unread || m.Starred != want.starred || len(f.labelsOf(ids[i])) != want.labels {
			t.Errorf("message %d is %+v with %q, want %+v", i, m, f.labelsOf(ids[i]), want)
		}
	}
	if m := f.message(early); m.Place != Inbox || m.Starred {
		t.Errorf("what was there before is %+v", m)
	}
	rules, err := f.ArrivalRules(t.Context())
	if err != nil || rules[0].Met != 2 || rules[1].Met != 1 {
		t.Errorf("the rules have met %+v, %v", rules, err)
	}
	f.checkTops()
	f.checkCounters()
}

// A message whose header comes first is met once by each rule: by what its header tells at once, by what lies in it when
// it is whole, and what a person does in between stays.
func TestARuleMeetsAMessageOnceHoweverItComes(t *testing.T) {
	f := newFixture(t)
	f.rule(ArrivalRule{Query: "from:bo", Deeds: RuleArchive})
	f.rule(ArrivalRule{Query: "garden", Deeds: RuleStar})
	text := letter("bo@example.org", "one", "about the garden", noon.Add(-time.Hour))
	id := f.header("uid-h", 1, text)
	if m := f.message(id); m.Place != Archive || m.Starred {
		t.Errorf("with its header only it is %+v, want it archived and not starred", m)
	}
	f.do(DoRestore, id)
	f.collect(Missing{Copy: Copy{f.account.ID, "uid-h", 1}, Number: 1, Size: int64(len(text))}, text)
	if m := f.message(id); m.Place != Inbox || !m.Starred || m.Partial {
		t.Errorf("whole it is %+v, want it where the person put it, and starred", m)
	}
	rules, err := f.ArrivalRules(t.Context())
	if err != nil || rules[0].Met != 1 || rules[1].Met != 1 {
		t.Errorf("the rules have met %+v, %v, want one message each", rules, err)
	}
}

func TestARuleKeepsAMessageOnTheServer(t *testing.T) {
	f := newFixture(t)
	f.rule(ArrivalRule{Query: "from:bo", Deeds: RuleKeep})
	f.add(letter("bo@example.org", "one", "keep", noon.Add(-time.Hour)), letter("cy@example.org", "two", "go", noon.Add(-time.Hour)))
	p := Policy{Rule: DeleteAtOnce, SameSession: true}
	if n, _, err := f.DryRun(t.Context(), f.account.ID, p); err != nil || n != 1 {
		t.Errorf("a policy that deletes all would delete %d, %v, want 1", n, err)
	}
	if err := f.SetPolicy(t.Context(), f.account.ID, p); err != nil {
		t.Fatal(err)
	}
	if list, err := f.Condemned(t.Context(), f.account.ID, noon); err != nil || len(list) != 1 {
		t.Errorf("condemned are %+v, %v, want one", list, err)
	}
}

func TestARuleThatIsNoneIsRefused(t *testing.T) {
	f := newFixture(t)
	for _, r := range []ArrivalRule{{}, {Query: "from:bo"}, {Deeds: RuleStar}, {Query: "  ", Deeds: RuleStar}, {Query: "x", Deeds: 1 << 9}} {
		if err := f.AddRule(t.Context(), r); !errors.Is(err, ErrRule) {
			t.Errorf("%+v: %v, want ErrRule", r, err)
		}
	}
	for range maxRules {
		f.rule(ArrivalRule{Query: "x", Deeds: RuleStar})
	}
	if err := f.AddRule(t.Context(), ArrivalRule{Query: "x", Deeds: RuleStar}); !errors.Is(err, ErrTooMany) {
		t.Errorf("one too many: %v", err)
	}
}

func TestSavedSearchesKeepOneOfAName(t *testing.T) {
	f := newFixture(t)
	for _, q := range []string{"from:bo", "from:cy"} {
		if err := f.SaveSearch(t.Context(), " My  friends", q); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SaveSearch(t.Context(), "other", "is:unread"); err != nil {
		t.Fatal(err)
	}
	list, err := f.SavedSearches(t.Context())
	if want := []SavedSearch{{1, "My friends", "from:cy"}, {2, "other", "is:unread"}}; err != nil || !slices.Equal(list, want) {
		t.Errorf("%+v, %v, want %+v", list, err, want)
	}
	if err := f.SaveSearch(t.Context(), "", "x"); !errors.Is(err, ErrName) {
		t.Errorf("without a name: %v", err)
	}
}

func TestContactsAreWhomMailHasComeFrom(t *testing.T) {
	f := newFixture(t)
	day := func(n int) time.Time { return noon.AddDate(0, 0, -n) }
	f.add(
		letter("Bo Ek <bo@example.org>", "1", "x", day(5)), letter("Bo Ek <BO@example.org>", "2", "x", day(4)), letter("Bo Old <bo@example.org>", "3", "x", day(9)),
		letter("Cy <cy@example.org>", "4", "x", day(5)), letter("Cy <cy@example.org>", "5", "x", day(5)),
	)
	for addr, want := range map[string]bool{"Bo@example.org": true, "cy@example.org": false, "new@example.org": false, "": false} {
		if known, err := f.Known(t.Context(), addr); known != want || err != nil {
			t.Errorf("%s is known: %v, %v", addr, known, err)
		}
	}
	for _, c := range []struct {
		Person
		want int
	}{
		{Person{"bo  EK", "bo@evil.example"}, 1}, {Person{"Bo Ek", "bo@example.org"}, 0}, {Person{"Bo Old", "bo@evil.example"}, 0},
		{Person{"Cy", "cy@evil.example"}, 0}, {Person{"", "bo@evil.example"}, 0},
	} {
		list, err := f.Namesakes(t.Context(), c.Person)
		if err != nil || len(list) != c.want {
			t.Errorf("namesakes of %+v are %+v, %v, want %d", c.Person, list, err, c.want)
		}
	}
}
