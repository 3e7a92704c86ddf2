// Package sample holds the mailbox of the demonstration: the mail of Hanne
// Ostler, who keeps the lists of a neighbourhood choir, lets half a garden
// plot and has a sister abroad. All of it is invented.
//
// A message is a file mail/*.eml as it would lie in a mailbox, apart from
// three things that are done when it is read: its dates move towards the
// present, a line such as {{harbour.jpg}} becomes that file in base64, and its
// lines end in CRLF. The file names sort the folder for people only; the order
// of the mailbox is that of arrival.
package sample

import (
	"bytes"
	"embed"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
)

//go:embed mail/*.eml files
var content embed.FS

// storedMessage is one file of the folder mail.
type storedMessage struct {
	name     string
	received time.Time
	raw      []byte // lines end in LF, dates and attachments as they are written
}

// Messages returns the mailbox as a POP3 server would hold it at now: complete
// messages (RFC 5322) with CRLF line ends, in the order in which they arrived,
// oldest first.
//
// All dates are moved by the same number of whole weeks, so that weekdays stay
// right and the newest message arrived less than seven days before now. The
// same now gives the same bytes. The caller owns what is returned, several
// megabytes of it. An error means that an embedded file is wrong.
func Messages(now time.Time) ([][]byte, error) {
	stored, err := read()
	if err != nil {
		return nil, err
	}
	weeks := weeksBetween(stored[len(stored)-1].received, now)

	messages := make([][]byte, 0, len(stored))
	for _, m := range stored {
		raw, err := attach(moveDates(m.raw, weeks))
		if err != nil {
			return nil, fmt.Errorf("sample message %s: %w", m.name, err)
		}
		messages = append(messages, bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")))
	}
	return messages, nil
}

// read returns what the folder mail holds, sorted by time of arrival.
func read() ([]storedMessage, error) {
	entries, err := content.ReadDir("mail")
	if err != nil {
		return nil, fmt.Errorf("sample mailbox: %w", err)
	}
	messages := make([]storedMessage, 0, len(entries))
	for _, entry := range entries {
		raw, err := content.ReadFile("mail/" + entry.Name())
		if err != nil {
			return nil, fmt.Errorf("sample mailbox: %w", err)
		}
		// A checkout on Windows may have CRLF already, whatever .gitattributes says.
		raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
		received, err := arrival(raw)
		if err != nil {
			return nil, fmt.Errorf("sample message %s: %w", entry.Name(), err)
		}
		messages = append(messages, storedMessage{entry.Name(), received, raw})
	}
	slices.SortStableFunc(messages, func(a, b storedMessage) int {
		return a.received.Compare(b.received)
	})
	return messages, nil
}

// arrival returns the time in the topmost Received line, which the mailbox's
// own server wrote (RFC 5321, section 4.4).
func arrival(raw []byte) (time.Time, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return time.Time{}, err
	}
	line := m.Header.Get("Received")
	_, date, found := strings.Cut(line, ";")
	if !found {
		return time.Time{}, fmt.Errorf("no time in Received line %q", line)
	}
	return mail.ParseDate(strings.TrimSpace(date))
}
