package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Trust remembers whether remote pictures of a sender are always shown. Addresses are compared without case. The empty
// address is nobody's and is never trusted.
func (b *Box) Trust(ctx context.Context, addr string, always bool) error {
	addr = strings.ToLower(addr)
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if !always || addr == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM senders WHERE addr = ?`, addr)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO senders (addr, made) VALUES (?, ?) ON CONFLICT DO UPDATE SET made = excluded.made`,
			addr, seconds(b.now()))
		return err
	})
	if err != nil {
		return fmt.Errorf("remembering a sender: %w", err)
	}
	return nil
}

// Trusts reports whether remote pictures of a sender are always shown.
func (b *Box) Trusts(ctx context.Context, addr string) (always bool, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM senders WHERE addr = ?)`, strings.ToLower(addr)).Scan(&always)
	})
	if err != nil {
		return false, fmt.Errorf("looking for a sender: %w", err)
	}
	return always, nil
}
