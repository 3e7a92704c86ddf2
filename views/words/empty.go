package words

// What stands in place of a list: what is so, and a sentence why.
func (w *Words) InboxNew() string     { return w.say("empty.new") }
func (w *Words) InboxNewText() string { return w.say("empty.new-text") }
func (w *Words) InboxEmpty() string   { return w.say("empty.inbox") }

// CheckedText is the sentence of an empty inbox: "Checked 2 min ago."
func (w *Words) CheckedText(checked string) string {
	return w.say("empty.checked", "Checked", checked)
}
func (w *Words) StarredEmpty() string     { return w.say("empty.starred") }
func (w *Words) StarredEmptyText() string { return w.say("empty.starred-text") }
func (w *Words) SpamEmpty() string        { return w.say("empty.spam") }
func (w *Words) SpamEmptyText() string    { return w.say("empty.spam-text") }
func (w *Words) ArchiveEmpty() string     { return w.say("empty.archive") }
func (w *Words) ArchiveEmptyText() string { return w.say("empty.archive-text") }
func (w *Words) TrashEmpty() string       { return w.say("empty.trash") }
func (w *Words) TrashEmptyText() string   { return w.say("empty.trash-text") }

// NoMatches says what was searched; NoMatchesText adds advice.
func (w *Words) NoMatches(query string) string {
	return w.say("empty.no-matches", "Query", query)
}
func (w *Words) NoMatchesText() string { return w.say("empty.no-matches-text") }

// NotYetDownloaded explains why a search may find less than there is.
func (w *Words) NotYetDownloaded(n int) string { return w.count("empty.not-downloaded", n) }

// NoQuery and NoQueryText stand on the search page before anything is asked.
func (w *Words) NoQuery() string     { return w.say("empty.no-query") }
func (w *Words) NoQueryText() string { return w.say("empty.no-query-text") }
