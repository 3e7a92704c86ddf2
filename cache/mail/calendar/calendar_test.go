package calendar

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"restante/cmd/check/corpus"
)

// event wraps lines in a calendar.
func event(lines string) string {
	return "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\n" + lines + "\nEND:VEVENT\nEND:VCALENDAR\n"
}

func TestAnInvitationIsRead(t *testing.T) {
	e, ok := Parse(strings.ReplaceAll(event(`SUMMARY;LANGUAGE=en:Planning\, second ro
 und
LOCATION:Room 5\; upstairs
DESCRIPTION:One\nTwo\\n
DTSTART;TZID=Europe/Berlin:20261127T100000
DTEND;TZID=Europe/Berlin:20261127T113000
RRULE:FREQ=WEEKLY;INTERVAL=2
ORGANIZER;CN="Bo; the Builder: a man":mailto:bo@example.org
ATTENDEE;PARTSTAT=accepted;CN=Ana:MAILTO:ana@example.org
ATTENDEE:mailto:cy@example.org
BEGIN:VALARM
SUMMARY:an alarm
DTSTART:19990101T000000Z
END:VALARM`), "\n", "\r\n"))
	if !ok {
		t.Fatal("no event")
	}
	if at := e.Start.UTC().Format(time.RFC3339) + " " + e.End.UTC().Format(time.RFC3339); at != "2026-11-27T09:00:00Z 2026-11-27T10:30:00Z" {
		t.Errorf("it is at %s", at)
	}
	e.Start, e.End = time.Time{}, time.Time{}
	want := Event{
		Method: "REQUEST", Title: "Planning, second round", Place: "Room 5; upstairs", About: "One\nTwo\\n", Zone: "Europe/Berlin",
		Repeats: Repetition{2, "week"}, Organizer: Person{Name: "Bo; the Builder: a man", Addr: "bo@example.org"},
		Attendees: []Person{{"Ana", "ana@example.org", "ACCEPTED"}, {Addr: "cy@example.org"}},
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// outlook describes a zone under a name of its own.
const outlook = `BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
`

func TestTimesAreInTheZoneThatIsNamed(t *testing.T) {
	for _, test := range []struct{ start, want string }{
		{"DTSTART:20260705T120000Z", "2026-07-05T12:00:00Z"},
		{"DTSTART;TZID=Europe/Berlin:20260705T120000", "2026-07-05T10:00:00Z"},
		{"DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20260705T120000", "2026-07-05T10:00:00Z"},
		{"DTSTART;TZID=\"W. Europe Standard Time\":20260705T120000", "2026-07-05T10:00:00Z"},
		{"DTSTART;TZID=Eastern Standard Time:20261225T080000", "2026-12-25T13:00:00Z"},
		{"DTSTART;TZID=Customized Time Zone:20260705T120000", "2026-07-05T10:00:00Z"},
		{"DTSTART;TZID=Customized Time Zone:20261225T120000", "2026-12-25T11:00:00Z"},
		{"DTSTART;TZID=Customized Time Zone:20260329T015959", "2026-03-29T00:59:59Z"},
		{"DTSTART;TZID=Customized Time Zone:20260329T020000", "2026-03-29T00:00:00Z"},
		{"DTSTART;TZID=Customized Time Zone:20261025T030000", "2026-10-25T02:00:00Z"},
		{"DTSTART:20260705T120000", "floating 2026-07-05T12:00:00Z"},
		{"DTSTART;TZID=Nowhere/Atall:20260705T120000", "floating 2026-07-05T12:00:00Z"},
		{"DTSTART;TZID=Local:20260705T120000", "floating 2026-07-05T12:00:00Z"},
		{"DTSTART;TZID=../../etc/passwd:20260705T120000", "floating 2026-07-05T12:00:00Z"},
		{"DTSTART;VALUE=DATE:20260705", "day 2026-07-05T00:00:00Z"},
		{"DTSTART:20261305T120000Z", "none"},
		{"DTSTART:soon", "none"},
	} {
		e, ok := Parse(strings.Replace(event(test.start), "END:VCALENDAR", outlook+"END:VCALENDAR", 1))
		got := e.Start.UTC().Format(time.RFC3339)
		switch {
		case !ok || e.Start.IsZero():
			got = "none"
		case e.AllDay:
			got = "day " + got
		case e.Floating:
			got = "floating " + got
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.start, got, test.want)
		}
	}
}

func TestTheEndOfAnEvent(t *testing.T) {
	for lines, want := range map[string]string{
		"DTSTART:20260705T120000Z\nDURATION:PT1H30M":                                 "2026-07-05T13:30:00Z",
		"DTSTART:20260705T120000Z\nDURATION:P1W":                                     "2026-07-12T12:00:00Z",
		"DTSTART:20260705T120000Z\nDURATION:P99999999999W":                           "0001-01-01T00:00:00Z",
		"DTSTART:20260705T120000Z\nDURATION:-PT1H":                                   "0001-01-01T00:00:00Z",
		"DTSTART:20260705T120000Z\nDURATION:PT" + strings.Repeat("0", 60_000) + "1H": "0001-01-01T00:00:00Z",
		"DTSTART:20260705T120000Z":                                                   "0001-01-01T00:00:00Z",
		"DTSTART:20260705T120000Z\nDTEND:20260705T110000Z":                           "0001-01-01T00:00:00Z",
		"DTSTART;VALUE=DATE:20260705":                                                "2026-07-06T00:00:00Z",
		"DTSTART;VALUE=DATE:20260705\nDTEND:20260708":                                "2026-07-08T00:00:00Z",
		"DTSTART;VALUE=DATE:20260705\nDTEND:20260708T10000Z":                         "2026-07-06T00:00:00Z",
	} {
		if e, _ := Parse(event(lines)); e.End.Format(time.RFC3339) != want {
			t.Errorf("%s: it ends %s, want %s", lines, e.End.Format(time.RFC3339), want)
		}
	}
}

func TestBrokenCalendars(t *testing.T) {
	for text, want := range map[string]string{
		"": "none", "BEGIN:VCALENDAR\nEND:VCALENDAR": "none", "BEGIN:VEVENT\nSUMMARY:a": "a", "no colon\n;:\nBEGIN:VEVENT\nSUMMARY;X:=\nSUMMARY;CN=\"a:b\nSUMMARY:a": "a",
		event("SUMMARY:a\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:b"):                           "a + 1",
		event(strings.Repeat("BEGIN:VEVENT\n", 1000) + "SUMMARY:inner"):                   "inner",
		event("BEGIN:X\nBEGIN:Y\nEND:X\nSUMMARY:a"):                                       "a",
		event("SUMMARY:a\x00\u202eb" + strings.Repeat("c", 400)):                          "ab" + strings.Repeat("c", 298),
		strings.Replace(event("SUMMARY:a"), "METHOD:REQUEST", "method:cancel", 1):         "a, cancelled",
		strings.Replace(event("STATUS:cancelled\nSUMMARY:a"), "METHOD:REQUEST\n", "", 1):  "a, cancelled",
		event("SUMMARY:a\n" + strings.Repeat("ATTENDEE:mailto:x@y\n", maxAttendees+1000)): "a",
	} {
		e, ok := Parse(text)
		got := e.Title
		if e.Cancelled {
			got += ", cancelled"
		}
		if e.More > 0 {
			got += " + 1"
		}
		if !ok {
			got = "none"
		}
		if got != want || len(e.Attendees) > maxAttendees {
			t.Errorf("%.60q: %q with %d attendees, want %q", text, got, len(e.Attendees), want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(event("SUMMARY:a\\nb\nDTSTART;TZID=Customized Time Zone:20260705T120000\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=0\nORGANIZER;CN=\"a\":mailto:b@c") + outlook)
	f.Add("BEGIN:VEVENT\nDTSTART:20260705\nDTEND:20260706\n ")
	addCorpus(f)
	f.Fuzz(func(t *testing.T, text string) {
		e, ok := Parse(text)
		if !ok && !cmp.Equal(e, Event{}) {
			t.Errorf("no event is %+v", e)
		}
		if again, _ := Parse(text); !cmp.Equal(again, e, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })) {
			t.Errorf("read again it is another event: %+v, %+v", e, again)
		}
		words := []string{e.Method, e.Title, e.Place, e.Zone, e.Organizer.Name, e.Organizer.Addr, strings.ReplaceAll(e.About, "\n", "")}
		for _, a := range e.Attendees {
			words = append(words, a.Name, a.Addr, a.Answer)
		}
		for _, w := range words {
			if !utf8.ValidString(w) || len(w) > maxAbout || strings.ContainsFunc(w, func(r rune) bool { return r != '\t' && unicode.IsControl(r) }) {
				t.Errorf("%q is not clean", w)
			}
		}
		if !e.End.IsZero() && e.End.Before(e.Start) || e.Repeats.Every < 0 {
			t.Errorf("it ends before it begins: %+v", e)
		}
		if !strings.Contains(text, "\r") && len(text) < MaxSize/2 {
			crlf, _ := Parse(strings.ReplaceAll(text, "\n", "\r\n"))
			if !cmp.Equal(crlf, e, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })) {
				t.Errorf("with CRLF it is another event: %+v, %+v", e, crlf)
			}
		}
	})
}

// addCorpus adds the invitations of the corpus, as they stand in their messages.
func addCorpus(f *testing.F) {
	if !corpus.Present() {
		f.Log("corpus absent: its invitations are no seeds")
		return
	}
	for _, m := range corpus.Mails(f, 1, "security/ics") {
		if _, ics, ok := strings.Cut(string(m.Raw), "BEGIN:VCALENDAR"); ok && len(ics) < 20_000 {
			f.Add("BEGIN:VCALENDAR" + ics)
		}
	}
}
