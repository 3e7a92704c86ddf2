package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"restante/cache"
	"restante/views"
	"restante/views/words"
)

const retentionPath = "/settings/retention"

// retention are the settings of how long mail stays here.
func retention() []setting {
	type w = *words.Words
	days := func(first say, list ...int) (values []settingValue) {
		values = []settingValue{{"", first}}
		for _, n := range list {
			values = append(values, settingValue{strconv.Itoa(n), func(in w) string { return in.AfterDays(n) }})
		}
		return values
	}
	years := []settingValue{{"", w.KeepAll}}
	for _, n := range []int{1, 2, 5, 10} {
		years = append(years, settingValue{strconv.Itoa(n), func(in w) string { return in.KeepYears(n) }})
	}
	return []setting{
		{name: cache.KeepTrash, title: w.ChooseKeepTrash, hint: w.KeepTrashHint, values: days(w.KeepForEver, 7, 30, 90)},
		{name: cache.KeepSpam, title: w.ChooseKeepSpam, hint: w.KeepTrashHint, values: days(w.KeepForEver, 7, 30, 90)},
		{name: cache.KeepMail, title: w.ChooseKeepMail, hint: w.KeepMailHint, values: years},
	}
}

// retentionPage answers how long mail stays on its servers, and how long here.
func (s site) retentionPage(c echo.Context, v *visit) error {
	w := s.Words
	size, err := v.box.Size(v.ctx())
	if err != nil {
		return err
	}
	p := views.RetentionPage{SettingsPage: s.settings(v, w.Retention(), retentionPath, retention()), Used: w.SpaceUsed(w.Size(size))}
	if limit := s.Fleet.MaxSize; limit > 0 {
		p.Used = w.SpaceUsedOf(w.Size(size), w.Size(limit))
		p.Value, p.Max = strconv.FormatInt(size, 10), strconv.FormatInt(limit, 10)
	}
	if years, err := strconv.Atoi(v.settings[cache.KeepMail]); err == nil {
		n, err := v.box.Outdated(v.ctx(), years)
		if err != nil {
			return err
		}
		p.Outdated = w.Outdated(n)
	}
	for _, m := range v.accounts {
		p.Servers = append(p.Servers, views.RetentionLine{Name: m.name(), Href: m.path(""), Rule: s.onServer(m.Policy)})
	}
	return s.render(c, http.StatusOK, views.Retention(p))
}
