package cache

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

const (
	maxCounted = 100 // messages of a conversation that a list counts
	maxSenders = 6   // … and senders that it names
)

// Person is who wrote or receives a message.
type Person struct{ Name, Addr string }

// is reports whether p and q are the same person: people change how they write their name, not their address.
func (p Person) is(q Person) bool {
	return strings.EqualFold(p.Addr, q.Addr) && (p.Addr != "" || p.Name == q.Name)
}

// Row is a line of a list: a message, or the newest message of a conversation in one place.
type Row struct {
	ID          ID
	Account     int64
	Place       Place
	From        []Person // who wrote, oldest first; the writer of this message is the last
	Count       int      // messages of the conversation in this place, up to 100
	Subject     string
	Snippet     string
	Unread      bool // any of them
	Starred     bool // any of them
	Attachments bool // any of them
	Invite      bool // any of them has an invitation
	Encrypted   bool // any of them is
	Replied     bool // the person has written in the conversation since this message
	Here        bool // this message is on no server any more
	Partial     bool // only the header of this message is here
	Labels      []string
	Received    time.Time
}

// Page is one page of a list, newest first. The zero Page is the newest.
type Page struct {
	Before ID  // only what is older than this; 0: from the newest
	After  ID  // only what is newer than this, the nearest to it; 0: no bound. Ignored with Before
	Limit  int // rows; 0: 50
}

const pageRows = 50

func (p Page) limit() int {
	if p.Limit <= 0 {
		return pageRows
	}
	return p.Limit
}

// Rows are the rows of a page, and whether there are others beyond.
type Rows struct {
	List         []Row
	Newer, Older bool
}

// Conversations lists a place: a row a conversation.
func (b *Box) Conversations(ctx context.Context, place Place, page Page) (rows Rows, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		rows, err = listPage(ctx, tx, allMessages(), `m.place = ? AND m.top = 1`, []any{place}, page)
		if err != nil {
			return err
		}
		return gatherAll(ctx, tx, rows.List)
	})
	if err != nil {
		return Rows{}, fmt.Errorf("listing %s: %w", place, err)
	}
	return rows, nil
}

// Starred lists the starred messages of all places but trash and spam: a row a message.
func (b *Box) Starred(ctx context.Context, page Page) (rows Rows, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		rows, err = listPage(ctx, tx, allMessages(), `m.starred = 1 AND m.place NOT IN (?, ?)`, []any{Spam, Trash}, page)
		for i := 0; err == nil && i < len(rows.List); i++ {
			rows.List[i].Labels, err = labelsOf(ctx, tx, rows.List[i].ID)
		}
		return err
	})
	if err != nil {
		return Rows{}, fmt.Errorf("listing starred: %w", err)
	}
	return rows, nil
}

const rowColumns = `m.id, m.account, m.place, m.from_name, m.from_addr, m.subject, m.snippet, m.unread, m.starred, m.partial > 0, ` +
	whereFiles + `, ` + whereInvite + `, ` + whereEncrypted + `, ` + whereReplied + `, ` + whereHere

// source is what a list reads, joined to messages m, and its column of ids, in whose order it can be read.
type source struct{ from, id string }

// allMessages is the source of lists that are not narrower.
func allMessages() source { return source{`messages m`, `m.id`} }

// listPage reads one page of messages for which the condition holds, by id: never by an offset.
func listPage(ctx context.Context, tx *sql.Tx, of source, where string, args []any, page Page) (Rows, error) {
	query := `SELECT ` + rowColumns + ` FROM ` + of.from + ` WHERE ` + where
	up := page.After != 0 && page.Before == 0
	switch {
	case up:
		query, args = query+` AND `+of.id+` > ? ORDER BY `+of.id, append(args, page.After)
	case page.Before != 0:
		query, args = query+` AND `+of.id+` < ? ORDER BY `+of.id+` DESC`, append(args, page.Before)
	default:
		query += ` ORDER BY ` + of.id + ` DESC`
	}
	list, err := scanAll(ctx, tx, scanRow, query+` LIMIT ?`, append(args, page.limit()+1)...)
	if err != nil {
		return Rows{}, err
	}
	return paged(list, page), nil
}

// paged cuts the row that is one too many, which shows that there is another page, and puts the newest first.
func paged(list []Row, page Page) Rows {
	more := len(list) > page.limit()
	if more {
		list = list[:page.limit()]
	}
	if page.After != 0 && page.Before == 0 {
		slices.Reverse(list)
		return Rows{List: list, Newer: more, Older: true}
	}
	return Rows{List: list, Newer: page.Before != 0, Older: more}
}

func scanRow(row row) (Row, error) {
	r := Row{Count: 1, From: make([]Person, 1)}
	err := row.Scan(&r.ID, &r.Account, &r.Place, &r.From[0].Name, &r.From[0].Addr, &r.Subject, &r.Snippet, &r.Unread, &r.Starred, &r.Partial,
		&r.Attachments, &r.Invite, &r.Encrypted, &r.Replied, &r.Here)
	r.Received = r.ID.Time()
	return r, err
}

// gatherAll adds to the rows of newest messages what their conversations have.
func gatherAll(ctx context.Context, tx *sql.Tx, rows []Row) error {
	labels, err := allLabels(ctx, tx)
	for i := 0; err == nil && i < len(rows); i++ {
		err = gather(ctx, tx, &rows[i], labels)
	}
	return err
}

// labelIDs are the labels of a message; noLabels stands for them where there are none at all.
const (
	labelIDs = `(SELECT group_concat(label) FROM message_labels WHERE message = m.id)`
	noLabels = `NULL`
)

// gather adds to the row of a newest message what the others of its conversation in the same place have.
func gather(ctx context.Context, tx *sql.Tx, r *Row, labels []Label) error {
	ids := noLabels
	if len(labels) > 0 {
		ids = labelIDs
	}
	rows, err := tx.QueryContext(ctx, `SELECT from_name, from_addr, unread, starred, `+whereFiles+`, `+whereInvite+`, `+whereEncrypted+`, mid, account, coalesce(`+ids+`, '') FROM messages m
		WHERE thread = (SELECT thread FROM messages WHERE id = ?) AND place = ? ORDER BY id DESC LIMIT ?`, r.ID, r.Place, maxCounted)
	if err != nil {
		return err
	}
	defer rows.Close()
	r.From, r.Count = nil, 0
	var labelled []string
	seen := map[int64]int64{} // the account in which each Message-ID was seen first
	for rows.Next() {
		var from Person
		var unread, starred, attachments, invite, encrypted bool
		var mid, account int64
		var with string
		if err := rows.Scan(&from.Name, &from.Addr, &unread, &starred, &attachments, &invite, &encrypted, &mid, &account, &with); err != nil {
			return err
		}
		if with != "" {
			labelled = append(labelled, with)
		}
		if first, ok := seen[mid]; !ok || first == account || mid == 0 { // one that came to two accounts counts once
			seen[mid] = account
			r.Count++
		}
		r.Unread, r.Starred, r.Attachments = r.Unread || unread, r.Starred || starred, r.Attachments || attachments
		r.Invite, r.Encrypted = r.Invite || invite, r.Encrypted || encrypted
		if len(r.From) < maxSenders && !slices.ContainsFunc(r.From, from.is) {
			r.From = append(r.From, from)
		}
	}
	slices.Reverse(r.From)
	r.Labels = named(labels, labelled)
	return rows.Err()
}

// Counter is what a place holds.
type Counter struct{ Total, Unread int }

// Counters are the messages and unread messages of each place; a read of six rows, however much mail there is.
func (b *Box) Counters(ctx context.Context) (map[Place]Counter, error) {
	counters := map[Place]Counter{}
	err := b.read(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT place, total, unread FROM counters`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p Place
			var c Counter
			if err := rows.Scan(&p, &c.Total, &c.Unread); err != nil {
				return err
			}
			counters[p] = c
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("counters: %w", err)
	}
	return counters, nil
}
