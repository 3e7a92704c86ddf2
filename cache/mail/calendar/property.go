package calendar

import (
	"strconv"
	"strings"
	"time"

	"restante/cache/mail"
)

// property is one line: NAME;PARAMETER=value:value (RFC 5545, section 3.1).
type property struct {
	name       string // upper case
	parameters [][2]string
	value      string // still escaped
}

// unfold gives the lines of a text to take, each with those that continue it.
func unfold(text string, take func(string)) {
	var line strings.Builder
	flush := func() {
		if line.Len() > 0 {
			take(line.String())
			line.Reset()
		}
	}
	for part := range strings.Lines(text) {
		part = strings.TrimRight(part, "\r\n")
		if part != "" && (part[0] == ' ' || part[0] == '\t') {
			part = part[1:]
		} else {
			flush()
		}
		line.WriteString(part[:min(len(part), maxLine-line.Len())])
	}
	flush()
}

// parseProperty cuts a line into its pieces. Values of parameters may stand in quotation marks, and then have colons.
func parseProperty(line string) (p property, ok bool) {
	end := strings.IndexAny(line, ";:")
	if end <= 0 {
		return p, false
	}
	p.name = strings.ToUpper(strings.TrimSpace(line[:end]))
	for line = line[end:]; line[0] == ';'; {
		name, rest, found := strings.Cut(line[1:], "=")
		if !found {
			return p, false
		}
		value := ""
		if value, line, ok = cutValue(rest); !ok {
			return p, false
		}
		if len(p.parameters) < maxParameters {
			p.parameters = append(p.parameters, [2]string{strings.ToUpper(name), value})
		}
	}
	p.value = line[1:]
	return p, true
}

// cutValue cuts the value of a parameter off the front; what remains begins with a semicolon or a colon.
func cutValue(s string) (value, rest string, ok bool) {
	quoted := false
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ';' || c == ':'):
			return strings.ReplaceAll(s[:i], `"`, ""), s[i:], true
		}
	}
	return "", "", false
}

func (p property) parameter(name string) string {
	for _, q := range p.parameters {
		if q[0] == name {
			return q[1]
		}
	}
	return ""
}

// person reads ORGANIZER and ATTENDEE.
func (p property) person() Person {
	addr := strings.TrimSpace(p.value)
	if len(addr) >= len("mailto:") && strings.EqualFold(addr[:len("mailto:")], "mailto:") {
		addr = addr[len("mailto:"):]
	}
	return Person{
		Name: mail.Line(p.parameter("CN"), maxTitle), Addr: mail.Line(addr, maxTitle),
		Answer: strings.ToUpper(mail.Line(p.parameter("PARTSTAT"), maxTitle)),
	}
}

// unescape reads a text: RFC 5545, section 3.3.11.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			i++
			if c = s[i]; c == 'n' || c == 'N' {
				c = '\n'
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// parseDuration reads RFC 5545, section 3.3.6: P1W, P1DT2H30M. What is none, is below zero or is longer than a year is 0.
func parseDuration(s string) time.Duration {
	s, ok := strings.CutPrefix(strings.ToUpper(strings.TrimPrefix(strings.TrimSpace(s), "+")), "P")
	if !ok || len(s) > maxDuration {
		return 0
	}
	units := map[byte]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	const longest = 366 * 24 * time.Hour
	var all time.Duration
	number := ""
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			number += string(c)
		case c == 'T':
		default:
			n, err := strconv.Atoi(number)
			unit := units[c]
			if err != nil || unit == 0 || n > int(longest/unit) {
				return 0
			}
			if all += time.Duration(n) * unit; all > longest {
				return 0
			}
			number = ""
		}
	}
	return all
}

// parseRepetition reads how often, of RFC 5545, section 3.3.10.
func parseRepetition(s string) Repetition {
	r := Repetition{Every: 1, Unit: "other"}
	for part := range strings.SplitSeq(strings.ToUpper(s), ";") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "FREQ":
			switch value {
			case "DAILY":
				r.Unit = "day"
			case "WEEKLY":
				r.Unit = "week"
			case "MONTHLY":
				r.Unit = "month"
			case "YEARLY":
				r.Unit = "year"
			}
		case "INTERVAL":
			if n, err := strconv.Atoi(value); err == nil && n > 0 && n < 1000 {
				r.Every = n
			}
		}
	}
	return r
}
