package words

import "time"

// Where a person is signed in.
func (w *Words) Sessions() string    { return w.say("sessions.heading") }
func (w *Words) ThisSession() string { return w.say("sessions.this") }
func (w *Words) IdleLabel() string   { return w.say("sessions.idle") }
func (w *Words) IdleHint() string    { return w.say("sessions.idle-hint") }

// IdleAfter is after how long without activity a person is signed out, in days or hours; IdleDefault that it is as the site
// has it.
func (w *Words) IdleAfter(d time.Duration) string {
	if days := int(d / (24 * time.Hour)); days > 0 {
		return w.count("sessions.idle-days", days)
	}
	return w.count("sessions.idle-hours", int(d/time.Hour))
}
func (w *Words) IdleDefault(after string) string {
	return w.say("sessions.idle-default", "After", after)
}
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
func (w *Words) ExportZip() string      { return w.say("stored.export-zip") }
func (w *Words) EraseAll() string       { return w.say("stored.erase") }
func (w *Words) EraseAllAsk() string    { return w.say("stored.erase-ask") }
func (w *Words) EraseAllText() string   { return w.say("stored.erase-text") }
func (w *Words) EraseAllExport() string { return w.say("stored.erase-export") }
func (w *Words) ErasedText() string     { return w.say("stored.erased") }
func (w *Words) EraseAllConfirm(user string) string {
	return w.say("stored.erase-confirm", "User", user)
}

// Settings of how pages look, and of what happens where a message is opened.
func (w *Words) Appearance() string        { return w.say("setting.appearance") }
func (w *Words) Reading() string           { return w.say("setting.reading") }
func (w *Words) SaveSettings() string      { return w.say("setting.save") }
func (w *Words) TrustedSenders() string    { return w.say("setting.trusted") }
func (w *Words) TrustAddress() string      { return w.say("setting.trust-address") }
func (w *Words) TrustAdd() string          { return w.say("setting.trust-add") }
func (w *Words) TrustNoAddress() string    { return w.say("setting.trust-no-address") }
func (w *Words) TrustedNone() string       { return w.say("setting.trusted-none") }
func (w *Words) TrustedText() string       { return w.say("setting.trusted-text") }
func (w *Words) TrustedFind() string       { return w.say("setting.trusted-find") }
func (w *Words) TrustedNotFound() string   { return w.say("setting.trusted-not-found") }
func (w *Words) Untrust() string           { return w.say("setting.untrust") }
func (w *Words) UntrustOf(a string) string { return w.say("setting.untrust-of", "Address", a) }

// Each choice, and its values; the one called …Default is as it comes.
func (w *Words) ChooseLanguage() string     { return w.say("setting.language.name") }
func (w *Words) LanguageDefault() string    { return w.say("setting.language.default") }
func (w *Words) LanguageEnglish() string    { return w.say("setting.language.en") }
func (w *Words) LanguageGerman() string     { return w.say("setting.language.de") }
func (w *Words) ChooseZone() string         { return w.say("setting.zone.name") }
func (w *Words) ZoneHint() string           { return w.say("setting.zone.hint") }
func (w *Words) ZoneUnknown() string        { return w.say("setting.zone.unknown") }
func (w *Words) ChooseClock() string        { return w.say("setting.clock.name") }
func (w *Words) ClockDefault() string       { return w.say("setting.clock.default") }
func (w *Words) Clock24() string            { return w.say("setting.clock.24") }
func (w *Words) Clock12() string            { return w.say("setting.clock.12") }
func (w *Words) ChooseDates() string        { return w.say("setting.dates.name") }
func (w *Words) DatesDefault() string       { return w.say("setting.dates.default") }
func (w *Words) DatesISO() string           { return w.say("setting.dates.iso") }
func (w *Words) ChooseTheme() string        { return w.say("setting.theme.name") }
func (w *Words) ThemeDefault() string       { return w.say("setting.theme.default") }
func (w *Words) ThemeLight() string         { return w.say("setting.theme.light") }
func (w *Words) ThemeDark() string          { return w.say("setting.theme.dark") }
func (w *Words) ThemeContrastLight() string { return w.say("setting.theme.hc-light") }
func (w *Words) ThemeContrastDark() string  { return w.say("setting.theme.hc-dark") }
func (w *Words) ChooseLayout() string       { return w.say("setting.layout.name") }
func (w *Words) LayoutHint() string         { return w.say("setting.layout.hint") }
func (w *Words) LayoutDefault() string      { return w.say("setting.layout.default") }
func (w *Words) LayoutSplit() string        { return w.say("setting.layout.split") }
func (w *Words) LayoutStack() string        { return w.say("setting.layout.stack") }
func (w *Words) MessageRegion() string      { return w.say("setting.layout.message") }
func (w *Words) NothingOpen() string        { return w.say("setting.layout.nothing") }
func (w *Words) NothingOpenKeys() string    { return w.say("setting.layout.nothing-keys") }
func (w *Words) ChooseDensity() string      { return w.say("setting.density.name") }
func (w *Words) DensityDefault() string     { return w.say("setting.density.default") }
func (w *Words) DensityCompact() string     { return w.say("setting.density.compact") }
func (w *Words) DensityTouch() string       { return w.say("setting.density.touch") }
func (w *Words) ChooseLines() string        { return w.say("setting.lines.name") }
func (w *Words) LinesDefault() string       { return w.say("setting.lines.default") }
func (w *Words) LinesNone() string          { return w.say("setting.lines.0") }
func (w *Words) LinesTwo() string           { return w.say("setting.lines.2") }
func (w *Words) ChooseRowShape() string     { return w.say("setting.rows.name") }
func (w *Words) RowShapeDefault() string    { return w.say("setting.rows.default") }
func (w *Words) RowShapeStacked() string    { return w.say("setting.rows.stacked") }
func (w *Words) ChooseTextSize() string     { return w.say("setting.size.name") }
func (w *Words) TextSizeDefault() string    { return w.say("setting.size.default") }
func (w *Words) TextSizeSmall() string      { return w.say("setting.size.87") }
func (w *Words) TextSizeLarger() string     { return w.say("setting.size.112") }
func (w *Words) TextSizeLarge() string      { return w.say("setting.size.125") }
func (w *Words) TextSizeVeryLarge() string  { return w.say("setting.size.137") }
func (w *Words) TextSizeLargest() string    { return w.say("setting.size.150") }
func (w *Words) ChooseOpenAs() string       { return w.say("setting.view.name") }
func (w *Words) OpenAsDefault() string      { return w.say("setting.view.default") }
func (w *Words) OpenAsOriginal() string     { return w.say("setting.view.original") }
func (w *Words) OpenAsText() string         { return w.say("setting.view.text") }
func (w *Words) ChooseMarksRead() string    { return w.say("setting.read.name") }
func (w *Words) MarksReadDefault() string   { return w.say("setting.read.default") }
func (w *Words) MarksReadLater() string     { return w.say("setting.read.later") }
func (w *Words) MarksReadByHand() string    { return w.say("setting.read.hand") }
func (w *Words) ChoosePictures() string     { return w.say("setting.pictures.name") }
func (w *Words) PicturesDefault() string    { return w.say("setting.pictures.default") }
func (w *Words) PicturesNever() string      { return w.say("setting.pictures.never") }
func (w *Words) OpenAsHint() string         { return w.say("setting.view.hint") }

// What keys do.
func (w *Words) Keyboard() string                  { return w.say("setting.keyboard") }
func (w *Words) ChooseKeys() string                { return w.say("setting.keys.name") }
func (w *Words) KeysHint() string                  { return w.say("setting.keys.hint") }
func (w *Words) KeysDefault() string               { return w.say("setting.keys.default") }
func (w *Words) KeysAlt() string                   { return w.say("setting.keys.alt") }
func (w *Words) KeysOff() string                   { return w.say("setting.keys.off") }
func (w *Words) KeysHelp() string                  { return w.say("key.help") }
func (w *Words) KeysHelpText() string              { return w.say("key.text") }
func (w *Words) KeysChange() string                { return w.say("key.change") }
func (w *Words) KeysColumn() string                { return w.say("key.column") }
func (w *Words) KeysDo() string                    { return w.say("key.do") }
func (w *Words) KeysEach() string                  { return w.say("key.each") }
func (w *Words) KeysEachHint() string              { return w.say("key.each-hint") }
func (w *Words) KeysReset() string                 { return w.say("key.reset") }
func (w *Words) KeyNext() string                   { return w.say("key.next") }
func (w *Words) KeyPrevious() string               { return w.say("key.previous") }
func (w *Words) KeyOpen() string                   { return w.say("key.open") }
func (w *Words) KeyBack() string                   { return w.say("key.back") }
func (w *Words) KeySelect() string                 { return w.say("key.select") }
func (w *Words) KeySelectTo() string               { return w.say("key.select-to") }
func (w *Words) KeySelectAll() string              { return w.say("key.select-all") }
func (w *Words) KeyArchiveNewer() string           { return w.say("key.archive-newer") }
func (w *Words) KeyArchiveOlder() string           { return w.say("key.archive-older") }
func (w *Words) KeyNextInConversation() string     { return w.say("key.next-part") }
func (w *Words) KeyPreviousInConversation() string { return w.say("key.previous-part") }
func (w *Words) KeyView() string                   { return w.say("key.view") }
func (w *Words) KeyImages() string                 { return w.say("key.images") }
func (w *Words) KeyGo() string                     { return w.say("key.go") }

// KeyImpossible says that what was written for something cannot be its key, KeyTwice that two things have the same.
func (w *Words) KeyImpossible(what string) string { return w.say("key.impossible", "What", what) }
func (w *Words) KeyTwice(key, a, b string) string {
	return w.say("key.twice", "Key", key, "A", a, "B", b)
}

func (w *Words) NewerMessage() string { return w.say("key.newer") }
func (w *Words) OlderMessage() string { return w.say("key.older") }
func (w *Words) Close() string        { return w.say("key.close") }
