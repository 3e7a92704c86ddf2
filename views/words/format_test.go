package words

import (
	"math"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // Berlin, on machines without zone files
)

func TestNumbers(t *testing.T) {
	w := English()
	for n, want := range map[int]string{
		0: "0", 7: "7", 999: "999", 1000: "1,000", 4318: "4,318", 100000: "100,000", 1234567: "1,234,567", -1234: "−1,234", -12: "−12",
		math.MinInt64: "−9,223,372,036,854,775,808",
	} {
		if got := w.Number(n); got != want {
			t.Errorf("Number(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSizes(t *testing.T) {
	w := English()
	for n, want := range map[int64]string{
		-5: "0 bytes", 0: "0 bytes", 1: "1 byte", 999: "999 bytes", 1000: "1 KB", 1499: "1.5 KB", 9_949: "9.9 KB", 9_950: "10 KB", 42_000: "42 KB",
		999_499: "999 KB", 999_500: "1 MB", 4_200_000: "4.2 MB", 3_100_000: "3.1 MB", 212_000_000: "212 MB", 999_499_999: "999 MB",
		999_500_000: "1 GB", 1_300_000_000: "1.3 GB", 4_318_000_000_000: "4,318 GB",
		math.MaxInt64: "9,223,372,037 GB",
	} {
		if got := w.Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestShortTimes(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	now := time.Date(2026, 11, 26, 11, 40, 0, 0, berlin) // a Thursday
	for _, c := range []struct {
		name string
		t    time.Time
		want string
	}{
		{"absent", time.Time{}, ""},
		{"this morning", time.Date(2026, 11, 26, 0, 0, 0, 0, berlin), "00:00"},
		{"today, written in another zone", time.Date(2026, 11, 25, 23, 30, 0, 0, time.UTC), "00:30"},
		{"later today, by a clock that is fast", now.Add(time.Hour), "12:40"},
		{"late yesterday", time.Date(2026, 11, 25, 23, 59, 0, 0, berlin), "Wed"},
		{"six days ago", time.Date(2026, 11, 20, 0, 0, 0, 0, berlin), "Fri"},
		{"a week ago, the same weekday", time.Date(2026, 11, 19, 23, 59, 0, 0, berlin), "19 Nov"},
		{"before the clocks changed", time.Date(2026, 3, 12, 9, 0, 0, 0, berlin), "12 Mar"},
		{"last year", time.Date(2025, 12, 31, 23, 59, 0, 0, berlin), "31 Dec 2025"},
		{"long ago", time.Date(2023, 5, 1, 0, 0, 0, 0, berlin), "1 May 2023"},
		{"tomorrow", now.AddDate(0, 0, 1), "27 Nov"},
		{"next year", now.AddDate(1, 0, 0), "26 Nov 2027"},
	} {
		if got := English().Short(c.t, now, berlin); got != c.want {
			t.Errorf("%s: Short = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestADayOfTwentyFiveHoursIsOneDay(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	after := time.Date(2026, 10, 25, 23, 30, 0, 0, berlin) // 25 hours long
	before := time.Date(2026, 10, 25, 0, 30, 0, 0, berlin)
	if got := English().Short(before, after, berlin); got != "00:30" {
		t.Errorf("the same day, 24 hours earlier: %q, want the time of day", got)
	}
	if got := English().Short(before.Add(-time.Hour), after, berlin); got != "Sat" {
		t.Errorf("the day before: %q, want Sat", got)
	}
}

func TestLongTimes(t *testing.T) {
	w, moment := English(), time.Date(2026, 11, 26, 10, 37, 0, 0, time.UTC)
	berlin := zone(t, "Europe/Berlin")
	for _, c := range []struct{ got, want string }{
		{w.Full(moment, berlin), "Thursday, 26 November 2026 at 11:37"},
		{w.Full(time.Time{}, berlin), ""},
		{w.Moment(moment, moment, berlin), "11:37"},
		{w.Moment(moment, moment.AddDate(0, 0, 2), berlin), "26 Nov, 11:37"},
		{w.Day(moment, berlin), "26 November 2026"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestSpans(t *testing.T) {
	w := English()
	for _, c := range []struct{ got, want string }{
		{w.Ago(-time.Hour), "just now"}, {w.Ago(59 * time.Second), "just now"}, {w.Ago(119 * time.Second), "1 min ago"},
		{w.Ago(3 * time.Hour), "3 h ago"}, {w.Ago(25 * time.Hour), "1 day ago"}, {w.Ago(80 * time.Hour), "3 days ago"},
		{w.In(-time.Hour), "in a moment"}, {w.In(29500 * time.Millisecond), "in 30 s"}, {w.In(61 * time.Second), "in 2 min"}, {w.In(90 * time.Minute), "in 2 h"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestTheNamesOfADateAreComplete(t *testing.T) {
	for _, tag := range embedded().languages {
		w := For(tag.String())
		for key, want := range map[string]int{"date.months": 12, "date.months-short": 12, "date.weekdays": 7, "date.weekdays-short": 7} {
			if got := len(strings.Fields(w.say(key))); got != want {
				t.Errorf("%s: %s has %d names, want %d", tag, key, got, want)
			}
		}
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// A person may have times in another manner than that of their language.
func TestTimesAreWrittenAsAPersonWants(t *testing.T) {
	at := time.Date(2026, 11, 26, 15, 4, 0, 0, time.UTC)
	for manner, want := range map[Manner]string{
		{}:                       "Thursday, 26 November 2026 at 15:04",
		{Clock: "12"}:            "Thursday, 26 November 2026 at 3:04 PM",
		{ISO: true}:              "Thursday, 2026-11-26 at 15:04",
		{Clock: "24", ISO: true}: "Thursday, 2026-11-26 at 15:04",
	} {
		if got := English().Written(manner).Full(at, time.UTC); got != want {
			t.Errorf("%+v: %q, want %q", manner, got, want)
		}
	}
	iso := For("de").Written(Manner{ISO: true})
	for got, want := range map[string]string{
		iso.Short(at.AddDate(0, 0, -20), at, time.UTC): "2026-11-06", iso.Day(at, time.UTC): "2026-11-26", iso.Moment(at, at.AddDate(0, 0, 1), time.UTC): "2026-11-26, 15:04",
		iso.Period(at.AddDate(0, -1, 0), at, time.UTC): "Oktober 2026",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
