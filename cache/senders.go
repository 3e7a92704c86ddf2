package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"restante/cache/query"
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

// maxTrusted is how many trusted senders are listed.
const maxTrusted = 1000

// Trusted are the senders whose remote pictures are always shown, in order, at most 1,000.
func (b *Box) Trusted(ctx context.Context) (addrs []string, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		addrs, err = scanAll(ctx, tx, func(row row) (addr string, err error) {
			err = row.Scan(&addr)
			return addr, err
		}, `SELECT addr FROM senders ORDER BY addr LIMIT ?`, maxTrusted)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("trusted senders: %w", err)
	}
	return addrs, nil
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

// WroteBefore reports whether a sender's address has an older message here than one. The empty address has none.
func (b *Box) WroteBefore(ctx context.Context, addr string, id ID) (before bool, err error) {
	match, ok := matchText(query.Term{Field: query.From, Text: addr, Phrase: true}, false)
	if !ok {
		return false, nil
	}
	err = b.read(ctx, func(tx *sql.Tx) error {
		// The index finds the words of an address, which others may have, too.
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM fts CROSS JOIN messages m ON m.id = fts.rowid
			WHERE fts MATCH ? AND fts.rowid < ? AND lower(m.from_addr) = ?)`, match, id, strings.ToLower(addr)).Scan(&before)
	})
	if err != nil {
		return false, fmt.Errorf("looking for a sender's first message: %w", err)
	}
	return before, nil
}
