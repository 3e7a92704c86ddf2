package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/cache/query"
	"restante/views"
	"restante/views/words"
)

const organisePath = "/organise"

// deeds are what a rule can do, with their names in forms.
var deeds = []struct {
	name string
	deed cache.Deeds
	text func(*words.Words) string
}{
	{"archive", cache.RuleArchive, (*words.Words).RuleArchive},
	{"star", cache.RuleStar, (*words.Words).RuleStar},
	{"read", cache.RuleRead, (*words.Words).RuleRead},
	{"trash", cache.RuleTrash, (*words.Words).RuleTrash},
	{"keep", cache.RuleKeep, (*words.Words).RuleNever},
}

// organise answers the page of labels, saved searches and rules.
func (s site) organise(c echo.Context, v *visit) error {
	return s.organising(c, v, c.QueryParams(), nil)
}

// organising is organise with what the forms begin with, and what was wrong in them; nil for nothing.
func (s site) organising(c echo.Context, v *visit, form url.Values, wrong *views.ErrorSummary) error {
	rules, err := v.box.ArrivalRules(v.ctx())
	if err != nil {
		return err
	}
	w := s.Words
	p := views.OrganisePage{
		Shell: s.shell(v, w.Organise(), organisePath), Error: wrong, Line: form.Get("q"), Name: form.Get("name"), RuleLabel: form.Get("label"),
	}
	colours := w.Colours()
	for _, l := range v.labels {
		id := strconv.FormatInt(l.ID, 10)
		p.Labels = append(p.Labels, views.NamedItem{
			ID: id, Name: l.Name, Href: labelPath(l.ID), Text: w.LabelCount(l.Total, l.Unread), DeleteLabel: w.DeleteNamed(l.Name),
			ChangeLabel: w.RenameNamed(l.Name), ColourLabel: w.ColourOf(l.Name), Colours: colourOptions(colours, l.Colour), DeleteAction: "/labels/" + id + "/delete", ChangeAction: "/labels/" + id,
		})
	}
	for _, saved := range v.searches {
		id := strconv.FormatInt(saved.ID, 10)
		p.Searches = append(p.Searches, views.NamedItem{
			ID: id, Name: saved.Name, Href: with("/search", "q", saved.Query), Text: saved.Query, DeleteLabel: w.DeleteNamed(saved.Name),
			DeleteAction: "/searches/" + id + "/delete",
		})
	}
	for _, r := range rules {
		p.Rules = append(p.Rules, s.ruleItem(r))
	}
	for _, d := range deeds {
		p.Deeds = append(p.Deeds, views.CheckOption{Name: d.name, Text: d.text(w), Chosen: form.Get(d.name) == "1"})
	}
	return s.render(c, http.StatusOK, views.Organise(p))
}

// colourOptions are the colours that a label may have, by their names, to choose from.
func colourOptions(names []string, chosen int) (list []views.Option) {
	for i, name := range names {
		list = append(list, views.Option{Value: strconv.Itoa(i), Text: name, Selected: i == chosen})
	}
	return list
}

func (s site) ruleItem(r cache.ArrivalRule) views.RuleItem {
	w := s.Words
	item := views.RuleItem{
		Query: r.Query, Href: with("/search", "q", r.Query), Met: w.RuleMet(r.Met), DeleteLabel: w.DeleteNamed(r.Query),
		DeleteAction: "/rules/" + strconv.FormatInt(r.ID, 10) + "/delete",
	}
	for _, d := range deeds {
		if r.Deeds&d.deed != 0 {
			item.Deeds = append(item.Deeds, d.text(w))
		}
	}
	if r.Label != "" {
		item.Deeds = append(item.Deeds, w.RuleGives(r.Label))
	}
	return item
}

// organised answers a form of that page: with the page and what was wrong in it, or by going to the page.
func (s site) organised(c echo.Context, v *visit, form url.Values, err error, field string) error {
	switch {
	case err == nil:
		return c.Redirect(http.StatusSeeOther, with(organisePath, "did", didSaved))
	case errors.Is(err, cache.ErrNameTaken):
		return s.organising(c, v, nil, &views.ErrorSummary{Heading: s.Words.CheckWhatYouWrote(), Text: s.Words.LabelTaken(form.Get("name"))})
	case errors.Is(err, cache.ErrName), errors.Is(err, cache.ErrTooMany), errors.Is(err, cache.ErrRule):
		return s.organising(c, v, form, s.nameError(err, field))
	}
	return err
}

// changeLabel gives a label another name and colour.
func (s site) changeLabel(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	colour, err := strconv.Atoi(form.Get("colour"))
	if err != nil {
		return errBadForm
	}
	err = v.box.ChangeLabel(v.ctx(), id, form.Get("name"), colour)
	if errors.Is(err, cache.ErrColour) {
		return errBadForm
	}
	return s.organised(c, v, url.Values{"name": form["name"]}, err, "")
}

// saveSearch keeps a search under a name. An empty one would be all mail.
func (s site) saveSearch(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	q := query.Parse(form.Get("q"), s.Location)
	err = cache.ErrName
	if len(q.Terms) > 0 {
		err = v.box.SaveSearch(v.ctx(), form.Get("name"), q.String())
	}
	return s.organised(c, v, form, err, "search-name")
}

// addRule makes a rule.
func (s site) addRule(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	r := cache.ArrivalRule{Query: query.Parse(form.Get("q"), s.Location).String(), Label: form.Get("label")}
	for _, d := range deeds {
		if form.Get(d.name) == "1" {
			r.Deeds |= d.deed
		}
	}
	return s.organised(c, v, form, v.box.AddRule(v.ctx(), r), "rule-line")
}

// dropped deletes what the address names with drop.
func dropped(drop func(*cache.Box, context.Context, int64) (cache.Action, error)) personal {
	return func(_ site, c echo.Context, v *visit) error {
		if _, err := form(c); err != nil {
			return err
		}
		id, err := strconv.ParseInt(c.Param("id"), 10, 64)
		if err != nil {
			return echo.ErrNotFound
		}
		action, err := drop(v.box, v.ctx(), id)
		if errors.Is(err, cache.ErrNotFound) { // it was deleted from another page
			return c.Redirect(http.StatusSeeOther, organisePath)
		}
		if err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, done(organisePath, action))
	}
}
