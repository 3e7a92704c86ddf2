// Package calendar reads the invitations that messages carry (RFC 5545, RFC 5546).
//
// It reads what a card on a page shows, and nothing else: no alarm is set, no address in it is asked, and how often an
// event repeats is told, never counted out. Like package mail it never fails: what it does not understand is left out.
package calendar

import (
	"strings"
	"time"

	"restante/cache/mail"
)

// Limits on what one calendar may cost; what lies beyond is left out.
const (
	MaxSize       = 1 << 20 // bytes that are read
	maxLine       = 64 << 10
	maxDepth      = 16 // components inside each other
	maxAttendees  = 500
	maxZones      = 50
	maxRules      = 20 // of one time zone
	maxTitle      = 300
	maxAbout      = 8 << 10
	maxParameters = 20 // of one property
	maxDuration   = 40 // bytes of a span of time
)

// Event is what an invitation invites to. Strings are UTF-8 without control characters.
type Event struct {
	Method string // what is asked, RFC 5546: "REQUEST", "CANCEL", "REPLY" or another; upper case, "" when not said
	Title  string
	Place  string
	About  string // the description, of several lines

	Start, End time.Time // each in the zone it was written in; zero when not said or unreadable. End is the first moment after
	AllDay     bool      // the days alone count; times are midnights in UTC
	Zone       string    // the zone as the sender calls it; "" for UTC
	Floating   bool      // the zone is not said or not known: the times, in UTC here, are those of the place

	Repeats   Repetition
	Organizer Person
	Attendees []Person
	Cancelled bool
	More      int // events beside this one
}

// Person takes part in an event.
type Person struct {
	Name   string
	Addr   string
	Answer string // RFC 5545, section 3.2.12: "ACCEPTED", "DECLINED", "TENTATIVE", "NEEDS-ACTION" or another; "" when not said
}

// Repetition is how often an event comes again; the zero value is once.
type Repetition struct {
	Every int
	Unit  string // "day", "week", "month", "year"; "other" for what these do not tell
}

// Parse reads the first event of a calendar. False: there is none.
func Parse(text string) (Event, bool) {
	r := &reader{zones: map[string]*zone{}}
	if len(text) > MaxSize {
		text = text[:MaxSize]
	}
	unfold(text, r.line)
	if r.events == 0 {
		return Event{}, false
	}
	r.finish()
	return r.event, true
}

// reader is a calendar as far as it was read.
type reader struct {
	event  Event
	events int      // that have begun, one inside another counted once
	stack  []string // the components that are open
	zones  map[string]*zone
	zone   *zone // that is open
	rule   *rule // that is open

	start, end property // read once all zones are known
	duration   time.Duration
}

// line takes in one line. Components that are closed in another order than opened are closed together.
func (r *reader) line(text string) {
	p, ok := parseProperty(text)
	if !ok {
		return
	}
	switch p.name {
	case "BEGIN":
		r.begin(strings.ToUpper(strings.TrimSpace(p.value)))
		return
	case "END":
		name := strings.ToUpper(strings.TrimSpace(p.value))
		for i := len(r.stack) - 1; i >= 0; i-- {
			if r.stack[i] == name {
				r.stack = r.stack[:i]
				break
			}
		}
		return
	}
	inside := ""
	if len(r.stack) > 0 {
		inside = r.stack[len(r.stack)-1]
	}
	switch {
	case inside == "VEVENT" && r.events == 1: // an event inside another is no event of its own
		r.property(p)
	case inside == "VTIMEZONE" && p.name == "TZID" && r.zone != nil:
		if len(r.zones) < maxZones {
			r.zones[p.value] = r.zone
		}
	case (inside == "STANDARD" || inside == "DAYLIGHT") && r.rule != nil:
		r.rule.property(p)
	case p.name == "METHOD" && r.event.Method == "" && inside != "VEVENT":
		r.event.Method = strings.ToUpper(mail.Line(p.value, maxTitle))
	}
}

func (r *reader) begin(name string) {
	if len(r.stack) >= maxDepth {
		return
	}
	r.stack = append(r.stack, name)
	switch name {
	case "VEVENT":
		if r.depth("VEVENT") > 1 {
			return
		}
		if r.events++; r.events > 1 {
			r.event.More++
		}
	case "VTIMEZONE":
		r.zone = &zone{}
	case "STANDARD", "DAYLIGHT":
		r.rule = nil
		if r.zone != nil && len(r.zone.rules) < maxRules {
			r.rule = &rule{}
			r.zone.rules = append(r.zone.rules, r.rule)
		}
	}
}

// depth counts the open components of a name.
func (r *reader) depth(name string) (n int) {
	for _, open := range r.stack {
		if open == name {
			n++
		}
	}
	return n
}

// property takes in a line of the event.
func (r *reader) property(p property) {
	e := &r.event
	switch p.name {
	case "SUMMARY":
		e.Title = mail.Line(unescape(p.value), maxTitle)
	case "LOCATION":
		e.Place = mail.Line(unescape(p.value), maxTitle)
	case "DESCRIPTION":
		e.About = mail.Lines(unescape(p.value), maxAbout)
	case "DTSTART":
		r.start = p
	case "DTEND":
		r.end = p
	case "DURATION":
		r.duration = parseDuration(p.value)
	case "RRULE":
		e.Repeats = parseRepetition(p.value)
	case "STATUS":
		e.Cancelled = strings.EqualFold(strings.TrimSpace(p.value), "CANCELLED")
	case "ORGANIZER":
		e.Organizer = p.person()
	case "ATTENDEE":
		if len(e.Attendees) < maxAttendees {
			e.Attendees = append(e.Attendees, p.person())
		}
	}
}

// finish reads the times, now that the zones are known.
func (r *reader) finish() {
	e := &r.event
	start := r.moment(r.start)
	e.Start, e.AllDay, e.Floating = start.time, start.day, start.floating
	if !start.time.IsZero() && !start.day {
		e.Zone = mail.Line(r.start.parameter("TZID"), maxTitle)
		if strings.HasSuffix(strings.TrimSpace(r.start.value), "Z") {
			e.Zone = ""
		}
	}
	end := r.moment(r.end)
	switch {
	case !end.time.IsZero():
		e.End = end.time
	case !e.Start.IsZero() && r.duration > 0:
		e.End = e.Start.Add(r.duration)
	case e.AllDay:
		e.End = e.Start.AddDate(0, 0, 1)
	}
	if e.End.Before(e.Start) || end.day != start.day && !end.time.IsZero() {
		e.End = time.Time{}
	}
	e.Cancelled = e.Cancelled || e.Method == "CANCEL"
}
