// Package export writes messages in the forms that other mail programs read.
package export

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"restante/cache"
)

// Message is one that is written.
type Message struct {
	ID       string // unique, and fit for a file name
	Received time.Time
	Place    cache.Place
	Unread   bool
	Starred  bool
	Raw      io.Reader // its bytes, which are written as they are
}

// Target takes messages one after another. Only after Close has returned nil are they all written.
type Target interface {
	Add(Message) error
	Close() error
}

// newFolder makes a folder, or takes one that is empty.
func newFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("%s is not empty", dir)
	}
	return err
}

// write makes a file of a message.
func write(path string, raw io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, raw)
	return errors.Join(err, f.Close())
}

// eml is a folder for each place, with a file for each message.
type eml struct{ dir string }

// EML writes each message to a file of its own, in a folder for each place, named after the day it was received and its id.
func EML(dir string) (Target, error) { return eml{dir}, newFolder(dir) }

func (e eml) Add(m Message) error {
	dir := filepath.Join(e.dir, m.Place.String())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return write(filepath.Join(dir, nameOf(m)), m.Raw)
}

func (e eml) Close() error { return nil }
