package words

// The page of the attachments of all mail.
func (w *Words) AttachmentsHeading() string { return w.say("attachments.heading") }
func (w *Words) AttachmentList() string     { return w.say("attachments.list") }
func (w *Words) AllAttachments() string     { return w.say("attachments.show-all") }
func (w *Words) NoAttachments() string      { return w.say("attachments.none") }
func (w *Words) NoAttachmentsText() string  { return w.say("attachments.none-text") }
func (w *Words) NoAttachmentsSo() string    { return w.say("attachments.none-so") }
func (w *Words) FileWithoutName() string    { return w.say("attachments.no-name") }
func (w *Words) SearchAttachments() string  { return w.say("attachments.search") }

// SearchAttachmentsExample is what might be typed there.
func (w *Words) SearchAttachmentsExample() string { return w.say("attachments.search-example") }

// InMessage leads to the message that a file is in.
func (w *Words) InMessage(subject string) string { return w.say("attachments.in", "Subject", subject) }

// The sorts of attachments.
func (w *Words) SortAll() string       { return w.say("attachments.sort-all") }
func (w *Words) SortPictures() string  { return w.say("attachments.sort-pictures") }
func (w *Words) SortPDFs() string      { return w.say("attachments.sort-pdf") }
func (w *Words) SortDocuments() string { return w.say("attachments.sort-documents") }
func (w *Words) SortSheets() string    { return w.say("attachments.sort-sheets") }
func (w *Words) SortArchives() string  { return w.say("attachments.sort-archives") }
func (w *Words) SortCalendars() string { return w.say("attachments.sort-calendar") }
