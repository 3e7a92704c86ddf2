package words

// Titles of the pages for who runs the site.
func (w *Words) Status() string        { return w.say("admin.status") }
func (w *Words) KioskTest() string     { return w.say("admin.kiosk") }
func (w *Words) SiteLog() string       { return w.say("admin.log") }
func (w *Words) LogGrave() string      { return w.say("admin.log-grave") }
func (w *Words) LogWhole() string      { return w.say("admin.log-whole") }
func (w *Words) LogEmpty() string      { return w.say("admin.log-empty") }
func (w *Words) KioskTestText() string { return w.say("admin.kiosk-text") }
func (w *Words) NoKiosk() string       { return w.say("admin.no-kiosk") }

// How a check went, in a word.
func (w *Words) CheckGood() string   { return w.say("admin.good") }
func (w *Words) CheckChosen() string { return w.say("admin.chosen") }
func (w *Words) CheckBad() string    { return w.say("admin.bad") }

// What is checked.
func (w *Words) CheckHTTPS() string     { return w.say("admin.https") }
func (w *Words) CheckName() string      { return w.say("admin.name") }
func (w *Words) CheckPeople() string    { return w.say("admin.people") }
func (w *Words) CheckServer() string    { return w.say("admin.server") }
func (w *Words) CheckData() string      { return w.say("admin.data") }
func (w *Words) CheckProxy() string     { return w.say("admin.proxy") }
func (w *Words) CheckCache() string     { return w.say("admin.cache") }
func (w *Words) CheckScripts() string   { return w.say("admin.scripts") }
func (w *Words) CheckCookies() string   { return w.say("admin.cookies") }
func (w *Words) CheckClear() string     { return w.say("admin.clear") }
func (w *Words) CheckTimes() string     { return w.say("admin.times") }
func (w *Words) CheckMemory() string    { return w.say("admin.memory") }
func (w *Words) CheckDownloads() string { return w.say("admin.downloads") }
func (w *Words) CheckPrint() string     { return w.say("admin.print") }
func (w *Words) CheckLinks() string     { return w.say("admin.links") }

// What was found.
func (w *Words) HTTPSGood() string           { return w.say("admin.https-good") }
func (w *Words) HTTPSByProxy() string        { return w.say("admin.https-proxy") }
func (w *Words) HTTPSBad() string            { return w.say("admin.https-bad") }
func (w *Words) NameGood(name string) string { return w.say("admin.name-good", "Name", name) }
func (w *Words) NameBad() string             { return w.say("admin.name-bad") }
func (w *Words) PeopleGood() string          { return w.say("admin.people-good") }
func (w *Words) PeopleBad() string           { return w.say("admin.people-bad") }
func (w *Words) ServerGood(s string) string  { return w.say("admin.server-good", "Server", s) }
func (w *Words) ServerBad(s string) string   { return w.say("admin.server-bad", "Server", s) }
func (w *Words) ServerAny() string           { return w.say("admin.server-any") }
func (w *Words) DataGood(free string) string { return w.say("admin.data-good", "Free", free) }
func (w *Words) DataScarce(f string) string  { return w.say("admin.data-scarce", "Free", f) }
func (w *Words) DataBad(cause string) string { return w.say("admin.data-bad", "Cause", cause) }
func (w *Words) DataNone() string            { return w.say("admin.data-none") }
func (w *Words) ProxyBad(addr string) string { return w.say("admin.proxy-bad", "Address", addr) }
func (w *Words) CacheGood() string           { return w.say("admin.cache-good") }
func (w *Words) ScriptsGood() string         { return w.say("admin.scripts-good") }
func (w *Words) CookiesGood() string         { return w.say("admin.cookies-good") }
func (w *Words) ClearGood() string           { return w.say("admin.clear-good") }
func (w *Words) TimesAre(idle, w2 string) string {
	return w.say("admin.times-are", "Idle", idle, "Whole", w2)
}
func (w *Words) MemoryGood() string            { return w.say("admin.memory-good") }
func (w *Words) MemoryBad() string             { return w.say("admin.memory-bad") }
func (w *Words) HeaderMissing(n string) string { return w.say("admin.header-missing", "Header", n) }
func (w *Words) Off() string                   { return w.say("admin.off") }
func (w *Words) Permitted() string             { return w.say("admin.permitted") }

// What is told of the process and its people.
func (w *Words) FactVersion() string  { return w.say("admin.version") }
func (w *Words) FactMemory() string   { return w.say("admin.uses") }
func (w *Words) FactPeople() string   { return w.say("admin.known") }
func (w *Words) FactSessions() string { return w.say("admin.sessions") }
func (w *Words) FactTroubles() string { return w.say("admin.troubles") }
func (w *Words) RunningSince(version, since string) string {
	return w.say("admin.running", "Version", version, "Since", since)
}
func (w *Words) PeopleKnown(people, mailboxes int) string {
	return w.say("admin.people-known", "People", w.Number(people), "Mailboxes", w.Number(mailboxes))
}
func (w *Words) SessionsOpen(private, shared, kiosk int) string {
	return w.say("admin.sessions-open", "Private", w.Number(private), "Shared", w.Number(shared), "Kiosk", w.Number(kiosk))
}
func (w *Words) NoTroubles() string { return w.say("admin.no-troubles") }
func (w *Words) Trouble(n int, server, class, next string) string {
	return w.count("admin.trouble", n, "Server", server, "Class", class, "Next", next)
}
