package query

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// date is a day, or a month (day is 0), or a year (month is 0 too).
type date struct{ year, month, day int }

// parseDate reads 2024-05-17, 2024-05 and 2024, with "/" for "-" and with or without leading zeros. Days that no
// calendar has are not dates.
func parseDate(s string) (date, bool) {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == '-' || r == '/' })
	if len(parts) > 3 || len(parts) == 0 || len(parts[0]) != 4 || strings.Count(s, "-")+strings.Count(s, "/") != len(parts)-1 {
		return date{}, false
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 10, 16)
		if err != nil || v == 0 || (i > 0 && len(p) > 2) {
			return date{}, false
		}
		n[i] = int(v)
	}
	d := date{n[0], n[1], n[2]}
	first := time.Date(d.year, time.Month(max(d.month, 1)), max(d.day, 1), 0, 0, 0, 0, time.UTC)
	return d, d.month <= 12 && (d.day == 0 || first.Day() == d.day)
}

func (d date) String() string {
	switch {
	case d.month == 0:
		return fmt.Sprintf("%04d", d.year)
	case d.day == 0:
		return fmt.Sprintf("%04d-%02d", d.year, d.month)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.day)
}

// next is the day, month or year that follows.
func (d date) next() date {
	switch {
	case d.month == 0:
		return date{year: d.year + 1}
	case d.day == 0:
		t := time.Date(d.year, time.Month(d.month)+1, 1, 0, 0, 0, 0, time.UTC)
		return date{year: t.Year(), month: int(t.Month())}
	}
	t := time.Date(d.year, time.Month(d.month), d.day+1, 0, 0, 0, 0, time.UTC)
	return date{t.Year(), int(t.Month()), t.Day()}
}

// begin returns the first instant in loc that belongs to the date, in UTC.
//
// That is midnight, except where the clocks change at midnight: then a day may have no midnight, and begins when the
// new time does, or have two, and begins with the first. A day that a place skipped altogether begins with the next.
func (d date) begin(loc *time.Location) time.Time {
	year, month, day := d.year, time.Month(max(d.month, 1)), max(d.day, 1)
	t := time.Date(year, month, day, 0, 0, 0, 0, loc)

	// Both are counted as if in UTC, so that they can be compared.
	wanted, got := time.Date(year, month, day, 0, 0, 0, 0, time.UTC), clock(t)
	start, end := t.ZoneBounds()
	switch {
	case got.Before(wanted):
		return end.UTC()
	case got.After(wanted):
		return start.UTC()
	case start.IsZero():
		return t.UTC()
	}
	_, before := start.Add(-time.Second).Zone()
	_, now := t.Zone()
	first := t.Add(time.Duration(now-before) * time.Second)
	if first.Before(start) && clock(first).Equal(wanted) {
		return first.UTC()
	}
	return t.UTC()
}

// clock returns what clocks show at t, as if it were UTC.
func clock(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}
