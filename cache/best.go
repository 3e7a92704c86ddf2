package cache

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"restante/cache/query"
)

// Columns of the index that say more about what a message is about than its text, with what a match there is worth.
var weights = []struct {
	column string
	weight int
}{{`{subject} : `, 2}, {`{sender} : `, 1}}

// SearchBest is Search with the best first, of the newest 1,000 that match: those with all words in the subject, then
// those whose sender they name, then the others; among equals the newest first. Page counts in that order: Before is the
// last message of the page before, After the first of the page behind.
func (b *Box) SearchBest(ctx context.Context, q query.Query, page Page) (Found, error) {
	return b.search(ctx, q, func(ctx context.Context, tx *sql.Tx, s *search, _ int) (Rows, error) {
		ids, err := s.ranked(ctx, tx)
		if err != nil {
			return Rows{}, err
		}
		rows := Rows{}
		ids, rows.Newer, rows.Older = pageOf(ids, page)
		for _, id := range ids {
			r, err := scanRow(tx.QueryRowContext(ctx, `SELECT `+rowColumns+` FROM messages m WHERE m.id = ?`, id))
			if err != nil {
				return Rows{}, err
			}
			rows.List = append(rows.List, r)
		}
		return rows, nil
	})
}

// ranked are the newest messages that match, best first. It does without bm25, which has to count all matches there are.
func (s *search) ranked(ctx context.Context, tx *sql.Tx) ([]ID, error) {
	statement, args := s.newest()
	ids, err := scanAll(ctx, tx, scanID, statement, args...)
	if err != nil || len(s.match) == 0 || len(ids) == 0 {
		return ids, err
	}
	score := map[ID]int{}
	for _, w := range weights {
		better, err := scanAll(ctx, tx, scanID, `SELECT rowid FROM fts WHERE fts MATCH ? AND rowid >= ? ORDER BY rowid DESC LIMIT ?`,
			w.column+`(`+combined(s.match, nil)+`)`, ids[len(ids)-1], MaxFound)
		if err != nil {
			return nil, err
		}
		for _, id := range better {
			score[id] += w.weight
		}
	}
	slices.SortStableFunc(ids, func(a, b ID) int { return cmp.Compare(score[b], score[a]) })
	return ids, nil
}

// pageOf is the page of a list of ids, and whether there are others before and behind.
func pageOf(ids []ID, page Page) (rows []ID, before, behind bool) {
	from, to := 0, min(page.limit(), len(ids))
	switch {
	case page.Before != 0:
		from = slices.Index(ids, page.Before) + 1
		to = min(from+page.limit(), len(ids))
	case page.After != 0:
		to = max(slices.Index(ids, page.After), 0)
		from = max(to-page.limit(), 0)
	}
	return ids[from:to], from > 0, to < len(ids)
}
