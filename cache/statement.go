package cache

import "strings"

// page is the statement for one page of rows.
//
// Backwards, FTS5 walks through all that has a word instead of leaping to where the next one is, too. What matches in few
// messages is therefore read forwards, and put in order, where the index alone is asked.
func (s search) page(p Page) (statement string, args []any) {
	order := ` DESC`
	switch {
	case p.Before != 0:
		s.before(p.Before)
	case p.After != 0:
		s.from, order = max(s.from, p.After+1), ``
	}
	if from, id := s.ids(); s.few && from == indexAlone {
		conditions, args := s.conditions(id)
		return `SELECT ` + rowColumns + ` FROM (SELECT id FROM (SELECT ` + id + ` AS id FROM ` + from + conditions + ` LIMIT ?) ORDER BY id` + order + ` LIMIT ?) AS newest
			CROSS JOIN messages m ON m.id = newest.id ORDER BY m.id` + order, append(args, max(MaxFound, s.window), p.limit()+1)
	}
	from, id := s.source()
	conditions, args := s.conditions(id)
	return `SELECT ` + rowColumns + ` FROM ` + from + conditions + ` ORDER BY ` + id + order + ` LIMIT ?`, append(args, p.limit()+1)
}

// newest is the statement for the ids of the newest that match, up to MaxFound.
func (s search) newest() (statement string, args []any) { return s.all(MaxFound) }

// all is the statement for the ids of the newest that match, up to limit.
func (s search) all(limit int) (statement string, args []any) {
	from, id := s.ids()
	conditions, args := s.conditions(id)
	return `SELECT ` + id + ` FROM ` + from + conditions + ` ORDER BY ` + id + ` DESC LIMIT ?`, append(args, limit)
}

// count is the statement that counts, up to one more than MaxFound. Where only the index is asked it does not read the
// messages, which takes ten times as long.
func (s search) count() (statement string, args []any) {
	from, id := s.ids()
	conditions, args := s.conditions(id)
	if len(s.where) > 0 { // what has a flag is mostly new
		conditions += ` ORDER BY ` + id + ` DESC`
	}
	return `SELECT count(*) FROM (SELECT 1 FROM ` + from + conditions + ` LIMIT ?)`, append(args, MaxFound+1)
}

// ids is source for a statement that wants nothing of the messages but their ids.
func (s search) ids() (from, id string) {
	if len(s.match) > 0 && len(s.where) == 0 && s.route.from == "" {
		return indexAlone, `fts.rowid`
	}
	return s.source()
}

// indexAlone is the source of what needs nothing of the messages.
const indexAlone = `fts`

// source is what is searched, and its column of ids.
func (s search) source() (from, id string) {
	switch {
	case s.route.from != "" && len(s.match) > 0:
		return s.route.from + ` CROSS JOIN fts ON fts.rowid = m.id`, s.route.id
	case s.route.from != "":
		return s.route.from, s.route.id
	case len(s.match) > 0:
		return `fts CROSS JOIN messages m ON m.id = fts.rowid`, `fts.rowid`
	}
	return `messages m`, `m.id`
}

// conditions are all that the search asks, with the values: id is the column that is read in order.
func (s search) conditions(id string) (where string, args []any) {
	var list []string
	and := func(condition string, values ...any) {
		list, args = append(list, condition), append(args, values...)
	}
	if s.route.from != "" {
		and(s.route.only, s.route.args...)
	}
	switch {
	case len(s.match) > 0:
		and(`fts MATCH ?`, combined(s.match, s.not))
	case len(s.not) > 0:
		and(`m.id NOT IN (SELECT rowid FROM fts WHERE fts MATCH ?)`, `(`+strings.Join(s.not, `) OR (`)+`)`)
	}
	if s.from > 0 || s.to != 0 {
		span, values := spanned(id, s.from, s.to)
		and(span, values...)
	}
	if !s.everywhere { // the numbers are written out: with bound values SQLite could not use the index
		and(`NOT EXISTS (SELECT 1 FROM messages h INDEXED BY messages_hidden WHERE h.id = ` + id + ` AND h.place IN (5, 6))`)
	}
	list, args = append(list, s.where...), append(args, s.bound...)
	if len(list) == 0 {
		return ``, args
	}
	return ` WHERE ` + strings.Join(list, ` AND `), args
}
