package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// kept is a table of what a person has made and may delete: its rows stay until that can no longer be undone.
type kept string

// The tables.
const (
	keptLabel  kept = "label"
	keptSearch kept = "search"
	keptRule   kept = "rule"
)

const dropWord = "drop-"

// The verbs that stand in the action of each.
const (
	DroppedLabel  = "drop-label"
	DroppedSearch = "drop-search"
	DroppedRule   = "drop-rule"
)

// Word is a verb without its object: "label" for one that gives a label, DroppedLabel for the deletion of one.
func (v Verb) Word() string {
	word, _, _ := strings.Cut(string(v), " ")
	return word
}

// dropped is what the action of v has deleted; ok is false where it deleted nothing.
func (v Verb) dropped() (what kept, id int64, ok bool) {
	word, object, _ := strings.Cut(string(v), " ")
	what = kept(strings.TrimPrefix(word, dropWord))
	switch what {
	case keptLabel, keptSearch, keptRule:
		id, err := strconv.ParseInt(object, 10, 64)
		return what, id, err == nil && strings.HasPrefix(word, dropWord)
	}
	return "", 0, false
}

// table is where rows of that kind are.
func (k kept) table() string {
	switch k {
	case keptLabel:
		return "labels"
	case keptSearch:
		return "searches"
	}
	return "rules"
}

// DropLabel deletes a label; the messages that had it stay where they are. ErrNotFound where there is none.
func (b *Box) DropLabel(ctx context.Context, id int64) (Action, error) {
	return b.forget(ctx, keptLabel, id)
}

// DropSearch deletes a kept search. ErrNotFound where there is none.
func (b *Box) DropSearch(ctx context.Context, id int64) (Action, error) {
	return b.forget(ctx, keptSearch, id)
}

// DropRule deletes a rule; what it did stays done. ErrNotFound where there is none.
func (b *Box) DropRule(ctx context.Context, id int64) (Action, error) {
	return b.forget(ctx, keptRule, id)
}

func (b *Box) forget(ctx context.Context, what kept, id int64) (Action, error) {
	a := Action{ID: newActionID(), Verb: Verb(fmt.Sprintf("%s%s %d", dropWord, what, id)), Chosen: 1}
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		now := b.now()
		if err := openAction(ctx, tx, a, now); err != nil {
			return err
		}
		set := `gone = ?`
		if what == keptLabel { // its name is free for another
			set += `, folded = folded || char(0) || id`
		}
		done, err := tx.ExecContext(ctx, `UPDATE `+what.table()+` SET `+set+` WHERE id = ? AND gone IS NULL`, now.Unix(), id)
		if err != nil {
			return err
		}
		switch n, err := done.RowsAffected(); {
		case err != nil:
			return err
		case n == 0:
			return ErrNotFound
		}
		_, err = tx.ExecContext(ctx, `UPDATE actions SET chosen = 1 WHERE id = ?`, a.ID)
		return err
	})
	if err != nil {
		return Action{}, fmt.Errorf("deleting a %s: %w", what, err)
	}
	return a, nil
}

// bringBack undoes forget. A label whose name another has taken meanwhile stays deleted: ErrNameTaken.
func bringBack(ctx context.Context, tx *sql.Tx, what kept, id int64) error {
	if what != keptLabel {
		_, err := tx.ExecContext(ctx, `UPDATE `+what.table()+` SET gone = NULL WHERE id = ?`, id)
		return err
	}
	var name string
	if err := tx.QueryRowContext(ctx, `SELECT name FROM labels WHERE id = ?`, id).Scan(&name); err != nil {
		return found(err)
	}
	var taken bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM labels WHERE folded = ?)`, foldLabel(name)).Scan(&taken); err != nil {
		return err
	}
	if taken {
		return ErrNameTaken
	}
	_, err := tx.ExecContext(ctx, `UPDATE labels SET gone = NULL, folded = ? WHERE id = ?`, foldLabel(name), id)
	return err
}

// sweepGone removes for good what was deleted before a moment.
func sweepGone(ctx context.Context, tx *sql.Tx, before time.Time) error {
	for _, statement := range []string{
		`DELETE FROM rules WHERE gone <= ?`,
		`DELETE FROM searches WHERE gone <= ?`,
		`UPDATE rules SET label = NULL WHERE label IN (SELECT id FROM labels WHERE gone <= ?)`,
		`DELETE FROM message_labels WHERE label IN (SELECT id FROM labels WHERE gone <= ?)`,
		`DELETE FROM labels WHERE gone <= ?`,
	} {
		if _, err := tx.ExecContext(ctx, statement, before.Unix()); err != nil {
			return err
		}
	}
	return nil
}
