package cache

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Run is one collection of an account.
type Run struct {
	Account        int64
	Started, Ended time.Time
	Listed         int
	Collected      int
	Bytes          int64
	Fault          string // class of the error that ended it; "" none
	Detail         string // the server's own words, cleaned; "" none
}

const keptRuns = 100 // runs remembered of each account

// Finish remembers a run. complete says that all of a complete listing was collected: the first collection of the account is over.
func (b *Box) Finish(ctx context.Context, r Run, complete bool) error {
	err := b.store(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO runs (account, started, ended, listed, collected, bytes, fault, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			r.Account, seconds(r.Started), seconds(r.Ended), r.Listed, r.Collected, r.Bytes, r.Fault, r.Detail)
		if err != nil {
			return err
		}
		if complete {
			if _, err := tx.ExecContext(ctx, `UPDATE accounts SET first_done = 1 WHERE id = ? AND first_done = 0`, r.Account); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM runs WHERE account = ?1 AND id <= (SELECT id FROM runs WHERE account = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
			r.Account, keptRuns)
		return err
	})
	if err != nil {
		return fmt.Errorf("remembering a run: %w", err)
	}
	return nil
}

// Runs returns the last runs of an account, newest first, at most limit.
func (b *Box) Runs(ctx context.Context, account int64, limit int) ([]Run, error) {
	rows, err := b.file.Read.QueryContext(ctx, `SELECT started, ended, listed, collected, bytes, fault, detail FROM runs WHERE account = ? ORDER BY id DESC LIMIT ?`, account, limit)
	if err != nil {
		return nil, fmt.Errorf("runs of account %d: %w", account, err)
	}
	defer rows.Close()
	var list []Run
	for rows.Next() {
		r := Run{Account: account}
		var started, ended int64
		if err := rows.Scan(&started, &ended, &r.Listed, &r.Collected, &r.Bytes, &r.Fault, &r.Detail); err != nil {
			return nil, fmt.Errorf("runs of account %d: %w", account, err)
		}
		r.Started, r.Ended = moment(started), moment(ended)
		list = append(list, r)
	}
	return list, rows.Err()
}
