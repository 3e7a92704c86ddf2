package fetch

import (
	"context"
	"time"

	"restante/cache"
)

// Phase is what the collection of an account is doing, in the order in which it happens.
type Phase int

// The phases of a run.
const (
	Idle Phase = iota
	Connecting
	Listing
	Downloading
)

// State is how the collection of an account stands.
type State struct {
	Phase Phase
	First bool // nothing like a whole listing has been collected yet

	// Of the run that is under way. They only grow, and Total and TotalBytes stand once Phase is Downloading.
	Got, Total           int   // messages
	GotBytes, TotalBytes int64 // by the server's own sizes
	Aside                int   // messages that could not be read and were set aside
	Since                time.Time

	// Of the runs that have ended.
	Checked time.Time // when the last good run ended; zero: none yet
	Fault   Fault     // what ended the last run
	Detail  string    // the server's own words about it, cleaned
	Cause   error     // the error itself; nil also after a restart
	Failing time.Time // since when runs fail; zero: they do not
	Next    time.Time // when the next look is due
}

// lastState is how things stood when the account was last collected.
func lastState(ctx context.Context, box *cache.Box, a cache.Account) (State, error) {
	s := State{First: !a.FirstDone}
	runs, err := box.Runs(ctx, a.ID, 20)
	if err != nil || len(runs) == 0 {
		return s, err
	}
	s.Fault, s.Detail = Fault(runs[0].Fault), runs[0].Detail
	for _, r := range runs {
		if r.Fault == "" {
			s.Checked = r.Ended
			break
		}
		s.Failing = r.Ended
	}
	return s, nil
}
