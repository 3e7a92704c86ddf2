package cache

import (
	"slices"
	"testing"
	"time"

	"restante/cache/query"
)

// A word that is in more messages than are counted is paged from anywhere: no message is left out, none comes twice.
func TestWhatIsInManyMessagesIsPagedFromAnywhere(t *testing.T) {
	f := newFixture(t)
	store(f, f.batch(MaxFound+10))
	var all []ID
	if err := f.Each(t.Context(), func(m Message) error { all = append(all, m.ID); return nil }); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(all)
	for _, limit := range []int{50, firstWindow + 100} {
		var got []ID
		for page := (Page{Limit: limit}); len(got) <= len(all); {
			found, err := f.Search(t.Context(), query.Parse("common kinds", time.UTC), page)
			if err != nil || found.Total != MaxFound+1 || found.Newer != (page.Before != 0) {
				t.Fatalf("page before %d: %d found, newer %v, %v", page.Before, found.Total, found.Newer, err)
			}
			for _, h := range found.Hits {
				got = append(got, h.Row.ID)
			}
			if !found.Older {
				break
			}
			page.Before = got[len(got)-1]
		}
		if !slices.Equal(got, all) {
			t.Errorf("pages of %d have %d messages, want all %d once, newest first", limit, len(got), len(all))
		}
	}
}
