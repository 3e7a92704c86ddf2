package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"restante/cache/query"
)

const maxRules = 100 // of one person

// ErrRule is returned for a rule that would meet every message or do nothing.
var ErrRule = errors.New("a rule needs a search and something to do")

// Deeds are what a rule does with a message that it meets. The numbers stand in the file and never change.
type Deeds int

// The deeds.
const (
	RuleArchive Deeds = 1 << iota
	RuleStar
	RuleRead
	RuleTrash
	RuleKeep // no policy ever deletes it on the server
	allDeeds = RuleArchive | RuleStar | RuleRead | RuleTrash | RuleKeep
)

// ArrivalRule is what is done with mail as it arrives.
type ArrivalRule struct {
	ID    int64
	Query string // which messages, in the search language; dates in it are of UTC
	Deeds Deeds
	Label string // that is given; "": none
	Met   int    // messages so far
}

// ArrivalRules are all rules in the order in which they are run.
func (b *Box) ArrivalRules(ctx context.Context) (list []ArrivalRule, err error) {
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err = arrivalRules(ctx, tx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return list, nil
}

func arrivalRules(ctx context.Context, tx *sql.Tx) ([]ArrivalRule, error) {
	return scanAll(ctx, tx, func(row row) (r ArrivalRule, err error) {
		err = row.Scan(&r.ID, &r.Query, &r.Deeds, &r.Label, &r.Met)
		return r, err
	}, `SELECT r.id, r.query, r.deeds, coalesce(l.name, ''), r.met FROM rules r LEFT JOIN labels l ON l.id = r.label AND l.gone IS NULL
		WHERE r.gone IS NULL ORDER BY r.id`)
}

// AddRule makes a rule for what arrives from now on; its label is made where there is none. ErrRule, ErrName and
// ErrTooMany say why it does not.
func (b *Box) AddRule(ctx context.Context, r ArrivalRule) error {
	r.Label = cleanName(r.Label)
	err := b.act(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if len(query.Parse(r.Query, time.UTC).Terms) == 0 || r.Deeds&^allDeeds != 0 || r.Deeds == 0 && r.Label == "" {
			return ErrRule
		}
		if err := room(ctx, tx, `rules`, maxRules); err != nil {
			return err
		}
		var label any
		if r.Label != "" {
			id, err := labelID(ctx, tx, r.Label)
			if err != nil {
				return err
			}
			label = id
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO rules (query, deeds, label) VALUES (?, ?, ?)`, r.Query, r.Deeds, label)
		return err
	})
	if err != nil {
		return fmt.Errorf("making a rule: %w", err)
	}
	return nil
}

// arrivals are what one transaction has stored of a group, and the accounts that there are.
type arrivals struct {
	accounts  []Account
	headers   bool        // there were messages before of which only the header is here
	fresh     []*Prepared // new, in the order of ids, of which
	ids       []ID        // are the ids,
	whole     []ID        // these are whole
	header    []ID        // and of these only the header is here
	completed []ID        // whole now; their headers were met by rules before
}

// note takes a message that is new.
func (a *arrivals) note(p *Prepared, id ID) {
	a.fresh, a.ids = append(a.fresh, p), append(a.ids, id)
	if p.partial {
		a.header = append(a.header, id)
	} else {
		a.whole = append(a.whole, id)
	}
}

// index writes the index entries of what is new. They come after all else of the group, because FTS5 writes out what it
// holds in memory before every statement that has to be able to go back.
func (a *arrivals) index(ctx context.Context, tx *sql.Tx) error {
	for i, p := range a.fresh {
		if err := p.insertIndex(ctx, tx, a.ids[i]); err != nil {
			return fmt.Errorf("message %d: %w", p.Number, err)
		}
	}
	return nil
}

// meet runs each rule once over a group that has just been stored, in the same transaction: no message is seen as it was
// before them. A rule that looks into messages meets one when it is whole, any other when its header is here.
func (b *Box) meet(ctx context.Context, tx *sql.Tx, a arrivals) error {
	if len(a.whole)+len(a.header)+len(a.completed) == 0 {
		return nil
	}
	rules, err := arrivalRules(ctx, tx)
	if err != nil || len(rules) == 0 {
		return err
	}
	for _, r := range rules {
		q := query.Parse(r.Query, time.UTC)
		ids := slices.Concat(a.whole, a.header)
		if slices.ContainsFunc(q.Terms, looksInside) {
			ids = slices.Concat(a.whole, a.completed)
		}
		if err := b.runRule(ctx, tx, r, q, ids); err != nil {
			return fmt.Errorf("rule %d: %w", r.ID, err)
		}
	}
	return nil
}

// looksInside reports whether a term can only be told of a message that is whole.
func looksInside(t query.Term) bool {
	switch t.Field {
	case query.Any, query.Body, query.Filename, query.Has:
		return true
	case query.Is:
		return t.Text == query.Encrypted
	case query.Group:
		return slices.ContainsFunc(t.Either, func(list []query.Term) bool { return slices.ContainsFunc(list, looksInside) })
	}
	return false
}

// runRule does what a rule does to those of ids that it meets.
func (b *Box) runRule(ctx context.Context, tx *sql.Tx, r ArrivalRule, q query.Query, ids []ID) error {
	s := newSearch(q, b.now())
	if s.nothing || len(ids) == 0 {
		return nil
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	s.everywhere = true // an earlier rule may have put it in the trash
	s.route = route{from: `messages m`, id: `m.id`, only: `m.id IN (SELECT value FROM json_each(?))`, args: []any{string(list)}}
	statement, args := s.all(len(ids))
	met, err := scanAll(ctx, tx, scanID, statement, args...)
	if err != nil || len(met) == 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE rules SET met = met + ? WHERE id = ?`, len(met), r.ID); err != nil {
		return err
	}
	for _, id := range met {
		if err := r.apply(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// apply does what a rule does to one message.
func (r ArrivalRule) apply(ctx context.Context, tx *sql.Tx, id ID) error {
	for _, d := range []struct {
		deed      Deeds
		statement string
	}{
		{RuleStar, `UPDATE messages SET starred = 1 WHERE id = ?`},
		{RuleRead, `UPDATE messages SET unread = 0 WHERE id = ?`},
		{RuleKeep, `UPDATE copies SET keep = 1 WHERE message = ?`},
	} {
		if r.Deeds&d.deed == 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, d.statement, id); err != nil {
			return err
		}
	}
	if r.Label != "" {
		_, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO message_labels (label, message) SELECT label, ? FROM rules WHERE id = ?`, id, r.ID)
		if err != nil {
			return err
		}
	}
	switch {
	case r.Deeds&RuleTrash != 0:
		return move(ctx, tx, id, Trash)
	case r.Deeds&RuleArchive != 0:
		return move(ctx, tx, id, Archive)
	}
	return nil
}

// move puts one message into a place.
func move(ctx context.Context, tx *sql.Tx, id ID, to Place) error {
	var from spot
	if err := tx.QueryRowContext(ctx, `SELECT thread, place FROM messages WHERE id = ?`, id).Scan(&from.thread, &from.place); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE messages SET place = ?, top = 0 WHERE id = ?`, to, id); err != nil {
		return err
	}
	return settleAll(ctx, tx, []spot{from, {from.thread, to}})
}
