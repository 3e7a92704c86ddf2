package export

import (
	"fmt"
	"os"
	"path/filepath"

	"restante/cache"
)

// folders are the places in a Maildir++, the inbox at its root.
var folders = map[cache.Place]string{cache.Archive: ".Archive", cache.Sent: ".Sent", cache.Drafts: ".Drafts", cache.Spam: ".Junk", cache.Trash: ".Trash"}

// maildir is a Maildir++ that nobody else writes.
type maildir struct {
	dir  string
	made map[cache.Place]bool
}

// Maildir writes a Maildir++: places are its folders, and flags say what was read and starred.
func Maildir(dir string) (Target, error) {
	m := &maildir{dir, map[cache.Place]bool{}}
	if err := newFolder(dir); err != nil {
		return nil, err
	}
	return m, m.make(cache.Inbox)
}

func (t *maildir) make(p cache.Place) error {
	if t.made[p] {
		return nil
	}
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(t.dir, folders[p], sub), 0o700); err != nil {
			return err
		}
	}
	t.made[p] = true
	if p == cache.Inbox {
		return nil
	}
	return os.WriteFile(filepath.Join(t.dir, folders[p], "maildirfolder"), nil, 0o600)
}

func (t *maildir) Add(m Message) error {
	if err := t.make(m.Place); err != nil {
		return err
	}
	flags := ""
	if m.Place == cache.Drafts {
		flags += "D"
	}
	if m.Starred {
		flags += "F"
	}
	if !m.Unread {
		flags += "S"
	}
	name := fmt.Sprintf("%d.%s.restante:2,%s", m.Received.Unix(), m.ID, flags)
	path := filepath.Join(t.dir, folders[m.Place], "cur", name)
	if err := write(path, m.Raw); err != nil {
		return err
	}
	return os.Chtimes(path, m.Received, m.Received)
}

func (t *maildir) Close() error { return nil }
