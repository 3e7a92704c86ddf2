package cache

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"restante/cache/query"
)

// find is the subjects that a line finds, newest first.
func (f *fixture) find(line string) []string {
	f.t.Helper()
	found, err := f.Search(f.t.Context(), query.Parse(line, time.UTC), Page{})
	if err != nil {
		f.t.Fatalf("searching %q: %v", line, err)
	}
	if found.Total != len(found.Hits) {
		f.t.Errorf("%q: total %d, but %d hits", line, found.Total, len(found.Hits))
	}
	subjects := []string{}
	for _, h := range found.Hits {
		subjects = append(subjects, h.Row.Subject)
	}
	return subjects
}

func library(t *testing.T) *fixture {
	f := newFixture(t)
	day := func(d int) time.Time { return noon.AddDate(0, 0, -d) }
	ids := f.add(
		letter("Bo Berg <bo@example.org>", "garden party", "We meet in the Straße behind the café. Bring PLUM cake.", day(1)),
		letter("Cy <cy@example.net>", "invoice", "The garden was expensive, party or not.", day(2),
			"MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary=b`)+
			"--b\r\nContent-Type: text/plain\r\n\r\nparty of the garden\r\n--b\r\nContent-Type: application/pdf; name=bill.pdf\r\nContent-Disposition: attachment; filename=bill.pdf\r\n\r\nx\r\n--b--\r\n",
		letter("=?utf-8?B?6Yi05pyo?= <suzuki@example.jp>", "=?utf-8?B?5pel5pys6Kqe44Gu44Oh44O844Or?=", "日本語の入門書", day(3), "Content-Type: text/plain; charset=utf-8"),
		letter("Di <di@example.org>", "old news", "nothing of note", day(400)),
		letter("Di <di@example.org>", "spam spam", "garden garden", day(4)),
	)
	if _, err := f.Act(t.Context(), DoTrash, ids[4:]); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Act(t.Context(), DoStar, ids[3:4]); err != nil {
		t.Fatal(err)
	}
	if err := f.MarkRead(t.Context(), ids[1:]); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSearchFinds(t *testing.T) {
	f := library(t)
	const party, invoice, japanese, old, spam = "garden party", "invoice", "日本語のメール", "old news", "spam spam"
	for _, test := range []struct {
		line string
		want []string
	}{
		{"", []string{party, invoice, japanese, old}},
		{"garden", []string{party, invoice}},
		{"GARDEN bring", []string{party}},
		{`"garden party"`, []string{party}},
		{`"party of the garden"`, []string{invoice}},
		{"gard", []string{party, invoice}},
		{`"gard"`, nil},
		{"ga", nil},
		{"garden -plum", []string{invoice}},
		{"-garden", []string{japanese, old}},
		{"strasse", []string{party}},
		{"straße cafe", []string{party}},
		{"日本", []string{japanese}},
		{"本", []string{japanese}},
		{"書", []string{japanese}},
		{"鈴木", []string{japanese}},
		{"本日", nil},
		{"from:bo", []string{party}},
		{`from:"bo berg"`, []string{party}},
		{"from:example.net", []string{invoice}},
		{"from:garden", nil},
		{"to:ana garden", []string{party, invoice}},
		{"subject:garden", []string{party}},
		{"has:attachment", []string{invoice}},
		{"-has:attachment garden", []string{party}},
		{"is:unread", []string{party}},
		{"is:read", []string{invoice, japanese, old}},
		{"is:starred", []string{old}},
		{"in:trash garden", []string{spam}},
		{"in:anywhere garden", []string{party, invoice, spam}},
		{"in:inbox news", []string{old}},
		{"before:2026", []string{old}},
		{"after:2026-11-24 garden", []string{party, invoice}},
		{"after:2026-11-25", []string{party}},
		{"before:1970-01-01", nil},
		{"on:2026-11-25", []string{party}},
		{"on:2026-11 garden", []string{party, invoice}},
		{"-on:2026-11-25 on:2026", []string{invoice, japanese}},
		{"on:2025", []string{old}},
		{"larger:300 garden", []string{invoice}},
		{"smaller:300 garden", []string{party}},
		{"-larger:300 garden", []string{party}},
		{"larger:0.3K", nil},
		{"larger:1G", nil},
		{"-after:2026 garden", nil},
		{"-before:2026 before:2026-11-25 garden", []string{invoice}},
		{"form:garden", []string{party, invoice}},
		{"!!!", nil},
		{"garden !!!", []string{party, invoice}},
		{`" OR NEAR( * ^ {} : -"`, nil},
		{"AND OR NOT", []string{old}},
		{"plum OR invoice", []string{party, invoice}},
		{"garden plum OR news", []string{party}},
		{"(garden plum) OR news", []string{party, old}},
		{"garden -(plum OR party)", nil},
		{"garden -(plum party)", []string{invoice}},
		{"-(garden party)", []string{japanese, old}},
		{"-(garden plum)", []string{invoice, japanese, old}},
		{"is:starred OR plum", []string{party, old}},
		{"(is:read garden) OR (is:starred -garden)", []string{invoice, old}},
		{"-(is:read OR garden)", nil},
		{"-(is:unread OR is:starred)", []string{invoice, japanese}},
		{"-garden OR plum", []string{party, japanese, old}},
		{"in:trash OR is:unread", []string{party, spam}},
		{"on:2026-11-25 OR before:2026", []string{party, old}},
		{"!!! OR plum", []string{party}},
		{"!!! OR ???", nil},
		{"garden (!!! OR ???)", []string{party, invoice}},
		{"gard OR plu", []string{party}},
		{"from:(bo OR cy)", []string{party, invoice}},
		{"body:garden", []string{invoice}},
		{"body:gard*", []string{invoice}},
		{"filename:bill", []string{invoice}},
		{"filename:bill.pdf", []string{invoice}},
		{"bill", []string{invoice}},
		{"filename:garden", nil},
		{"has:pdf", []string{invoice}},
		{"has:image", nil},
		{"has:link OR has:invite OR is:encrypted", nil},
		{"is:large", nil},
		{"is:server", []string{party, invoice, japanese, old}},
		{"is:here", nil},
		{"older_than:1w", []string{old}},
		{"newer_than:2d", []string{party, invoice}},
		{"-newer_than:2d garden", nil},
		{"account:mail.example.org", []string{party, invoice, japanese, old}},
		{"account:ANA@example -garden", []string{japanese, old}},
		{"account:other", nil},
		{"label:none", nil},
		{"-label:none garden", []string{party, invoice}},
	} {
		if got := f.find(test.line); !slices.Equal(got, test.want) {
			t.Errorf("%q finds %q, want %q", test.line, got, test.want)
		}
	}
}

func TestSearchLooksAtWhatAMessageIs(t *testing.T) {
	f := newFixture(t)
	at := func(h int) time.Time { return noon.Add(-time.Duration(h) * time.Hour) }
	mixed := func(kind, body string) string {
		return "--b\r\nContent-Type: text/plain\r\n\r\nsee it\r\n--b\r\nContent-Type: " + kind + "\r\nContent-Disposition: attachment\r\n\r\n" + body + "\r\n--b--\r\n"
	}
	const multi = "Content-Type: multipart/mixed; boundary=b"
	f.add(
		letter("bo@example.org", "picture", "", at(1), multi)+mixed(`image/png; name="Beach at noon.png"`, "x"),
		letter("bo@example.org", "meeting", "", at(2), multi)+mixed("text/calendar", "BEGIN:VCALENDAR"),
		letter("bo@example.org", "secret", "-----BEGIN PGP MESSAGE-----\r\n", at(3)),
		letter("bo@example.org", "linked", "see https://example.org/ there", at(4), "Cc: Cy <cy@example.net>", "List-Id: The club <club.example.org>"),
		letter("bo@example.org", "asked", "when?", at(9), "Message-ID: <q1@example.org>"),
		letter("ANA@example.org", "Re: asked", "now", at(8), "Message-ID: <a1@example.org>", "In-Reply-To: <q1@example.org>"),
		letter("bo@example.org", "Re: asked", "thanks", at(7), "In-Reply-To: <a1@example.org>"),
		letter("bo@example.org", "big", strings.Repeat("filler and filler\r\n", query.LargeSize/19+1), at(10)),
	)
	for line, want := range map[string][]string{
		"has:image":                         {"picture"},
		`filename:"beach at noon"`:          {"picture"},
		"has:invite":                        {"meeting"},
		"is:encrypted":                      {"secret"},
		"has:link":                          {"linked"},
		"cc:cy":                             {"linked"},
		"to:cy":                             {"linked"},
		"from:cy":                           {},
		"list:club":                         {"linked"},
		"is:replied":                        {"asked"},
		"-is:replied asked":                 {"Re: asked", "Re: asked"},
		"is:large":                          {"big"},
		"rfc822msgid:<q1@example.org>":      {"asked"},
		"-rfc822msgid:q1@example.org asked": {"Re: asked", "Re: asked"},
		"rfc822msgid:none@example.org":      {},
		"cc:cy has:link -list:other":        {"linked"},
	} {
		if got := f.find(line); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", line, got, want)
		}
	}
}

// A Message-ID leads to a message by its conversation, also after another message has joined conversations.
func TestMessagesAreFoundByTheirIDWhereverTheirConversationWent(t *testing.T) {
	f := newFixture(t)
	long := strings.Repeat("x", 300) + "@x"
	at := func(h int) time.Time { return noon.Add(-time.Duration(h) * time.Hour) }
	f.add(
		letter("ana@example.org", "long", "text", at(1), "Message-ID: <"+long+">"),
		letter("ana@example.org", "one", "text", at(4), "Message-ID: <one@x>"),
		letter("bo@example.org", "two", "text", at(3), "Message-ID: <two@x>"),
		letter("bo@example.org", "both", "text", at(2), "Message-ID: <both@x>", "References: <one@x> <two@x>"),
	)
	for id, want := range map[string]string{long: "long", "one@x": "one", "two@x": "two", "both@x": "both"} {
		if got := f.find("rfc822msgid:" + id); !slices.Equal(got, []string{want}) {
			t.Errorf("%.20q finds %q, want %q", id, got, want)
		}
	}
}

// A whole address finds those whose address it is, and those whom a list names with it.
func TestAddressesAreFoundWhole(t *testing.T) {
	f := newFixture(t)
	at := func(h int) time.Time { return noon.Add(-time.Duration(h) * time.Hour) }
	f.add(
		letter("Bo Berg <bo@example.org>", "plain", "", at(1)),
		letter("BO@Example.ORG", "capitals", "", at(2), "Cc: di@example.org"),
		letter(`"'bo@example.org' via Garden" <garden@lists.example>`, "list", "", at(3)),
		letter("bo@example.org.uk", "longer", "", at(4)),
		letter("jo-bo@example.org", "other", "", at(5)),
		letter("Bö <bö@example.org>", "accent", "", at(6)),
	)
	for line, want := range map[string][]string{
		"from:bo@example.org":                {"plain", "capitals", "list"},
		"from:BO@EXAMPLE.org is:unread":      {"plain", "capitals", "list"},
		`from:"<bo@example.org>"`:            {"plain", "capitals", "list"},
		"from:(bo@example.org.uk OR di@x.y)": {"longer"},
		"-from:bo@example.org":               {"longer", "other", "accent"},
		"from:jo-bo@example.org":             {"other"},
		"from:bo@example.or*":                {"plain", "capitals", "list", "longer", "other", "accent"},
		"from:bo@example":                    {"plain", "capitals", "list", "longer", "other", "accent"},
		"from:bö@example.org from:accent":    {},
		"to:ana@example.org from:jo":         {"other"},
		"cc:di@example.org":                  {"capitals"},
		"to:di@example.org":                  {"capitals"},
		"to:bo@example.org":                  {},
	} {
		if got := f.find(line); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", line, got, want)
		}
	}
}

// What a server no longer lists is only here, until it is listed again.
func TestSearchKnowsWhereAMessageIs(t *testing.T) {
	f := newFixture(t)
	one, two := letter("bo@example.org", "one", "x", noon.Add(-time.Hour)), letter("bo@example.org", "two", "x", noon.Add(-2*time.Hour))
	f.add(one, two)
	list := func(ids ...string) {
		var listing []Listing
		for i, id := range ids {
			listing = append(listing, Listing{Number: i + 1, UIDL: id, Size: int64(len(one))})
		}
		if _, err := f.compare(t.Context(), f.account.ID, listing); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		listed       []string
		here, server []string
	}{
		{[]string{"uid-1", "uid-2"}, []string{}, []string{"one", "two"}},
		{[]string{"uid-2"}, []string{"one"}, []string{"two"}},
		{[]string{}, []string{"one", "two"}, []string{}},
		{[]string{"uid-1"}, []string{"two"}, []string{"one"}},
	} {
		list(step.listed...)
		if got := f.find("is:here"); !slices.Equal(got, step.here) {
			t.Errorf("with %q listed is:here finds %q, want %q", step.listed, got, step.here)
		}
		if got := f.find("is:server"); !slices.Equal(got, step.server) {
			t.Errorf("with %q listed is:server finds %q, want %q", step.listed, got, step.server)
		}
	}
}

func TestAnExcerptShowsWhatMatched(t *testing.T) {
	f := newFixture(t)
	f.add(letter("bo@example.org", "A garden", strings.Repeat("filler words here ", 50)+"where the GÄRDEN begins "+strings.Repeat("and goes on ", 50), noon))
	found, err := f.Search(t.Context(), query.Parse("gard", time.UTC), Page{})
	if err != nil || len(found.Hits) != 1 {
		t.Fatalf("%d hits, %v", len(found.Hits), err)
	}
	shown := func(spans []Span) string {
		var b strings.Builder
		for _, s := range spans {
			if s.Match {
				fmt.Fprintf(&b, "[%s]", s.Text)
			} else {
				b.WriteString(s.Text)
			}
		}
		return b.String()
	}
	if got := shown(found.Hits[0].Subject); got != "A [garden]" {
		t.Errorf("the subject is shown as %q", got)
	}
	if got := shown(found.Hits[0].Snippet); !strings.HasPrefix(got, "… ") || !strings.Contains(got, "where the [GÄRDEN] begins") {
		t.Errorf("the text is shown as %q", got)
	}
}

// What a word was looked for in is where it is marked: who looks for mail of Bo did not ask about a bo tree.
func TestOnlyWhatWasAskedForIsMarked(t *testing.T) {
	f := newFixture(t)
	f.add(letter("Bo <bo@example.org>", "A bo tree", "the bo tree is a fig", noon))
	for line, want := range map[string][2]bool{"bo": {true, true}, "subject:bo": {true, false}, "from:bo": {false, false}, "to:ana bo": {true, true}} {
		found, err := f.Search(t.Context(), query.Parse(line, time.UTC), Page{})
		if err != nil || len(found.Hits) != 1 {
			t.Fatalf("%q: %d hits, %v", line, len(found.Hits), err)
		}
		isMatch := func(s Span) bool { return s.Match }
		got := [2]bool{slices.ContainsFunc(found.Hits[0].Subject, isMatch), slices.ContainsFunc(found.Hits[0].Snippet, isMatch)}
		if got != want {
			t.Errorf("%q marks subject and text %v, want %v", line, got, want)
		}
	}
}

func TestSearchPagesMeet(t *testing.T) {
	f := newFixture(t)
	var messages []string
	for i := range 12 {
		messages = append(messages, letter("bo@example.org", fmt.Sprint("common ", i), "x", noon.Add(-time.Duration(i)*time.Hour)))
	}
	f.add(messages...)
	q := query.Parse("common", time.UTC)
	first, err := f.Search(t.Context(), q, Page{Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	second, err := f.Search(t.Context(), q, Page{Limit: 5, Before: first.Hits[4].ID})
	if err != nil {
		t.Fatal(err)
	}
	back, err := f.Search(t.Context(), q, Page{Limit: 5, After: second.Hits[0].ID})
	if err != nil {
		t.Fatal(err)
	}
	if second.Hits[0].Row.Subject != "common 5" || !second.Newer || !second.Older || second.Total != 12 {
		t.Errorf("the second page begins with %q of %d", second.Hits[0].Row.Subject, second.Total)
	}
	if back.Hits[0].ID != first.Hits[0].ID || len(back.Hits) != 5 || back.Newer {
		t.Errorf("the page before the second is not the first")
	}
}

func TestTheBestComeFirst(t *testing.T) {
	f := newFixture(t)
	at := func(d int) time.Time { return noon.AddDate(0, 0, -d) }
	f.add(
		letter("bo@example.org", "text", "about the garden", at(1)),
		letter("Garden Centre <shop@example.org>", "offer", "garden", at(2)),
		letter("bo@example.org", "garden", "x", at(3)),
		letter("Garden Centre <shop@example.org>", "garden", "x", at(4)),
		letter("bo@example.org", "older text", "garden", at(5)),
		letter("bo@example.org", "other", "x", at(6)))
	all := func(line string, page Page) (subjects []string, found Found) {
		found, err := f.SearchBest(t.Context(), query.Parse(line, time.UTC), page)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range found.Hits {
			subjects = append(subjects, h.Row.Subject)
		}
		return subjects, found
	}
	got, found := all("garden", Page{})
	if want := []string{"garden", "garden", "offer", "text", "older text"}; !slices.Equal(got, want) || found.Total != 5 {
		t.Errorf("best first: %q of %d, want %q", got, found.Total, want)
	}
	if from := found.Hits[0].From[0].Addr; from != "shop@example.org" {
		t.Errorf("the first is of %s, want the one that has the word in subject and sender", from)
	}
	second, next := all("garden", Page{Before: found.Hits[1].ID, Limit: 2})
	if want := []string{"offer", "text"}; !slices.Equal(second, want) || !next.Newer || !next.Older {
		t.Errorf("the second page is %q, %v, %v", second, next.Newer, next.Older)
	}
	if first, back := all("garden", Page{After: next.Hits[0].ID, Limit: 2}); !slices.Equal(first, []string{"garden", "garden"}) || back.Newer || !back.Older {
		t.Errorf("the page before it is %q, %v, %v", first, back.Newer, back.Older)
	}
	if got, _ := all("is:unread -other", Page{Limit: 2}); !slices.Equal(got, []string{"text", "offer"}) {
		t.Errorf("without a word to rank by: %q, want the newest", got)
	}
}

func FuzzSearchNeverFails(f *testing.F) {
	for _, line := range []string{`garden`, `"a b" -c`, `from:"x`, `"" AND (`, `日本 本*`, "a\x00b", `{subject} : x`, `*`, `-`, `"a" "`, `to:* is:unread in:spam`} {
		f.Add(line)
	}
	b, err := Open(f.Context(), f.TempDir(), frozen)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { b.Close() })
	f.Fuzz(func(t *testing.T, line string) {
		q := query.Parse(line, time.UTC)
		if _, err := b.Search(t.Context(), q, Page{}); err != nil {
			t.Errorf("searching %q: %v", line, err)
		}
	})
}

// parse reads a search line in UTC.
func parse(line string) query.Query { return query.Parse(line, time.UTC) }
