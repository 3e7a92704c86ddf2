package words

// Ways to see a message beside the reader and the text.
func (w *Words) ViewOriginal() string { return w.say("message.view-original") }
func (w *Words) ViewHeaders() string  { return w.say("message.view-headers") }
func (w *Words) ViewSource() string   { return w.say("message.view-source") }
func (w *Words) ViewPrint() string    { return w.say("message.view-print") }

// OriginalTitle names the frame that has the original, OpenAsPage shows it
// alone.
func (w *Words) OriginalTitle() string { return w.say("message.original-title") }
func (w *Words) OpenAsPage() string    { return w.say("message.as-page") }

// Designed says that the reader leaves much of a message's looks out;
// ViewDesigned leads to them.
func (w *Words) Designed() string     { return w.say("message.designed") }
func (w *Words) ViewDesigned() string { return w.say("message.view-designed") }

// MoreAboutMessage opens the notices that are less pressing.
func (w *Words) MoreAboutMessage() string { return w.say("message.more-about") }

// ImagesBlockedFrom and TrackersBlockedFrom add whose the pictures are: hosts,
// or the names of services that count who opens mail.
func (w *Words) ImagesBlockedFrom(n int, whose string) string {
	return w.count("message.images-from", n, "Whose", whose)
}
func (w *Words) TrackersBlockedFrom(n, trackers int, whose string) string {
	return w.count("message.trackers-from", n, "Trackers", w.Number(trackers), "Whose", whose)
}

// ImagesShown says what it means that remote pictures are shown.
func (w *Words) ImagesShown() string { return w.say("message.images-shown") }
func (w *Words) ImagesAlways(address string) string {
	return w.say("message.images-always", "Address", address)
}

// ShowOnce, ShowAlways and StopShowing decide on remote pictures.
func (w *Words) ShowOnce() string { return w.say("message.show-once") }
func (w *Words) ShowAlways(address string) string {
	return w.say("message.show-always", "Address", address)
}
func (w *Words) StopShowing() string { return w.say("message.show-never") }

// Encrypted and Signed say what was not done: nothing here holds keys. The
// scheme is OpenPGP or S/MIME.
func (w *Words) Encrypted(scheme string) string {
	return w.say("message.encrypted", "Scheme", scheme)
}
func (w *Words) DownloadEncrypted() string { return w.say("message.download-encrypted") }
func (w *Words) Signed(scheme string) string {
	return w.say("message.signed", "Scheme", scheme)
}

// BackToMessage leads from a page about a message back to it.
func (w *Words) BackToMessage() string { return w.say("message.back-to-message") }

// SourceRange says which bytes of a message are shown; EarlierPart and
// LaterPart lead to those around them.
func (w *Words) SourceRange(from, to, of int) string {
	return w.say("source.range", "From", w.Number(from), "To", w.Number(to), "Of", w.Number(of))
}
func (w *Words) EarlierPart() string { return w.say("source.earlier") }
func (w *Words) LaterPart() string   { return w.say("source.later") }

// HowToPrint stands above what is to be printed, and not on paper.
func (w *Words) HowToPrint() string { return w.say("print.how") }
