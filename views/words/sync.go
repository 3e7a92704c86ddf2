package words

import "time"

// Status lines under a list's heading.
func (w *Words) UpToDate(checked string) string {
	return w.say("sync.up-to-date", "Checked", checked)
}
func (w *Words) NotCheckedYet() string { return w.say("sync.not-checked") }
func (w *Words) Checking() string      { return w.say("sync.checking") }

// NewMail leads to n messages that have come since a list was shown; MuchNewMail to more than n.
func (w *Words) NewMail(n int) string     { return w.count("sync.new", n) }
func (w *Words) MuchNewMail(n int) string { return w.count("sync.much-new", n) }

// Downloading counts the messages of a run; size is what came: "3.1 MB".
func (w *Words) Downloading(got, total int, size string) string {
	return w.count("sync.downloading", total, "Got", w.Number(got), "Size", size)
}

// The page of the first collection.
func (w *Words) GettingYourMail() string { return w.say("sync.heading") }
func (w *Words) NewestFirst() string     { return w.say("sync.newest-first") }
func (w *Words) OpenInboxNow() string    { return w.say("sync.open-inbox-now") }
func (w *Words) NothingDeleted() string  { return w.say("sync.nothing-deleted") }
func (w *Words) Steps() string           { return w.say("sync.steps") }
func (w *Words) StepDone() string        { return w.say("sync.step-done") }
func (w *Words) StepCurrent() string     { return w.say("sync.step-current") }

// SyncTitle is the title while mail is collected: "29% – Getting your mail".
func (w *Words) SyncTitle(percent int) string {
	return w.say("sync.title", "Percent", w.Number(percent))
}

// Progress counts messages and bytes: "1,240 of 4,318 messages · 212 MB of
// about 760 MB".
func (w *Words) Progress(got, total int, size, of string) string {
	return w.count("sync.progress", total, "Got", w.Number(got), "Size", size, "Of", of)
}

// ProgressLeft is Progress with a guess of the time that it will take.
func (w *Words) ProgressLeft(got, total int, size, of, left string) string {
	return w.count("sync.progress-left", total, "Got", w.Number(got), "Size", size, "Of", of, "Left", left)
}

// Left guesses a rest: "about 3 minutes left", "less than a minute left".
func (w *Words) Left(d time.Duration) string {
	if d < time.Minute {
		return w.say("sync.left-moment")
	}
	if d < time.Hour {
		return w.count("sync.left-minutes", ceil(d, time.Minute))
	}
	return w.count("sync.left-hours", ceil(d, time.Hour))
}

// Steps of a collection, in order.
func (w *Words) StepConnecting(server string) string {
	return w.say("sync.step-connecting", "Server", server)
}
func (w *Words) StepSignedIn(server, secured string) string {
	if secured == "" {
		return w.say("sync.step-signed-in", "Server", server)
	}
	return w.say("sync.step-signed-in-by", "Server", server, "By", secured)
}
func (w *Words) TestConnection() string { return w.say("sync.test") }
func (w *Words) TestGood(collected int) string {
	return w.count("sync.test-good", collected)
}
func (w *Words) StepCounting() string     { return w.say("sync.step-counting") }
func (w *Words) StepCounted(n int) string { return w.count("sync.step-counted", n) }
func (w *Words) StepDownloading() string  { return w.say("sync.step-downloading") }
