package words

// Where a person is signed in.
func (w *Words) Sessions() string         { return w.say("sessions.heading") }
func (w *Words) ThisSession() string      { return w.say("sessions.this") }
func (w *Words) EndOtherSessions() string { return w.say("sessions.end-others") }
func (w *Words) SessionShared() string    { return w.say("sessions.shared") }

// EndSessionOf is the name of a button that ends the session of a browser.
func (w *Words) EndSessionOf(browser string) string {
	return w.say("sessions.end", "Browser", browser)
}

// BrowserOn names a browser and its system; either may be "", for unknown.
func (w *Words) BrowserOn(browser, system string) string {
	switch {
	case browser == "" && system == "":
		return w.say("sessions.unknown")
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return w.say("sessions.browser-on", "Browser", browser, "System", system)
}

// SessionSince and SessionUntil take a moment in words, SessionSeen how long ago.
func (w *Words) SessionSince(moment string) string { return w.say("sessions.since", "Moment", moment) }
func (w *Words) SessionUntil(moment string) string { return w.say("sessions.until", "Moment", moment) }
func (w *Words) SessionSeen(ago string) string     { return w.say("sessions.seen", "Ago", ago) }

// What is kept of a person.
func (w *Words) Stored() string          { return w.say("stored.heading") }
func (w *Words) StoredMail() string      { return w.say("stored.mail") }
func (w *Words) StoredPasswords() string { return w.say("stored.passwords") }
func (w *Words) StoredSessions() string  { return w.say("stored.sessions") }
func (w *Words) StoredLog() string       { return w.say("stored.log") }
func (w *Words) StoredLogText() string   { return w.say("stored.log-text") }
func (w *Words) StoredMailText(n int, size string) string {
	return w.count("stored.mail-text", n, "Size", size)
}
func (w *Words) StoredPasswordsText(n int) string { return w.count("stored.passwords-text", n) }
func (w *Words) StoredPasswordsHeld(n int) string { return w.count("stored.passwords-held", n) }
func (w *Words) StoredEndedText() string          { return w.say("stored.ended-text") }
func (w *Words) StoredSessionsText(n int) string  { return w.count("stored.sessions-text", n) }

// Sessions on shared computers whose time ran out.
func (w *Words) SessionsRanOut() string     { return w.say("sessions.ran-out") }
func (w *Words) SessionsRanOutText() string { return w.say("sessions.ran-out-text") }
func (w *Words) SessionRanOut(browser, made, ended string) string {
	return w.say("sessions.ran-out-one", "Browser", browser, "Made", made, "Ended", ended)
}

// Collecting while signed out.
func (w *Words) Absent() string      { return w.say("stored.absent") }
func (w *Words) AbsentOn() string    { return w.say("stored.absent-on") }
func (w *Words) AbsentOff() string   { return w.say("stored.absent-off") }
func (w *Words) AbsentStart() string { return w.say("stored.absent-start") }
func (w *Words) AbsentStop() string  { return w.say("stored.absent-stop") }

// Taking all mail along, and having all erased.
func (w *Words) ExportHeading() string  { return w.say("stored.export") }
func (w *Words) ExportText() string     { return w.say("stored.export-text") }
func (w *Words) ExportAll() string      { return w.say("stored.export-all") }
func (w *Words) EraseAll() string       { return w.say("stored.erase") }
func (w *Words) EraseAllAsk() string    { return w.say("stored.erase-ask") }
func (w *Words) EraseAllText() string   { return w.say("stored.erase-text") }
func (w *Words) EraseAllExport() string { return w.say("stored.erase-export") }
func (w *Words) ErasedText() string     { return w.say("stored.erased") }
func (w *Words) EraseAllConfirm(user string) string {
	return w.say("stored.erase-confirm", "User", user)
}
