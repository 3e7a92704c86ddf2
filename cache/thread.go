package cache

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"
)

const (
	maxReference  = 1000                // bytes of a Message-ID that takes part in threading
	subjectSpan   = 90 * 24 * time.Hour // how far apart a reply without references may be from what it answers
	maxCandidates = 20                  // messages of one subject that are looked at
)

// findThread says which conversation the new message id belongs to, and joins conversations that it shows to be one.
// Its own Message-ID decides, then what it names, then, for a reply that names nothing, the subject together with the
// people. Mail is collected newest first, so an answer is often here before its question: every id that a message
// names leads to its conversation, whether that message has come or not.
func findThread(ctx context.Context, tx *sql.Tx, id ID, e envelope) (ID, error) {
	names := threadNames(e)
	threads, err := threadsOf(ctx, tx, names)
	if err != nil {
		return 0, err
	}
	if len(threads) == 0 {
		if threads, err = threadBySubject(ctx, tx, id, e); err != nil {
			return 0, err
		}
	}
	thread := id
	if len(threads) > 0 {
		thread = threads[0]
		for _, other := range threads[1:] {
			if err := join(ctx, tx, thread, other); err != nil {
				return 0, err
			}
		}
	}
	return thread, name(ctx, tx, thread, names)
}

// name makes names lead to a conversation, unless they lead to one already.
func name(ctx context.Context, tx *sql.Tx, thread ID, names []string) error {
	for _, name := range names {
		_, err := tx.ExecContext(ctx, `INSERT INTO refs (message_id, thread) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, thread)
		if err != nil {
			return err
		}
	}
	return nil
}

// tie makes the conversations that names lead to one with thread, and the names lead there.
func tie(ctx context.Context, tx *sql.Tx, thread ID, names []string) error {
	threads, err := threadsOf(ctx, tx, names)
	if err != nil {
		return err
	}
	for _, other := range threads {
		if other != thread {
			if err := join(ctx, tx, thread, other); err != nil {
				return err
			}
		}
	}
	return name(ctx, tx, thread, names)
}

// threadNames are the ids that tie a message to others: its own, then those it names from last to first.
func threadNames(e envelope) []string {
	var names []string
	add := func(s string) {
		if s != "" && len(s) <= maxReference && !slices.Contains(names, s) {
			names = append(names, s)
		}
	}
	add(e.messageID)
	for _, r := range slices.Backward(e.references) {
		add(r)
	}
	return names
}

// threadsOf are the conversations that names lead to, in the order of names, each once.
func threadsOf(ctx context.Context, tx *sql.Tx, names []string) ([]ID, error) {
	var threads []ID
	for _, name := range names {
		var t ID
		err := tx.QueryRowContext(ctx, `SELECT thread FROM refs WHERE message_id = ?`, name).Scan(&t)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(threads, t) {
			threads = append(threads, t)
		}
	}
	return threads, nil
}

// threadBySubject finds the conversation of a reply that names no message, or those of such replies to the message
// that has come: the same subject less its prefixes, at most subjectSpan apart, and one of the two wrote to the other.
// A subject alone ties nothing: half of all mail is called "Hello".
func threadBySubject(ctx context.Context, tx *sql.Tx, id ID, e envelope) ([]ID, error) {
	if e.base == "" {
		return nil, nil
	}
	span := ID(subjectSpan.Seconds()) * perSecond
	query := `SELECT thread, from_addr, recipients FROM messages
		WHERE base = ? AND base <> '' AND orphan = 1 AND id BETWEEN ? AND ? ORDER BY id LIMIT ?`
	from, to := id, id+span
	if e.orphan {
		query = `SELECT thread, from_addr, recipients FROM messages
		WHERE base = ? AND base <> '' AND id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?`
		from, to = id-span, id
	}
	rows, err := tx.QueryContext(ctx, query, e.base, from, to, maxCandidates)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var threads []ID
	for rows.Next() {
		var thread ID
		var sender, recipients string
		if err := rows.Scan(&thread, &sender, &recipients); err != nil {
			return nil, err
		}
		related := wroteTo(e.recipients, sender) || wroteTo(recipients, e.fromAddr)
		if related && !slices.Contains(threads, thread) {
			threads = append(threads, thread)
		}
		if e.orphan && related {
			break // a reply answers one message, the nearest
		}
	}
	return threads, rows.Err()
}

// wroteTo reports whether addr is one of recipients.
func wroteTo(recipients, addr string) bool {
	return addr != "" && strings.Contains(" "+recipients+" ", " "+strings.ToLower(addr)+" ")
}

// join moves all of conversation from into conversation to.
func join(ctx context.Context, tx *sql.Tx, to, from ID) error {
	places, err := placesOf(ctx, tx, from)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE messages SET thread = ? WHERE thread = ?`, to, from); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE refs SET thread = ? WHERE thread = ?`, to, from); err != nil {
		return err
	}
	for _, p := range places {
		if err := settle(ctx, tx, to, p); err != nil {
			return err
		}
	}
	return nil
}

func placesOf(ctx context.Context, tx *sql.Tx, thread ID) ([]Place, error) {
	return scanAll(ctx, tx, func(row row) (p Place, err error) {
		err = row.Scan(&p)
		return p, err
	}, `SELECT DISTINCT place FROM messages WHERE thread = ?`, thread)
}

// settle puts the top mark of a conversation in one place on its newest message there. Whoever adds, moves or removes a
// message calls it in the same transaction, for each place touched; its cost does not grow with the conversation.
func settle(ctx context.Context, tx *sql.Tx, thread ID, p Place) error {
	var newest ID
	err := tx.QueryRowContext(ctx, `SELECT id FROM messages WHERE thread = ? AND place = ? ORDER BY id DESC LIMIT 1`, thread, p).Scan(&newest)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE messages SET top = 0 WHERE thread = ? AND place = ? AND top = 1 AND id <> ?`, thread, p, newest)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE messages SET top = 1 WHERE id = ? AND top = 0`, newest)
	return err
}
