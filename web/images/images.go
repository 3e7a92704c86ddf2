// Package images makes pictures safe to show: those that a mail names by an
// address elsewhere, and those that it carries.
//
// A [Proxy] fetches remote pictures in the browser's place, so that the sender
// learns that some server asked, and neither who nor from where. Whatever came
// is decoded within limits and encoded anew: a browser only ever sees bytes
// that this package wrote. [Reencode] does the same for attachments.
//
// Pictures in the frame of a message are asked for without a cookie. A [Signer]
// makes the addresses that are permission enough.
package images

import (
	"errors"
	"log/slog"
)

// Image is a picture that is safe to send to a browser: encoded by this
// package, without metadata and without anything before or behind it.
type Image struct {
	Type string // image/png, image/jpeg or image/gif
	Data []byte // shared with other callers: not to be changed

	// Width and Height are those of the canvas, in pixels, as it is shown.
	Width, Height int
}

// Why there is no picture; errors.Is finds one of them in every error of Get and
// Reencode. They are for decisions and tests. Whoever asked for the picture must
// get the same answer for all, or could explore with it what the server reaches.
var (
	// ErrForbidden means that the address, or one that it redirects to, is of a
	// scheme, host or port that the proxy does not ask.
	ErrForbidden = errors.New("asking there is not allowed")

	// ErrNotPicture means that the bytes are not a picture of a known format,
	// or a broken one.
	ErrNotPicture = errors.New("not a picture")

	// ErrTooLarge means that the picture exceeds a limit, as sent, decoded or
	// encoded anew.
	ErrTooLarge = errors.New("picture is too large")

	// ErrUnreachable means everything else: no such host, no answer, another
	// answer than a file, the time is over, the context ended.
	ErrUnreachable = errors.New("picture is not to be had")
)

// failure is an error that says the same to everybody who prints it, whatever
// happened.
type failure struct {
	kind   error // one of the four above
	detail error // names hosts and addresses; nil: there is none
}

func (f *failure) Error() string { return "no picture" }

// LogValue tells a log the kind. The detail would tell it what people read.
func (f *failure) LogValue() slog.Value { return slog.StringValue(f.kind.Error()) }

// Unwrap returns the kind and the detail.
func (f *failure) Unwrap() []error {
	if f.detail == nil {
		return []error{f.kind}
	}
	return []error{f.kind, f.detail}
}

func fail(kind, detail error) error { return &failure{kind, detail} }
