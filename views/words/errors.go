package words

import "strconv"

// Headings and advice of the error pages.
func (w *Words) MessageGone() string             { return w.say("error.message-gone") }
func (w *Words) MessageGoneText() string         { return w.say("error.message-gone-text") }
func (w *Words) MessagePurged(day string) string { return w.say("error.message-purged", "Day", day) }
func (w *Words) PageNotFound() string            { return w.say("error.not-found") }
func (w *Words) PageNotFoundText() string        { return w.say("error.not-found-text") }
func (w *Words) NotAllowed() string              { return w.say("error.forbidden") }
func (w *Words) OtherOriginText() string         { return w.say("error.other-origin-text") }
func (w *Words) NotUnderstood() string           { return w.say("error.bad-request") }
func (w *Words) NotUnderstoodText() string       { return w.say("error.bad-request-text") }
func (w *Words) TooLarge() string                { return w.say("error.too-large") }
func (w *Words) TooLargeText() string            { return w.say("error.too-large-text") }
func (w *Words) Broken() string                  { return w.say("error.broken") }
func (w *Words) BrokenText() string              { return w.say("error.broken-text") }
func (w *Words) NotNow() string                  { return w.say("error.unavailable") }
func (w *Words) NotNowText() string              { return w.say("error.unavailable-text") }
func (w *Words) NewerFile() string               { return w.say("error.newer-file") }
func (w *Words) WrongMethodText() string         { return w.say("error.method-text") }
func (w *Words) GoToInbox() string               { return w.say("error.go-inbox") }

// ErrorNumber is the status of HTTP: "Error 404". ErrorID is what a person may
// quote: "Error id 8f3k".
func (w *Words) ErrorNumber(status int) string {
	return w.say("error.status", "Status", strconv.Itoa(status))
}
func (w *Words) ErrorID(id string) string { return w.say("error.number", "ID", id) }

// The page after signing out.
func (w *Words) SignedOut() string     { return w.say("bye.heading") }
func (w *Words) SignedOutText() string { return w.say("bye.text") }
func (w *Words) SignInAgain() string   { return w.say("bye.again") }
