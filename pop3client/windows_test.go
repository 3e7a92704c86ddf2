package pop3client

import (
	"testing"
	"time"
)

// simulate runs a series of round trips: everything that is admitted is answered.
func simulate(w *windows, trips int, each load) (flights []int) {
	for range trips {
		var l load
		for w.admits(l) {
			w.sent++
			l.commands++
			l.requests += each.requests
			l.replies += each.replies
		}
		for range l.commands {
			w.answer(false)
		}
		flights = append(flights, l.commands)
	}
	return flights
}

func TestTheWindowForCommandsDoublesWithEachCleanRoundTrip(t *testing.T) {
	w := newWindows(firstInFlight, 1000, minReplyOctets)
	got := simulate(&w, 6, load{requests: 11})
	for i, want := range []int{64, 128, 256, 512, 1000, 1000} {
		if got[i] != want {
			t.Fatalf("flights of %v commands", got)
		}
	}
}

func TestTheWindowForRequestsIsInOctets(t *testing.T) {
	w := newWindows(5000, 5000, minReplyOctets)
	if got := simulate(&w, 1, load{requests: maxLine})[0]; got*maxLine > maxRequestOctets {
		t.Errorf("%d commands of %d octets at once", got, maxLine)
	}
}

func TestTheWindowForRepliesIsExceededByOneReplyAtMost(t *testing.T) {
	w := newWindows(firstInFlight, 1000, minReplyOctets)
	for size, want := range map[int64]int{minReplyOctets / 4: 4, minReplyOctets - 1: 2, 10 * minReplyOctets: 1} {
		if got := simulate(&w, 1, load{replies: size})[0]; got != want {
			t.Errorf("%d replies of %d octets at once, want %d", got, size, want)
		}
	}
}

func TestARefusalKeepsTheWindowForCommands(t *testing.T) {
	w := newWindows(4, 1000, minReplyOctets)
	w.sent = 4
	for _, refused := range []bool{false, true, false, false} {
		w.answer(refused)
	}
	if w.commands != 4 {
		t.Errorf("%d commands after a round trip with a refusal, want 4", w.commands)
	}
}

func TestTheWindowForRepliesFollowsTheNetwork(t *testing.T) {
	const trip = 50 * time.Millisecond
	w := newWindows(firstInFlight, 1000, minReplyOctets)
	now := time.Now()
	for i, want := range []int64{2 << 20, 10e6, 10e6} {
		now = now.Add(trip)
		w.fit(now, 100e6, trip)
		w.fit(now.Add(trip/2), 100e6, trip) // too early to widen
		if w.replies != want {
			t.Errorf("after %d round trips the window is %d, want %d", i+1, w.replies, want)
		}
	}
	for perSecond, want := range map[float64]int64{1e3: minReplyOctets, 1e6: minReplyOctets, 10e6: 1e6, 1e12: maxReplyOctets} {
		if got := inTransit(perSecond, trip); got != want {
			t.Errorf("at %v octets a second the window is %d, want %d", perSecond, got, want)
		}
	}
	if w.fit(now, 1e6, trip); w.replies != minReplyOctets {
		t.Errorf("on a network that has become slow the window is %d", w.replies)
	}
}

func TestTheRateIsMeasuredFromTheFirstOctetOn(t *testing.T) {
	var r rate
	start := time.Now()
	r.start(1000)
	r.note(start.Add(time.Second), 1000) // nothing yet
	r.note(start.Add(2*time.Second), 2000)
	if r.perSecond != 0 {
		t.Fatalf("%v octets a second before there is enough", r.perSecond)
	}
	r.note(start.Add(2*time.Second+100*time.Millisecond), 2000+1_000_000)
	if r.perSecond != 10e6 {
		t.Errorf("%v octets a second, want 10e6", r.perSecond)
	}
	r.note(start.Add(3*time.Second+100*time.Millisecond), 2000+2_000_000)
	if r.perSecond >= 10e6 || r.perSecond < 9e6 {
		t.Errorf("%v octets a second after a slow one: the fastest fades, a little", r.perSecond)
	}
}

func TestTheRoundTripIsTheShortest(t *testing.T) {
	var trip roundTrip
	for _, each := range []time.Duration{30, 20, 40} {
		trip.note(each)
	}
	if trip != 20 {
		t.Errorf("%d, want 20", trip)
	}
}
