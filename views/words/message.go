package words

// Back leads to the list that the message was opened from.
func (w *Words) Back() string { return w.say("message.back") }
func (w *Words) BackTo(place string) string {
	return w.say("message.back-to", "Place", place)
}

// Actions names the toolbar of a message.
func (w *Words) Actions() string { return w.say("message.actions") }

// Whom a message went to, in short: "to me", "to me and 2 others", "to Ana",
// "to Ana and 2 others", "to nobody named".
func (w *Words) ToMe() string { return w.say("message.to-me") }
func (w *Words) ToMeAnd(others int) string {
	return w.count("message.to-me-and", others)
}
func (w *Words) ToName(name string) string { return w.say("message.to-name", "Name", name) }
func (w *Words) ToNameAnd(name string, others int) string {
	return w.count("message.to-name-and", others, "Name", name)
}
func (w *Words) ToNobody() string { return w.say("message.to-nobody") }

// Names of header fields, as a person knows them.
func (w *Words) FieldFrom() string     { return w.say("message.from") }
func (w *Words) FieldReplyTo() string  { return w.say("message.reply-to") }
func (w *Words) FieldTo() string       { return w.say("message.to") }
func (w *Words) FieldCc() string       { return w.say("message.cc") }
func (w *Words) FieldDate() string     { return w.say("message.date") }
func (w *Words) FieldReceived() string { return w.say("message.received") }
func (w *Words) FieldList() string     { return w.say("message.list") }
func (w *Words) FieldSize() string     { return w.say("message.size") }

// DateUnknown stands where a message has no date that can be read.
func (w *Words) DateUnknown() string { return w.say("message.no-date") }

// Views names the choice between the views of a body.
func (w *Words) Views() string      { return w.say("message.views") }
func (w *Words) ViewReader() string { return w.say("message.view-reader") }
func (w *Words) ViewText() string   { return w.say("message.view-text") }

// ImagesBlocked counts what was not fetched; TrackersBlocked adds how many of
// them were there to watch.
func (w *Words) ImagesBlocked(n int) string { return w.count("message.images", n) }
func (w *Words) TrackersBlocked(n, trackers int) string {
	return w.count("message.images-trackers", n, "Trackers", w.Number(trackers))
}

// Notes on what could not be shown as its sender meant.
func (w *Words) DamagedParts() string  { return w.say("message.damaged") }
func (w *Words) ShownRaw() string      { return w.say("message.raw-shown") }
func (w *Words) QuotedText() string    { return w.say("message.quoted") }
func (w *Words) ImageWord() string     { return w.say("message.image") }
func (w *Words) BodyEmpty() string     { return w.say("message.body-empty") }
func (w *Words) BodyShortened() string { return w.say("message.shortened") }
func (w *Words) AndMore(n int) string  { return w.count("message.and-more", n) }
func (w *Words) Links() string         { return w.say("message.links") }
func (w *Words) ShowAll() string       { return w.say("message.show-all") }

// TooMuch stands in a long conversation in place of a body; OpenAlone leads to its message.
func (w *Words) TooMuch() string   { return w.say("message.too-much") }
func (w *Words) OpenAlone() string { return w.say("message.open-alone") }

// Attachments heads the files of a message: "2 attachments". It is followed by
// their size.
func (w *Words) Attachments(n int) string { return w.count("message.attachments", n) }

// Download labels the link of one attachment for those who only hear it.
func (w *Words) Download(name, size string) string {
	return w.say("message.download", "Name", name, "Size", size)
}

// DownloadMessage is the link to the message as it came.
func (w *Words) DownloadMessage() string { return w.say("message.download-message") }

// Others heads the other messages of the conversation; WholeConversation
// leads to them all on one page.
func (w *Words) Others(n int) string       { return w.count("message.others", n) }
func (w *Words) WholeConversation() string { return w.say("message.conversation") }
