package cache

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// PurgedError is an [ErrNotFound] about a message that was deleted for good.
type PurgedError struct{ At time.Time }

func (e PurgedError) Error() string { return "deleted for good at " + e.At.UTC().Format(time.RFC3339) }

// Is makes it ErrNotFound.
func (e PurgedError) Is(target error) bool { return target == ErrNotFound }

// missing says of a message that is not here that it was deleted for good, where that is known: PurgedError or ErrNotFound.
func missing(ctx context.Context, tx *sql.Tx, id ID) error {
	var at int64
	if err := tx.QueryRowContext(ctx, `SELECT at FROM purged WHERE message = ?`, id).Scan(&at); err != nil {
		return found(err)
	}
	return PurgedError{moment(at)}
}

// purgeGroup is how many messages are deleted in one transaction.
const purgeGroup = 500

// Purge deletes those of ids that are in the trash, for good: it cannot be undone. On the servers they stay unless a
// policy says otherwise, and they are never collected again. It returns how many there were.
func (b *Box) Purge(ctx context.Context, ids []ID) (n int, err error) {
	return b.purgeFrom(ctx, Trash, ids)
}

// purgeFrom is Purge for those that are in a place.
func (b *Box) purgeFrom(ctx context.Context, place Place, ids []ID) (n int, err error) {
	now := b.now()
	for group := range slices.Chunk(ids, purgeGroup) {
		err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
			for _, id := range group {
				gone, err := purge(ctx, tx, place, id, now)
				if err != nil {
					return fmt.Errorf("message %d: %w", id, err)
				}
				if gone {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return n, fmt.Errorf("deleting for good: %w", err)
		}
	}
	return n, nil
}

// EmptyTrash is Purge for all that is in the trash.
func (b *Box) EmptyTrash(ctx context.Context) (n int, err error) {
	for {
		var ids []ID
		err := b.read(ctx, func(tx *sql.Tx) (err error) {
			ids, err = scanAll(ctx, tx, scanID, `SELECT id FROM messages WHERE place = ? ORDER BY id LIMIT ?`, Trash, purgeGroup)
			return err
		})
		if err != nil || len(ids) == 0 {
			return n, err
		}
		gone, err := b.Purge(ctx, ids)
		if n += gone; err != nil {
			return n, err
		}
	}
}

// purge deletes one message that is in a place; gone is false where it is not.
func purge(ctx context.Context, tx *sql.Tx, place Place, id ID, now time.Time) (gone bool, err error) {
	err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM messages WHERE id = ? AND place = ?)`, id, place).Scan(&gone)
	if err != nil || !gone {
		return false, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO purged (account, identity, head, message, at) SELECT account, identity, head, id, ? FROM messages
		WHERE id = ? AND partial = 0 ON CONFLICT DO NOTHING`, seconds(now), id)
	if err != nil {
		return false, err
	}
	for _, statement := range []string{
		`UPDATE copies SET sha256 = (SELECT sha256 FROM messages WHERE id = message) WHERE message = ?`,
		`UPDATE copies SET state = iif(state IN (1, 2, 7, 8), 9, state), message = NULL WHERE message = ?`,
	} {
		if _, err := tx.ExecContext(ctx, statement, id); err != nil {
			return false, err
		}
	}
	return true, drop(ctx, tx, id)
}

// drop removes a message that no copy refers to any more.
func drop(ctx context.Context, tx *sql.Tx, id ID) error {
	var s spot
	if err := tx.QueryRowContext(ctx, `SELECT thread, place FROM messages WHERE id = ?`, id).Scan(&s.thread, &s.place); err != nil {
		return found(err)
	}
	for _, statement := range []string{
		`DELETE FROM message_labels WHERE message = ?`,
		`DELETE FROM action_items WHERE message = ?`,
		`DELETE FROM raw WHERE message = ?`,
		`DELETE FROM texts WHERE message = ?`,
		`DELETE FROM files WHERE message = ?`,
		`DELETE FROM fts WHERE rowid = ?`,
		`DELETE FROM messages WHERE id = ?`,
	} {
		if _, err := tx.ExecContext(ctx, statement, id); err != nil {
			return err
		}
	}
	// What leads to a conversation of which nothing is left leads nowhere.
	_, err := tx.ExecContext(ctx, `DELETE FROM refs WHERE thread = ?1 AND NOT EXISTS (SELECT 1 FROM messages WHERE thread = ?1)`, s.thread)
	if err != nil {
		return err
	}
	return settle(ctx, tx, s.thread, s.place)
}
