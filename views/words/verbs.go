package words

// Buttons. The verb Archive is a word of its own: many languages do not name
// the act like the place.
func (w *Words) RuleForSender() string { return w.say("verb.rule-for-sender") }
func (w *Words) DoArchive() string     { return w.say("verb.archive") }
func (w *Words) DoDelete() string      { return w.say("verb.delete") }
func (w *Words) DoRestore() string     { return w.say("verb.restore") }
func (w *Words) DoMoveToInbox() string { return w.say("verb.to-inbox") }
func (w *Words) DoMarkRead() string    { return w.say("verb.mark-read") }
func (w *Words) DoMarkUnread() string  { return w.say("verb.mark-unread") }
func (w *Words) DoSpam() string        { return w.say("verb.spam") }
func (w *Words) DoNotSpam() string     { return w.say("verb.not-spam") }
func (w *Words) SelectPage() string    { return w.say("verb.select-page") }
func (w *Words) DoStar() string        { return w.say("verb.star") }
func (w *Words) DoUndo() string        { return w.say("verb.undo") }
func (w *Words) DoLabel() string       { return w.say("verb.label") }
func (w *Words) DoDeleteThere() string { return w.say("verb.delete-server") }
func (w *Words) DoMute() string        { return w.say("verb.mute") }
func (w *Words) DoUnmute() string      { return w.say("verb.unmute") }

// Results of verbs on n conversations, or on one message.
func (w *Words) Archived(n int) string     { return w.count("done.archived", n) }
func (w *Words) Trashed(n int) string      { return w.count("done.trashed", n) }
func (w *Words) MovedToSpam(n int) string  { return w.count("done.spam", n) }
func (w *Words) MovedToInbox(n int) string { return w.count("done.to-inbox", n) }
func (w *Words) MarkedRead(n int) string   { return w.count("done.read", n) }
func (w *Words) MarkedUnread(n int) string { return w.count("done.unread", n) }
func (w *Words) StarredNow(n int) string   { return w.count("done.starred", n) }
func (w *Words) Unstarred(n int) string    { return w.count("done.unstarred", n) }
func (w *Words) DeletedThere(n int) string { return w.count("done.delete-server", n) }
func (w *Words) Muted(n int) string        { return w.count("done.muted", n) }
func (w *Words) Unmuted(n int) string      { return w.count("done.unmuted", n) }

// Labelled and Unlabelled name the label that was given or taken.
func (w *Words) Labelled(n int, label string) string {
	return w.count("done.labelled", n, "Label", label)
}
func (w *Words) Unlabelled(n int, label string) string {
	return w.count("done.unlabelled", n, "Label", label)
}

// LabelDeleted, SearchDeleted and RuleDeleted answer the deletion of one.
func (w *Words) LabelDeleted() string  { return w.say("done.label-deleted") }
func (w *Words) SearchDeleted() string { return w.say("done.search-deleted") }
func (w *Words) RuleDeleted() string   { return w.say("done.rule-deleted") }

// Undone and NothingToUndo answer Undo.
func (w *Words) Undone() string        { return w.say("done.undone") }
func (w *Words) NothingToUndo() string { return w.say("done.nothing-to-undo") }

// NothingSelected answers a verb without a ticked row, NothingChanged one that
// found everything as it was wished.
func (w *Words) NothingSelected() string { return w.say("done.nothing-selected") }
func (w *Words) NothingChanged() string  { return w.say("done.nothing-changed") }
