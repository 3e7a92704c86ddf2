package words

// Help is the page that leads to all that is explained; the others say what each is about.
func (w *Words) Help() string             { return w.say("help.heading") }
func (w *Words) HelpSearchText() string   { return w.say("help.search") }
func (w *Words) HelpKeysText() string     { return w.say("help.keys") }
func (w *Words) HelpSharedText() string   { return w.say("help.shared") }
func (w *Words) HelpAccountsText() string { return w.say("help.accounts") }
func (w *Words) HelpOrganiseText() string { return w.say("help.organise") }
