// Package registry keeps the instance's one file: who may open which cache.
//
//	people      a random id each, which names the folder of their file
//	mailboxes   which person's file collects which mailbox, and signs in with it
//	wraps       a person's key, encrypted once for each way in that lasts
//	sessions    who is signed in, by the hash of a token
//	looks       when a mailbox is looked at next
//	traits      what a server was seen to be like
//	tries       how often passwords were wrong
//
// It holds no secret in clear: neither a token nor a key nor a password can be
// had from the file. What is deleted is overwritten with zeros there, and stays
// in the write-ahead log beside it until that is moved into the file.
//
// Methods take the moment that counts as now. Times are kept in whole seconds,
// and the zero time means never. All methods may be called from several
// goroutines at once; each is one transaction.
package registry

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"restante/cache/sqlitefile"
)

var (
	// ErrNotFound means that there is no such row.
	ErrNotFound = errors.New("not found")

	// ErrTaken means that a row which must be the only one of its kind is
	// already there.
	ErrTaken = errors.New("taken")
)

//go:embed migrations/*.sql
var migrations embed.FS

// schema describes instance.db. The application id is "RstI".
func schema() (sqlitefile.Schema, error) {
	s, err := migrated()
	s.Blank = blank
	return s, err
}

// blank is a new file.
var blank = sqlitefile.BlankOnce(migrated)

func migrated() (sqlitefile.Schema, error) {
	steps, err := fs.Sub(migrations, "migrations")
	return sqlitefile.Schema{
		Name:          "instance file",
		ApplicationID: 0x52737449,
		Migrations:    steps,
		SecureDelete:  true,
	}, err
}

// Registry is the open instance file.
type Registry struct {
	file *sqlitefile.File
	lock *os.File // nil: others may have the folder open
}

// Open makes the data folder private to its owner and opens instance.db in it,
// both of which it creates when they are missing. Until Close no other process
// can open the folder: that fails with ErrInUse. A file that another version
// or another program made is refused as [sqlitefile.Open] says.
func Open(ctx context.Context, dir string) (*Registry, error) {
	s, err := schema()
	if err != nil {
		return nil, err
	}
	if err := makePrivate(dir); err != nil {
		return nil, err
	}
	lock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	file, err := sqlitefile.Open(ctx, filepath.Join(dir, fileName), s)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &Registry{file: file, lock: lock}, nil
}

// maxMemory is how large a registry in memory may become, in bytes: more than any process serves.
const maxMemory = 64 << 20

// OpenInMemory makes an empty registry that lies in memory alone and is gone once
// it is closed.
func OpenInMemory(ctx context.Context) (*Registry, error) {
	s, err := schema()
	if err != nil {
		return nil, err
	}
	file, err := sqlitefile.OpenMemory(ctx, s, maxMemory)
	if err != nil {
		return nil, err
	}
	return &Registry{file: file}, nil
}

// Join opens the instance file beside the process that serves the folder, if
// there is one, for a command that only adds to it. It makes what is missing
// like Open, and holds no lock.
func Join(ctx context.Context, dir string) (*Registry, error) {
	s, err := schema()
	if err != nil {
		return nil, err
	}
	if err := makePrivate(dir); err != nil {
		return nil, err
	}
	file, err := sqlitefile.Open(ctx, filepath.Join(dir, fileName), s)
	if err != nil {
		return nil, err
	}
	return &Registry{file: file}, nil
}

// Peek opens the instance file for reading alone, beside whoever has it open.
// It fails with fs.ErrNotExist where there is none.
func Peek(ctx context.Context, dir string) (*Registry, error) {
	s, err := schema()
	if err != nil {
		return nil, err
	}
	file, err := sqlitefile.OpenReadOnly(ctx, filepath.Join(dir, fileName), s)
	if err != nil {
		return nil, err
	}
	return &Registry{file: file}, nil
}

// Forget makes the registry keep nothing in memory of what it was asked last.
func (r *Registry) Forget(ctx context.Context) error { return r.file.Forget(ctx) }

// Close waits for running calls and gives the folder back.
func (r *Registry) Close() error {
	// The lock goes last, so that who waits for it finds the file at rest.
	err := r.file.Close()
	if r.lock != nil {
		err = errors.Join(err, r.lock.Close())
	}
	return err
}

// exec runs one statement and says how many rows it changed.
func (r *Registry) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := r.file.Write.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, vocabulary(err)
	}
	return result.RowsAffected()
}

// vocabulary turns the errors that callers tell apart into ours.
func vocabulary(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	if sqlitefile.IsUnique(err) {
		return fmt.Errorf("%w: %w", ErrTaken, err)
	}
	if sqlitefile.IsForeignKey(err) {
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	return err
}

// seconds is how a time is stored.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// moment reads what seconds wrote.
func moment(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}
