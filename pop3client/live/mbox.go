package live

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"regexp"
)

// mbox is a mailbox in one file: each message behind a line "From …" and before
// an empty line.
type mbox struct {
	file string
}

const separator = "From sender@example.org Thu Jan  1 00:00:00 2026\n"

var (
	fromLine   = regexp.MustCompile(`(?m)^From `)
	betweenTwo = regexp.MustCompile(`(?m)\n\nFrom [^\n]*\n`)
	statusRead = regexp.MustCompile(`(?m)^Status: [A-Z]*R`)
)

// newMbox makes an empty one.
func newMbox(file string) (*mbox, error) {
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return nil, err
	}
	return &mbox{file: file}, give(file)
}

func (m *mbox) deliver(raw []byte) error {
	f, err := os.OpenFile(m.file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	entry := append([]byte(separator), fromLine.ReplaceAll(raw, []byte(">From "))...)
	if !bytes.HasSuffix(entry, []byte("\n")) {
		entry = append(entry, '\n')
	}
	if !bytes.Contains(entry, []byte("\n\n")) {
		entry = append(entry, '\n') // else the one that follows would be taken for the end of the header
	}
	_, err = f.Write(append(entry, '\n'))
	return errors.Join(err, f.Close())
}

func (m *mbox) messages() ([]Message, error) {
	content, err := os.ReadFile(m.file)
	if errors.Is(err, fs.ErrNotExist) || len(content) == 0 {
		return nil, nil // servers remove the file of a mailbox that has become empty
	}
	if err != nil {
		return nil, err
	}
	_, content, _ = bytes.Cut(content, []byte("\n")) // the first line "From "
	content = bytes.TrimSuffix(content, []byte("\n"))
	var all []Message
	for {
		end := betweenTwo.FindIndex(content)
		raw := content
		if end != nil {
			raw = content[:end[0]+1]
		}
		header, _, _ := bytes.Cut(raw, []byte("\n\n"))
		all = append(all, Message{Raw: raw, Seen: statusRead.Match(header)})
		if end == nil {
			return all, nil
		}
		content = content[end[1]:]
	}
}
