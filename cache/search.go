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
		statement, args := search.page(page)
		list, err := scanAll(ctx, tx, scanRow, statement, args...)
		if err != nil {
			return err
		}
		rows := paged(list, page)
		found.Newer, found.Older = rows.Newer, rows.Older
		for _, r := range rows.List {
			h, err := b.hit(ctx, tx, r, search)
			if err != nil {
				return err
			}
			found.Hits = append(found.Hits, h)
		}
		statement, args = search.count()
		return tx.QueryRowContext(ctx, statement, args...).Scan(&found.Total)
	})
	if err != nil {
		return Found{}, fmt.Errorf("searching: %w", err)
	}
	return found, nil
}

// hit adds to a row what is marked in it.
func (b *Box) hit(ctx context.Context, tx *sql.Tx, r Row, s *search) (Hit, error) {
	h := Hit{Row: r, Subject: mark(r.Subject, s.inSubject), Snippet: []Span{{Text: r.Snippet}}}
	if len(s.inText) == 0 {
		return h, nil
	}
	text, err := b.text(ctx, tx, r.ID)
	if err != nil {
		return h, err
	}
	h.Snippet = excerpt(text, s.inText)
	return h, nil
}

// search is a query taken apart for SQL. The full-text index drives where text is asked for: read backwards by rowid it
// stops after one page, however common the words.
type search struct {
	match      []string // expressions of FTS5 that must all match,
	not        []string // and those of which none may
	where      []string // conditions on messages m
	bound      []any    // their values
	from, to   ID       // ids from from on and before to; zero: no bound
	everywhere bool     // a place is named: trash and spam are not left out
	nothing    bool     // nothing can match

	inSubject, inText []look // what is marked
}

func newSearch(q query.Query) *search {
	s := &search{}
	texts, empty := 0, 0
	for i, t := range q.Terms {
		if _, isText := textColumns[t.Field]; !isText {
			s.filter(t)
			continue
		}
		texts++
		if !s.word(t, i == len(q.Terms)-1 && t.Field == query.Any) {
			empty++
		}
	}
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
	text = strings.TrimRight(text, " ")
	word := text[strings.LastIndexByte(text, ' ')+1:]
	r, size := utf8.DecodeRuneInString(word)
	return size == len(word) && isCJK(r)
}

// word takes a term that is about text; ok is false where it has no word.
func (s *search) word(t query.Term, last bool) (ok bool) {
	phrase, ok := matchText(t, last)
	if !ok {
		return false
	}
	if phrase = textColumns[t.Field] + phrase; t.Not {
		s.not = append(s.not, phrase)
		return true
	}
	s.match = append(s.match, phrase)
	l := newLook(t, last)
	if t.Field == query.Any || t.Field == query.Subject {
		s.inSubject = append(s.inSubject, l)
	}
	if t.Field == query.Any {
		s.inText = append(s.inText, l)
	}
	return true
}

// filter takes a term that is not about text.
func (s *search) filter(t query.Term) {
	switch t.Field {
	case query.Has:
		s.add(t.Not, `m.attachments > 0`)
	case query.Is:
		s.add(t.Not, flags[t.Text])
	case query.In:
		s.everywhere = s.everywhere || !t.Not
		if p, ok := ParsePlace(t.Text); ok && p != Anywhere {
			s.add(t.Not, `m.place = ?`, p)
		}
	case query.Before, query.After:
		at := firstID(t.At)
		if (t.Field == query.After) != t.Not {
			s.from = max(s.from, at)
		} else {
			s.before(max(at, 1)) // zero is no bound
		}
	case query.On:
		if from, to := firstID(t.At), firstID(t.Until); t.Not {
			s.add(true, `m.id >= ? AND m.id < ?`, from, to)
		} else {
			s.from = max(s.from, from)
			s.before(max(to, 1)) // zero is no bound
		}
	case query.Larger:
		s.add(t.Not, `m.size >= ?`, t.Size)
	case query.Smaller:
		s.add(t.Not, `m.size < ?`, t.Size)
	}
}

// flags are what is:… asks of a message.
var flags = map[string]string{query.Unread: `m.unread = 1`, query.Read: `m.unread = 0`, query.Starred: `m.starred = 1`}

func (s *search) add(not bool, condition string, values ...any) {
	if not {
		condition = `NOT (` + condition + `)`
	}
	s.where = append(s.where, condition)
	s.bound = append(s.bound, values...)
}

// before narrows the search to ids below id.
func (s *search) before(id ID) {
	if s.to == 0 || id < s.to {
		s.to = id
	}
}
