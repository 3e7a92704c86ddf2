package cache

import (
	"slices"
	"strings"
	"time"

	"restante/cache/query"
)

// search is a query taken apart for SQL. The full-text index drives where text is asked for: read backwards by rowid it
// stops after one page, however common the words.
type search struct {
	match      []string // expressions of FTS5 that must all match,
	whole      []string // the same where the last word means no longer ones; nil: it does not
	not        []string // and those of which none may
	where      []string // conditions on messages m
	bound      []any    // their values
	from, to   ID       // ids from from on and before to; zero: no bound
	everywhere bool     // a place is named: trash and spam are not left out
	nothing    bool     // nothing can match
	few        bool     // no more than MaxFound match
	window     int      // or so many, within from and to; 0: that is not known
	small      []route  // what may lead to few messages
	route      route    // what leads to the messages; zero: the words do, or the order of ids

	inSubject, inText []look // what is marked

	now time.Time
}

func newSearch(q query.Query, now time.Time) *search {
	s := &search{now: now, nothing: len(q.Terms) > 0 && !slices.ContainsFunc(q.Terms, hasWord)}
	for i, t := range q.Terms {
		last := i == len(q.Terms)-1
		s.note(t, last)
		switch phrase, textual := matchTerm(t, last); {
		case !hasWord(t):
		case textual && t.Not:
			s.not = append(s.not, phrase)
		case textual:
			if last && isPrefix(t, true) && !t.Prefix {
				exact, _ := matchTerm(t, false)
				s.whole = append(slices.Clone(s.match), exact)
			}
			s.match = append(s.match, phrase)
		default:
			s.filter(t, last)
		}
	}
	return s
}

// note takes what a term has to be marked, and whether it names a place.
func (s *search) note(t query.Term, last bool) {
	if t.Not {
		return
	}
	switch t.Field {
	case query.Group:
		for i, list := range t.Either {
			for j, term := range list {
				s.note(term, last && i == len(t.Either)-1 && j == len(list)-1)
			}
		}
	case query.In:
		s.everywhere = true
	case query.Any:
		s.inSubject, s.inText = append(s.inSubject, newLook(t, last)), append(s.inText, newLook(t, last))
	case query.Subject:
		s.inSubject = append(s.inSubject, newLook(t, last))
	case query.Body:
		s.inText = append(s.inText, newLook(t, last))
	}
}

// filter takes a term of all that must hold and that the index alone cannot answer. A date is a bound of the ids.
func (s *search) filter(t query.Term, last bool) {
	if from, to, ok := s.span(t); ok && !t.Not {
		s.from = max(s.from, from)
		s.before(to)
		return
	}
	condition, args := s.condition(t, last)
	if condition == "" {
		return
	}
	s.where, s.bound = append(s.where, condition), append(s.bound, args...)
	if d, ok := routeOf(t); ok {
		s.small = append(s.small, d)
	}
}

// span are the ids of the time that a term names: from the first on and before the second; 0: no bound. A bound that
// comes to 0 is 1, which no message is below.
func (s *search) span(t query.Term) (from, to ID, ok bool) {
	switch t.Field {
	case query.Before:
		return 0, max(firstID(t.At), 1), true
	case query.After:
		return firstID(t.At), 0, true
	case query.On:
		return firstID(t.At), max(firstID(t.Until), 1), true
	case query.OlderThan:
		return 0, max(firstID(t.Age.Before(s.now)), 1), true
	case query.NewerThan:
		return firstID(t.Age.Before(s.now)), 0, true
	}
	return 0, 0, false
}

// before narrows the search to ids below id; 0: it does not.
func (s *search) before(id ID) {
	if id != 0 && (s.to == 0 || id < s.to) {
		s.to = id
	}
}

// condition is a term as a condition on messages m, with its values; "" where it asks nothing.
func (s *search) condition(t query.Term, last bool) (sql string, args []any) {
	phrase, textual := matchTerm(t, last)
	switch {
	case !hasWord(t):
		return "", nil
	case textual:
		sql, args = `m.id IN (SELECT rowid FROM fts WHERE fts MATCH ?)`, []any{phrase}
	case t.Field == query.Group:
		sql, args = s.either(t, last)
	default:
		sql, args = s.leaf(t)
	}
	if t.Not && sql != "" {
		sql = `NOT (` + sql + `)`
	}
	return sql, args
}

// either is the condition of a group.
func (s *search) either(t query.Term, last bool) (sql string, args []any) {
	var lists []string
	for i, terms := range t.Either {
		var all []string
		for j, term := range terms {
			if one, values := s.condition(term, last && i == len(t.Either)-1 && j == len(terms)-1); one != "" {
				all, args = append(all, one), append(args, values...)
			}
		}
		if len(all) > 0 {
			lists = append(lists, `(`+strings.Join(all, ` AND `)+`)`)
		}
	}
	if len(lists) == 0 {
		return "", nil
	}
	return `(` + strings.Join(lists, ` OR `) + `)`, args
}

// leaf is the condition of a term that is not about text, less its Not.
func (s *search) leaf(t query.Term) (sql string, args []any) {
	if from, to, ok := s.span(t); ok {
		return spanned(`m.id`, from, to)
	}
	switch t.Field {
	case query.Has, query.Is:
		return flags[t.Field][t.Text].condition, nil
	case query.In:
		p, ok := ParsePlace(t.Text)
		if !ok || p == Anywhere {
			return `1`, nil
		}
		return `m.place = ?`, []any{p}
	case query.Label:
		return `EXISTS (SELECT 1 FROM message_labels l WHERE l.label = (SELECT id FROM labels WHERE folded = ?) AND l.message = m.id)`, []any{foldLabel(t.Text)}
	case query.Account:
		// The plus keeps SQLite from putting all messages of several accounts in order first.
		return `+` + inAccounts, []any{strings.ToLower(t.Text)}
	case query.MessageID:
		return whereMessageID, []any{messageKey(t.Text)}
	case query.Larger:
		return `m.size >= ?`, []any{t.Size}
	case query.Smaller:
		return `m.size < ?`, []any{t.Size}
	}
	return "", nil
}

// inAccounts is the condition that a message was collected from one of the accounts with a text in their names.
const inAccounts = `m.account IN (SELECT a.id FROM accounts a WHERE instr(lower(a.server || ' ' || a.user), ?) > 0)`

// whereMessageID is the condition that a message has a certain Message-ID.
const whereMessageID = `m.mid = ? AND m.mid <> 0`

// spanned is the condition that a column of ids lies from from on and before to; zero: no bound.
func spanned(id string, from, to ID) (sql string, args []any) {
	var list []string
	if from > 0 {
		list, args = append(list, id+` >= ?`), append(args, from)
	}
	if to != 0 {
		list, args = append(list, id+` < ?`), append(args, to)
	}
	if len(list) == 0 {
		return `1`, nil
	}
	return strings.Join(list, ` AND `), args
}
