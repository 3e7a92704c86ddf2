package web

import (
	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/query"
	"restante/views"
)

// search answers what a search line finds.
func (s *Server) search(c echo.Context, v *visit) error {
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	q := query.Parse(c.QueryParam("q"), s.Location)
	var found cache.Found
	if len(q.Terms) > 0 {
		if found, err = v.box.Search(v.ctx(), q, page); err != nil {
			return err
		}
	}
	return s.render(c, 200, views.List(s.searchPage(v, q, found)))
}

// searchPage is the results of a search as a page.
func (s *Server) searchPage(v *visit, q query.Query, found cache.Found) views.ListPage {
	w, line := s.Words, q.String()
	rows := cache.Rows{Newer: found.Newer, Older: found.Older}
	for _, h := range found.Hits {
		rows.List = append(rows.List, h.Row)
	}
	p := s.listPage(v, w.SearchFor(line), "/search", rows)
	p.Query, p.Heading, p.Place, p.Verbs, p.Scope = v.c.QueryParam("q"), w.SearchResults(), "search", s.verbs(cache.Anywhere), scopeMessage
	for i, h := range found.Hits {
		r := &p.Rows[i]
		r.Snippet, r.Place = runs(h.Snippet), w.Place(h.Place.String())
		if h.Row.Subject != "" {
			r.Subject = runs(h.Subject)
		}
	}
	for _, h := range q.Hints {
		p.Hints = append(p.Hints, s.hint(h))
	}
	switch {
	case len(q.Terms) == 0:
		p.Title = w.SearchMail()
		p.Empty = &views.Empty{Icon: views.IconSearch, Heading: w.NoQuery(), Text: w.NoQueryText(), Link: "/help/search", LinkText: w.SearchHelp()}
	case found.Total > cache.MaxFound:
		p.Count = w.MoreThan(cache.MaxFound)
	case found.Total > 0:
		p.Count = w.Results(found.Total)
	default:
		p.Empty = s.nothingFound(v, line)
	}
	return p
}

func (s *Server) nothingFound(v *visit, line string) *views.Empty {
	w := s.Words
	e := &views.Empty{Icon: views.IconSearch, Heading: w.NoMatches(line), Text: w.NoMatchesText(), Link: "/help/search", LinkText: w.SearchHelp()}
	if left := v.state.Total - v.state.Got; v.state.First && left > 0 {
		e.Text = w.NotYetDownloaded(left)
	}
	return e
}

// hint is what to say about a line that was understood only in part.
func (s *Server) hint(h query.Hint) string {
	w := s.Words
	switch {
	case h.Kind == query.TooLong:
		return w.TooManyTerms()
	case h.DidYouMean != "":
		return w.DidYouMean(h.Operator, h.DidYouMean)
	case h.Kind == query.UnknownValue:
		return w.BadValue(h.Operator + h.Value)
	}
	return w.UnknownOperator(h.Operator)
}

func runs(spans []cache.Span) []views.Run {
	list := make([]views.Run, 0, len(spans))
	for _, s := range spans {
		list = append(list, views.Run{Text: s.Text, Mark: s.Match})
	}
	return list
}
