package sample

import (
	"regexp"
	"time"
)

const week = 7 * 24 * time.Hour

// written lists the ways of writing a date that move with the mailbox, in
// headers, in the line above a quotation ("On Tue, 24 Nov 2026 at 10:12, Ana
// wrote:") and anywhere else in a text that is not base64.
var written = []struct {
	pattern *regexp.Regexp
	layout  string
}{
	{regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}\b`), "Mon, 2 Jan 2006"},
	{regexp.MustCompile(`\b\d{2}\.\d{2}\.\d{4}\b`), "02.01.2006"},
	{regexp.MustCompile(`\b\d{8}T`), "20060102T"}, // of an invitation, before its time
}

// weeksBetween returns how many whole weeks from may be moved without passing
// to, rounded towards the past: it is negative when to lies before from.
func weeksBetween(from, to time.Time) int {
	apart := to.Sub(from)
	weeks := apart / week
	if apart%week < 0 {
		weeks--
	}
	return int(weeks)
}

// moveDates moves every date in text by a number of weeks. Times of day and
// offsets stay: a whole week changes neither.
func moveDates(text []byte, weeks int) []byte {
	for _, w := range written {
		text = w.pattern.ReplaceAllFunc(text, func(found []byte) []byte {
			date, err := time.Parse(w.layout, string(found))
			if err != nil {
				return found // looks like a date and is none
			}
			return date.AddDate(0, 0, 7*weeks).AppendFormat(nil, w.layout)
		})
	}
	return text
}
