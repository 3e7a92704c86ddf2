package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	maxLabels    = 200 // of one person
	maxLabelName = 60  // characters

	// Colours are how many colours there are for labels, from 1 on.
	Colours = 12
)

// Errors of naming things.
var (
	// ErrName is returned for a name that is empty or too long.
	ErrName = errors.New("a name has between 1 and 60 characters")
	// ErrNameTaken is returned for a name that another has.
	ErrNameTaken = errors.New("there is one of that name already")
	// ErrTooMany is returned where a person would have more labels, rules or searches than there may be.
	ErrTooMany = errors.New("there are too many")
	// ErrColour is returned for a colour that there is not.
	ErrColour = errors.New("a colour is between 0 and 12")
)

// Label is a name that a person has given to messages. A message has any number of them.
type Label struct {
	ID            int64
	Name          string // as the person wrote it; two labels that differ only in case or marks are one
	Colour        int    // 1 to Colours; 0: it has none
	Total, Unread int    // messages, wherever they are
}

const (
	giveWord = "label "
	takeWord = "unlabel "
)

// Labelling is the verb that gives messages the label of a name, which is made where there is none.
func Labelling(name string) Verb { return Verb(giveWord + cleanName(name)) }

// Unlabelling is the verb that takes it away.
func Unlabelling(name string) Verb { return Verb(takeWord + cleanName(name)) }

// Label is the name of the label that v gives or else takes; ok is false where v does neither.
func (v Verb) Label() (name string, give, ok bool) {
	if name, ok = strings.CutPrefix(string(v), giveWord); ok {
		return name, true, name != ""
	}
	name, ok = strings.CutPrefix(string(v), takeWord)
	return name, false, ok && name != ""
}

// cleanName is a name without control characters and with single blanks.
func cleanName(name string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(strings.Map(printable, name), "")), " ")
}

func printable(r rune) rune {
	if r < ' ' || r == 0x7f {
		return ' '
	}
	return r
}

// foldLabel is a label's name as it is compared: without case, marks and blanks around it.
func foldLabel(name string) string { return fold(strings.Join(strings.Fields(name), " ")) }

// checkName reports what is wrong with a cleaned name.
func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n == 0 || n > maxLabelName {
		return ErrName
	}
	return nil
}

// Labels are all labels, in the order of their names.
func (b *Box) Labels(ctx context.Context) (list []Label, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = allLabels(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	return list, nil
}

func scanLabel(row row) (l Label, err error) {
	err = row.Scan(&l.ID, &l.Name, &l.Colour, &l.Total, &l.Unread)
	return l, err
}

// ChangeLabel gives a label a name and a colour. ErrNotFound, ErrName, ErrNameTaken and ErrColour say why it does not.
func (b *Box) ChangeLabel(ctx context.Context, id int64, name string, colour int) error {
	name = cleanName(name)
	err := checkName(name)
	if err == nil && (colour < 0 || colour > Colours) {
		err = ErrColour
	}
	if err == nil {
		err = b.act(ctx, func(ctx context.Context, tx *sql.Tx) error { return changeLabel(ctx, tx, id, name, colour) })
	}
	if err != nil {
		return fmt.Errorf("changing a label: %w", err)
	}
	return nil
}

func changeLabel(ctx context.Context, tx *sql.Tx, id int64, name string, colour int) error {
	var old string
	if err := tx.QueryRowContext(ctx, `SELECT name FROM labels WHERE id = ? AND gone IS NULL`, id).Scan(&old); err != nil {
		return found(err)
	}
	var other int64
	err := tx.QueryRowContext(ctx, `SELECT id FROM labels WHERE folded = ? AND id <> ?`, foldLabel(name), id).Scan(&other)
	if err == nil {
		return ErrNameTaken
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE labels SET name = ?, folded = ?, colour = ? WHERE id = ?`, name, foldLabel(name), colour, id); err != nil {
		return err
	}
	for _, verb := range []func(string) Verb{Labelling, Unlabelling} { // what can be undone names it
		if _, err := tx.ExecContext(ctx, `UPDATE actions SET verb = ? WHERE verb = ?`, verb(name), verb(old)); err != nil {
			return err
		}
	}
	return nil
}

// labelID finds the label of a name, or makes it.
func labelID(ctx context.Context, tx *sql.Tx, name string) (id int64, err error) {
	if err := checkName(name); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `SELECT id FROM labels WHERE folded = ?`, foldLabel(name)).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	if err := room(ctx, tx, `labels`, maxLabels); err != nil {
		return 0, err
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO labels (name, folded) VALUES (?, ?) RETURNING id`, name, foldLabel(name)).Scan(&id)
	return id, err
}

// room returns ErrTooMany where a table has as many rows as it may.
func room(ctx context.Context, tx *sql.Tx, table string, limit int) error {
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		return err
	}
	if n >= limit {
		return ErrTooMany
	}
	return nil
}

// relabel gives the messages of an action its label, or takes it, and notes which had it.
func relabel(ctx context.Context, tx *sql.Tx, action int64, c change) error {
	id, err := labelID(ctx, tx, c.label)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE action_items SET labelled = 1 WHERE action = ? AND EXISTS
		(SELECT 1 FROM message_labels l WHERE l.label = ? AND l.message = action_items.message)`, action, id)
	if err != nil {
		return err
	}
	if c.give {
		_, err = tx.ExecContext(ctx, `INSERT INTO message_labels (label, message) SELECT ?, message FROM action_items WHERE action = ? AND labelled = 0`, id, action)
		return err
	}
	_, err = tx.ExecContext(ctx, `DELETE FROM message_labels WHERE label = ? AND message IN (SELECT message FROM action_items WHERE action = ?)`, id, action)
	return err
}

// unrelabel undoes relabel.
func unrelabel(ctx context.Context, tx *sql.Tx, action int64, c change) error {
	const label = `(SELECT id FROM labels WHERE folded = ?1)`
	if c.give {
		_, err := tx.ExecContext(ctx, `DELETE FROM message_labels WHERE label = `+label+` AND message IN
			(SELECT message FROM action_items WHERE action = ?2 AND labelled = 0)`, foldLabel(c.label), action)
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO message_labels (label, message)
		SELECT l.id, i.message FROM labels l, action_items i WHERE l.folded = ?1 AND i.action = ?2 AND i.labelled = 1`, foldLabel(c.label), action)
	return err
}
