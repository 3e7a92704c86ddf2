package cache

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Run is one collection of an account.
type Run struct {
	ID             int64 // grows with each run of any account; Finish gives it
	Account        int64
	Started, Ended time.Time
	Listed         int
	Collected      int
	Deleted        int // on the server, at the person's wish
	Taken          int // the server no longer lists them, and nobody here asked for that; they are here
	Missed         int // likewise, and they had not been collected
	Bytes          int64
	Fault          string // class of the error that ended it; "" none
	Detail         string // the server's own words, cleaned; "" none
}

// MaxRuns is how many runs of an account Runs can return: the last hundred, and the last good one however old it is.
const MaxRuns = keptRuns + 1

const keptRuns = 100

// Finish remembers a run. complete says that all of a complete listing was collected: the first collection of the account is over.
func (b *Box) Finish(ctx context.Context, r Run, complete bool) error {
	err := b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO runs (account, started, ended, listed, collected, deleted, taken, missed, bytes, fault, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			r.Account, seconds(r.Started), seconds(r.Ended), r.Listed, r.Collected, r.Deleted, r.Taken, r.Missed, r.Bytes, r.Fault, r.Detail)
		if err != nil {
			return err
		}
		if complete {
			if _, err := tx.ExecContext(ctx, `UPDATE accounts SET first_done = 1 WHERE id = ? AND first_done = 0`, r.Account); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM runs WHERE account = ?1
			AND id <= (SELECT id FROM runs WHERE account = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
			AND id <> (SELECT coalesce(max(id), 0) FROM runs WHERE account = ?1 AND fault = '')`, r.Account, keptRuns)
		return err
	})
	if err != nil {
		return fmt.Errorf("remembering a run: %w", err)
	}
	return nil
}

// Runs returns the last runs of an account, newest first, at most limit.
func (b *Box) Runs(ctx context.Context, account int64, limit int) (list []Run, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = scanAll(ctx, tx, scanRun, `SELECT id, account, started, ended, listed, collected, deleted, taken, missed, bytes, fault, detail
			FROM runs WHERE account = ? ORDER BY id DESC LIMIT ?`, account, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("runs of account %d: %w", account, err)
	}
	return list, nil
}

func scanRun(row row) (r Run, err error) {
	var started, ended int64
	err = row.Scan(&r.ID, &r.Account, &started, &ended, &r.Listed, &r.Collected, &r.Deleted, &r.Taken, &r.Missed, &r.Bytes, &r.Fault, &r.Detail)
	r.Started, r.Ended = moment(started), moment(ended)
	return r, err
}
