package cache

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"restante/cache/query"
)

// Verb is something that a person does with messages, see the constants, [Labelling] and [Unlabelling]. Each can be undone
// for ten minutes.
type Verb string

// The verbs. Restore moves to the inbox. Mute archives a conversation with all that comes into it until it is unmuted.
const (
	DoArchive Verb = "archive"
	DoTrash   Verb = "trash"
	DoSpam    Verb = "spam"
	DoRestore Verb = "restore"
	DoRead    Verb = "read"
	DoUnread  Verb = "unread"
	DoStar    Verb = "star"
	DoUnstar  Verb = "unstar"
	DoMute    Verb = "mute"
	DoUnmute  Verb = "unmute"

	// DoDelete has messages that are here deleted on their servers, once that can no longer be undone, whatever the policy
	// of the account says. Here they stay.
	DoDelete Verb = "delete-server"
)

// ErrVerb is returned for a verb that there is not.
var ErrVerb = errors.New("no such action")

const undoWindow = 10 * time.Minute

// MaxActed is how many messages one action may touch.
const MaxActed = 10_000

// placeColumn is the one column of those that verbs set which decides where a conversation is listed.
const placeColumn = "place"

// change is what a verb makes of each message that it touches.
type change struct {
	set   []setting
	label string // name of the label that is given or taken; "": none
	give  bool

	unwanted bool // on the server
}

// setting is a column of messages with the value that it gets.
type setting struct {
	column string
	value  int
}

func (c change) moves() bool {
	return slices.ContainsFunc(c.set, func(s setting) bool { return s.column == placeColumn })
}

// change is what v makes of messages; ErrVerb where there is no such verb.
func (v Verb) change() (change, error) {
	set := func(s ...setting) (change, error) { return change{set: s}, nil }
	switch v {
	case DoArchive:
		return set(setting{placeColumn, int(Archive)})
	case DoTrash:
		return set(setting{placeColumn, int(Trash)})
	case DoSpam:
		return set(setting{placeColumn, int(Spam)})
	case DoRestore:
		return set(setting{placeColumn, int(Inbox)})
	case DoRead:
		return set(setting{"unread", 0})
	case DoUnread:
		return set(setting{"unread", 1})
	case DoStar:
		return set(setting{"starred", 1})
	case DoUnstar:
		return set(setting{"starred", 0})
	case DoMute:
		return set(setting{"muted", 1}, setting{placeColumn, int(Archive)})
	case DoUnmute:
		return set(setting{"muted", 0})
	case DoDelete:
		return change{unwanted: true}, nil
	}
	if name, give, ok := v.Label(); ok {
		return change{label: name, give: give}, nil
	}
	return change{}, fmt.Errorf("%w: %q", ErrVerb, string(v))
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
	if verb == DoUnmute { // wherever its messages are
		return b.do(ctx, verb, ids, `WHERE thread = (SELECT thread FROM messages WHERE id = ?2) LIMIT ?3`)
	}
	return b.do(ctx, verb, ids, `WHERE (thread, place) = (SELECT thread, place FROM messages WHERE id = ?2) LIMIT ?3`)
}

// rememberMessage keeps how messages are before action ?1 changes them.
const rememberMessage = `INSERT OR IGNORE INTO action_items (action, message, place, unread, starred, muted)
	SELECT ?1, id, place, unread, starred, muted FROM messages `

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
		done, err := tx.ExecContext(ctx, `INSERT INTO action_items (action, message, place, unread, starred, muted)
			SELECT ?, id, place, unread, starred, muted FROM messages WHERE id IN (`+which+`)`, append([]any{a.ID}, args...)...)
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
	change, err := verb.change()
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
		if change.unwanted {
			if a.Chosen, err = leaveListed(ctx, tx, a.ID); err != nil {
				return err
			}
		}
		if a.Chosen == 0 {
			return nil
		}
		if _, err := tx.ExecContext(ctx, `UPDATE actions SET chosen = ? WHERE id = ?`, a.Chosen, a.ID); err != nil {
			return err
		}
		return b.carryOut(ctx, tx, a.ID, change)
	})
	if err != nil {
		return Action{}, fmt.Errorf("doing %s: %w", verb, err)
	}
	if a.Chosen == 0 {
		a.ID = 0
	}
	return a, nil
}

// carryOut makes a change to the messages that have been put down under an action.
func (b *Box) carryOut(ctx context.Context, tx *sql.Tx, action int64, c change) error {
	for _, s := range c.set {
		_, err := tx.ExecContext(ctx, `UPDATE messages SET `+s.column+` = ? WHERE id IN (SELECT message FROM action_items WHERE action = ?)`, s.value, action)
		if err != nil {
			return err
		}
	}
	if c.unwanted {
		return unwant(ctx, tx, action, b.now().Add(undoWindow))
	}
	if c.label != "" {
		return relabel(ctx, tx, action, c)
	}
	if !c.moves() {
		return nil
	}
	return settleAction(ctx, tx, action)
}

// openAction makes the record of an action, and drops those that can no longer be undone, with what they had deleted.
func openAction(ctx context.Context, tx *sql.Tx, a Action, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM actions WHERE until <= ?`, now.Unix()); err != nil {
		return err
	}
	if err := sweepGone(ctx, tx, now.Add(-undoWindow)); err != nil {
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
