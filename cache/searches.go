package cache

import (
	"context"
	"database/sql"
	"fmt"
)

const maxSearches = 100 // of one person

// SavedSearch is a search that a person keeps under a name.
type SavedSearch struct {
	ID          int64
	Name, Query string // the query in the search language
}

// SavedSearches are all that are kept, oldest first.
func (b *Box) SavedSearches(ctx context.Context) (list []SavedSearch, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = scanAll(ctx, tx, func(row row) (s SavedSearch, err error) {
			err = row.Scan(&s.ID, &s.Name, &s.Query)
			return s, err
		}, `SELECT id, name, query FROM searches WHERE gone IS NULL ORDER BY id`)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("saved searches: %w", err)
	}
	return list, nil
}

// SaveSearch keeps a search under a name, in place of one that had it. ErrName and ErrTooMany say why it does not.
func (b *Box) SaveSearch(ctx context.Context, name, query string) error {
	name = cleanName(name)
	err := checkName(name)
	if err == nil {
		err = b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
			done, err := tx.ExecContext(ctx, `UPDATE searches SET query = ? WHERE name = ? AND gone IS NULL`, query, name)
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil || n > 0 {
				return err
			}
			if err := room(ctx, tx, `searches`, maxSearches); err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO searches (name, query) VALUES (?, ?)`, name, query)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("saving a search: %w", err)
	}
	return nil
}
