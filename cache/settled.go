package cache

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"fmt"
)

// Settled reports whether a listing of an account is the last that a Compare found nothing to do for, and neither a copy
// nor what is collected has changed since. Then there is nothing to do again, and of a large mailbox comparing takes as
// long as listing it. False says nothing.
func (b *Box) Settled(ctx context.Context, account int64, listing []Listing) (settled bool, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		a, err := accountOf(ctx, tx, account)
		if err != nil || !a.WasSettled {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT settled = ? FROM accounts WHERE id = ?`, a.fingerprint(listing), account).Scan(&settled)
	})
	if err != nil {
		return false, fmt.Errorf("looking for a settled listing: %w", err)
	}
	return settled, nil
}

// fingerprint is the SHA-256 of a listing and of what of the account says what is to be done with it.
func (a Account) fingerprint(listing []Listing) []byte {
	hash := sha256.New()
	fmt.Fprintln(hash, a.Scope, a.MaxSize, a.FirstDone)
	var line []byte
	for _, l := range listing {
		line = binary.AppendVarint(line[:0], l.Size)
		line = binary.AppendUvarint(line, uint64(len(l.UIDL)))
		hash.Write(append(line, l.UIDL...))
	}
	return hash.Sum(nil)
}

// unsettle begins a comparison. What changes a copy from now on keeps settle from noting it.
func (b *Box) unsettle(ctx context.Context, account int64) error {
	return b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE accounts SET settled = x'' WHERE id = ?`, account)
		return err
	})
}

// settle notes that a listing has left nothing to do.
func (l *Ledger) settle(ctx context.Context, listing []Listing) error {
	return l.box.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE accounts SET settled = ? WHERE id = ? AND settled = x''`, l.account.fingerprint(listing), l.account.ID)
		return err
	})
}

// nothing reports that a comparison changed nothing and left nothing to do, now or when time has passed.
func (w Work) nothing(c changes) bool {
	return len(w.Missing)+len(w.Headers)+w.aside+len(c.fresh)+len(c.reused)+len(c.resized)+len(c.undead)+len(c.back)+len(c.left) == 0
}
