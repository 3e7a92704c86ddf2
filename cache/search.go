package cache

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"restante/cache/query"
)

// MaxFound is where counting stops: Found.Total of MaxFound+1 says that there are more.
const MaxFound = 1000

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
// is quoted or in more than MaxFound messages, also finds longer words. The zero query finds everything; one with nothing
// but punctuation, nothing.
func (b *Box) Search(ctx context.Context, q query.Query, page Page) (Found, error) {
	return b.search(ctx, q, func(ctx context.Context, tx *sql.Tx, s *search, total int) (Rows, error) {
		s.few = total <= MaxFound
		list, err := s.rows(ctx, tx, page)
		return paged(list, page), err
	})
}

// search counts what matches, finds the rows of one page with find, and what there is to say of them.
func (b *Box) search(ctx context.Context, q query.Query, find func(ctx context.Context, tx *sql.Tx, s *search, total int) (Rows, error)) (found Found, err error) {
	s := newSearch(q, b.now())
	if s.nothing {
		return Found{}, nil
	}
	err = b.read(ctx, func(tx *sql.Tx) error {
		if err := s.drive(ctx, tx); err != nil {
			return err
		}
		statement, args := s.count()
		if err := tx.QueryRowContext(ctx, statement, args...).Scan(&found.Total); err != nil {
			return err
		}
		rows, err := find(ctx, tx, s, found.Total)
		if err != nil {
			return err
		}
		found.Newer, found.Older = rows.Newer, rows.Older
		return b.hits(ctx, tx, rows.List, s, &found)
	})
	if err != nil {
		return Found{}, fmt.Errorf("searching: %w", err)
	}
	return found, nil
}

// hits adds to rows what is marked in them. Where the beginning of a text matches, the text need not be read.
func (b *Box) hits(ctx context.Context, tx *sql.Tx, rows []Row, s *search, found *Found) error {
	found.Hits = make([]Hit, len(rows))
	unread := map[ID]*Hit{} // whose text has to be read
	for i, r := range rows {
		h := &found.Hits[i]
		*h = Hit{Row: r, Subject: mark(r.Subject, s.inSubject), Snippet: []Span{{Text: r.Snippet}}}
		if len(s.inText) == 0 {
			continue
		}
		if first := matched(r.Snippet, s.inText, 1); len(first) > 0 && first[0].end < len(r.Snippet) {
			h.Snippet = mark(r.Snippet, s.inText)
		} else {
			unread[r.ID] = h
		}
	}
	if len(unread) == 0 {
		return nil
	}
	return b.excerpts(ctx, tx, slices.Collect(maps.Keys(unread)), s.inText, func(id ID, spans []Span) { unread[id].Snippet = spans })
}
