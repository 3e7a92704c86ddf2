package web

import (
	"net/url"

	"restante/cache"
	"restante/cache/query"
	"restante/views"
)

const (
	paneAbove = 3  // rows above the open one in the list beside a message
	paneBelow = 40 // and from it on
)

// listing is a list that a person came from to a message.
type listing struct {
	name  string
	scope string // of what is done in it: scopeMessage where its rows are messages
	read  func(cache.Page) (cache.Rows, error)
}

// listing is the list at a local path; ok is false where that is none. The best of a search stand in no order that a message
// has a place in.
func (s site) listing(v *visit, from string) (l listing, ok bool) {
	u, err := url.Parse(from)
	if err != nil {
		return l, false
	}
	switch u.Path {
	case "/starred":
		return listing{s.Words.Starred(), scopeMessage, func(page cache.Page) (cache.Rows, error) { return v.box.Starred(v.ctx(), page) }}, true
	case "/all":
		return listing{s.Words.AllMail(), scopeMessage, v.finding(query.Query{})}, true // which everything matches
	case "/search":
		return listing{s.Words.SearchResults(), scopeMessage, v.finding(query.Parse(u.Query().Get("q"), s.Location))}, u.Query().Get("sort") == ""
	}
	for _, label := range v.labels {
		if u.Path == labelPath(label.ID) {
			return listing{label.Name, "", func(page cache.Page) (cache.Rows, error) {
				_, rows, err := v.box.Labelled(v.ctx(), label.ID, page)
				return rows, err
			}}, true
		}
	}
	for _, place := range []cache.Place{cache.Inbox, cache.Archive, cache.Sent, cache.Drafts, cache.Spam, cache.Trash} {
		if u.Path == "/"+place.String() {
			return listing{s.Words.Place(place.String()), "", func(page cache.Page) (cache.Rows, error) { return v.box.Conversations(v.ctx(), place, page) }}, true
		}
	}
	return l, false
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
	list, ok := s.listing(v, from)
	if !ok || s.Kiosk != nil {
		return nil
	}
	above, below := 1, 2
	if p.Layout != "" {
		above, below = paneAbove, paneBelow
	}
	newer, err := list.read(cache.Page{After: m.ID, Limit: above})
	if err != nil {
		return err
	}
	older, err := list.read(cache.Page{Before: m.ID + 1, Limit: below})
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
	p.List = &views.ListPage{Shell: p.Shell, Heading: list.name, Here: p.Here, Verbs: s.bulk(m.Place), Scope: list.scope}
	for _, r := range append(newer.List, older.List...) {
		row := s.row(v, r)
		row.Href, row.Beside, row.Open = href(r), true, r.ID == m.ID
		p.List.Rows = append(p.List.Rows, row)
	}
	return nil
}
