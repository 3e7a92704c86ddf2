package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views"
)

// What a form may ask to be done with labels: which one is asked for first, then given or taken.
const (
	doLabel = "label"
	doGive  = "give"
	doTake  = "take"
)

func labelPath(id int64) string { return "/label/" + strconv.FormatInt(id, 10) }

// label answers the list of what has a label.
func (s site) label(c echo.Context, v *visit) error {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	page, err := pageOf(c)
	if err != nil {
		return err
	}
	l, rows, err := v.box.Labelled(v.ctx(), id, page)
	if errors.Is(err, cache.ErrNotFound) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	w := s.Words
	p := s.listPage(v, w.PlaceUnread(l.Name, l.Unread), labelPath(id), rows)
	p.Heading, p.Place, p.Verbs = l.Name, "label", s.bulk(cache.Anywhere)
	for i, r := range rows.List {
		p.Rows[i].Place = w.Place(r.Place.String())
	}
	if len(rows.List) == 0 {
		p.Empty = &views.Empty{Icon: views.IconLabel, Heading: w.LabelEmpty(), Text: w.LabelEmptyText(), Link: "/inbox", LinkText: w.GoToInbox()}
	}
	return s.renderList(c, v, p)
}

// verbOf is what a form asks to be done; cache.ErrName where it names no label to give or take.
func verbOf(form url.Values) (cache.Verb, error) {
	name, do := form.Get("label"), form.Get("do")
	if do != doGive && do != doTake {
		return cache.Verb(do), nil
	}
	verb := cache.Labelling(name)
	if do == doTake {
		verb = cache.Unlabelling(name)
	}
	if _, _, ok := verb.Label(); !ok {
		return "", cache.ErrName
	}
	return verb, nil
}

// actFailed answers an action that failed: a label that cannot be made is asked for again.
func (s site) actFailed(c echo.Context, v *visit, form url.Values, err error) error {
	if errors.Is(err, cache.ErrName) || errors.Is(err, cache.ErrTooMany) {
		return s.askLabel(c, v, form, err)
	}
	return err
}

// askLabel asks which label to give or take, and says what was wrong with the last one.
func (s site) askLabel(c echo.Context, v *visit, form url.Values, wrong error) error {
	ids, err := parseIDs(form["id"])
	if err != nil {
		return err
	}
	back, all := local(form.Get("back"), "/inbox"), form.Get("all") == "1"
	if len(ids) == 0 && !all {
		return c.Redirect(http.StatusSeeOther, with(back, "did", didNotSelect))
	}
	w := s.Words
	p := views.LabelPage{
		Shell: s.shell(v, w.DoLabel(), ""), Back: back, BackText: w.Back(), Heading: w.DoLabel(), Value: form.Get("label"), Error: s.nameError(wrong, "label"),
	}
	for _, name := range []string{"back", "scope", "all", "q"} {
		if value := form.Get(name); value != "" {
			p.Fields = append(p.Fields, views.Hidden{Name: name, Value: value})
		}
	}
	for _, id := range ids {
		p.Fields = append(p.Fields, views.Hidden{Name: "id", Value: id.String()})
	}
	for _, l := range v.labels {
		p.Known = append(p.Known, l.Name)
	}
	if !all {
		p.Heading = w.LabelMany(len(ids))
	}
	if len(ids) == 1 && !all {
		has, err := v.box.LabelsOf(v.ctx(), ids[0])
		if err != nil {
			return err
		}
		if len(has) > 0 {
			p.Has = w.HasLabels(strings.Join(has, ", "))
		}
	}
	return s.render(c, http.StatusOK, views.LabelMessages(p))
}

// nameError says what is wrong with a name that was typed into a field; nil for nothing.
func (s site) nameError(err error, field string) *views.ErrorSummary {
	w := s.Words
	e := &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Field: field}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, cache.ErrTooMany):
		e.Text = w.TooMany()
	case errors.Is(err, cache.ErrRule):
		e.Text = w.RuleIncomplete()
	default:
		e.Text = w.NameWrong()
	}
	return e
}

// tagsOf are labels as they are shown.
func (v *visit) tagsOf(labels []string) (tags []views.Tag) {
	for _, name := range labels {
		tag := views.Tag{Text: name}
		if i := slices.IndexFunc(v.labels, func(l cache.Label) bool { return l.Name == name }); i >= 0 {
			tag.Hue = hue(v.labels[i].Colour)
		}
		tags = append(tags, tag)
	}
	return tags
}

// hue names a label's colour to the style sheet, "" for none.
func hue(colour int) string {
	if colour == 0 {
		return ""
	}
	return strconv.Itoa(colour)
}
