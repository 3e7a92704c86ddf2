package mail

import (
	"net/mail"
	"strconv"
	"strings"
	"time"
)

const maxDate = 200 // bytes of a date that are looked at

// date returns the first Date field that can be read.
func (h header) date(d *defects) time.Time {
	for _, value := range h.all("Date") {
		if t, ok := parseDate(value); ok {
			return t
		}
		d.add("an unreadable Date")
	}
	return time.Time{}
}

// received returns the time of the topmost Received field with a readable one: it was written last, by the server
// nearest to the reader, and all below it may be the sender's invention.
func (h header) received() time.Time {
	for i := range h {
		if len(h[i].Name) != len("Received") || !strings.EqualFold(h[i].Name, "Received") {
			continue
		}
		semicolon := strings.LastIndexByte(h[i].Value, ';')
		if t, ok := parseDate(h[i].Value[semicolon+1:]); semicolon >= 0 && ok {
			return t
		}
	}
	return time.Time{}
}

// parseDate reads a date, strictly first, then whatever its words can be taken for. The years 1900 to 9999 are read.
func parseDate(s string) (time.Time, bool) {
	s = strings.TrimSpace(cut(s, maxDate))
	t, err := mail.ParseDate(s)
	if err == nil && trustZone(t) {
		// Its own name, so that the result does not depend on this machine's zone.
		_, offset := t.Zone()
		if t, ok := inZone(t, offset); ok {
			return t, true
		}
	}
	return lenientDate(s)
}

// trustZone tells whether a time has an offset that was written. package time takes any zone name for UTC.
func trustZone(t time.Time) bool {
	name, offset := t.Zone()
	return offset != 0 || name == "" || name == "UTC" || name == "GMT" || name == "UT"
}

func inZone(t time.Time, offset int) (time.Time, bool) {
	if offset == 0 {
		t = t.UTC()
	} else {
		t = t.In(time.FixedZone("", offset))
	}
	if t.Year() < 1900 || t.Year() > 9999 {
		return time.Time{}, false
	}
	return t, true
}

// dateParts is what the words of a date were taken for; -1 is not found yet.
type dateParts struct {
	year, month, day     int
	hour, minute, second int
	zone                 int // seconds east of UTC
	zoned, bad           bool
}

func lenientDate(s string) (time.Time, bool) {
	d := dateParts{year: -1, month: -1, day: -1, hour: -1}
	for _, word := range strings.FieldsFunc(withoutComments(s), func(r rune) bool { return r <= ' ' || r == ',' || r == ';' || r == '"' }) {
		d.word(strings.ToLower(word))
	}
	if d.bad || d.year < 0 || d.month < 1 || d.month > 12 || d.day < 1 {
		return time.Time{}, false
	}
	day := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	if day.Day() != d.day {
		return time.Time{}, false // 31 February
	}
	seconds := max(d.hour, 0)*3600 + d.minute*60 + d.second - d.zone
	return inZone(day.Add(time.Duration(seconds)*time.Second), d.zone)
}

// withoutComments removes what stands in parentheses. One without its end goes up to the end.
func withoutComments(s string) string {
	var b strings.Builder
	depth := 0
	for i := range len(s) {
		switch {
		case s[i] == '(':
			depth++
			b.WriteByte(' ')
		case s[i] == ')':
			depth = max(depth-1, 0)
		case depth == 0:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// word takes one word of a date for what it looks like. Names of weekdays and all else are passed over.
func (d *dateParts) word(w string) {
	digit := w[0] >= '0' && w[0] <= '9'
	colon, sep := strings.IndexByte(w, ':'), strings.IndexAny(w, "-/")
	switch {
	case digit && sep > 0 && sep <= 4 && (colon < 0 || sep < colon):
		d.joined(w)
	case digit && colon > 0:
		d.clock(w)
	case d.hour >= 0 && !d.zoned && isOffset(w):
		d.offset(w)
	case strings.Trim(w, "0123456789") == "":
		d.number(w)
	case digit && strings.Count(w, ".") == 2:
		d.joined(w)
	case w == "pm" && d.hour >= 0 && d.hour < 12:
		d.hour += 12
	case w == "am" && d.hour == 12:
		d.hour = 0
	case monthNumber(w) > 0:
		d.month = monthNumber(w)
	case strings.HasPrefix(w, "gmt") && isOffset(w[3:]) || strings.HasPrefix(w, "utc") && isOffset(w[3:]):
		d.offset(w[3:])
	default:
		if hours, ok := zones[w]; ok && !d.zoned {
			d.zone, d.zoned = int(hours*3600), true
		}
	}
}

// clock reads 10:00, 10:00:00.5, and these with a zone or pm glued to them.
func (d *dateParts) clock(w string) {
	if d.hour >= 0 {
		return
	}
	end := strings.IndexFunc(w, func(r rune) bool { return (r < '0' || r > '9') && r != ':' && r != '.' })
	rest := ""
	if end >= 0 {
		w, rest = w[:end], w[end:]
	}
	fields := strings.Split(w, ":")
	if len(fields) < 2 {
		return
	}
	d.hour, d.minute = atoi(fields[0]), atoi(fields[1])
	if len(fields) > 2 {
		whole, _, _ := strings.Cut(fields[2], ".")
		d.second = atoi(whole)
	}
	if d.hour < 0 || d.hour > 24 || d.minute < 0 || d.minute > 59 || d.second < 0 || d.second > 60 {
		d.bad = true
		return
	}
	if rest != "" {
		d.word(rest)
	}
}

// isOffset tells whether w is +0200, -05:00 or +2.
func isOffset(w string) bool {
	if len(w) < 2 || w[0] != '+' && w[0] != '-' {
		return false
	}
	digits := strings.Replace(w[1:], ":", "", 1)
	return len(digits) <= 4 && strings.Trim(digits, "0123456789") == ""
}

func (d *dateParts) offset(w string) {
	digits := strings.Replace(w[1:], ":", "", 1)
	n := atoi(digits)
	hours, minutes := n/100, n%100
	if len(digits) <= 2 {
		hours, minutes = n, 0
	}
	d.zoned = true
	if hours > 15 || minutes > 59 {
		return // no such zone: taken as UTC
	}
	d.zone = hours*3600 + minutes*60
	if w[0] == '-' {
		d.zone = -d.zone
	}
}

// number reads a day or a year. RFC 5322, section 4.3: years of two and three digits.
func (d *dateParts) number(w string) {
	n := atoi(w)
	switch {
	case len(w) == 8 && d.year < 0:
		d.year, d.month, d.day = n/10000, n/100%100, n%100
	case len(w) <= 2 && d.day < 0:
		d.day = n
	case d.year >= 0:
	case len(w) <= 2 && n < 50:
		d.year = 2000 + n
	case len(w) <= 3, len(w) == 4 && n >= 100 && n < 200:
		d.year = 1900 + n
	case len(w) == 4:
		d.year = n
	case n >= 19100 && n < 19200:
		d.year = n - 19100 + 2000 // a program that wrote "19" and the years since 1900
	}
}

// joined reads a date in one word: 2008-05-13, 2008-05-13t…, 13-May-2008, 13.05.2008, 5/13/2008 (American).
func (d *dateParts) joined(w string) {
	date, clock, _ := strings.Cut(w, "t")
	fields := strings.FieldsFunc(date, func(r rune) bool { return strings.ContainsRune("-/.", r) })
	if len(fields) != 3 {
		// The "t" was a month's.
		if fields = strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune("-/.", r) }); len(fields) != 3 {
			return
		}
		clock = ""
	}
	a, b, c := fields[0], fields[1], fields[2]
	switch {
	case len(a) == 4:
		d.number(a)
		d.month, d.day = atoi(b), atoi(c)
	case monthNumber(b) > 0:
		d.number(a)
		d.month = monthNumber(b)
		d.number(c)
	case strings.Contains(date, "/") && atoi(a) <= 12:
		d.month = atoi(a)
		d.number(b)
		d.number(c)
	default:
		d.number(a)
		d.month = atoi(b)
		d.number(c)
	}
	if clock != "" {
		d.word(clock)
	}
}

// atoi is strconv.Atoi, with -1 for what is no number.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || len(s) > 9 {
		return -1
	}
	return n
}

// monthNumber reads an English month by its first three letters.
func monthNumber(w string) int {
	if len(w) < 3 {
		return 0
	}
	i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", w[:3])
	if i < 0 || i%3 != 0 {
		return 0
	}
	return i/3 + 1
}

// zones are the offsets of zone names in hours: those of RFC 5322, section 4.3, and those that are met in mail and
// mean one thing only.
var zones = map[string]float64{
	"ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0,
	"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
	"akst": -9, "akdt": -8, "hst": -10,
	"bst": 1, "cet": 1, "met": 1, "mez": 1, "west": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "msd": 4,
	"sgt": 8, "hkt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
}
