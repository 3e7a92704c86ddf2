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

	// Of the run that is under way, or the last one. Got of Total never goes back: once Phase is Downloading, Total and
	// TotalBytes only lose what the server does not give.
	Got, Total           int   // messages
	GotBytes, TotalBytes int64 // by the server's own sizes; where it tells none, the bytes that have come of 0
	Since                time.Time
	Secured              string // what protects the session, such as "TLS 1.3"; "": nothing does, or there was none yet
	NamedByHeaders       bool   // the server gives its messages no lasting names
	Taken, Missed        int    // messages that another program has taken since the run before: they are here, or not
	Older                int    // messages that the server lists and a guest is not shown

	// Of the runs that have ended.
	Checked time.Time // when the last good run ended; zero: none yet
	Fault   Fault     // what ended the last run
	Detail  string    // the server's own words about it, cleaned
	Cause   error     // the error itself; nil also after a restart
	Failing time.Time // since when runs fail; zero: they do not
	Paused  bool      // Next is as late as it is because the server wants a pause
	Next    time.Time // when the next look is due; zero: at once
	Resting bool      // … which is when the person asks
	Aside   int       // messages that could not be read and were set aside
}

// lastState is how things stood when the account was last collected.
func lastState(ctx context.Context, box *cache.Box, a cache.Account) (State, error) {
	s := State{First: !a.FirstDone}
	var err error
	if s.Aside, err = box.Aside(ctx, a.ID); err != nil {
		return s, err
	}
	runs, err := box.Runs(ctx, a.ID, cache.MaxRuns)
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
