package words

// The page of labels, saved searches and rules, and what leads to it.
func (w *Words) Organise() string        { return w.say("organise.heading") }
func (w *Words) LabelsAndRules() string  { return w.say("organise.short") }
func (w *Words) LabelsHeading() string   { return w.say("organise.labels") }
func (w *Words) LabelsNone() string      { return w.say("organise.labels-none") }
func (w *Words) LabelEmpty() string      { return w.say("organise.label-empty") }
func (w *Words) LabelEmptyText() string  { return w.say("organise.label-empty-text") }
func (w *Words) LabelName() string       { return w.say("organise.label-name") }
func (w *Words) LabelNameHint() string   { return w.say("organise.label-name-hint") }
func (w *Words) GiveLabel() string       { return w.say("organise.give") }
func (w *Words) TakeLabel() string       { return w.say("organise.take") }
func (w *Words) SearchesHeading() string { return w.say("organise.searches") }
func (w *Words) SearchesNone() string    { return w.say("organise.searches-none") }
func (w *Words) SearchName() string      { return w.say("organise.search-name") }
func (w *Words) SaveSearch() string      { return w.say("organise.search-save") }
func (w *Words) SearchLine() string      { return w.say("organise.search-line") }
func (w *Words) KeepSearch() string      { return w.say("organise.keep") }
func (w *Words) RulesHeading() string    { return w.say("organise.rules") }
func (w *Words) RulesText() string       { return w.say("organise.rules-text") }
func (w *Words) RulesNone() string       { return w.say("organise.rules-none") }
func (w *Words) RuleNew() string         { return w.say("organise.rule-new") }
func (w *Words) RuleWhich() string       { return w.say("organise.rule-which") }
func (w *Words) RuleWhichHint() string   { return w.say("organise.rule-which-hint") }
func (w *Words) RuleWhat() string        { return w.say("organise.rule-what") }
func (w *Words) RuleArchive() string     { return w.say("organise.rule-archive") }
func (w *Words) RuleStar() string        { return w.say("organise.rule-star") }
func (w *Words) RuleRead() string        { return w.say("organise.rule-read") }
func (w *Words) RuleTrash() string       { return w.say("organise.rule-trash") }
func (w *Words) RuleNever() string       { return w.say("organise.rule-never") }
func (w *Words) RuleLabel() string       { return w.say("organise.rule-label") }
func (w *Words) RuleAdd() string         { return w.say("organise.rule-add") }
func (w *Words) RuleIncomplete() string  { return w.say("organise.rule-incomplete") }
func (w *Words) DeleteThis() string      { return w.say("organise.delete") }
func (w *Words) NameWrong() string       { return w.say("organise.name-wrong") }
func (w *Words) TooMany() string         { return w.say("organise.too-many") }
func (w *Words) MutedTag() string        { return w.say("organise.muted") }

func (w *Words) LabelTaken(name string) string {
	return w.say("organise.taken", "Name", name)
}
func (w *Words) LabelMany(n int) string { return w.count("organise.label-many", n) }
func (w *Words) RuleMet(n int) string   { return w.count("organise.met", n) }
func (w *Words) RuleGives(label string) string {
	return w.say("organise.rule-gives", "Label", label)
}
func (w *Words) HasLabels(labels string) string {
	return w.say("organise.has", "Labels", labels)
}
func (w *Words) LabelCount(total, unread int) string {
	return w.count("organise.count", total, "Unread", w.Number(unread))
}
func (w *Words) DeleteNamed(name string) string {
	return w.say("organise.delete-named", "Name", name)
}
func (w *Words) RenameNamed(name string) string {
	return w.say("organise.rename-named", "Name", name)
}
func (w *Words) ColourOf(name string) string {
	return w.say("organise.colour-of", "Name", name)
}

// Colours are the names of the colours that a label may have, the first for that it has none.
func (w *Words) Colours() []string {
	return []string{
		w.say("organise.colour-none"), w.say("organise.colour-red"), w.say("organise.colour-orange"), w.say("organise.colour-amber"), w.say("organise.colour-yellow"),
		w.say("organise.colour-lime"), w.say("organise.colour-green"), w.say("organise.colour-teal"), w.say("organise.colour-cyan"), w.say("organise.colour-blue"),
		w.say("organise.colour-indigo"), w.say("organise.colour-purple"), w.say("organise.colour-pink"),
	}
}
