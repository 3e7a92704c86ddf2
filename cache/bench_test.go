package cache

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"restante/cache/query"
)

// batch makes n small letters ready to be stored, each a conversation, a minute apart.
func (f *fixture) batch(n int) []*Prepared {
	f.t.Helper()
	var listing []Listing
	for range n {
		f.number++
		listing = append(listing, Listing{Number: f.number, UIDL: fmt.Sprint("batch-", f.number)})
	}
	missing, err := f.compare(f.t.Context(), f.account.ID, listing)
	if err != nil {
		f.t.Fatal(err)
	}
	body := strings.Repeat("common words of all kinds that fill a letter with something to read\r\n", 10)
	group := make([]*Prepared, n)
	for i, m := range missing {
		at := noon.Add(-time.Duration(m.Number) * time.Minute)
		group[i] = f.prepare(m, letter("Bo <bo@example.org>", fmt.Sprint("letter ", m.Number), body, at, fmt.Sprintf("Message-ID: <%d@example.org>", m.Number)))
	}
	return group
}

// filled is a box with n small letters.
func filled(b *testing.B, n int) *fixture {
	f := newFixture(b)
	store(f, f.batch(n))
	return f
}

// store stores what was prepared in groups, as the collector does.
func store(f *fixture, batch []*Prepared) {
	f.t.Helper()
	const group = 64
	for len(batch) > 0 {
		n := min(group, len(batch))
		if _, err := f.Store(f.t.Context(), batch[:n]); err != nil {
			f.t.Fatal(err)
		}
		for _, p := range batch[:n] {
			if err := p.Close(); err != nil {
				f.t.Fatal(err)
			}
		}
		batch = batch[n:]
	}
}

func BenchmarkStoring2000SmallMessages(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		f := newFixture(b)
		batch := f.batch(2000)
		b.StartTimer()
		store(f, batch)
	}
	b.ReportMetric(2000*float64(b.N)/b.Elapsed().Seconds(), "messages/s")
}

func BenchmarkPreparing(b *testing.B) {
	f := newFixture(b)
	text := letter("Bo <bo@example.org>", "letter", strings.Repeat("common words of all kinds\r\n", 30), noon)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if err := f.prepare(Missing{Number: 1}, text).Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAPageOfTheInbox(b *testing.B) {
	f := filled(b, 4000)
	for name, page := range map[string]Page{"newest": {}, "deep": {Before: firstID(noon.Add(-3900 * time.Minute))}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				rows, err := f.Conversations(b.Context(), Inbox, page)
				if err != nil || len(rows.List) != pageRows {
					b.Fatalf("%d rows, %v", len(rows.List), err)
				}
			}
		})
	}
}

func BenchmarkSearchOfACommonWord(b *testing.B) {
	f := filled(b, 4000)
	for name, line := range map[string]string{
		"all": "common", "two words": "common kinds", "old": `common before:2026-11-24`, "with a flag": "common is:unread",
	} {
		q := query.Parse(line, time.UTC)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				found, err := f.Search(b.Context(), q, Page{})
				if err != nil || len(found.Hits) != pageRows {
					b.Fatalf("%d hits, %v", len(found.Hits), err)
				}
			}
		})
	}
}

func BenchmarkAStar(b *testing.B) {
	f := filled(b, 500)
	var ids []ID
	rows, err := f.Conversations(b.Context(), Inbox, Page{})
	if err != nil {
		b.Fatal(err)
	}
	for _, r := range rows.List {
		ids = append(ids, r.ID)
	}
	i := 0
	for b.Loop() {
		verb := []Verb{DoStar, DoUnstar}[i/len(ids)%2]
		if _, err := f.Act(b.Context(), verb, ids[i%len(ids):][:1]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}
