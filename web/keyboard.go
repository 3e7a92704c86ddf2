package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"restante/views"
	"restante/views/words"
)

const (
	keyboardPath = "/settings/keyboard"
	keymapPath   = keyboardPath + "/keys"
	keyPrefix    = "key-" // of the names of fields
)

// keyboard are the settings of what keys do.
func keyboard() []setting {
	type w = *words.Words
	return []setting{{name: setKeys, title: w.ChooseKeys, hint: w.KeysHint, values: []settingValue{{"", w.KeysDefault}, {"alt", w.KeysAlt}, {"off", w.KeysOff}}}}
}

// keyboardPage answers the settings of what keys do.
func (s site) keyboardPage(c echo.Context, v *visit) error {
	return s.render(c, http.StatusOK, views.Keyboard(s.keyboard(v)))
}

func (s site) keyboard(v *visit) views.KeyboardPage {
	p := views.KeyboardPage{SettingsPage: s.settings(v, s.Words.Keyboard(), keyboardPath, keyboard()), Keymap: keymapPath}
	m := v.keymap()
	for _, a := range keyboardActions() {
		p.Keys = append(p.Keys, views.KeyField{Name: keyPrefix + a.name, Value: character(m.of(a)), Text: a.text(s.Words)})
	}
	return p
}

// chooseKeys keeps which key does what, or says what cannot be.
func (s site) chooseKeys(c echo.Context, v *visit) error {
	form, err := form(c)
	if err != nil {
		return err
	}
	var m keymap
	if !form.Has("reset") {
		p := s.keyboard(v)
		var wrong int
		var why string
		if m, wrong, why = s.keysOf(form, v.keymap(), p.Keys); why != "" {
			p.Keys[wrong].Wrong = true
			p.Error = &views.ErrorSummary{Heading: s.Words.CheckWhatYouWrote(), Text: why, Field: p.Keys[wrong].Name}
			p.Title = s.Words.ErrorTitle(p.Heading)
			return s.render(c, http.StatusUnprocessableEntity, views.Keyboard(p))
		}
	}
	if err := v.box.ChangeSettings(v.ctx(), map[string]string{setKeymap: m.String()}); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, with(keyboardPath, "did", didSaved))
}

// keysOf are the keys m with those that a form has, which it writes into fields; why says what is wrong about one of these.
func (s site) keysOf(form url.Values, m keymap, fields []views.KeyField) (_ keymap, wrong int, why string) {
	for i, a := range keyboardActions() {
		if field := &fields[i]; form.Has(field.Name) {
			field.Value = strings.TrimSpace(form.Get(field.Name))
			m[a.name] = keyOf(field.Value)
		}
	}
	wrong = slices.IndexFunc(fields, func(f views.KeyField) bool { return f.Value != "" && !isKey(f.Value) })
	if wrong >= 0 {
		return m, wrong, s.Words.KeyImpossible(fields[wrong].Text)
	}
	if i, j, found := m.twice(); found {
		return m, j, s.Words.KeyTwice(fields[j].Value, fields[i].Text, fields[j].Text)
	}
	return m, 0, ""
}

// helpKeys answers what each key does.
func (s site) helpKeys(c echo.Context, v *visit) error {
	w, m := s.Words, v.keymap()
	moved := m.moved()
	var list []views.Key
	for _, a := range keyboardActions() {
		var keys []string
		if key := m.of(a); key != "" {
			keys = append(keys, spoken(key))
		}
		for _, key := range a.also {
			if _, other := moved[key]; !other {
				keys = append(keys, key)
			}
		}
		list = append(list, views.Key{Keys: keys, Text: a.text(w)})
	}
	list = append(list, views.Key{Keys: []string{"* a", "* n", "* r", "* u", "* s", "* t"}, Text: w.KeySelectAll()},
		views.Key{Keys: []string{"g i", "g s", "g e", "g p", "g t", "g d", "g !", "g #", "g a", "g l"}, Text: w.KeyGo()})
	return s.render(c, http.StatusOK, views.HelpKeys(views.HelpKeysPage{Shell: s.shell(v, w.KeysHelp(), ""), Settings: keyboardPath, Keys: list}))
}
