package cache

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"unicode/utf8"

	"restante/cache/query"
)

const (
	// MaxFound is where counting stops: Found.Total of MaxFound+1 says that there are more.
	MaxFound = 1000

	minPrefix = 3 // characters of a last word from which it finds longer words too
)

// Found is a page of what a search found, newest first.
type Found struct {
	Hits         []Hit
	Newer, Older bool
	Total        int // up to MaxFound+1
}

// Hit is a message that was found, with what matched.
type Hit struct {
	Row
	Subject []Span
	Snippet []Span // the text around the first match; its beginning where the text does not match
}

// Search finds messages, newest first, in all places but trash and spam unless q names a place. The last word, unless it
// is quoted, also finds longer words. The zero query finds everything; one with nothing but punctuation, nothing.
func (b *Box) Search(ctx context.Context, q query.Query, page Page) (found Found, err error) {
	search := newSearch(q)
	if search.nothing {
		return Found{}, nil
	}
	err = b.read(ctx, func(tx *sql.Tx) error {
		list, err := scanRows(ctx, tx, search.page(page), search.args...)
		if err != nil {
			return err
		}
		rows := paged(list, page)
		found.Newer, found.Older = rows.Newer, rows.Older
		for _, r := range rows.List {
			h, err := b.hit(ctx, tx, r, search.looks)
			if err != nil {
				return err
			}
			found.Hits = append(found.Hits, h)
		}
		return tx.QueryRowContext(ctx, search.count(), search.bound...).Scan(&found.Total)
	})
	if err != nil {
		return Found{}, fmt.Errorf("searching: %w", err)
	}
	return found, nil
}

// hit adds to a row what is marked in it.
func (b *Box) hit(ctx context.Context, tx *sql.Tx, r Row, looks []look) (Hit, error) {
	h := Hit{Row: r, Subject: mark(r.Subject, looks), Snippet: []Span{{Text: r.Snippet}}}
	if len(looks) == 0 {
		return h, nil
	}
	var data []byte
	if err := tx.QueryRowContext(ctx, `SELECT data FROM texts WHERE message = ?`, r.ID).Scan(&data); err != nil {
		return h, err
	}
	text, err := b.codec.dec.DecodeAll(data, nil)
	if err != nil {
		return h, err
	}
	h.Snippet = excerpt(string(text), looks)
	return h, nil
}

// search is a query as SQL. The full-text index drives where text is asked for: read backwards by rowid it stops after
// one page, however common the words.
type search struct {
	from    string
	where   []string
	bound   []any // values of where
	args    []any // bound, then those of the page
	id      string
	looks   []look
	nothing bool
}

func newSearch(q query.Query) *search {
	s := &search{from: `messages m`, id: `m.id`}
	var match, not []string
	placed, texts, empty := false, 0, 0
	for i, t := range q.Terms {
		column, isText := textColumns[t.Field]
		if !isText {
			s.filter(t)
			placed = placed || t.Field == query.In && !t.Not
			continue
		}
		texts++
		last := i == len(q.Terms)-1 && t.Field == query.Any
		phrase, ok := matchText(t, last)
		switch {
		case !ok:
			empty++
		case t.Not:
			not = append(not, column+phrase)
		default:
			match = append(match, column+phrase)
			s.looks = append(s.looks, newLook(t, last))
		}
	}
	if !placed {
		s.add(`m.place NOT IN (?, ?)`, Spam, Trash)
	}
	s.match(match, not)
	s.nothing = texts > 0 && empty == texts && len(q.Terms) == texts
	return s
}

// textColumns are the fields that look at text, with the columns of the index that they look into.
var textColumns = map[query.Field]string{
	query.Any: ``, query.From: `{sender} : `, query.To: `{recipients} : `, query.Subject: `{subject} : `,
}

// matchText is a term in the language of FTS5, quoted, so that nothing in it is an operator there; ok is false where it
// has no word.
func matchText(t query.Term, last bool) (phrase string, ok bool) {
	text := wanted(t.Text)
	if !strings.ContainsFunc(text, isWord) {
		return "", false
	}
	phrase = `"` + strings.ReplaceAll(text, `"`, ` `) + `"`
	if isPrefix(t, last) || endsInOne(text) {
		phrase += ` *`
	}
	return phrase, true
}

// isPrefix reports whether a term also means longer words.
func isPrefix(t query.Term, last bool) bool {
	return t.Prefix || last && !t.Phrase && !t.Not && utf8.RuneCountInString(t.Text) >= minPrefix
}

// endsInOne reports whether the last word of a normalised text is one character of a script without blanks.
func endsInOne(text string) bool {
	words := strings.Fields(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	if len(words) > 0 {
		last, _ = utf8.DecodeLastRuneInString(words[len(words)-1])
	}
	return isCJK(last) && len(words) > 0 && utf8.RuneCountInString(words[len(words)-1]) == 1
}

func (s *search) add(condition string, values ...any) {
	s.where = append(s.where, condition)
	s.bound = append(s.bound, values...)
}

// match puts the words of a query into conditions.
func (s *search) match(match, not []string) {
	switch {
	case len(match) > 0:
		expression := `(` + strings.Join(match, ` AND `) + `)`
		for _, n := range not {
			expression += ` NOT (` + n + `)`
		}
		s.from, s.id = `fts CROSS JOIN messages m ON m.id = fts.rowid`, `fts.rowid`
		s.add(`fts MATCH ?`, expression)
	case len(not) > 0:
		s.add(`m.id NOT IN (SELECT rowid FROM fts WHERE fts MATCH ?)`, strings.Join(not, ` OR `))
	}
}

// filter puts a term that is not about text into a condition.
func (s *search) filter(t query.Term) {
	switch t.Field {
	case query.Has:
		s.flag(`m.attachments > 0`, t.Not)
	case query.Is:
		s.flag(map[string]string{query.Unread: `m.unread = 1`, query.Read: `m.unread = 0`, query.Starred: `m.starred = 1`}[t.Text], t.Not)
	case query.In:
		if p, ok := ParsePlace(t.Text); ok && p != Anywhere {
			s.flag(fmt.Sprintf(`m.place = %d`, p), t.Not)
		}
	case query.Before:
		s.flag(fmt.Sprintf(`m.id < %d`, firstID(t.At)), t.Not)
	case query.After:
		s.flag(fmt.Sprintf(`m.id >= %d`, firstID(t.At)), t.Not)
	}
}

func (s *search) flag(condition string, not bool) {
	if not {
		condition = `NOT (` + condition + `)`
	}
	s.where = append(s.where, condition)
}

// page is the statement for one page; its values are s.args.
func (s *search) page(p Page) string {
	where, order := s.where, ` DESC`
	s.args = append([]any(nil), s.bound...)
	switch {
	case p.Before != 0:
		where, s.args = append(where, s.id+` < ?`), append(s.args, p.Before)
	case p.After != 0:
		where, s.args, order = append(where, s.id+` > ?`), append(s.args, p.After), ``
	}
	s.args = append(s.args, p.limit()+1)
	return `SELECT ` + rowColumns + ` FROM ` + s.from + conditions(where) + ` ORDER BY ` + s.id + order + ` LIMIT ?`
}

// count is the statement that counts, up to one more than MaxFound; its values are s.bound.
func (s *search) count() string {
	return fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM %s%s LIMIT %d)`, s.from, conditions(s.where), MaxFound+1)
}

func conditions(where []string) string {
	if len(where) == 0 {
		return ""
	}
	return ` WHERE ` + strings.Join(where, ` AND `)
}
