package cache

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Action returns what can still be undone under an id; ErrNotFound when it cannot.
func (b *Box) Action(ctx context.Context, id int64) (a Action, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		a, err = b.undoable(ctx, tx, id)
		return err
	})
	if err != nil {
		return Action{}, fmt.Errorf("action %d: %w", id, err)
	}
	return a, nil
}

func (b *Box) undoable(ctx context.Context, tx *sql.Tx, id int64) (Action, error) {
	a := Action{ID: id}
	err := tx.QueryRowContext(ctx, `SELECT verb, chosen FROM actions WHERE id = ? AND until > ?`, id, b.now().Unix()).Scan(&a.Verb, &a.Chosen)
	return a, found(err)
}

// Undo puts every message of an action back to how it was before, in what the action changed and where it still is as
// the action left it: a star that was given since stays, and so does a message that was moved on since. ErrNotFound
// after ten minutes or when it has been undone already.
func (b *Box) Undo(ctx context.Context, action int64) (a Action, err error) {
	err = b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if a, err = b.undoable(ctx, tx, action); err != nil {
			return err
		}
		if err := revert(ctx, tx, a); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM actions WHERE id = ?`, action)
		return err
	})
	if err != nil {
		return Action{}, fmt.Errorf("undoing: %w", err)
	}
	return a, nil
}

// revert changes the messages of an action back, or brings back what it has deleted.
func revert(ctx context.Context, tx *sql.Tx, a Action) error {
	if t, id, ok := a.Verb.dropped(); ok {
		return bringBack(ctx, tx, t, id)
	}
	c, err := a.Verb.change()
	if err != nil {
		return err
	}
	if c.unwanted {
		return unwant(ctx, tx, a.ID, time.Time{})
	}
	if c.label != "" {
		return unrelabel(ctx, tx, a.ID, c)
	}
	left, err := touchedBy(ctx, tx, a.ID) // where its messages are now, and will not be
	if err != nil {
		return err
	}
	for _, s := range c.set {
		_, err = tx.ExecContext(ctx, `UPDATE messages SET `+s.column+` = i.`+s.column+` FROM action_items i
			WHERE i.action = ? AND i.message = messages.id AND messages.`+s.column+` = ?`, a.ID, s.value)
		if err != nil {
			return err
		}
	}
	if !c.moves() {
		return nil
	}
	if err := settleAll(ctx, tx, left); err != nil {
		return err
	}
	return settleAction(ctx, tx, a.ID)
}

// spot is a conversation in a place.
type spot struct {
	thread ID
	place  Place
}

// touchedBy are the spots where the messages of an action are now.
func touchedBy(ctx context.Context, tx *sql.Tx, action int64) ([]spot, error) {
	return spots(ctx, tx, `SELECT DISTINCT m.thread, m.place FROM action_items i JOIN messages m ON m.id = i.message WHERE i.action = ?`, action)
}

// settleAction mends the tops of all conversations that an action touches: where its messages were and where they are.
func settleAction(ctx context.Context, tx *sql.Tx, action int64) error {
	now, err := touchedBy(ctx, tx, action)
	if err != nil {
		return err
	}
	before, err := spots(ctx, tx, `SELECT DISTINCT m.thread, i.place FROM action_items i JOIN messages m ON m.id = i.message WHERE i.action = ?`, action)
	if err != nil {
		return err
	}
	return settleAll(ctx, tx, append(before, now...))
}

func settleAll(ctx context.Context, tx *sql.Tx, list []spot) error {
	for _, s := range list {
		if err := settle(ctx, tx, s.thread, s.place); err != nil {
			return err
		}
	}
	return nil
}

func spots(ctx context.Context, tx *sql.Tx, query string, action int64) ([]spot, error) {
	return scanAll(ctx, tx, func(row row) (s spot, err error) {
		err = row.Scan(&s.thread, &s.place)
		return s, err
	}, query, action)
}
