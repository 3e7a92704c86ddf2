package words

import "time"

// Mail is the title of every window on a computer that others use.
func (w *Words) Mail() string { return w.say("shared.mail") }

// The sign-in form's offer, and what each page says then.
func (w *Words) ThisIsShared() string   { return w.say("shared.choice") }
func (w *Words) SharedComputer() string { return w.say("shared.computer") }
func (w *Words) HowThisWorks() string   { return w.say("shared.how") }

// SharedUntil and SignedOutAt take the time of a clock.
func (w *Words) SharedUntil(clock string) string { return w.say("shared.until", "Time", clock) }
func (w *Words) SignedOutAt(clock string) string { return w.say("shared.signed-out-at", "Time", clock) }

// Clock is the time of a clock, as "14:32".
func (w *Words) Clock(t time.Time, loc *time.Location) string { return w.clock(t.In(loc)) }

// Whether somebody is there.
func (w *Words) StillThere() string   { return w.say("shared.still-there") }
func (w *Words) StaySignedIn() string { return w.say("shared.stay") }
func (w *Words) SignOutNow() string   { return w.say("shared.sign-out-now") }
func (w *Words) NoLonger() string     { return w.say("shared.no-longer") }

// What stays on the computer.
func (w *Words) FileStays() string      { return w.say("shared.file-stays") }
func (w *Words) FileStaysText() string  { return w.say("shared.file-stays-text") }
func (w *Words) SaveAllTheSame() string { return w.say("shared.save") }
func (w *Words) PrintStays() string     { return w.say("shared.print-stays") }

// The page about it.
func (w *Words) SharedHelp() string       { return w.say("shared.help") }
func (w *Words) SharedHelpErased() string { return w.say("shared.help-erased") }
func (w *Words) SharedHelpNot() string    { return w.say("shared.help-not") }
func (w *Words) SharedHelpTime() string   { return w.say("shared.help-time") }

// SharedNeedsHTTPS is why a session for a shared computer cannot begin.
func (w *Words) SharedNeedsHTTPS() string { return w.say("shared.needs-https") }
