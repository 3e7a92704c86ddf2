// Package sqlitefile opens and migrates one SQLite file.
//
// It is the only package that knows the driver: every connection of the
// program, to whichever file, is configured by the one DSN function in here.
// Two switches of the driver belong to the whole process and are therefore
// set by main before the first file is opened: sqlite.OFDLocking(true) and
// sqlite.StrictPragmas(true).
package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

var (
	// ErrNewer means that a later version of the program made the file. The
	// file is unchanged.
	ErrNewer = errors.New("made by a newer version")

	// ErrOlder means that a file opened only for reading has yet to be
	// migrated, which Open does. The file is unchanged.
	ErrOlder = errors.New("made by an older version")

	// ErrForeign means that what is at the path is not a file of this schema:
	// another application's, no SQLite file at all, or damaged in its first
	// bytes. The file is unchanged.
	ErrForeign = errors.New("not ours")
)

// readers is how many connections for reading a file has. One holds about
// 0.25 MB and three descriptors, the one for writing 0.7 MB, and each is closed
// when nobody has used it for idle: to open it again takes a millisecond or two.
const (
	readers = 2
	idle    = 30 * time.Second
)

// Schema says what a file of one kind is and how it came to be so.
type Schema struct {
	// Name is what the file is called in sentences: "mailbox file".
	Name string

	// ApplicationID marks the files of this kind (PRAGMA application_id).
	// It must not be zero, which is what unmarked files have.
	ApplicationID int32

	// Migrations holds the steps from an empty file to today's, at its root,
	// named NNNN_name.sql and numbered from 0001 without a gap. A file's
	// version (PRAGMA user_version) is the number of its last step. A step
	// that has been released is never edited.
	Migrations fs.FS

	// SecureDelete overwrites deleted rows with zeros. It is for small files
	// that hold secrets; in large ones it makes deleting slow.
	SecureDelete bool

	// Blank is what [Blank] returns for this schema, made once and kept; nil:
	// new files are made by the migrations.
	Blank func() ([]byte, error)
}

// File is an open SQLite file. Its methods and both pools may be used from
// several goroutines at once.
type File struct {
	// Read has at most two connections, which cannot write. What Write has
	// committed is seen by the next query.
	Read *sql.DB

	// Write has exactly one connection; its transactions begin IMMEDIATE, so
	// none fails half-way for want of the lock. Whoever uses it while holding
	// one of its transactions waits for ever. It is nil after OpenReadOnly.
	Write *sql.DB

	log *sql.DB // for MoveLog and EmptyLog alone; opens its connection when one is called; nil in memory
}

// Open opens the file at path for reading and writing, makes it (readable by
// its owner only) when there is none, and migrates it to today's version.
// The folder must exist.
//
// Each step of a migration is one transaction: after an error or a power cut
// the file is at some version before, and Open goes on from there. Open fails
// with ErrNewer or ErrForeign rather than change a file that it does not know.
func Open(ctx context.Context, path string, s Schema) (*File, error) {
	steps, err := s.steps()
	if err != nil {
		return nil, err
	}
	if err := create(path, s, len(steps)); err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.Name, path, err)
	}
	f := &File{
		Read:  connect(path, reading, s, readers),
		Write: connect(path, writing, s, 1),
		log:   connect(path, moving, s, 1),
	}
	f.Read.SetConnMaxIdleTime(idle)
	f.Write.SetConnMaxIdleTime(idle)
	f.log.SetConnMaxIdleTime(logIdle)
	if err := upgrade(ctx, f.Write, path, s, steps); err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.Name, path, errors.Join(err, f.Close()))
	}
	return f, nil
}

// OpenReadOnly opens the file at path, which another process may be writing,
// without changing it; an empty -wal and a -shm file may stay beside it, which
// the next Open removes when it closes. It fails with fs.ErrNotExist when there
// is no file, with ErrOlder when it is not of today's version, and like Open
// with ErrNewer and ErrForeign.
func OpenReadOnly(ctx context.Context, path string, s Schema) (*File, error) {
	steps, err := s.steps()
	if err != nil {
		return nil, err
	}
	// SQLite's own answer to a missing file cannot be told from other causes.
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	f := &File{Read: connect(path, readingOnly, s, readers)}
	if err := checkToday(ctx, f.Read, s, len(steps)); err != nil {
		return nil, fmt.Errorf("%s %s: %w", s.Name, path, errors.Join(err, f.Close()))
	}
	return f, nil
}

// OpenDamaged opens a file that may be damaged, of whatever version, to read
// what can be read of it. Nothing is checked, and nothing changed.
func OpenDamaged(path string) (*sql.DB, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	return connect(path, readingOnly, Schema{}, 1), nil
}

// Close waits for running queries, closes every connection and moves what is
// in the write-ahead log into the file.
func (f *File) Close() error {
	err := f.Read.Close()
	if f.Write == f.Read {
		return err
	}
	// The connection that may write goes last: the last one to leave empties
	// the log, and a reader could not.
	if f.Write != nil {
		err = errors.Join(err, f.log.Close(), f.Write.Close())
	}
	return err
}

// logIdle is how long the connection that moves the log stays open.
const logIdle = 10 * time.Second

// MoveLog moves what is in the write-ahead log into the file, as far as nobody
// reads what was there before, while others write: a long log makes who writes
// do it.
func (f *File) MoveLog(ctx context.Context) error {
	return f.moveLog(ctx, `PRAGMA wal_checkpoint(PASSIVE)`)
}

// EmptyLog is MoveLog that also gives back the room that the log takes, unless
// somebody reads or writes: it waits for nobody.
func (f *File) EmptyLog(ctx context.Context) error {
	return f.moveLog(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
}

func (f *File) moveLog(ctx context.Context, statement string) error {
	if f.log == nil {
		return nil // there is none
	}
	var busy, frames, moved int
	err := f.log.QueryRowContext(ctx, statement).Scan(&busy, &frames, &moved)
	if err != nil {
		return fmt.Errorf("moving the log: %w", err)
	}
	return nil
}

// create makes an empty file, or looks at the one that is there before any
// connection could change it. The permissions given here are also those of
// the -wal and -shm files that SQLite puts beside it.
func create(path string, s Schema, today int) error {
	if s.Blank != nil {
		contents, err := s.Blank()
		if err != nil {
			return err
		}
		if createWhole(path, contents) == nil {
			return nil
		} // there is one, or it cannot be made so here: what follows finds out
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		return file.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	return look(path, s, today)
}
