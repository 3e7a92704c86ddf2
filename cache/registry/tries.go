package registry

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Limit is what tries to sign in are counted for, and how many there may be.
type Limit struct {
	Name   []string      // kept as a hash
	Free   int           // tries that lead nowhere without anybody having to wait
	Memory time.Duration // tries are forgotten so long after the last one
}

const (
	firstWait = 30 * time.Second // after the first try that is not free; each further one doubles it
	maxWait   = time.Hour
)

func (l Limit) key() []byte {
	sum := sha256.Sum256([]byte(strings.Join(l.Name, "\x00")))
	return sum[:]
}

// wait is how long after the last of so many tries the next one may be.
func (l Limit) wait(count int) time.Duration {
	if count < l.Free {
		return 0
	}
	return min(firstWait<<min(count-l.Free, 10), maxWait)
}

// Try counts a try to sign in for all limits, before it is made, so that many at
// once are counted as well. With a wait it counts nothing: so long nobody may try.
func (r *Registry) Try(ctx context.Context, now time.Time, limits ...Limit) (wait time.Duration, err error) {
	tx, err := r.file.Write.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("counting tries: %w", err)
	}
	defer tx.Rollback()
	for _, l := range limits {
		var count int
		var last int64
		err := tx.QueryRowContext(ctx, `SELECT count, last FROM tries WHERE key = ? AND until > ?`, l.key(), seconds(now)).Scan(&count, &last)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, fmt.Errorf("counting tries: %w", err)
		}
		wait = max(wait, moment(last).Add(l.wait(count)).Sub(now))
	}
	if wait > 0 {
		return wait, nil
	}
	for _, l := range limits {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO tries (key, count, last, until) VALUES (?, 1, ?, ?)
			ON CONFLICT (key) DO UPDATE
			SET count = CASE WHEN until > excluded.last THEN count ELSE 0 END + 1, last = excluded.last, until = excluded.until`,
			l.key(), seconds(now), seconds(now.Add(l.Memory)))
		if err != nil {
			return 0, fmt.Errorf("counting tries: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return 0, fmt.Errorf("counting tries: %w", err)
	}
	return 0, nil
}

// Untry takes a try back that Try has counted: it said nothing about a password.
func (r *Registry) Untry(ctx context.Context, limits ...Limit) error {
	for _, l := range limits {
		if _, err := r.exec(ctx, `UPDATE tries SET count = max(count - 1, 0) WHERE key = ?`, l.key()); err != nil {
			return fmt.Errorf("counting tries: %w", err)
		}
	}
	return nil
}

// Forgive forgets all tries that a limit has counted.
func (r *Registry) Forgive(ctx context.Context, limits ...Limit) error {
	for _, l := range limits {
		if _, err := r.exec(ctx, `DELETE FROM tries WHERE key = ?`, l.key()); err != nil {
			return fmt.Errorf("forgiving tries: %w", err)
		}
	}
	return nil
}

// Trust remembers that a limit's name is of somebody who signed in; Trusted
// tells whether that was within its memory.
func (r *Registry) Trust(ctx context.Context, now time.Time, l Limit) error {
	_, err := r.exec(ctx, `
		INSERT INTO tries (key, count, last, until) VALUES (?, 0, ?, ?)
		ON CONFLICT (key) DO UPDATE SET last = excluded.last, until = excluded.until`, l.key(), seconds(now), seconds(now.Add(l.Memory)))
	if err != nil {
		return fmt.Errorf("trusting an address: %w", err)
	}
	return nil
}

// Trusted reports whether Trust was called for l within its memory.
func (r *Registry) Trusted(ctx context.Context, now time.Time, l Limit) (bool, error) {
	var trusted bool
	err := r.file.Read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM tries WHERE key = ? AND until > ?)`, l.key(), seconds(now)).Scan(&trusted)
	if err != nil {
		return false, fmt.Errorf("trusting an address: %w", err)
	}
	return trusted, nil
}

// ForgetTries deletes what is no longer counted.
func (r *Registry) ForgetTries(ctx context.Context, now time.Time) error {
	if _, err := r.exec(ctx, `DELETE FROM tries WHERE until <= ?`, seconds(now)); err != nil {
		return fmt.Errorf("forgetting tries: %w", err)
	}
	return nil
}
