package cache

import (
	"context"
	"database/sql"
	"errors"
)

// row is one row of an answer: *sql.Row, or *sql.Rows at one of its rows.
type row interface{ Scan(...any) error }

// scanAll reads all rows of a query, each with scan.
func scanAll[T any](ctx context.Context, tx *sql.Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// found turns the error for no row into the one that callers know.
func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}
