package cache

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Rule is what happens on the server to mail that is here. The numbers stand in the file and never change.
type Rule int

// The rules.
const (
	Keep          Rule = iota // nothing: the default
	DeleteWith                // what is deleted here for good is deleted there
	DeleteAfter               // so many days after it was collected
	DeleteAtOnce              // once it has been collected
	DeleteLarge               // likewise, if it is larger than a size
	numberOfRules             // of them

	Asked Rule = 100 // of receipts alone: the person asked for this one message, see DoDelete
)

// Policy is a rule with what it needs.
type Policy struct {
	Rule Rule
	Days int   // of DeleteAfter, at least 1
	Size int64 // of DeleteLarge, in bytes
	// SameSession lets DeleteAtOnce and DeleteLarge act in the session that collects; else they wait for the next one,
	// so that a crash or a backup lies between (pop3.md section 3).
	SameSession bool
	From        time.Time // nothing is deleted before
}

// Scope is what of a mailbox that is new here is collected: so many days, or one of these.
type Scope int

// The scopes that are no number of days.
const (
	FromNow    Scope = -1 // nothing that is there already
	Everything Scope = 0
)

const maxDeletes = 3 // times that a server is asked to delete one message (pop3.md G5)

// SetPolicy changes what happens to an account's mail on its server.
func (b *Box) SetPolicy(ctx context.Context, account int64, p Policy) error {
	if p.Rule < Keep || p.Rule >= numberOfRules || p.Rule == DeleteAfter && p.Days < 1 {
		return fmt.Errorf("there is no policy %+v", p)
	}
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE accounts SET policy = ?, policy_days = ?, policy_size = ?, policy_once = ?, policy_from = ? WHERE id = ?`,
			p.Rule, p.Days, p.Size, p.SameSession, seconds(p.From), account)
		return err
	})
	if err != nil {
		return fmt.Errorf("changing the policy of account %d: %w", account, err)
	}
	return nil
}

// SetIntake changes what is collected: how much of a mailbox that is new here, and from which size on only the header
// (0: no limit). What an earlier scope has left out is collected once everything is asked for.
func (b *Box) SetIntake(ctx context.Context, account int64, scope Scope, maxSize int64) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE accounts SET scope = ?, max_size = ? WHERE id = ?`, scope, max(maxSize, 0), account); err != nil {
			return err
		}
		if scope != Everything {
			return nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE copies SET state = ? WHERE account = ? AND state = ?`, Listed, account, Skipped)
		return err
	})
	if err != nil {
		return fmt.Errorf("changing what is collected of account %d: %w", account, err)
	}
	return nil
}

// deletable is the condition on copies c that are listed and have not been asked for too often.
const deletable = `c.absent IS NULL AND c.deletes < ?`

// condemned is the condition on copies c of an account that its policy wants deleted at a time, with its values: those
// that are listed, were stored before a moment, and have not been asked for too often. ok is false where there are none.
func (p Policy) condemned(now, before time.Time) (condition string, args []any, ok bool) {
	if p.Rule == Keep || now.Before(p.From) {
		return "", nil, false
	}
	if p.SameSession {
		before = now.Add(time.Second)
	}
	const listed = deletable + ` AND c.keep = 0 AND `
	switch args = []any{maxDeletes}; p.Rule {
	case DeleteWith:
		return listed + `c.state = 9`, args, true
	case DeleteAfter:
		return listed + `c.state IN (2, 9) AND c.stored <= ?`, append(args, seconds(now.AddDate(0, 0, -p.Days))), true
	case DeleteAtOnce:
		return listed + `c.state IN (2, 9) AND c.stored < ?`, append(args, seconds(before)), true
	case DeleteLarge:
		return listed + `c.state IN (2, 9) AND c.size > ? AND c.stored < ?`, append(args, p.Size, seconds(before)), true
	}
	return "", nil, false
}

// DryRun is how many messages, and bytes by the server's count, a policy would delete on the server as things are, if it
// held already.
func (b *Box) DryRun(ctx context.Context, account int64, p Policy) (messages int, bytes int64, err error) {
	now := b.now()
	p.From, p.SameSession = time.Time{}, true
	condition, args, ok := p.condemned(now, now)
	if !ok {
		return 0, 0, nil
	}
	err = b.read(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(max(c.size, 0)), 0) FROM copies c WHERE c.account = ? AND `+condition,
			append([]any{account}, args...)...).Scan(&messages, &bytes)
	})
	if err != nil {
		return 0, 0, fmt.Errorf("counting what a policy would delete: %w", err)
	}
	return messages, bytes, nil
}
