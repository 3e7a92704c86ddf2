package words

// SignOutErase is the button that signs out of a kiosk.
func (w *Words) SignOutErase() string { return w.say("kiosk.sign-out") }

// HighContrast and UsualContrast are the switch between them.
func (w *Words) HighContrast() string  { return w.say("kiosk.contrast") }
func (w *Words) UsualContrast() string { return w.say("kiosk.contrast-off") }

// KioskBefore takes how long nothing may happen, and KioskUntil the time of a clock.
func (w *Words) KioskBefore(idle string) string { return w.say("kiosk.before", "Time", idle) }
func (w *Words) KioskUntil(clock string) string { return w.say("kiosk.until", "Time", clock) }
func (w *Words) KioskBye() string               { return w.say("kiosk.bye") }

// What a kiosk does not permit.
func (w *Words) NotOnThisComputer() string { return w.say("kiosk.not-here") }
func (w *Words) NoDownloadsHere() string   { return w.say("kiosk.no-downloads") }
func (w *Words) NoPrintHere() string       { return w.say("kiosk.no-print") }

// Addresses heads those of links that may not be followed.
func (w *Words) Addresses() string { return w.say("kiosk.addresses") }

// Messages that a kiosk does not show.
func (w *Words) TooLargeHere(size string) string { return w.say("kiosk.too-large", "Size", size) }
func (w *Words) NotGiven() string                { return w.say("kiosk.not-given") }
func (w *Words) TryAgain() string                { return w.say("kiosk.try-again") }

// OlderThanShown is for when the mailbox has more messages than are shown.
func (w *Words) OlderThanShown(older int) string { return w.count("kiosk.older", older) }

// The page about it. KioskHelpTime takes how long nothing may happen, and how long a session lasts in any case.
func (w *Words) KioskHelp() string       { return w.say("kiosk.help") }
func (w *Words) KioskHelpErased() string { return w.say("kiosk.help-erased") }
func (w *Words) KioskHelpServer() string { return w.say("kiosk.help-server") }
func (w *Words) KioskHelpNot() string    { return w.say("kiosk.help-not") }
func (w *Words) KioskHelpTime(idle, whole string) string {
	return w.say("kiosk.help-time", "Idle", idle, "Whole", whole)
}
func (w *Words) KioskOperator() string { return w.say("kiosk.operator") }
