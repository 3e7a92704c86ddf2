package pop3client

import "time"

const (
	// firstInFlight is how many commands go out before the first reply, to a
	// server that has not proved itself.
	firstInFlight = 64
	// maxRequestOctets bounds the commands under way in octets.
	maxRequestOctets = 16 << 10
	// minReplyOctets and maxReplyOctets bound what is expected to arrive. It has
	// to be fetched again when the connection breaks, and a message that somebody
	// waits for stands behind it.
	minReplyOctets = 256 << 10
	maxReplyOctets = 16 << 20
	// firstReplyOctets is the most of it before any reply of the flight.
	firstReplyOctets = 8 << 20
	// widening is by how much that window may grow in one round trip.
	widening = 8
	// refillShare and refillOctets: a window is filled up again when this part of
	// it is free, and the one for replies when so much is, so that one write
	// carries several commands.
	refillShare  = 8
	refillOctets = 128 << 10
	// refusalBurst is how many refusals in a row end the flight for the moment:
	// Dovecot hangs up after 20 (pop3.md H5).
	refusalBurst = 4
)

// windows decide how much may be under way: commands, their octets, and the
// octets of the replies, all three at once (pop3.md, section 4).
type windows struct {
	commands, most int   // commands: allowed now, allowed ever
	replies        int64 // octets of replies allowed now

	sent, answered int64 // commands so far
	mark           int64 // when so many are answered a round trip is over
	refusals       int   // in a row
	unclean        bool  // there was a refusal in this round trip
	widened        time.Time
}

func newWindows(commands, most int, replies int64) windows {
	return windows{commands: min(commands, most), most: most, replies: min(replies, firstReplyOctets)}
}

// load is what is under way.
type load struct {
	commands int
	requests int   // octets
	replies  int64 // octets, expected
}

// admits reports whether one more command may go out. One always may when there
// is none, and a reply may exceed the window when it is the last to fit, so
// that a big message leaves no gap.
func (w *windows) admits(l load) bool {
	return l.commands == 0 || l.commands < w.commands && l.requests+maxLine <= maxRequestOctets && l.replies < w.replies
}

// worthwhile reports whether so much is free that commands should be sent. With
// a refusal it waits for what is under way: they come in bursts.
func (w *windows) worthwhile(l load) bool {
	return l.commands == 0 || w.refusals == 0 && l.commands <= w.commands-max(w.commands/refillShare, 1) &&
		l.requests <= maxRequestOctets-maxRequestOctets/refillShare && l.replies <= w.replies-min(w.replies/refillShare, refillOctets)
}

// answer counts a reply. The window for commands doubles with each round trip
// without a refusal. After several in a row there is one command at a time,
// until one is accepted.
func (w *windows) answer(refused bool) {
	w.answered++
	if w.answered > w.mark { // the first of a round trip
		w.mark, w.unclean = w.sent, false
	}
	if refused {
		w.refusals++
		w.unclean = true
		if w.refusals >= refusalBurst {
			w.commands = 1
		}
		return
	}
	if w.refusals >= refusalBurst {
		w.commands, w.unclean = min(firstInFlight, w.most), true
	}
	w.refusals = 0
	if w.answered == w.mark && !w.unclean {
		w.commands = min(2*w.commands, w.most)
	}
}

// fit adapts the window for replies to what is on its way between the two
// sides, twice. It grows step by step, since a burst may have been measured.
func (w *windows) fit(now time.Time, perSecond float64, trip time.Duration) {
	want := inTransit(perSecond, trip)
	switch {
	case want <= w.replies:
		w.replies = want
	case now.Sub(w.widened) >= trip:
		w.replies, w.widened = min(want, widening*w.replies), now
	}
}

// shortestTrip is what a round trip is taken for at least: on a fast network a
// side that waits for its turn at the processor is what takes the time.
const shortestTrip = 2 * time.Millisecond

// inTransit is the window for replies that keeps a connection busy.
func inTransit(perSecond float64, trip time.Duration) int64 {
	octets := int64(2 * perSecond * max(trip, shortestTrip).Seconds())
	return min(max(octets, minReplyOctets), maxReplyOctets)
}

// roundTrip is the shortest time that a reply has taken so far; 0 before any.
type roundTrip time.Duration

func (r *roundTrip) note(took time.Duration) {
	if *r == 0 || roundTrip(took) < *r {
		*r = roundTrip(max(took, 1))
	}
}

// sampleOctets and sampleTime are what a rate is measured over at least.
const (
	sampleOctets = 128 << 10
	sampleTime   = time.Millisecond
)

// rate measures how fast replies arrive, with the pauses of the one who takes
// them. Of several measurements the fastest counts, fading.
type rate struct {
	perSecond float64 // octets; 0 before there is a measurement
	since     time.Time
	from      int64
}

// start forgets the time before now: nothing was asked for.
func (r *rate) start(arrived int64) { r.since, r.from = time.Time{}, arrived }

// note takes in how much had arrived by now. The first octets only start the
// clock, because before them there is a round trip.
func (r *rate) note(now time.Time, arrived int64) {
	if r.since.IsZero() {
		if arrived > r.from {
			r.since, r.from = now, arrived
		}
		return
	}
	took := now.Sub(r.since)
	if arrived-r.from < sampleOctets || took < sampleTime {
		return
	}
	measured := float64(arrived-r.from) / took.Seconds()
	r.perSecond = max(measured, r.perSecond-r.perSecond/16)
	r.since, r.from = now, arrived
}
