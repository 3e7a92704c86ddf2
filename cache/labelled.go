package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// Labelled lists the messages with a label in all places but trash and spam: a row a conversation, its newest message
// that has the label. ErrNotFound where there is no such label.
func (b *Box) Labelled(ctx context.Context, label int64, page Page) (l Label, rows Rows, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		l, err = scanLabel(tx.QueryRowContext(ctx, `SELECT id, name, colour, total, unread FROM labels WHERE id = ? AND gone IS NULL`, label))
		if err != nil {
			return found(err)
		}
		labelled := source{`message_labels d CROSS JOIN messages m ON m.id = d.message`, `d.message`}
		rows, err = listPage(ctx, tx, labelled, `d.label = ? AND m.place NOT IN (5, 6) AND NOT EXISTS (SELECT 1 FROM messages n CROSS JOIN message_labels e ON e.message = n.id
				WHERE n.thread = m.thread AND n.id > m.id AND n.place NOT IN (5, 6) AND e.label = d.label)`, []any{label}, page)
		if err != nil {
			return err
		}
		return gatherAll(ctx, tx, rows.List)
	})
	if err != nil {
		return Label{}, Rows{}, fmt.Errorf("listing label %d: %w", label, err)
	}
	return l, rows, nil
}

// LabelsOf are the names of the labels of one message, in order.
func (b *Box) LabelsOf(ctx context.Context, id ID) (names []string, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		names, err = labelsOf(ctx, tx, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("labels of message %d: %w", id, err)
	}
	return names, nil
}

func labelsOf(ctx context.Context, tx *sql.Tx, id ID) ([]string, error) {
	return scanAll(ctx, tx, scanName,
		`SELECT l.name FROM message_labels x CROSS JOIN labels l ON l.id = x.label WHERE x.message = ? AND l.gone IS NULL ORDER BY l.folded`, id)
}

func scanName(row row) (name string, err error) {
	err = row.Scan(&name)
	return name, err
}

// allLabels are the labels that there are, in the order of their names.
func allLabels(ctx context.Context, tx *sql.Tx) ([]Label, error) {
	return scanAll(ctx, tx, scanLabel, `SELECT id, name, colour, total, unread FROM labels WHERE gone IS NULL ORDER BY folded`)
}

// named are the names of labels whose ids stand in lists, separated by commas, in the order of names.
func named(labels []Label, ids []string) (names []string) {
	has := map[string]bool{}
	for _, list := range ids {
		for id := range strings.SplitSeq(list, ",") {
			has[id] = true
		}
	}
	for _, l := range labels {
		if has[strconv.FormatInt(l.ID, 10)] {
			names = append(names, l.Name)
		}
	}
	return names
}
