package live

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// maildir is a mailbox with a file a message.
type maildir struct {
	dir       string
	delivered int
}

// newMaildir makes an empty one below home.
func newMaildir(home string) (*maildir, error) {
	m := &maildir{dir: filepath.Join(home, "Maildir")}
	folders := []string{home, m.dir}
	for _, sub := range []string{"new", "cur", "tmp"} {
		folders = append(folders, filepath.Join(m.dir, sub))
	}
	for _, folder := range folders {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return nil, err
		}
	}
	return m, give(folders...)
}

// deliver writes the message aside and moves it in, as the format demands. The
// names sort in the order of delivery.
func (m *maildir) deliver(raw []byte) error {
	m.delivered++
	name := fmt.Sprintf("1700000000.M%06d.test", m.delivered)
	aside := filepath.Join(m.dir, "tmp", name)
	err := os.WriteFile(aside, raw, 0o600)
	if err == nil {
		err = give(aside)
	}
	return errors.Join(err, os.Rename(aside, filepath.Join(m.dir, "new", name)))
}

// maxReads is how often a Maildir is read in the hope that nobody renames in it
// meanwhile.
const maxReads = 100

// messages reads until a reading and the names after it agree with the names
// before it: a server renames a file to set a flag, whenever it likes.
func (m *maildir) messages() ([]Message, error) {
	names, err := m.names()
	for range maxReads {
		if err != nil {
			return nil, err
		}
		all, readErr := m.read(names)
		before := names
		if names, err = m.names(); err == nil && slices.Equal(before, names) {
			return all, readErr
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil, fmt.Errorf("%s does not come to rest", m.dir)
}

// names are the paths of the messages below the Maildir, in the order of
// delivery.
func (m *maildir) names() ([]string, error) {
	var names []string
	for _, sub := range []string{"new", "cur"} {
		entries, err := os.ReadDir(filepath.Join(m.dir, sub))
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			names = append(names, filepath.Join(sub, e.Name()))
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(filepath.Base(a), filepath.Base(b)), cmp.Compare(a, b))
	})
	return names, nil
}

func (m *maildir) read(names []string) ([]Message, error) {
	var all []Message
	for _, name := range names {
		raw, err := os.ReadFile(filepath.Join(m.dir, name))
		if err != nil {
			return nil, err
		}
		_, flags, _ := strings.Cut(filepath.Base(name), ":2,")
		all = append(all, Message{Raw: raw, Seen: strings.Contains(flags, "S")})
	}
	return all, nil
}
