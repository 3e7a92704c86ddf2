package words

// Suspicious heads the reasons to mistrust a message; each reason is followed
// by what shows it.
func (w *Words) Suspicious() string    { return w.say("suspicion.heading") }
func (w *Words) ReasonName() string    { return w.say("suspicion.name-address") }
func (w *Words) ReasonSeveral() string { return w.say("suspicion.several-from") }
func (w *Words) ReasonLink() string    { return w.say("suspicion.link") }
func (w *Words) ReasonReplyTo() string { return w.say("suspicion.reply-to") }
func (w *Words) ReasonFuture() string  { return w.say("suspicion.future") }
func (w *Words) ReasonMixedScript() string {
	return w.say("suspicion.mixed-script")
}
func (w *Words) ReasonMixedLink() string     { return w.say("suspicion.mixed-link") }
func (w *Words) ReasonLookalike() string     { return w.say("suspicion.lookalike") }
func (w *Words) ReasonLookalikeLink() string { return w.say("suspicion.lookalike-link") }
func (w *Words) ReasonNamesake() string      { return w.say("suspicion.namesake") }
func (w *Words) ReasonSpam() string          { return w.say("suspicion.spam") }

// FirstFrom says that a sender has not written before, which is no reason.
func (w *Words) FirstFrom(addr string) string { return w.say("suspicion.first", "Addr", addr) }

// ReasonForged says who found out that the sender is not who the message says.
func (w *Words) ReasonForged(server string) string {
	return w.say("suspicion.forged", "Server", server)
}

// PosesAs writes a name beside the one that it is made to be taken for.
func (w *Words) PosesAs(name, other string) string {
	return w.say("suspicion.poses", "Name", name, "Other", other)
}

// ShownAndReal writes what is shown beside what is.
func (w *Words) ShownAndReal(shown, really string) string {
	return w.say("suspicion.pair", "Shown", shown, "Real", really)
}
