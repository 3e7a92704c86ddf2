package cache

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestIDsAreTheOrderOfTime(t *testing.T) {
	f := newFixture(t)
	ids := f.add(
		letter("bo@example.org", "second", "2", noon.Add(-time.Hour)),
		letter("bo@example.org", "first", "1", noon.Add(-2*time.Hour)),
		letter("bo@example.org", "same second as the second", "3", noon.Add(-time.Hour)),
	)
	if !(ids[1] < ids[0] && ids[0] < ids[2]) {
		t.Errorf("ids %v are not in the order of time, then of arrival", ids)
	}
	if got, want := ids[0].Time(), noon.Add(-time.Hour); !got.Equal(want) {
		t.Errorf("the id says %v, want %v", got, want)
	}
}

func TestTheTimeThatDecidesIsBelievable(t *testing.T) {
	day := func(y int) time.Time { return time.Date(y, 5, 1, 0, 0, 0, 0, time.UTC) }
	for _, test := range []struct {
		name                 string
		received, sent, want time.Time
	}{
		{"Received first", day(2020), day(2019), day(2020)},
		{"Date without Received", time.Time{}, day(2019), day(2019)},
		{"Received in the future", day(2090), day(2019), day(2019)},
		{"Date before there was mail", time.Time{}, day(1970), noon},
		{"neither", time.Time{}, time.Time{}, noon},
	} {
		if got := receivedAt(test.received, test.sent, noon); !got.Equal(test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestTheSecondThatIsFullBorrowsFromTheNext(t *testing.T) {
	f := newFixture(t)
	var messages []string
	for i := range perSecond + 2 {
		messages = append(messages, letter("bo@example.org", "flood", strings.Repeat("x", i+1), noon.Add(-time.Hour)))
	}
	ids := f.add(messages...)
	if len(slices.Compact(slices.Clone(ids))) != len(ids) || !slices.IsSorted(ids) {
		t.Fatalf("ids are not all different and ascending")
	}
	if got, want := ids[perSecond].Time(), noon.Add(-time.Hour+time.Second); !got.Equal(want) {
		t.Errorf("message 257 of a second is at %v, want %v", got, want)
	}
}

func TestPagesMeetWithoutGapsOrRepeats(t *testing.T) {
	f := newFixture(t)
	var messages []string
	for i := range 25 {
		messages = append(messages, letter("bo@example.org", "letter "+string(rune('a'+i)), "x", noon.Add(-time.Duration(i)*time.Minute)))
	}
	f.add(messages...)
	var all []ID
	page := Page{Limit: 10}
	for {
		rows, err := f.Conversations(t.Context(), Inbox, page)
		if err != nil {
			t.Fatal(err)
		}
		if rows.Newer != (page.Before != 0) {
			t.Errorf("page before %v: Newer is %v", page.Before, rows.Newer)
		}
		for _, r := range rows.List {
			all = append(all, r.ID)
		}
		if !rows.Older {
			break
		}
		page.Before = all[len(all)-1]
	}
	if len(all) != 25 || !slices.IsSortedFunc(all, func(a, b ID) int { return int(b - a) }) {
		t.Fatalf("the pages hold %d rows, want 25, newest first", len(all))
	}
	rows, err := f.Conversations(t.Context(), Inbox, Page{After: all[20], Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	if rows.List[0].ID != all[10] || rows.List[9].ID != all[19] || !rows.Newer || !rows.Older {
		t.Errorf("the page after row 20 runs from %v to %v, want rows 10 to 19", rows.List[0].ID, rows.List[9].ID)
	}
}

func TestOnlyRecentMailOfAFirstCollectionArrivesUnread(t *testing.T) {
	f := newFixture(t)
	old, recent := noon.AddDate(0, 0, -15), noon.AddDate(0, 0, -13)
	ids := f.add(
		letter("bo@example.org", "old", "1", old),
		letter("bo@example.org", "recent", "2", recent),
		letter("bo@example.org", "recent and read elsewhere", "3", recent, "Status: RO"),
	)
	if err := f.Finish(t.Context(), Run{Account: f.account.ID}, true); err != nil {
		t.Fatal(err)
	}
	ids = append(ids, f.add(letter("bo@example.org", "old, but new here", "4", old, "Status: RO"))...)
	for i, want := range []bool{false, true, false, true} {
		m, err := f.Message(t.Context(), ids[i])
		if err != nil {
			t.Fatal(err)
		}
		if m.Unread != want {
			t.Errorf("%q: unread is %v, want %v", m.Subject, m.Unread, want)
		}
	}
}

func TestEqualBytesOfOneAccountAreOneMessage(t *testing.T) {
	f := newFixture(t)
	text := letter("bo@example.org", "hello", "body", noon)
	first := f.add(text)[0]
	for name, again := range map[string]string{
		"the same bytes":              text,
		"with what a server adds":     "X-UIDL: abc\r\nStatus: RO\r\n" + text,
		"with a folded changed field": "X-Keywords: a\r\n b\r\n" + text,
		"with other line ends":        strings.ReplaceAll(text, "\r\n", "\n"),
		"with an empty line more":     text + "\r\n",
	} {
		if id := f.add(again)[0]; id != first {
			t.Errorf("%s: became another message", name)
		}
	}
	for name, other := range map[string]string{
		"another body":                   letter("bo@example.org", "hello", "Body", noon),
		"Status in the body":             letter("bo@example.org", "hello", "Status: RO\r\nbody", noon),
		"an empty line within the body":  letter("bo@example.org", "hello", "\r\nbody", noon),
		"a field that is not changeable": letter("bo@example.org", "hello", "body", noon, "X-Status-Of: x"),
	} {
		if id := f.add(other)[0]; id == first {
			t.Errorf("%s: was taken for the same message", name)
		}
	}
}
