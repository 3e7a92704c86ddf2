package cache

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
)

// maxHeader is how much of a message is looked through for the end of its header.
const maxHeader = frameSize

// Shed makes room for so many bytes in a box in memory, as far as it can: of the messages that have been here whole for
// longest only the header stays, as if they had not come yet. Those that no server lists stay whole. A box on a disk has all
// the room that there is.
func (b *Box) Shed(ctx context.Context, need int64) error {
	if b.memory == 0 {
		return nil
	}
	for {
		used, err := b.file.Used(ctx)
		if err != nil || used+need <= b.memory {
			return err
		}
		h, id, err := b.longestWhole(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // that is all the room there is
		}
		if err == nil {
			err = b.behead(ctx, id, h)
		}
		if err != nil {
			return fmt.Errorf("making room in memory: %w", err)
		}
	}
}

// longestWhole is the message that has been here whole for longest, and its copy.
func (b *Box) longestWhole(ctx context.Context) (h Header, id ID, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT c.account, c.uidl, c.copy, m.id, m.size FROM copies c JOIN messages m ON m.id = c.message
			WHERE m.partial = 0 AND c.state = 2 AND c.absent IS NULL ORDER BY c.stored, m.id LIMIT 1`).Scan(&h.Account, &h.UIDL, &h.Nth, &id, &h.Size)
	})
	return h, id, err
}

// behead leaves of a message that is here its header. Its id, place and flags stay.
func (b *Box) behead(ctx context.Context, id ID, h Header) error {
	head, err := b.headerOf(ctx, id)
	if err != nil {
		return err
	}
	h.Raw = b.NewSpool(int64(len(head)))
	if _, err := h.Raw.Write(head); err != nil {
		return errors.Join(err, h.Raw.Close())
	}
	p, err := b.prepareHeader(h)
	if err != nil {
		return err
	}
	err = b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE messages SET partial = ?, sha256 = ?, identity = ? WHERE id = ?`, p.header(), p.exact, p.identity, id)
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE copies SET state = 1, stored = NULL, wanted = 0 WHERE message = ?`, id)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `DELETE FROM raw WHERE message = ?`, id)
		}
		if err == nil {
			err = p.raw.insert(ctx, tx, id)
		}
		if err == nil {
			err = p.renew(ctx, tx, id)
		}
		return err
	})
	return errors.Join(err, p.Close())
}

// headerOf is a stored message up to the empty line behind its header; all of what is looked at where there is none.
func (b *Box) headerOf(ctx context.Context, id ID) ([]byte, error) {
	raw, err := b.Raw(ctx, id)
	if err != nil {
		return nil, err
	}
	head := make([]byte, min(raw.Size(), maxHeader))
	if _, err := raw.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(head, []byte(end)); i >= 0 {
			head = head[:i+len(end)]
		}
	}
	return head, nil
}
