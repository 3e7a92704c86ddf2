package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/views"
	"restante/views/words"
)

const (
	appearancePath  = "/settings/appearance"
	readingPath     = "/settings/reading"
	trustPath       = readingPath + "/trust"
	untrustPath     = readingPath + "/untrust"
	findTrustedPath = readingPath + "/find"
)

// Names of settings. They and their values stand in people's files.
const (
	setLanguage = "language"
	setZone     = "zone"
	setClock    = "clock"
	setDates    = "dates"
	setTheme    = "theme"
	setLayout   = "layout"
	setDensity  = "density"
	setLines    = "lines"
	setRows     = "rows"
	setSize     = "size"
	setView     = "view"
	setRead     = "read"
	setPictures = "pictures"
	setKeys     = "keys"
	setKeymap   = "keymap"
)

// Values of settings that are not as it comes.
const (
	byHand   = "hand"  // of read: opening a message does not mark it
	inAWhile = "later" // of read: having looked at it for a while does
	never    = "never" // of pictures: nobody's remote pictures are shown unasked
)

// paramWrong names the setting that could not be kept.
const paramWrong = "wrong"

// setting is a choice of one value among a few, the first of which, "", is as it comes.
type setting struct {
	name   string
	title  say
	hint   say               // nil: there is nothing to know of it
	values []settingValue    // nil: it is written,
	valid  func(string) bool // this says what may be,
	wrong  say               // and this what to say of anything else
}

type settingValue struct {
	value string
	text  say
}

// say is a sentence in whichever language.
type say func(*words.Words) string

// has reports whether a value is one of the choice.
func (s setting) has(value string) bool {
	if s.valid != nil {
		return value == "" || s.valid(value)
	}
	return slices.ContainsFunc(s.values, func(v settingValue) bool { return v.value == value })
}

// appearance are the settings of how pages look.
func appearance() []setting {
	type w = *words.Words
	return []setting{
		{name: setLanguage, title: w.ChooseLanguage, values: []settingValue{{"", w.LanguageDefault}, {"en", w.LanguageEnglish}, {"de", w.LanguageGerman}}},
		{name: setZone, title: w.ChooseZone, hint: w.ZoneHint, valid: isZone, wrong: w.ZoneUnknown},
		{name: setClock, title: w.ChooseClock, values: []settingValue{{"", w.ClockDefault}, {"24", w.Clock24}, {"12", w.Clock12}}},
		{name: setDates, title: w.ChooseDates, values: []settingValue{{"", w.DatesDefault}, {"iso", w.DatesISO}}},
		{name: setTheme, title: w.ChooseTheme, values: []settingValue{
			{"", w.ThemeDefault}, {"light", w.ThemeLight}, {"dark", w.ThemeDark}, {"hc-light", w.ThemeContrastLight}, {"hc-dark", w.ThemeContrastDark},
		}},
		layouts(),
		{name: setDensity, title: w.ChooseDensity, values: []settingValue{
			{"", w.DensityDefault}, {"compact", w.DensityCompact}, {"touch", w.DensityTouch},
		}},
		{name: setLines, title: w.ChooseLines, values: []settingValue{
			{"", w.LinesDefault}, {"0", w.LinesNone}, {"2", w.LinesTwo},
		}},
		{name: setRows, title: w.ChooseRowShape, values: []settingValue{
			{"", w.RowShapeDefault}, {"stacked", w.RowShapeStacked},
		}},
		{name: setSize, title: w.ChooseTextSize, values: []settingValue{
			{"", w.TextSizeDefault}, {"87", w.TextSizeSmall}, {"112", w.TextSizeLarger}, {"125", w.TextSizeLarge}, {"137", w.TextSizeVeryLarge}, {"150", w.TextSizeLargest},
		}},
	}
}

// layouts is the setting of how lists and messages stand.
func layouts() setting {
	type w = *words.Words
	return setting{name: setLayout, title: w.ChooseLayout, hint: w.LayoutHint, values: []settingValue{
		{"", w.LayoutDefault}, {"split", w.LayoutSplit}, {"stack", w.LayoutStack},
	}}
}

// options are the values of a setting, to choose from.
func (s site) options(v *visit, set setting) (list []views.RadioOption) {
	for _, each := range set.values {
		list = append(list, views.RadioOption{Value: each.value, Text: each.text(s.Words), Chosen: each.value == v.settings[set.name]})
	}
	return list
}

// isZone reports whether there is a time zone of that name.
func isZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && len(name) <= maxZone && name != "Local" // which is the site's, whatever that is
}

// fewTrusted are so many senders that one is found without a search.
const fewTrusted = 10

// maxAddress is how long an address may be (RFC 5321, section 4.5.3.1.3).
const maxAddress = 254

// maxZone is how long the name of a time zone may be.
const maxZone = 60

// reading are the settings of what happens where a message is opened.
func reading() []setting {
	type w = *words.Words
	return []setting{
		{name: setView, title: w.ChooseOpenAs, hint: w.OpenAsHint, values: []settingValue{
			{"", w.OpenAsDefault}, {viewOriginal, w.OpenAsOriginal}, {viewText, w.OpenAsText},
		}},
		{name: setRead, title: w.ChooseMarksRead, values: []settingValue{
			{"", w.MarksReadDefault}, {inAWhile, w.MarksReadLater}, {byHand, w.MarksReadByHand},
		}},
		{name: setPictures, title: w.ChoosePictures, values: []settingValue{
			{"", w.PicturesDefault}, {never, w.PicturesNever},
		}},
	}
}

// sound are the settings of a person's file less those whose value is none, as another version of the program may have had it.
func sound(settings map[string]string) map[string]string {
	kept := map[string]string{}
	for _, set := range slices.Concat(appearance(), reading(), keyboard(), retention(), []setting{{name: setKeymap, valid: isKeymap}}) {
		if value := settings[set.name]; value != "" && set.has(value) {
			kept[set.name] = value
		}
	}
	return kept
}

// appearancePage answers the settings of how pages look.
func (s site) appearancePage(c echo.Context, v *visit) error {
	return s.render(c, http.StatusOK, views.Settings(s.settings(v, s.Words.Appearance(), appearancePath, appearance())))
}

// readingPage answers the settings of reading, with whose pictures are always shown.
func (s site) readingPage(c echo.Context, v *visit) error {
	return s.readingWith(c, v, views.Trusted{})
}

// findTrusted is readingPage with the senders alone in whose address something stands.
func (s site) findTrusted(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	return s.readingWith(c, v, views.Trusted{Found: strings.ToLower(strings.TrimSpace(form.Get("sender")))})
}

// readingWith is readingPage with what was written for another sender or searched for.
func (s site) readingWith(c echo.Context, v *visit, t views.Trusted) error {
	trusted, err := v.box.Trusted(v.ctx())
	if err != nil {
		return err
	}
	p, status := s.settings(v, s.Words.Reading(), readingPath, reading()), http.StatusOK
	if t.Action, t.Add = untrustPath, trustPath; len(trusted) > fewTrusted {
		t.Find = findTrustedPath
	}
	t.Addrs = slices.DeleteFunc(trusted, func(addr string) bool { return !strings.Contains(addr, t.Found) })
	if p.Trusted = &t; t.Wrong {
		status = http.StatusUnprocessableEntity
		p.Error = &views.ErrorSummary{Heading: s.Words.CheckWhatYouWrote(), Text: s.Words.TrustNoAddress(), Field: "addr"}
		p.Title = s.Words.ErrorTitle(p.Heading)
	}
	return s.render(c, status, views.Settings(p))
}

// trust has the remote pictures of a sender shown without asking.
func (s site) trust(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	addr := strings.TrimSpace(form.Get("addr"))
	if local, domain, ok := strings.Cut(addr, "@"); !ok || local == "" || domain == "" || len(addr) > maxAddress || strings.ContainsAny(addr, " <>,;") {
		return s.readingWith(c, v, views.Trusted{Addr: addr, Wrong: true})
	}
	if err := v.box.Trust(v.ctx(), addr, true); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(readingPath, "did", didSaved))
}

func (s site) settings(v *visit, title, path string, list []setting) views.SettingsPage {
	w := s.Words
	p := views.SettingsPage{Shell: s.shell(v, title, "/more"), Action: path, Heading: title}
	if p.Banner != nil {
		p.Title = w.ResultTitle(p.Banner.Text, title)
	}
	for _, set := range list {
		group := views.SettingGroup{Name: set.name, Legend: set.title(w), Options: s.options(v, set)}
		if set.hint != nil {
			group.Hint = set.hint(w)
		}
		if group.Written = set.valid != nil; group.Written {
			group.Value = v.settings[set.name]
		}
		if group.Written && v.c.QueryParam(paramWrong) == set.name {
			group.Wrong = true
			p.Error = &views.ErrorSummary{Heading: group.Legend, Text: set.wrong(w), Field: set.name}
			p.Title = w.ErrorTitle(title)
		}
		p.Groups = append(p.Groups, group)
	}
	return p
}

// choose keeps what a form has chosen of some settings. What it does not name stays, and what is no value is as it comes.
func choose(path string, list []setting) personal {
	return func(_ site, c echo.Context, v *visit) error {
		form, err := form(c)
		if err != nil {
			return err
		}
		changes := map[string]string{}
		for _, set := range list {
			if !form.Has(set.name) {
				continue
			}
			value := strings.TrimSpace(form.Get(set.name))
			switch {
			case set.has(value):
				changes[set.name] = value
			case set.valid != nil:
				return c.Redirect(http.StatusSeeOther, with(path, paramWrong, set.name))
			default:
				changes[set.name] = ""
			}
		}
		if err := v.box.ChangeSettings(v.ctx(), changes); err != nil {
			return err
		}
		return c.Redirect(http.StatusSeeOther, with(local(form.Get("back"), path), "did", didSaved))
	}
}

// untrust asks again before the remote pictures of a sender are shown.
func (s site) untrust(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	if err := v.box.Trust(v.ctx(), form.Get("addr"), false); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(readingPath, "did", didSaved))
}

// dress makes a page look as the person has chosen.
func (v *visit) dress(shell *views.Shell) {
	shell.Theme, shell.Layout, shell.Lines, shell.Rows, shell.Size = v.settings[setTheme], v.settings[setLayout], v.settings[setLines], v.settings[setRows], v.settings[setSize]
	if shell.Keys = v.settings[setKeys]; v.settings[setKeymap] != "" {
		shell.Moved = v.keymap().moved()
	}
	if density := v.settings[setDensity]; density != "" {
		shell.Density = density
	}
}

// marksRead reports whether opening messages marks them as read.
func (v *visit) marksRead() bool { return v.settings[setRead] == "" }
