package web

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"restante/cache"
	"restante/cache/query"
	"restante/views"
)

const (
	paneAbove = 3  // rows above the open one in the list beside a message
	paneBelow = 40 // and from it on
)

// listing is the list that a person came from to a message, by its local path: its name, and a way to read it; nil where
// that is none. The best of a search stand in no order that a message has a place in.
func (s site) listing(v *visit, from string) (name string, read func(cache.Page) (cache.Rows, error)) {
	u, err := url.Parse(from)
	if err != nil {
		return "", nil
	}
	switch id, labelled := strings.CutPrefix(u.Path, "/label/"); {
	case u.Path == "/starred":
		return s.Words.Starred(), func(page cache.Page) (cache.Rows, error) { return v.box.Starred(v.ctx(), page) }
	case u.Path == "/all":
		return s.Words.AllMail(), v.finding(query.Query{}) // which everything matches
	case u.Path == "/search" && u.Query().Get("sort") == "":
		return s.Words.SearchResults(), v.finding(query.Parse(u.Query().Get("q"), s.Location))
	case labelled:
		label, _ := strconv.ParseInt(id, 10, 64) // 0 is none
		return s.Words.DoLabel(), func(page cache.Page) (cache.Rows, error) {
			_, rows, err := v.box.Labelled(v.ctx(), label, page)
			if errors.Is(err, cache.ErrNotFound) {
				err = nil // it was deleted meanwhile
			}
			return rows, err
		}
	}
	for _, place := range []cache.Place{cache.Inbox, cache.Archive, cache.Spam, cache.Trash} {
		if u.Path == "/"+place.String() {
			return s.Words.Place(place.String()), func(page cache.Page) (cache.Rows, error) { return v.box.Conversations(v.ctx(), place, page) }
		}
	}
	return "", nil
}

// finding is the list of what a search finds, newest first.
func (v *visit) finding(q query.Query) func(cache.Page) (cache.Rows, error) {
	return func(page cache.Page) (cache.Rows, error) {
		found, err := v.box.Search(v.ctx(), q, page)
		rows := cache.Rows{Newer: found.Newer, Older: found.Older}
		for _, h := range found.Hits {
			rows.List = append(rows.List, h.Row)
		}
		return rows, err
	}
}

// beside adds to a message's page what stands above and below it in the list that the person came from, and in the layouts
// that have the list beside the message that, too.
func (s site) beside(v *visit, m cache.Message, p *views.MessagePage) error {
	from := local(v.c.QueryParam("from"), "/"+m.Place.String())
	name, read := s.listing(v, from)
	if read == nil || s.Kiosk != nil {
		return nil
	}
	above, below := 1, 2
	if p.Layout != "" {
		above, below = paneAbove, paneBelow
	}
	newer, err := read(cache.Page{After: m.ID, Limit: above})
	if err != nil {
		return err
	}
	older, err := read(cache.Page{Before: m.ID + 1, Limit: below})
	if err != nil {
		return err
	}
	href := func(r cache.Row) string {
		if v.c.QueryParam("from") == "" {
			return rowPath(r)
		}
		return with(rowPath(r), "from", from)
	}
	if n := len(newer.List); n > 0 {
		p.Newer = href(newer.List[n-1])
	}
	for _, r := range older.List {
		if r.ID != m.ID {
			p.Older = href(r)
			break
		}
	}
	if p.Layout == "" {
		return nil
	}
	p.List = &views.ListPage{Shell: p.Shell, Heading: name, Here: p.Here, Verbs: s.verbs(m.Place)}
	for _, r := range append(newer.List, older.List...) {
		row := s.row(v, r, from)
		row.Href, row.Beside, row.Open = href(r), true, r.ID == m.ID
		p.List.Rows = append(p.List.Rows, row)
	}
	return nil
}
