package sample

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTheNewestMessageIsLessThanAWeekOld(t *testing.T) {
	for _, now := range []time.Time{
		reference,
		reference.Add(-6 * time.Hour), // before the newest was written
		reference.AddDate(0, 0, 6),
		reference.AddDate(-3, -5, 2),
		time.Date(2028, 2, 29, 23, 59, 59, 0, time.FixedZone("", 9*3600)),
		time.Date(2051, 7, 1, 0, 0, 0, 0, time.UTC),
	} {
		messages, err := Messages(now)
		if err != nil {
			t.Fatal(err)
		}
		newest, err := arrival(messages[len(messages)-1])
		if err != nil {
			t.Fatal(err)
		}
		if age := now.Sub(newest); age < 0 || age >= week {
			t.Errorf("at %v the newest message is %v old, want 0 to 7 days", now, age)
		}
	}
}

func TestMessagesArriveSoonAfterTheyWereWritten(t *testing.T) {
	for _, now := range []time.Time{reference, reference.AddDate(20, 0, 0)} {
		for _, l := range letters(t, now) {
			if late := l.arrived.Sub(l.date); late < 0 || late > time.Hour {
				t.Errorf("at %v %q: written %v, arrived %v", now, l.subject, l.date, l.arrived)
			}
		}
	}
}

func TestDatesAreWrittenWithTheirWeekdays(t *testing.T) {
	stored, err := read()
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range stored {
		// Moving a date sets its weekday anew, so a slip shows only in the file.
		for _, w := range written {
			for _, found := range w.pattern.FindAllString(string(m.raw), -1) {
				date, err := time.Parse(w.layout, found)
				if err != nil || date.Format(w.layout) != found {
					t.Errorf("%s says %s, which was a %v (%v)", m.name, found, date.Weekday(), err)
				}
			}
		}
	}
}

func TestSomeMailIsRecent(t *testing.T) {
	recent := 0
	for _, l := range letters(t, reference) {
		if reference.Sub(l.arrived) < 14*24*time.Hour {
			recent++
		}
	}
	if recent < 6 || recent > 10 {
		t.Errorf("%d messages within two weeks, want 6 to 10", recent)
	}
}

func TestWeeksBetweenRoundsTowardsThePast(t *testing.T) {
	for _, c := range []struct {
		after time.Duration
		want  int
	}{
		{0, 0}, {week - 1, 0}, {week, 1}, {10*week + 1, 10}, {-1, -1}, {-week, -1}, {-week - 1, -2},
	} {
		if got := weeksBetween(reference, reference.Add(c.after)); got != c.want {
			t.Errorf("weeksBetween(r, r + %v) = %d, want %d", c.after, got, c.want)
		}
	}
}

func TestMoveDatesMovesEveryForm(t *testing.T) {
	for _, c := range []struct {
		text  string
		weeks int
		want  string
	}{
		{"Date: Tue, 24 Nov 2026 10:12:00 +0000", 1, "Date: Tue, 1 Dec 2026 10:12:00 +0000"},
		{"On Tue, 24 Nov 2026 at 10:12, Ana wrote:", -52, "On Tue, 25 Nov 2025 at 10:12, Ana wrote:"},
		{"Am 24.11.2026 um 10:12 schrieb Ana:", 2, "Am 08.12.2026 um 10:12 schrieb Ana:"},
		{"DTSTART;TZID=Europe/Paris:20261124T101200", 1, "DTSTART;TZID=Europe/Paris:20261201T101200"},
		{"[203.0.113.25], 99.99.2026, Tue, 99 Nov 2026", 3, "[203.0.113.25], 99.99.2026, Tue, 99 Nov 2026"},
	} {
		if got := string(moveDates([]byte(c.text), c.weeks)); got != c.want {
			t.Errorf("moveDates(%q, %d) = %q, want %q", c.text, c.weeks, got, c.want)
		}
	}
}

// texts returns everything that a person reads in a message: the headers and
// the decoded parts of type text.
func (l letter) texts() []string {
	head, _, _ := strings.Cut(string(l.raw), "\r\n\r\n")
	texts := []string{head}
	for _, p := range l.parts {
		if strings.HasPrefix(p.mediaType, "text/") {
			texts = append(texts, string(p.body))
		}
	}
	return texts
}

func TestEveryDateMovesAndKeepsItsWeekday(t *testing.T) {
	// Far enough that a date which stayed behind is older than the oldest message.
	all := letters(t, reference.AddDate(20, 0, 0))
	oldest, newest := all[0].arrived.AddDate(0, 0, -1), all[len(all)-1].arrived.AddDate(0, 0, 30)
	bare := regexp.MustCompile(`\b20[0-6]\d\b`)
	dates := 0
	for _, l := range all {
		for i, text := range l.texts() {
			for _, w := range written {
				for _, found := range w.pattern.FindAllString(text, -1) {
					date, err := time.Parse(w.layout, found)
					if err != nil || date.Before(oldest) || date.After(newest) {
						t.Errorf("%q says %s, want a date from %v to %v (%v)", l.subject, found, oldest, newest, err)
					}
					if date.Format(w.layout) != found {
						t.Errorf("%q says %s, which was a %v", l.subject, found, date.Weekday())
					}
					dates++
				}
				text = w.pattern.ReplaceAllString(text, "")
			}
			if year := bare.FindString(text); i > 0 && year != "" {
				t.Errorf("%q names the year %s outside of a date that moves", l.subject, year)
			}
		}
	}
	if dates < 3*len(all) {
		t.Errorf("only %d dates in %d messages: the patterns miss some", dates, len(all))
	}
}

func TestEveryHeaderDateIsOneThatMoves(t *testing.T) {
	for _, l := range letters(t, reference) {
		lines := append(slices.Clone(l.header.Values("Received")), l.header.Get("Date"))
		for _, line := range lines {
			if !written[0].pattern.MatchString(line) {
				t.Errorf("%q: no date that moves in %q", l.subject, line)
			}
		}
		if n := len(lines) - 1; n < 1 || n > 2 {
			t.Errorf("%q has %d Received lines, want one or two", l.subject, n)
		}
	}
}

func TestQuotationsNameTheMomentOfWhatTheyQuote(t *testing.T) {
	forms := []struct {
		pattern *regexp.Regexp
		layout  string
	}{
		{regexp.MustCompile(`([A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d{4}) at (\d\d:\d\d), .*wrote:`), "Mon, 2 Jan 2006 15:04"},
		{regexp.MustCompile(`Sent:\S* ([A-Z][a-z]{2}, \d+ [A-Z][a-z]{2} \d{4}) (\d\d:\d\d)`), "Mon, 2 Jan 2006 15:04"},
		{regexp.MustCompile(`Am (\d\d\.\d\d\.\d{4}) um (\d\d:\d\d) schrieb`), "02.01.2006 15:04"},
	}
	quoted := 0
	written := map[string]time.Time{}
	for _, l := range letters(t, reference.AddDate(1, 0, 0)) {
		written[l.id] = l.date
		references, err := l.header.MsgIDList("References")
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range l.texts()[1:] {
			for _, form := range forms {
				for _, m := range form.pattern.FindAllStringSubmatch(text, -1) {
					said, err := time.ParseInLocation(form.layout, m[1]+" "+m[2], l.date.Location())
					if err != nil {
						t.Fatalf("%q: %v", l.subject, err)
					}
					if !slices.ContainsFunc(references, func(id string) bool {
						return written[id].Truncate(time.Minute).Equal(said)
					}) {
						t.Errorf("%q quotes a message of %v, but answers none of that minute", l.subject, said)
					}
					quoted++
				}
			}
		}
	}
	if quoted < 15 {
		t.Errorf("only %d lines above quotations found, want 15 or more", quoted)
	}
}
