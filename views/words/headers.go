package words

import "time"

// Headings of the page of headers, and what stands under them.
func (w *Words) WayOfMessage() string { return w.say("headers.way") }
func (w *Words) HeaderLines() string  { return w.say("headers.lines") }
func (w *Words) HeaderCut() string    { return w.say("headers.cut") }

// Later writes how long a server took, rounded down: "3 seconds later". Less
// than nothing means that a clock is wrong.
func (w *Words) Later(d time.Duration) string {
	switch {
	case d < 0:
		return w.say("headers.earlier")
	case d < time.Minute:
		return w.count("headers.later-seconds", int(d/time.Second))
	case d < time.Hour:
		return w.count("headers.later-minutes", int(d/time.Minute))
	case d < 24*time.Hour:
		return w.count("headers.later-hours", int(d/time.Hour))
	}
	return w.count("headers.later-days", int(d/(24*time.Hour)))
}
