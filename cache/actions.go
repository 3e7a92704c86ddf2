package cache

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"restante/cache/query"
)

// Verb is something that a person does with messages. Each can be undone for ten minutes.
type Verb string

// The verbs. Restore moves to the inbox.
const (
	DoArchive Verb = "archive"
	DoTrash   Verb = "trash"
	DoRestore Verb = "restore"
	DoRead    Verb = "read"
	DoUnread  Verb = "unread"
	DoStar    Verb = "star"
	DoUnstar  Verb = "unstar"
)

// ErrVerb is returned for a verb that there is not.
var ErrVerb = errors.New("no such action")

const undoWindow = 10 * time.Minute

// MaxActed is how many messages one action may touch.
const MaxActed = 10_000

// placeColumn is the one column of those that verbs set which decides where a conversation is listed.
const placeColumn = "place"

// change is the column that a verb sets in the rows it touches, and the value.
func (v Verb) change() (column string, value int, err error) {
	switch v {
	case DoArchive:
		return placeColumn, int(Archive), nil
	case DoTrash:
		return placeColumn, int(Trash), nil
	case DoRestore:
		return placeColumn, int(Inbox), nil
	case DoRead:
		return "unread", 0, nil
	case DoUnread:
		return "unread", 1, nil
	case DoStar:
		return "starred", 1, nil
	case DoUnstar:
		return "starred", 0, nil
	}
	return "", 0, fmt.Errorf("%w: %q", ErrVerb, string(v))
}

// Action is what was done, for undoing it.
type Action struct {
	ID     int64 // 0: nothing was touched
	Verb   Verb
	Chosen int // messages or conversations that the person named and that were there
}

// Act does verb to messages, to the first 10,000 of ids. Ids that are not there are left out, so that a page that is out
// of date does what it still can. The state before is kept in the same transaction.
func (b *Box) Act(ctx context.Context, verb Verb, ids []ID) (Action, error) {
	return b.do(ctx, verb, ids, `WHERE id = ?2 LIMIT ?3`)
}

// ActOnConversations does verb to the conversations of which ids are messages, in the place where each of these is.
// Marking as unread touches only the messages named: a conversation read to its end is unread again by its newest.
func (b *Box) ActOnConversations(ctx context.Context, verb Verb, ids []ID) (Action, error) {
	if verb == DoUnread {
		return b.Act(ctx, verb, ids)
	}
	return b.do(ctx, verb, ids, `WHERE (thread, place) = (SELECT thread, place FROM messages WHERE id = ?2) LIMIT ?3`)
}

// rememberMessage keeps how messages are before action ?1 changes them.
const rememberMessage = `INSERT OR IGNORE INTO action_items (action, message, place, unread, starred)
	SELECT ?1, id, place, unread, starred FROM messages `

// ActOnFound does verb to all that a search finds, as Search does, to the newest 10,000.
func (b *Box) ActOnFound(ctx context.Context, verb Verb, q query.Query) (Action, error) {
	s := newSearch(q, b.now())
	return b.remembering(ctx, verb, func(ctx context.Context, tx *sql.Tx, a *Action) error {
		if s.nothing {
			return nil
		}
		if err := s.drive(ctx, tx); err != nil {
			return err
		}
		which, args := s.all(MaxActed)
		done, err := tx.ExecContext(ctx, `INSERT INTO action_items (action, message, place, unread, starred)
			SELECT ?, id, place, unread, starred FROM messages WHERE id IN (`+which+`)`, append([]any{a.ID}, args...)...)
		if err != nil {
			return err
		}
		n, err := done.RowsAffected()
		a.Chosen = int(n)
		return err
	})
}

// do makes an action of verb: which names the messages that an id stands for.
func (b *Box) do(ctx context.Context, verb Verb, ids []ID, which string) (Action, error) {
	return b.remembering(ctx, verb, func(ctx context.Context, tx *sql.Tx, a *Action) error {
		for _, id := range ids[:min(len(ids), MaxActed)] {
			done, err := tx.ExecContext(ctx, rememberMessage+which, a.ID, id, MaxActed)
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil {
				return err
			} else if n > 0 {
				a.Chosen++
			}
		}
		return nil
	})
}

// remembering makes an action of verb, of the messages that remember puts down, counting what was chosen.
func (b *Box) remembering(ctx context.Context, verb Verb, remember func(context.Context, *sql.Tx, *Action) error) (a Action, err error) {
	column, value, err := verb.change()
	if err != nil {
		return Action{}, err
	}
	a = Action{ID: newActionID(), Verb: verb}
	err = b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := openAction(ctx, tx, a, b.now()); err != nil {
			return err
		}
		if err := remember(ctx, tx, &a); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE messages SET `+column+` = ? WHERE id IN (SELECT message FROM action_items WHERE action = ?)`, value, a.ID)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE actions SET chosen = ? WHERE id = ?`, a.Chosen, a.ID); err != nil {
			return err
		}
		if column != placeColumn {
			return nil
		}
		return settleAction(ctx, tx, a.ID)
	})
	if err != nil {
		return Action{}, fmt.Errorf("doing %s: %w", verb, err)
	}
	if a.Chosen == 0 {
		a.ID = 0
	}
	return a, nil
}

// openAction makes the record of an action, and drops those that can no longer be undone.
func openAction(ctx context.Context, tx *sql.Tx, a Action, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM actions WHERE until <= ?`, now.Unix()); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO actions (id, verb, chosen, made, until) VALUES (?, ?, 0, ?, ?)`,
		a.ID, a.Verb, now.Unix(), now.Add(undoWindow).Unix())
	return err
}

// MarkRead marks messages as read because they have been opened: no action, so nothing to undo. It writes nothing
// for messages that are read.
func (b *Box) MarkRead(ctx context.Context, ids []ID) error {
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, `UPDATE messages SET unread = 0 WHERE id = ? AND unread = 1`, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("marking as read: %w", err)
	}
	return nil
}

// newActionID is random, so that an old page's undo never meets another action.
func newActionID() int64 {
	var b [8]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return int64(binary.BigEndian.Uint64(b[:])>>1) | 1
}
