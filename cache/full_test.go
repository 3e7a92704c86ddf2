package cache

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"restante/cache/sqlitefile"
)

// On a full disk a group is stored whole or not at all, what was there stays, and with room again the rest is stored.
func TestAFullDiskLosesNothing(t *testing.T) {
	f := newFixture(t)
	before := f.add(letter("bo@example.org", "before", "x", noon.Add(-time.Hour)))
	var listing []Listing
	texts := map[int]string{}
	for i := range 30 {
		texts[i+1] = letter("bo@example.org", fmt.Sprint("letter ", i), strings.Repeat(fmt.Sprintf("word%d ", i*7919), 2000), noon.Add(-time.Duration(i+2)*time.Hour))
		listing = append(listing, Listing{i + 1, fmt.Sprint("full-", i), int64(len(texts[i+1]))})
	}
	work := f.list(listing...)
	group := func() (list []*Prepared) {
		for _, m := range work.Missing {
			list = append(list, f.prepare(m, texts[m.Number]))
		}
		return list
	}
	if _, err := f.file.Write.Exec(`PRAGMA max_page_count = 1`); err != nil { // as large as it is
		t.Fatal(err)
	}
	first := group()
	if _, err := f.Store(t.Context(), first); !sqlitefile.IsFull(err) {
		t.Fatalf("storing on a full disk: %v", err)
	}
	if got := f.find("letter"); len(got) != 0 || f.bytesOf(before[0]) == "" {
		t.Errorf("half a group was stored: %q", got)
	}
	if v := f.verify(); v.Bad != 0 {
		t.Errorf("the file has faults: %+v", v)
	}
	if _, err := f.file.Write.Exec(`PRAGMA max_page_count = 1000000`); err != nil {
		t.Fatal(err)
	}
	if n, err := f.Store(t.Context(), first); n != 30 || err != nil {
		t.Errorf("with room %d were stored, %v", n, err)
	}
	for _, p := range first {
		p.Close()
	}
	if work = f.list(listing...); len(work.Missing) != 0 {
		t.Errorf("%d are still missing", len(work.Missing))
	}
}
