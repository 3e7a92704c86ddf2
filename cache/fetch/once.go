package fetch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"restante/cache/registry"
)

// maxInARow is how many sessions one call of Once has at most: a windowed server shows a part of a mailbox in each.
const maxInARow = 1000

// Result is what a call of Once has done.
type Result struct {
	Listed    int
	Collected int
	Deleted   int // on the server
	Bytes     int64
	Complete  bool          // all of a complete listing is here
	FirstPage time.Duration // from the beginning to when the first mail could be seen; 0: none could
}

// Once collects an account once, in sessions that signIn opens, and goes on as long as the server shows more. report is
// told how it stands. The fleet need not run. What is stored when it fails stays stored, and counts in the result.
func (f *Fleet) Once(ctx context.Context, e registry.Enrolment, signIn func(context.Context) (*Session, error), report func(State)) (r Result, err error) {
	began := f.Now()
	var state State
	for range maxInARow {
		session, err := signIn(ctx)
		if err != nil {
			return r, err
		}
		state.Phase, state.Since = Connecting, f.Now()
		out, err := f.collect(ctx, order{person: e.Person, account: e.Account, mailbox: e.Mailbox, session: session, report: func(change func(*State)) {
			change(&state)
			report(state)
		}})
		r.Listed, r.Collected, r.Deleted, r.Bytes, r.Complete = max(r.Listed, out.Listed), r.Collected+out.Collected, r.Deleted+out.Deleted, r.Bytes+out.Bytes, out.complete
		if r.FirstPage == 0 && !out.shown.IsZero() {
			r.FirstPage = out.shown.Sub(began)
		}
		if err != nil || !out.again && !out.more {
			return r, err
		}
		state.Got, state.Total, state.GotBytes, state.TotalBytes = 0, 0, 0, 0
	}
	return r, fmt.Errorf("the server shows more after %d sessions: %w", maxInARow, errors.ErrUnsupported)
}
