package words

import (
	"strconv"
	"strings"
	"time"
)

// Short writes t as briefly as it can be told from now, both seen in loc:
// "11:37" today, "Tue" within the last six days, "12 Mar" this year, else
// "1 May 2023". The zero time is "".
func (w *Words) Short(t, now time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.In(loc), now.In(loc)
	switch days := daysBetween(t, now); {
	case days == 0:
		return w.clock(t)
	case days > 0 && days < 7:
		return w.nth("date.weekdays-short", int(t.Weekday()))
	case t.Year() == now.Year():
		return w.date("date.day-month", t)
	}
	return w.date("date.day-month-year", t)
}

// Full writes t with everything: "Thursday, 26 November 2026 at 11:37". The
// zero time is "".
func (w *Words) Full(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return w.date("date.full", t.In(loc))
}

// Day writes the date alone: "3 May 2011".
func (w *Words) Day(t time.Time, loc *time.Location) string {
	return w.date("date.day", t.In(loc))
}

// Period names the days around t as a heading: "Today", "Yesterday", "Last 7 days", else "May 2011".
func (w *Words) Period(t, now time.Time, loc *time.Location) string {
	t, now = t.In(loc), now.In(loc)
	switch days := daysBetween(t, now); {
	case days <= 0:
		return w.say("date.today")
	case days == 1:
		return w.say("date.yesterday")
	case days < 7:
		return w.say("date.last-days")
	}
	return w.date("date.month-year", t)
}

// Moment is for sentences such as "since …": "14:05" if t is today, else
// "12 Mar, 14:05".
func (w *Words) Moment(t, now time.Time, loc *time.Location) string {
	t, now = t.In(loc), now.In(loc)
	if daysBetween(t, now) == 0 {
		return w.clock(t)
	}
	return w.date("date.moment", t)
}

// Ago writes how long ago something was, rounded down: "just now", "2 min
// ago", "3 h ago", "3 days ago".
func (w *Words) Ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return w.say("span.just-now")
	case d < time.Hour:
		return w.count("span.minutes-ago", int(d/time.Minute))
	case d < 24*time.Hour:
		return w.count("span.hours-ago", int(d/time.Hour))
	}
	return w.count("span.days-ago", int(d/(24*time.Hour)))
}

// In writes how soon something will be, rounded up: "in a moment", "in 30 s",
// "in 4 min", "in 2 h".
func (w *Words) In(d time.Duration) string {
	switch {
	case d < 5*time.Second:
		return w.say("span.in-a-moment")
	case d < time.Minute:
		return w.count("span.in-seconds", ceil(d, time.Second))
	case d < time.Hour:
		return w.count("span.in-minutes", ceil(d, time.Minute))
	}
	return w.count("span.in-hours", ceil(d, time.Hour))
}

// clock is the time of day; the catalogue decides on its shape, unless the person does.
func (w *Words) clock(t time.Time) string {
	places := []string{"Hour", t.Format("15"), "Hour12", t.Format("3"), "Minute", t.Format("04"), "Half", t.Format("PM")}
	switch w.manner.Clock {
	case "12":
		return w.say("date.clock-12", places...)
	case "24":
		return w.say("date.clock-24", places...)
	}
	return w.say("date.clock", places...)
}

// date fills a pattern of the catalogue, which orders the pieces.
func (w *Words) date(key string, t time.Time) string {
	places := []string{
		"Day", strconv.Itoa(t.Day()),
		"Month", w.nth("date.months", int(t.Month())-1),
		"Mon", w.nth("date.months-short", int(t.Month())-1),
		"Weekday", w.nth("date.weekdays", int(t.Weekday())),
		"Year", strconv.Itoa(t.Year()),
		"ISO", t.Format(time.DateOnly),
		"Clock", w.clock(t),
	}
	if !w.manner.ISO {
		return w.say(key, places...)
	}
	switch key {
	case "date.full":
		return w.say("date.full-iso", places...)
	case "date.moment":
		return w.say("date.moment-iso", places...)
	case "date.weekday-day":
		return w.say("date.weekday-iso", places...)
	case "date.month-year":
		return w.say(key, places...)
	}
	return t.Format(time.DateOnly)
}

// nth returns a name from a list that the catalogue writes as one string,
// separated by spaces: months from January, weekdays from Sunday.
func (w *Words) nth(key string, i int) string {
	at := 0
	for name := range strings.FieldsSeq(w.say(key)) {
		if at == i {
			return name
		}
		at++
	}
	return strconv.Itoa(i + 1)
}

// daysBetween counts the midnights between two times of one zone. It counts
// dates and not hours, because a day of the clock change has 23 or 25.
func daysBetween(from, to time.Time) int {
	midnight := func(t time.Time) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(to).Sub(midnight(from)) / (24 * time.Hour))
}

// ceil counts the units in d, a begun one as a whole, and at least one.
func ceil(d, unit time.Duration) int {
	return max(1, int((d+unit-1)/unit))
}
