package words

import (
	"strconv"
	"strings"
	"time"
)

// Headings of the card of an invitation, by what is asked (RFC 5546).
func (w *Words) Invitation() string          { return w.say("invitation.heading") }
func (w *Words) InvitationCancelled() string { return w.say("invitation.cancelled") }
func (w *Words) InvitationAnswer() string    { return w.say("invitation.answer") }
func (w *Words) InvitationEvent() string     { return w.say("invitation.event") }

// Names of what is said of an event.
func (w *Words) EventTitle() string     { return w.say("invitation.title") }
func (w *Words) EventWhen() string      { return w.say("invitation.when") }
func (w *Words) EventThere() string     { return w.say("invitation.there") }
func (w *Words) EventWhere() string     { return w.say("invitation.where") }
func (w *Words) EventRepeats() string   { return w.say("invitation.repeats") }
func (w *Words) EventOrganizer() string { return w.say("invitation.organizer") }
func (w *Words) EventInvited() string   { return w.say("invitation.invited") }
func (w *Words) EventYou() string       { return w.say("invitation.you") }
func (w *Words) EventAbout() string     { return w.say("invitation.about") }
func (w *Words) NoTime() string         { return w.say("invitation.no-time") }
func (w *Words) AddToCalendar() string  { return w.say("invitation.add") }
func (w *Words) MoreEvents(n int) string {
	return w.count("invitation.more", n)
}

// Answer writes what somebody answered to an invitation (RFC 5545, section
// 3.2.12).
func (w *Words) Answer(status string) string {
	switch status {
	case "ACCEPTED":
		return w.say("invitation.accepted")
	case "DECLINED":
		return w.say("invitation.declined")
	case "TENTATIVE":
		return w.say("invitation.tentative")
	case "DELEGATED":
		return w.say("invitation.delegated")
	case "", "NEEDS-ACTION":
		return w.say("invitation.not-answered")
	}
	return status
}

// InZone writes a time with the zone that it is meant in.
func (w *Words) InZone(when, zone string) string {
	return w.say("invitation.in-zone", "When", when, "Zone", zone)
}

// LocalTime writes a time that is meant as the clocks of the place show it.
func (w *Words) LocalTime(when string) string {
	return w.say("invitation.local-time", "When", when)
}

// Repeating says that an event repeats, where it is not said how.
func (w *Words) Repeating() string { return w.say("invitation.repeating") }

// Every writes how often an event repeats; unit is day, week, month or year.
func (w *Words) Every(n int, unit string) string {
	switch unit {
	case "day":
		return w.count("invitation.every-day", n)
	case "week":
		return w.count("invitation.every-week", n)
	case "month":
		return w.count("invitation.every-month", n)
	case "year":
		return w.count("invitation.every-year", n)
	}
	return w.say("invitation.every", "Count", strconv.Itoa(n), "Unit", unit)
}

// Span writes from when to when something is: "Friday, 27 November 2026 at
// 10:00 – 11:30". The zero end is none.
func (w *Words) Span(start, end time.Time, loc *time.Location) string {
	from := w.Full(start, loc)
	switch {
	case end.IsZero():
		return from
	case daysBetween(start.In(loc), end.In(loc)) == 0:
		return w.say("date.span", "From", from, "To", w.clock(end.In(loc)))
	}
	return w.say("date.span", "From", from, "To", w.Full(end, loc))
}

// Days writes which days something takes; end is the day after. They are
// dates, in no zone.
func (w *Words) Days(start, end time.Time) string {
	from := w.date("date.weekday-day", start)
	if last := end.AddDate(0, 0, -1); last.After(start) {
		return w.say("date.span", "From", from, "To", w.date("date.weekday-day", last))
	}
	return from
}

// DeliveryReport heads what became of a message.
func (w *Words) DeliveryReport() string { return w.say("delivery.heading") }

// Delivered writes what became of a message for one recipient (RFC 3464,
// section 2.3.3).
func (w *Words) Delivered(action, addr string) string {
	switch action {
	case "failed":
		return w.say("delivery.failed", "Addr", addr)
	case "delayed":
		return w.say("delivery.delayed", "Addr", addr)
	case "delivered":
		return w.say("delivery.delivered", "Addr", addr)
	case "relayed":
		return w.say("delivery.relayed", "Addr", addr)
	case "expanded":
		return w.say("delivery.expanded", "Addr", addr)
	}
	return w.say("delivery.unknown", "Addr", addr, "Action", action)
}

// ServerSaid writes the words of a mail server, whose name may be "".
func (w *Words) ServerSaid(server, words string) string {
	if server == "" {
		return w.say("delivery.said", "Words", words)
	}
	return w.say("delivery.server-said", "Server", server, "Words", words)
}

// DeliveryUntil says how long a server goes on trying.
func (w *Words) DeliveryUntil(t time.Time, loc *time.Location) string {
	return w.say("delivery.until", "When", w.Full(t, loc))
}

// DeliveryStatus explains a status of RFC 3463; one that it does not know it
// writes out.
func (w *Words) DeliveryStatus(status string) string {
	_, detail, _ := strings.Cut(status, ".")
	switch detail {
	case "1.1", "1.0", "1.6":
		return w.say("delivery.no-address")
	case "1.2", "4.3":
		return w.say("delivery.no-domain")
	case "2.1":
		return w.say("delivery.disabled")
	case "2.2":
		return w.say("delivery.full")
	case "2.3", "3.4":
		return w.say("delivery.too-large")
	case "4.1", "4.2", "4.4":
		return w.say("delivery.no-answer")
	case "4.7":
		return w.say("delivery.expired")
	}
	if strings.HasPrefix(detail, "7.") {
		return w.say("delivery.refused")
	}
	return status
}
