package calendar

import (
	"strconv"
	"strings"
	"time"
)

// moment is a time as a property has it.
type moment struct {
	time     time.Time // zero when it cannot be read
	day      bool      // a date alone
	floating bool      // in no known zone
}

// moment reads a date or a time: RFC 5545, sections 3.3.4 and 3.3.5.
func (r *reader) moment(p property) moment {
	value := strings.ToUpper(strings.TrimSpace(p.value))
	if t, err := time.Parse("20060102", value); err == nil {
		return moment{time: t, day: true}
	}
	value, utc := strings.CutSuffix(value, "Z")
	t, err := time.Parse("20060102T150405", value)
	if err != nil {
		if t, err = time.Parse("20060102T1504", value); err != nil {
			return moment{}
		}
	}
	if utc {
		return moment{time: t}
	}
	loc := r.location(strings.TrimSpace(p.parameter("TZID")), t)
	if loc == nil {
		return moment{time: t, floating: true}
	}
	return moment{time: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, loc)}
}

const maxZoneName = 100

// location finds a zone by its name: one of IANA's, perhaps behind a path of the program's own; one of Windows'; or one
// that the calendar describes, at a time that is given as the clocks there show it. Nil: it is none of these.
func (r *reader) location(name string, at time.Time) *time.Location {
	if len(name) > maxZoneName || name == "" {
		return nil
	}
	if loc := named(name); loc != nil {
		return loc
	}
	for rest := name; ; {
		_, after, found := strings.Cut(rest, "/")
		if !found {
			break
		}
		if rest = after; strings.Contains(rest, "/") {
			if loc := named(rest); loc != nil {
				return loc
			}
		}
	}
	if iana, ok := windowsZones()[name]; ok {
		return named(iana)
	}
	if z := r.zones[name]; z != nil {
		if offset, ok := z.offset(at); ok {
			return time.FixedZone(name, offset)
		}
	}
	return nil
}

// named finds a zone of IANA's. The machine's own zone is none.
func named(name string) *time.Location {
	if name == "" || strings.EqualFold(name, "local") {
		return nil
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil
	}
	return loc
}

// zone is a VTIMEZONE: RFC 5545, section 3.6.5.
type zone struct{ rules []*rule }

// rule is when clocks are set, each year, and to what.
type rule struct {
	start   time.Time // as the clocks show it before
	from    int       // seconds east of UTC before …
	to      int       // … and after
	hasTo   bool
	yearly  bool
	month   time.Month
	weekday time.Weekday
	nth     int // of that weekday in the month; -1 is the last. 0: the day of start
}

func (r *rule) property(p property) {
	switch p.name {
	case "DTSTART":
		if t, err := time.Parse("20060102T150405", strings.TrimSuffix(strings.TrimSpace(p.value), "Z")); err == nil {
			r.start = t
		}
	case "TZOFFSETFROM":
		r.from, _ = parseOffset(p.value)
	case "TZOFFSETTO":
		r.to, r.hasTo = parseOffset(p.value)
	case "RRULE":
		for part := range strings.SplitSeq(strings.ToUpper(p.value), ";") {
			switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
			case "FREQ":
				r.yearly = value == "YEARLY"
			case "BYMONTH":
				if n, err := strconv.Atoi(value); err == nil && 1 <= n && n <= 12 {
					r.month = time.Month(n)
				}
			case "BYDAY":
				r.weekday, r.nth = parseWeekday(value)
			}
		}
	}
}

// offset is how far east of UTC the clocks of a zone are at a time that they show: as the last rule before it has it, or
// as it was before the first.
func (z *zone) offset(at time.Time) (seconds int, ok bool) {
	var last, first time.Time
	for _, r := range z.rules {
		if !r.hasTo {
			continue
		}
		for _, year := range []int{at.Year() - 1, at.Year()} {
			on := r.onset(year)
			if on.After(at) || on.Before(last) {
				continue
			}
			last, seconds, ok = on, r.to, true
		}
	}
	if ok {
		return seconds, true
	}
	for _, r := range z.rules {
		if r.hasTo && (!ok || r.start.Before(first)) {
			first, seconds, ok = r.start, r.from, true
		}
	}
	return seconds, ok
}

// onset is when a rule sets the clocks in a year, as they show it before; without repetition, in the year that it names.
func (r *rule) onset(year int) time.Time {
	if !r.yearly || year < r.start.Year() {
		return r.start
	}
	month, day := r.start.Month(), r.start.Day()
	if r.month != 0 {
		month = r.month
	}
	switch {
	case r.nth > 0:
		first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Weekday()
		day = 1 + (int(r.weekday)-int(first)+7)%7 + 7*(r.nth-1)
	case r.nth < 0:
		end := time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC)
		day = end.Day() - (int(end.Weekday())-int(r.weekday)+7)%7 + 7*(r.nth+1)
	}
	return time.Date(year, month, day, r.start.Hour(), r.start.Minute(), r.start.Second(), 0, time.UTC)
}

// parseOffset reads "+0100" and "-033000".
func parseOffset(s string) (seconds int, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) != len("+hhmm") && len(s) != len("+hhmmss") {
		return 0, false
	}
	n, err := strconv.Atoi(s[1:])
	if err != nil || n < 0 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	if len(s) == len("+hhmm") {
		n *= 100
	}
	hours, minutes := n/10000, n/100%100
	if hours > 24 || minutes > 59 {
		return 0, false
	}
	if seconds = hours*3600 + minutes*60 + n%100; s[0] == '-' {
		seconds = -seconds
	}
	return seconds, true
}

// parseWeekday reads "-1SU" and "2MO"; 0: it is neither.
func parseWeekday(s string) (day time.Weekday, nth int) {
	if len(s) < 3 {
		return 0, 0
	}
	for i, name := range []string{"SU", "MO", "TU", "WE", "TH", "FR", "SA"} {
		if strings.HasSuffix(s, name) {
			day = time.Weekday(i)
			nth, _ = strconv.Atoi(strings.TrimSuffix(s, name))
		}
	}
	if nth < -5 || nth > 5 {
		nth = 0
	}
	return day, nth
}
