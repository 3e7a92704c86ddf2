package cache

import (
	"context"
	"database/sql"
	"errors"
)

// A page of what is in many messages, but not of the newest of them, is looked for among so many messages, then among eight
// times as many, and from maxWindow on without a bound.
const (
	firstWindow = 500
	maxWindow   = firstWindow * 8 * 8
)

// rows reads the rows of one page, and one more where there are more.
func (s *search) rows(ctx context.Context, tx *sql.Tx, page Page) ([]Row, error) {
	for window := firstWindow; ; window *= 8 {
		within, err := s.within(ctx, tx, page, window)
		if err != nil {
			return nil, err
		}
		statement, args := within.page(page)
		list, err := scanAll(ctx, tx, scanRow, statement, args...)
		if err != nil || within.window == 0 || len(list) > page.limit() {
			return list, err
		}
	}
}

// within is the search among as many messages as window says before the end of a page, which the index reads forwards: read
// backwards it passes every newer message that has the words. Where that is no gain it is the search itself.
func (s search) within(ctx context.Context, tx *sql.Tx, page Page, window int) (search, error) {
	if s.before(page.Before); s.to == 0 || s.few || page.Before == 0 && page.After != 0 || window > maxWindow {
		return s, nil
	}
	if from, _ := s.ids(); from != indexAlone {
		return s, nil
	}
	var first ID
	err := tx.QueryRowContext(ctx, `SELECT id FROM messages WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?`, s.to, window-1).Scan(&first)
	if errors.Is(err, sql.ErrNoRows) || err == nil && first <= s.from {
		return s, nil
	}
	s.from, s.few, s.window = first, true, window
	return s, err
}
