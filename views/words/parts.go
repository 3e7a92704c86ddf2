package words

// Files that are not shown, or that are not what they seem.
func (w *Words) DownloadAll() string { return w.say("message.download-all") }
func (w *Words) CanRun() string      { return w.say("message.can-run") }
func (w *Words) NotShown() string    { return w.say("part.hidden") }
func (w *Words) Risky() string       { return w.say("part.risky") }
func (w *Words) LooksLike(claimed, really string) string {
	return w.say("part.another", "Claimed", claimed, "Real", really)
}
func (w *Words) PictureBroken() string  { return w.say("part.broken") }
func (w *Words) OpenFile() string       { return w.say("part.open") }
func (w *Words) DownloadFile() string   { return w.say("part.download") }
func (w *Words) DownloadAnyway() string { return w.say("part.download-anyway") }

// Outbound… stand between a suspicious message and where its link leads.
func (w *Words) OutboundHeading() string { return w.say("outbound.heading") }
func (w *Words) OutboundText() string    { return w.say("outbound.text") }
func (w *Words) OutboundAdvice() string  { return w.say("outbound.advice") }
func (w *Words) OutboundGo(host string) string {
	return w.say("outbound.go", "Host", host)
}

// Expired is about an address that was made for one hour.
func (w *Words) Expired() string     { return w.say("outbound.expired") }
func (w *Words) ExpiredText() string { return w.say("outbound.expired-text") }
