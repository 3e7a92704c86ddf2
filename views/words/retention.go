package words

// The page of how long mail stays, on its servers and here.
func (w *Words) Retention() string       { return w.say("retention.heading") }
func (w *Words) KeptHere() string        { return w.say("retention.here") }
func (w *Words) Change() string          { return w.say("retention.change") }
func (w *Words) ChooseKeepTrash() string { return w.say("retention.trash") }
func (w *Words) KeepTrashHint() string   { return w.say("retention.trash-hint") }
func (w *Words) ChooseKeepSpam() string  { return w.say("retention.spam") }
func (w *Words) ChooseKeepMail() string  { return w.say("retention.mail") }
func (w *Words) KeepMailHint() string    { return w.say("retention.mail-hint") }
func (w *Words) KeepForEver() string     { return w.say("retention.for-ever") }
func (w *Words) KeepAll() string         { return w.say("retention.all") }

// ChangeOf is spoken behind Change.
func (w *Words) ChangeOf(name string) string { return w.say("retention.change-of", "Name", name) }

// SpaceUsed says how much room a person's mail takes; SpaceUsedOf, of how much.
func (w *Words) SpaceUsed(used string) string { return w.say("retention.used", "Used", used) }
func (w *Words) SpaceUsedOf(used, limit string) string {
	return w.say("retention.used-of", "Used", used, "Limit", limit)
}

// AfterDays and KeepYears are when mail leaves a place.
func (w *Words) AfterDays(n int) string { return w.count("retention.days", n) }
func (w *Words) KeepYears(n int) string { return w.count("retention.years", n) }

// Outdated says how many messages are older than what is kept.
func (w *Words) Outdated(n int) string {
	if n == 0 {
		return w.say("retention.outdated-none")
	}
	return w.count("retention.outdated", n)
}
