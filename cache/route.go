package cache

import (
	"context"
	"database/sql"
	"strings"

	"restante/cache/query"
)

// smallSet is up to how many messages a filter may lead to for it to go before the words: looking up a message among
// those of a common word takes about as long as passing over thirty of them.
const smallSet = 1000

// route is a way to the messages that a filter leaves: a table or index that has those alone, in the order of ids or
// so few that they can be put in order.
type route struct {
	from string // what is read; "": no route
	id   string // its column of ids
	only string // the condition that makes it small
	args []any  // its values
}

// routeOf is the route of a term that must hold, if it has one.
func routeOf(t query.Term) (r route, ok bool) {
	if t.Not {
		return route{}, false
	}
	switch t.Field {
	case query.Has, query.Is:
		f := flags[t.Field][t.Text]
		return route{from: `messages m INDEXED BY ` + f.index, id: `m.id`, only: f.condition}, f.index != ""
	case query.Label:
		return route{from: `message_labels d CROSS JOIN messages m ON m.id = d.message`, id: `d.message`,
			only: `d.label = (SELECT id FROM labels WHERE folded = ?)`, args: []any{foldLabel(t.Text)}}, true
	case query.Account:
		return route{from: `messages m INDEXED BY messages_account`, id: `m.id`, only: inAccounts, args: []any{strings.ToLower(t.Text)}}, true
	case query.MessageID:
		return route{from: `messages m INDEXED BY messages_thread`, id: `m.id`, only: `m.thread = (SELECT thread FROM refs WHERE message_id = ?) AND ` + whereMessageID,
			args: []any{t.Text, messageKey(t.Text)}}, true
	}
	return route{}, false
}

// drive chooses the way to the messages: the filter that leaves fewest, if that are few, else the words. Where nothing
// lies in spam and trash none has to be left out.
func (s *search) drive(ctx context.Context, tx *sql.Tx) error {
	if !s.everywhere {
		err := tx.QueryRowContext(ctx, `SELECT coalesce(sum(total), 0) = 0 FROM counters WHERE place IN (?, ?)`, Spam, Trash).Scan(&s.everywhere)
		if err != nil {
			return err
		}
	}
	if err := s.settleLast(ctx, tx); err != nil {
		return err
	}
	least := smallSet + 1
	for _, d := range s.small {
		var n int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM `+d.from+` WHERE `+d.only+` LIMIT ?)`, append(d.args, least)...).Scan(&n)
		if err != nil {
			return err
		}
		if n < least {
			least, s.route = n, d
		}
	}
	return s.narrow(ctx, tx, least)
}

// settleLast decides whether the last word means longer words, too: not where it alone is in more messages than are
// counted. To find all words that begin like a common one takes as long as they have been used.
func (s *search) settleLast(ctx context.Context, tx *sql.Tx) error {
	if s.whole == nil {
		return nil
	}
	var n int
	err := tx.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM fts WHERE fts MATCH ? LIMIT ?)`, combined(s.whole, s.not), MaxFound+1).Scan(&n)
	if n > MaxFound {
		s.match = s.whole
	}
	return err
}

// worth is over how many messages of a word it takes as long to pass as to look up one among them.
const worth = 30

// narrow bounds the search by the ids of the n messages that the route leads to. Where they lie close together, as what is
// unread does, the words lead to them sooner within those bounds.
func (s *search) narrow(ctx context.Context, tx *sql.Tx, n int) error {
	if s.route.from == "" || n == 0 || len(s.match) == 0 {
		return nil
	}
	var first, last ID
	err := tx.QueryRowContext(ctx, `SELECT min(`+s.route.id+`), max(`+s.route.id+`) FROM `+s.route.from+` WHERE `+s.route.only, s.route.args...).Scan(&first, &last)
	if err != nil {
		return err
	}
	s.from = max(s.from, first)
	s.before(last + 1)
	var between int
	err = tx.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM messages WHERE id BETWEEN ? AND ? LIMIT ?)`, first, last, worth*n).Scan(&between)
	if between < worth*n {
		s.route = route{}
	}
	return err
}
