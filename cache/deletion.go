package cache

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"slices"
	"time"
)

// maxCondemned is how many messages are deleted on a server in one session at most.
const maxCondemned = 500

// Condemned is a server copy that the policy of its account wants deleted, or the person.
type Condemned struct {
	Copy
	Size    int64 // as listed
	message ID    // 0: deleted here
}

// Condemned are the copies that the person wants deleted, longer ago than that can be undone, and those that the policy of
// an account wants deleted now, at most 500 of each; with a policy that waits for the next session, those stored before a
// moment. Each that is here has just been read back and has the bytes that came: what reads otherwise is collected again
// instead.
func (b *Box) Condemned(ctx context.Context, account int64, before time.Time) ([]Condemned, error) {
	var list []Condemned
	err := b.read(ctx, func(tx *sql.Tx) error {
		a, err := accountOf(ctx, tx, account)
		if err != nil {
			return err
		}
		now := b.now()
		const asked = `copies c INDEXED BY copies_unwanted WHERE c.account = ? AND c.unwanted <= ? AND c.state IN (2, 9) AND ` + deletable
		if list, err = condemned(ctx, tx, asked, account, seconds(now), maxDeletes); err != nil {
			return err
		}
		condition, args, ok := a.Policy.condemned(now, before)
		if !ok {
			return nil
		}
		more, err := condemned(ctx, tx, `copies c WHERE c.account = ? AND `+condition, append([]any{account}, args...)...)
		list = append(list, slices.DeleteFunc(more, func(c Condemned) bool { return slices.Contains(list, c) })...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("looking for what is to be deleted on the server: %w", err)
	}
	kept := list[:0]
	for _, c := range list {
		sound, err := b.verifyCopy(ctx, c)
		if err != nil {
			return nil, err
		}
		if sound {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

// condemned are the copies c that something selects.
func condemned(ctx context.Context, tx *sql.Tx, from string, args ...any) ([]Condemned, error) {
	return scanAll(ctx, tx, func(row row) (c Condemned, err error) {
		var message sql.NullInt64
		err = row.Scan(&c.Account, &c.UIDL, &c.Nth, &c.Size, &message)
		c.message = ID(message.Int64)
		return c, err
	}, `SELECT c.account, c.uidl, c.copy, coalesce(c.relisted, c.size), c.message FROM `+from+` LIMIT ?`, append(args, maxCondemned)...)
}

// Doomed is a condemned copy with its number in a session.
type Doomed struct {
	Condemned
	Number int
	UIDL   string // as the server lists it
}

// Locate finds condemned copies in a complete listing. One that is listed with another size than the last time is left
// out for this session: something is not as it was (pop3.md G5).
func Locate(listing []Listing, list []Condemned) (doomed []Doomed) {
	wanted := make(map[Copy]Condemned, len(list))
	var account int64
	for _, c := range list {
		wanted[c.Copy], account = c, c.Account
	}
	seen := map[string]int{}
	for _, l := range listing {
		key := uidlKey(l.UIDL)
		seen[key]++
		if c, ok := wanted[Copy{account, key, seen[key]}]; ok && c.Size == l.Size {
			doomed = append(doomed, Doomed{c, l.Number, l.UIDL})
		}
	}
	return doomed
}

// verifyCopy reads a stored message back and notes that it is as it came. One that is not is to be collected again.
func (b *Box) verifyCopy(ctx context.Context, c Condemned) (sound bool, err error) {
	if c.message == 0 {
		return true, nil
	}
	sound, err = b.isSound(ctx, c.message)
	if err != nil {
		return false, err
	}
	err = b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if !sound {
			return b.lose(ctx, tx, c.message)
		}
		_, err := tx.ExecContext(ctx, `UPDATE copies SET verified = ? WHERE account = ? AND uidl = ? AND copy = ?`, seconds(b.now()), c.Account, []byte(c.UIDL), c.Nth)
		return err
	})
	return sound, err
}

// isSound reports whether the stored bytes of a message are those that came.
func (b *Box) isSound(ctx context.Context, id ID) (bool, error) {
	var want []byte
	err := b.read(ctx, func(tx *sql.Tx) error {
		return found(tx.QueryRowContext(ctx, `SELECT sha256 FROM messages WHERE id = ?`, id).Scan(&want))
	})
	if err != nil {
		return false, fmt.Errorf("message %d: %w", id, err)
	}
	raw, err := b.Raw(ctx, id)
	if err != nil {
		return false, err
	}
	got := sha256.New()
	if _, err := io.Copy(got, raw.Reader()); err != nil {
		return false, ctx.Err() // it cannot be read: that is the answer, unless we were stopped
	}
	return slices.Equal(got.Sum(nil), want), nil
}

// lostBytes stand in place of those of a message that cannot be read any more.
const lostBytes = "\r\n"

// lose makes a message whose bytes are damaged one of which only the header is here, as far as rows and index know it,
// and has it collected again from every server that still lists it.
func (b *Box) lose(ctx context.Context, tx *sql.Tx, id ID) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM raw WHERE message = ?`, id); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO raw (message, n, data) VALUES (?, 0, ?)`, id, b.codec.enc.EncodeAll([]byte(lostBytes), nil))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE messages SET partial = ?, identity = randomblob(32) WHERE id = ?`, len(lostBytes), id)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE copies SET state = 1, fails = 0, tried = NULL WHERE message = ? AND state = 2`, id)
	return err
}

// leaveListed leaves of what an action touches the messages that are whole here and that a server lists, and returns how many.
func leaveListed(ctx context.Context, tx *sql.Tx, action int64) (n int, err error) {
	_, err = tx.ExecContext(ctx, `DELETE FROM action_items WHERE action = ? AND NOT EXISTS
		(SELECT 1 FROM copies c WHERE c.message = action_items.message AND c.state = 2 AND c.absent IS NULL)`, action)
	if err == nil {
		err = tx.QueryRowContext(ctx, `SELECT count(*) FROM action_items WHERE action = ?`, action).Scan(&n)
	}
	return n, err
}

// unwant has the server copies of what an action touches deleted from a time on, as far as they are whole here; the zero
// time: not.
func unwant(ctx context.Context, tx *sql.Tx, action int64, from time.Time) error {
	_, err := tx.ExecContext(ctx, `UPDATE copies SET unwanted = ? WHERE message IN (SELECT message FROM action_items WHERE action = ?) AND state = 2`, maybe(from), action)
	return err
}

// Sent notes that a server was asked to delete copies. It is called before QUIT: whether the server did shows then, or
// in the next listing.
func (b *Box) Sent(ctx context.Context, list []Copy) error {
	err := each(ctx, b, list, `UPDATE copies SET state = 4, deletes = deletes + 1 WHERE account = ?1 AND uidl = ?2 AND copy = ?3 AND state IN (2, 9)`, Copy.key)
	if err != nil {
		return fmt.Errorf("noting what was asked to be deleted: %w", err)
	}
	return nil
}

// Deleted notes that a server has confirmed that copies are deleted, with a receipt for each.
func (b *Box) Deleted(ctx context.Context, list []Copy) error {
	for group := range slices.Chunk(list, perWrite) {
		err := b.store(ctx, func(ctx context.Context, tx *sql.Tx) error {
			for _, c := range group {
				if err := b.bury(ctx, tx, c); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("noting what was deleted on the server: %w", err)
		}
	}
	return nil
}

// bury makes a copy that was asked to be deleted a tombstone and writes its receipt.
func (b *Box) bury(ctx context.Context, tx *sql.Tx, c Copy) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO receipts (account, uidl, size, sha256, stored, verified, deleted, policy)
		SELECT c.account, c.uidl, c.size, coalesce(c.sha256, m.sha256, x''), c.stored, c.verified, ?4, iif(c.unwanted IS NULL, a.policy, ?5)
		FROM copies c JOIN accounts a ON a.id = c.account LEFT JOIN messages m ON m.id = c.message
		WHERE c.account = ?1 AND c.uidl = ?2 AND c.copy = ?3 AND c.state = 4`, append(c.key(), seconds(b.now()), Asked)...)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE copies SET state = 5 WHERE account = ?1 AND uidl = ?2 AND copy = ?3 AND state = 4`, c.key()...)
	return err
}

// Receipt proves that a message was here before it was deleted on the server.
type Receipt struct {
	ID       int64
	Account  int64
	UIDL     []byte
	Size     int64
	SHA256   []byte
	Stored   time.Time
	Verified time.Time // zero: the person had deleted the message here
	Deleted  time.Time
	Rule     Rule // that asked for it
}

// CountReceipts is how many receipts an account has.
func (b *Box) CountReceipts(ctx context.Context, account int64) (n int, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT count(*) FROM receipts WHERE account = ?`, account).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("counting the receipts of account %d: %w", account, err)
	}
	return n, nil
}

// Receipts are those of an account, newest first: those before an id, at most limit. 0 begins with the newest.
func (b *Box) Receipts(ctx context.Context, account, before int64, limit int) (list []Receipt, err error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = scanAll(ctx, tx, func(row row) (r Receipt, err error) {
			var stored, verified sql.NullInt64
			var deleted int64
			err = row.Scan(&r.ID, &r.Account, &r.UIDL, &r.Size, &r.SHA256, &stored, &verified, &deleted, &r.Rule)
			r.Stored, r.Verified, r.Deleted = moment(stored.Int64), moment(verified.Int64), moment(deleted)
			return r, err
		}, `SELECT id, account, uidl, size, sha256, stored, verified, deleted, policy FROM receipts WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?`,
			account, before, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("receipts of account %d: %w", account, err)
	}
	return list, nil
}
