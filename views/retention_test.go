package views_test

import (
	"restante/views"
	"restante/views/words"
)

// retentionPage is a page of how long mail stays, with everything on it.
func retentionPage() views.RetentionPage {
	w := words.English()
	return views.RetentionPage{
		SettingsPage: views.SettingsPage{Shell: shell(w.Retention()), Heading: w.Retention(), Action: "/settings/retention", Groups: []views.SettingGroup{
			{Name: "keep-trash", Legend: w.ChooseKeepTrash(), Hint: w.KeepTrashHint(), Options: []views.RadioOption{{Text: w.KeepForEver(), Chosen: true}, {Value: "30", Text: w.AfterDays(30)}}},
		}},
		Servers: []views.RetentionLine{{Name: "ana@example.org", Rule: w.RuleKeep(), Href: "/accounts/1"}, {Name: hostile, Rule: w.RuleAtOnce(), Href: "/accounts/2"}},
		Used:    w.SpaceUsedOf("4.5 MB", "1 GB"), Value: "4500000", Max: "1000000000", Outdated: w.Outdated(312),
	}
}
