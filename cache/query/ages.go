package query

import (
	"strconv"
	"time"
)

// Age is a span of the calendar: so many days, weeks, months or years.
type Age struct {
	Count int
	Unit  byte // 'd', 'w', 'm' or 'y'
}

// maxAgeDigits keeps an age within what a calendar can count back.
const maxAgeDigits = 4

// parseAge reads 7d, 2w, 6m and 1y, in either case.
func parseAge(s string) (Age, bool) {
	n := len(s) - 1
	if n < 1 || n > maxAgeDigits {
		return Age{}, false
	}
	count, err := strconv.ParseUint(s[:n], 10, 31)
	a := Age{int(count), lower(s[n:])[0]}
	switch a.Unit {
	case 'd', 'w', 'm', 'y':
		return a, err == nil
	}
	return Age{}, false
}

func (a Age) String() string { return strconv.Itoa(a.Count) + string(a.Unit) }

// Before is the moment that lies this long before t.
func (a Age) Before(t time.Time) time.Time {
	switch a.Unit {
	case 'd':
		return t.AddDate(0, 0, -a.Count)
	case 'w':
		return t.AddDate(0, 0, -7*a.Count)
	case 'm':
		return t.AddDate(0, -a.Count, 0)
	}
	return t.AddDate(-a.Count, 0, 0)
}
