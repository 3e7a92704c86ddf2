package web

import (
	"cmp"
	"io"
	"strings"
	"time"

	"restante/cache/mail"
	"restante/cache/mail/calendar"
	"restante/views"
)

const (
	maxInvitations = 3  // files of a message that are looked at
	maxInvited     = 20 // people that a card names
	maxReported    = 20 // recipients that a card names
)

// cards are what a message is besides a text.
func (s site) cards(v *visit, l *letter) (list []views.Card) {
	if reported := l.mail.Deliveries(l.raw); len(reported) > 0 {
		list = append(list, s.deliveryCard(reported))
	}
	looked := 0
	for n, part := range l.mail.Parts {
		if !isCalendar(part) || looked == maxInvitations {
			continue
		}
		looked++
		raw, err := io.ReadAll(io.LimitReader(part.Open(l.raw), calendar.MaxSize))
		if err != nil {
			continue // the letter's source knows, and says so
		}
		if e, ok := calendar.Parse(part.Text(raw)); ok {
			card := s.eventCard(v, e)
			if s.saves() {
				card.Link, card.LinkText = l.partHref(n)+"/download", s.Words.AddToCalendar()
			}
			return append(list, card) // the others are other forms of it
		}
	}
	return list
}

// isCalendar goes by the type, and where that says nothing by the name.
func isCalendar(p mail.Part) bool {
	switch p.Type {
	case "text/calendar", "application/ics":
		return true
	case "application/octet-stream", "text/plain":
		return strings.HasSuffix(strings.ToLower(p.Name), ".ics")
	}
	return false
}

func (s site) deliveryCard(list []mail.Delivery) views.Card {
	w := s.Words
	c := views.Card{Icon: views.IconInfo, Heading: w.DeliveryReport()}
	for _, d := range list[:min(len(list), maxReported)] {
		p := views.Point{Text: w.Delivered(d.Action, d.Addr)}
		if d.Action == "failed" || d.Action == "delayed" {
			p.Text = strings.TrimSpace(p.Text + " " + w.DeliveryStatus(d.Status))
		}
		if d.Action == "delayed" && !d.Until.IsZero() {
			p.Text += " " + w.DeliveryUntil(d.Until, s.Location)
		}
		if said := cmp.Or(d.Diagnostic, d.Status); said != "" {
			p.Evidence = w.ServerSaid(d.Server, said)
		}
		c.List = append(c.List, p)
	}
	return c
}

func (s site) eventCard(v *visit, e calendar.Event) views.Card {
	w := s.Words
	c := views.Card{Icon: views.IconCalendar, Heading: w.InvitationEvent()}
	switch {
	case e.Cancelled:
		c.Heading = w.InvitationCancelled()
	case e.Method == "REPLY":
		c.Heading = w.InvitationAnswer()
	case e.Method == "REQUEST":
		c.Heading = w.Invitation()
	}
	add := func(name, value string) {
		if value != "" {
			c.Fields = append(c.Fields, views.Field{Name: name, Value: value})
		}
	}
	add(w.EventTitle(), e.Title)
	when, there := s.eventTimes(e)
	add(w.EventWhen(), when)
	add(w.EventThere(), there)
	switch e.Repeats.Unit {
	case "":
	case "other":
		add(w.EventRepeats(), w.Repeating())
	default:
		add(w.EventRepeats(), w.Every(e.Repeats.Every, e.Repeats.Unit))
	}
	add(w.EventWhere(), e.Place)
	add(w.EventOrganizer(), writtenPerson(e.Organizer))
	s.invited(v, e, add)
	add(w.EventAbout(), e.About)
	if e.More > 0 {
		c.Text = w.MoreEvents(e.More)
	}
	return c
}

// eventTimes writes when an event is: in the reader's zone, and in the sender's where clocks there show something else.
func (s site) eventTimes(e calendar.Event) (when, there string) {
	w := s.Words
	switch {
	case e.Start.IsZero():
		return w.NoTime(), ""
	case e.AllDay:
		return w.Days(e.Start, e.End), ""
	case e.Floating:
		when = w.LocalTime(w.Span(e.Start, e.End, time.UTC))
		if e.Zone != "" {
			when = w.InZone(when, e.Zone)
		}
		return when, ""
	}
	when = w.Span(e.Start, e.End, s.Location)
	_, ours := e.Start.In(s.Location).Zone()
	if _, theirs := e.Start.Zone(); e.Zone != "" && theirs != ours {
		there = w.InZone(w.Span(e.Start, e.End, e.Start.Location()), e.Zone)
	}
	return when, there
}

// invited names who is invited, with what each answered; of an answer these are those who answer.
func (s site) invited(v *visit, e calendar.Event, add func(name, value string)) {
	w := s.Words
	var all []string
	for i, a := range e.Attendees {
		if v.isMe(a.Addr) && e.Method != "REPLY" {
			add(w.EventYou(), w.Answer(a.Answer))
		}
		if i < maxInvited {
			all = append(all, writtenPerson(a)+": "+w.Answer(a.Answer))
		}
	}
	if len(e.Attendees) > maxInvited {
		all = append(all, "…")
	}
	add(w.EventInvited(), strings.Join(all, "\n"))
}

func writtenPerson(p calendar.Person) string {
	switch {
	case p.Addr == "":
		return p.Name
	case p.Name == "":
		return p.Addr
	}
	return p.Name + " <" + p.Addr + ">"
}
