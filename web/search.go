package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/query"
	"restante/views"
)

// sortBest is the value of a search's "sort" for the best first; any other is newest first.
const sortBest = "best"

// search answers what a search line finds.
func (s site) search(c echo.Context, v *visit) error {
	if c.QueryParams().Has(formAsked) {
		return c.Redirect(http.StatusSeeOther, with("/search", "q", composed(c.QueryParams())))
	}
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	q := query.Parse(c.QueryParam("q"), s.Location)
	var found cache.Found
	find := v.box.Search
	if c.QueryParam("sort") == sortBest {
		find = v.box.SearchBest
	}
	if len(q.Terms) > 0 {
		if found, err = find(v.ctx(), q, page); err != nil {
			return err
		}
	}
	return s.renderList(c, v, s.searchPage(v, q, found))
}

// searchPage is the results of a search as a page.
func (s site) searchPage(v *visit, q query.Query, found cache.Found) views.ListPage {
	w, line := s.Words, q.String()
	rows := cache.Rows{Newer: found.Newer, Older: found.Older}
	for _, h := range found.Hits {
		rows.List = append(rows.List, h.Row)
	}
	p := s.listPage(v, w.SearchFor(line), with("/search", "q", line), rows)
	p.Query, p.Heading, p.Place, p.Verbs, p.Scope = v.c.QueryParam("q"), w.SearchResults(), "search", s.bulk(cache.Anywhere), scopeMessage
	for i, h := range found.Hits {
		r := &p.Rows[i]
		if slices.ContainsFunc(h.Snippet, func(s cache.Span) bool { return s.Match }) {
			p.Shell.Rows = "stacked" // beside a long subject a match in the text would not be seen
		}
		if r.Snippet = runs(h.Snippet); s.Kiosk == nil {
			r.Place = w.Place(h.Place.String())
		}
		if h.Row.Subject != "" {
			r.Subject = runs(h.Subject)
		}
	}
	p.Filters, p.Order = filters(q), s.otherOrder(v, found)
	if found.Total > 1 {
		p.Narrower = append(s.narrower(q), s.fromThem(q, found)...)
	}
	if s.Kiosk == nil {
		p.Form = s.searchForm(q)
		p.Keep = views.Filter{Text: w.KeepSearch(), Href: with("/organise", "q", line)}
	}
	if i := slices.IndexFunc(v.searches, func(saved cache.SavedSearch) bool { return saved.Query == line }); i >= 0 {
		p.Heading, p.Keep = v.searches[i].Name, views.Filter{}
	}
	if n := v.box.Renewing(); n > 0 {
		p.Hints = append(p.Hints, w.Renewing(n))
	}
	for _, h := range q.Hints {
		p.Hints = append(p.Hints, s.hint(h))
	}
	switch {
	case !found.Newer && !found.Older, s.Kiosk != nil:
	case found.Total > cache.MaxFound:
		p.All, p.AllQuery = w.AllOfMore(cache.MaxActed), line
	default:
		p.All, p.AllQuery = w.AllResults(found.Total), line
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
		p.Empty = s.nothingFound(v, q)
	}
	return p
}

// filters are the terms of a query, each with the search without it.
func filters(q query.Query) (list []views.Filter) {
	for i, t := range q.Terms {
		list = append(list, views.Filter{Text: t.String(), Href: with("/search", "q", q.Without(i).String())})
	}
	return list
}

// otherOrder leads to the first page of the same search in the order that it does not have.
func (s site) otherOrder(v *visit, found cache.Found) views.Filter {
	here := v.here("did", "before", "after", "sort")
	switch {
	case found.Total < 2:
		return views.Filter{}
	case v.c.QueryParam("sort") == sortBest:
		return views.Filter{Text: s.Words.ByDate(), Href: here}
	}
	return views.Filter{Text: s.Words.BestFirst(), Href: with(here, "sort", sortBest)}
}

// narrower are searches for a part of what a query finds, each by one condition that it has not.
func (s site) narrower(q query.Query) []views.Filter {
	w := s.Words
	return s.narrowed(q, [][2]string{
		{"is:unread", w.OnlyUnread()}, {"has:attachment", w.OnlyWithFiles()}, {"is:known", w.OnlyKnown()}, {"after:" + strconv.Itoa(s.Now().In(s.Location).Year()), w.OnlyThisYear()},
	})
}

// narrowed is a query with each of some conditions that it has not, by what to call that.
func (s site) narrowed(q query.Query, conditions [][2]string) (list []views.Filter) {
	for _, more := range conditions {
		term := query.Parse(more[0], s.Location).Terms[0]
		has := func(t query.Term) bool {
			return t.Field == term.Field && t.Text == term.Text || term.Field == query.After && (t.Field == query.Before || t.Field == query.On || t.Field == query.After)
		}
		if !slices.ContainsFunc(q.Terms, has) {
			narrow := query.Query{Terms: append(slices.Clone(q.Terms), term)}
			list = append(list, views.Filter{Text: more[1], Href: with("/search", "q", narrow.String())})
		}
	}
	return list
}

// fromThem is a search for what of a query has come from who wrote most of this page, where that is not all of it.
func (s site) fromThem(q query.Query, found cache.Found) []views.Filter {
	if slices.ContainsFunc(q.Terms, func(t query.Term) bool { return t.Field == query.From }) {
		return nil
	}
	count, most := map[string]int{}, cache.Person{}
	for _, h := range found.Hits {
		if len(h.From) == 0 || h.From[len(h.From)-1].Addr == "" {
			continue
		}
		from := h.From[len(h.From)-1]
		if count[from.Addr]++; count[from.Addr] > count[most.Addr] {
			most = from
		}
	}
	if n := count[most.Addr]; n < 2 || n == found.Total {
		return nil
	}
	narrow := query.Query{Terms: append(slices.Clone(q.Terms), query.Term{Field: query.From, Text: most.Addr})}
	return []views.Filter{{Text: s.Words.OnlyFrom(cmp.Or(most.Name, most.Addr)), Href: with("/search", "q", narrow.String())}}
}

// nothingFound says so, and offers to look where searches do not look by themselves.
func (s site) nothingFound(v *visit, q query.Query) *views.Empty {
	w := s.Words
	e := &views.Empty{Icon: views.IconSearch, Heading: w.NoMatches(q.String()), Text: w.NoMatchesText(), Link: "/help/search", LinkText: w.SearchHelp()}
	if s.Kiosk == nil && !slices.ContainsFunc(q.Terms, func(t query.Term) bool { return t.Field == query.In }) {
		everywhere := query.Query{Terms: append(slices.Clone(q.Terms), query.Term{Field: query.In, Text: cache.Anywhere.String()})}
		e.Link, e.LinkText = with("/search", "q", everywhere.String()), w.SearchEverywhere()
	}
	if left := v.state.Total - v.state.Got; v.state.First && left > 0 {
		e.Text = w.NotYetDownloaded(left)
	}
	return e
}

// hint is what to say about a line that was understood only in part.
func (s site) hint(h query.Hint) string {
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

// searchFor takes a search that must not stand in an address.
func (s site) searchFor(c echo.Context, _ *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	line := form.Get("q")
	if form.Has(formAsked) {
		line = composed(form)
	}
	return c.Redirect(http.StatusSeeOther, with("/search", "q", line))
}
