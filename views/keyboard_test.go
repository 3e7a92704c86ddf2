package views_test

import (
	"restante/views"
	"restante/views/words"
)

func keyboardPage(title string, wrong *views.ErrorSummary) views.KeyboardPage {
	w := words.English()
	p := views.KeyboardPage{Keymap: "/settings/keyboard/keys", SettingsPage: views.SettingsPage{
		Shell: shell(title), Heading: w.Keyboard(), Action: "/settings/keyboard", Error: wrong,
		Groups: []views.SettingGroup{{Name: "keys", Legend: w.ChooseKeys(), Hint: w.KeysHint(), Options: []views.RadioOption{
			{Text: w.KeysDefault(), Chosen: true}, {Value: "alt", Text: w.KeysAlt()}, {Value: "off", Text: w.KeysOff()},
		}}},
	}}
	p.Keys = []views.KeyField{
		{Name: "key-archive", Value: "d", Text: w.DoArchive()},
		{Name: "key-star", Value: "d", Text: w.DoStar(), Wrong: wrong != nil},
		{Name: "key-search", Text: w.Search()},
	}
	return p
}
