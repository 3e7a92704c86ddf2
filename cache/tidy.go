package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	tidyPages = 200     // pages of the index that are merged in one step: a few milliseconds
	tidySteps = 100_000 // steps at most: more than the largest index has
)

// Tidy puts the pieces of the full-text index together, step by step, so that a person's action can go between. It is
// for when much has been stored at once; searching is then up to four times as fast (performance.md section 5, choice 8),
// and the log takes no room.
func (b *Box) Tidy(ctx context.Context) error {
	pages := -tidyPages // negative: all pieces are to become one; positive: a step of that
	for range tidySteps {
		var more bool
		err := b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
			var before, after int
			if err := tx.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&before); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO fts (fts, rank) VALUES ('merge', ?)`, pages); err != nil {
				return err
			}
			err := tx.QueryRowContext(ctx, `SELECT total_changes()`).Scan(&after)
			more = after-before >= 2 // a step that finds nothing to do changes one row
			return err
		})
		if err != nil {
			return fmt.Errorf("merging the index: %w", err)
		}
		if !more {
			break
		}
		pages = tidyPages
	}
	return b.file.EmptyLog(ctx)
}

// Size is how many bytes the person's mail takes on the disk, or in memory.
func (b *Box) Size(ctx context.Context) (bytes int64, err error) {
	if b.dir == "" {
		return b.file.Used(ctx)
	}
	for _, name := range []string{"mail.db", "mail.db-wal"} {
		info, err := os.Stat(filepath.Join(b.dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("looking how large a mailbox file is: %w", err)
		}
		bytes += info.Size()
	}
	return bytes, nil
}
