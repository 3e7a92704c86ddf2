package cache

import (
	"context"
	"database/sql"
	"errors"
	"slices"
)

// perWrite is how many rows of a listing are written in one transaction.
const perWrite = 500

// changes are what a listing changes in the file.
type changes struct {
	fresh   []Missing // copies seen for the first time
	reused  []Missing // copies whose unique id has come back for another message
	resized []Missing // copies that are listed with another size: some servers write into what they have shown
	undead  []Copy    // copies that the server was asked to delete, and lists
	back    []Copy    // copies that are listed again
	left    []known   // … and that no longer are
}

// buried are the copies that the server was asked to delete and no longer lists.
func (c changes) buried() (list []Copy) {
	for _, k := range c.left {
		if k.state == DeleteSent {
			list = append(list, k.Copy)
		}
	}
	return list
}

// record writes changes in groups. Stopped half-way it has written what is true, and the next listing brings the rest.
func (b *Box) record(ctx context.Context, c changes, now int64) error {
	return errors.Join(
		each(ctx, b, c.fresh, `INSERT INTO copies (account, uidl, copy, state, size, first_seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6)`,
			func(m Missing) []any { return append(m.key(), m.state, m.Size, now) }),
		each(ctx, b, c.reused, `UPDATE copies SET state = 1, size = ?4, relisted = NULL, absent = NULL, message = NULL, stored = NULL, verified = NULL, sha256 = NULL, deletes = 0, unwanted = NULL
			WHERE account = ?1 AND uidl = ?2 AND copy = ?3`,
			func(m Missing) []any { return append(m.key(), m.Size) }),
		each(ctx, b, c.resized, `UPDATE copies SET relisted = ?4 WHERE account = ?1 AND uidl = ?2 AND copy = ?3`,
			func(m Missing) []any { return append(m.key(), m.Size) }),
		each(ctx, b, c.undead, `UPDATE copies SET state = iif(message IS NULL, 9, 2), absent = NULL WHERE account = ?1 AND uidl = ?2 AND copy = ?3`, Copy.key),
		each(ctx, b, c.back, `UPDATE copies SET absent = NULL WHERE account = ?1 AND uidl = ?2 AND copy = ?3`, Copy.key),
		each(ctx, b, c.left, `UPDATE copies SET absent = ?4 WHERE account = ?1 AND uidl = ?2 AND copy = ?3`,
			func(k known) []any { return append(k.key(), now) }),
	)
}

// key is a copy as the primary key of its row.
func (c Copy) key() []any { return []any{c.Account, []byte(c.UIDL), c.Nth} }

// each carries out a statement for each of list, in groups.
func each[T any](ctx context.Context, b *Box, list []T, statement string, values func(T) []any) error {
	for group := range slices.Chunk(list, perWrite) {
		err := b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
			for _, v := range group {
				if _, err := tx.ExecContext(ctx, statement, values(v)...); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
