package cache

import (
	"context"
	"database/sql"
	"errors"
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

// Prefer remembers how mail of a sender is to be shown; "" forgets it. Addresses are compared without case, and nothing is
// remembered of the empty one.
func (b *Box) Prefer(ctx context.Context, addr, view string) error {
	addr = strings.ToLower(addr)
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if view == "" || addr == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM views WHERE addr = ?`, addr)
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO views (addr, view) VALUES (?, ?) ON CONFLICT DO UPDATE SET view = excluded.view`, addr, view)
		return err
	})
	if err != nil {
		return fmt.Errorf("remembering how to show a sender: %w", err)
	}
	return nil
}

// Preferred returns how mail of a sender is to be shown, "" when that was not said.
func (b *Box) Preferred(ctx context.Context, addr string) (view string, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT view FROM views WHERE addr = ?`, strings.ToLower(addr)).Scan(&view)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	if err != nil {
		return "", fmt.Errorf("looking how to show a sender: %w", err)
	}
	return view, nil
}
