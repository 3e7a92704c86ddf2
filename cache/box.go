// Package cache keeps one person's mail in one SQLite file: messages, flags, conversations, full text, and what each
// server lists.
//
// A [Box] is the open file. All its writes go through one goroutine, so that a person's action never waits for more
// than the group of messages that is being stored at that moment; reads have connections of their own. A [Pool] keeps
// the boxes of many people open while they are needed.
//
// On disk a person is a folder: mail.db, and lock, which names who writes.
package cache

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"restante/cache/sqlitefile"
)

// Errors that callers tell apart.
var (
	// ErrNotFound is returned for an id that this person has nothing under.
	ErrNotFound = errors.New("not found")
	// ErrClosed is returned by every call on a box that has been closed.
	ErrClosed = errors.New("the mailbox file is closed")
)

//go:embed migrations/*.sql
var migrations embed.FS

// applicationID marks a file as a person's mail ("RstM"); it never changes.
const applicationID = 0x5273744d

// schema describes the file to sqlitefile.
func schema() (sqlitefile.Schema, error) {
	s, err := migrated()
	s.Blank = blank
	return s, err
}

func migrated() (sqlitefile.Schema, error) {
	steps, err := fs.Sub(migrations, "migrations")
	return sqlitefile.Schema{Name: "mailbox file", ApplicationID: applicationID, Migrations: steps}, err
}

// blank is a new file, the same for everybody.
var blank = sqlitefile.BlankOnce(migrated)

// Box is one person's mail. Its methods may be called from any goroutine.
type Box struct {
	dir    string // "": it lies in memory,
	memory int64  // … and has room for so many bytes
	file   *sqlitefile.File
	lock   *os.File // nil: nobody else can have it
	now    func() time.Time
	codec  *codec

	crowded crowded // the writer's

	urgent  chan job     // what a person does
	bulk    chan job     // what the collector stores
	waiting atomic.Int32 // jobs handed to urgent and not yet done
	damaged atomic.Bool  // SQLite has found the file damaged
	closing chan struct{}
	close   sync.Once
	writer  sync.WaitGroup
	grown   chan struct{} // the log has, by some groups; capacity 1
	mover   sync.WaitGroup

	stale   atomic.Int64       // rows to be renewed
	stop    context.CancelFunc // ends the renewing
	renewer sync.WaitGroup
	renewal chan struct{} // closed when it is over
	renewed error         // what went wrong in it; read after renewal is closed
}

// Open opens the mail in the folder dir, which it makes if it is absent. It holds dir/lock until [Box.Close]; when
// another process holds it, the error wraps [ErrLocked] and names that process. A file of a newer version or of
// another program is refused with sqlitefile.ErrNewer or sqlitefile.ErrForeign and stays as it is. A file that is damaged,
// or was found to be when it was last open, is set aside and a new one filled with what can be read of it; see
// [Box.Incidents].
func Open(ctx context.Context, dir string, now func() time.Time) (*Box, error) {
	mailbox, err := schema()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of a mailbox: %w", err)
	}
	lock, err := takeLock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	file, err := openFile(ctx, dir, mailbox, now)
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	b := &Box{dir: dir, file: file, lock: lock, now: now}
	if b.codec, err = newCodec(); err != nil {
		return nil, errors.Join(err, file.Close(), lock.Close())
	}
	ctx = b.begin(ctx)
	b.mover.Go(func() { b.moveLog(ctx) })
	stale, err := b.Stale(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening a mailbox file: %w", err), b.Close())
	}
	if !stale {
		close(b.renewal)
		return b, nil
	}
	b.renewer.Go(func() {
		defer close(b.renewal)
		b.renewed = b.renew(ctx)
	})
	return b, nil
}

// begin lets a box take writes. What goes on beside them is to go on for as long as the context that it returns.
func (b *Box) begin(ctx context.Context) context.Context {
	b.crowded = crowded{}
	b.urgent, b.bulk, b.closing = make(chan job), make(chan job), make(chan struct{})
	b.renewal, b.grown = make(chan struct{}), make(chan struct{}, 1)
	ctx, b.stop = context.WithCancel(context.WithoutCancel(ctx))
	b.writer.Go(b.work)
	return ctx
}

// openFile opens the mail file in dir. One that is damaged is rebuilt first.
func openFile(ctx context.Context, dir string, s sqlitefile.Schema, now func() time.Time) (*sqlitefile.File, error) {
	if err := install(dir, "mail.db.damaged-"+now().UTC().Format("20060102T150405.000")); err != nil {
		return nil, fmt.Errorf("putting a rebuilt mailbox file in its place: %w", err)
	}
	path := filepath.Join(dir, "mail.db")
	f, err := sqlitefile.Open(ctx, path, s)
	if err == nil {
		err = probe(ctx, f)
	}
	if err == nil && !isDamaged(dir, nil) {
		return f, nil
	}
	if f != nil {
		err = errors.Join(err, f.Close())
	}
	if !isDamaged(dir, err) {
		return nil, err
	}
	if err := rebuild(ctx, dir, now); err != nil {
		return nil, fmt.Errorf("rebuilding a damaged mailbox file: %w", err)
	}
	return sqlitefile.Open(ctx, path, s)
}

// probe reads what is small and always needed, so that a damaged file shows at once if the damage lies there.
func probe(ctx context.Context, f *sqlitefile.File) error {
	var n int
	return f.Read.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM counters) + (SELECT count(*) FROM renewed)
		+ (SELECT count(*) FROM (SELECT 1 FROM messages LIMIT 1)) + (SELECT count(*) FROM (SELECT 1 FROM fts_config LIMIT 1))`).Scan(&n)
}

// OpenReadOnly opens the mail in the folder dir for reading alone, beside whoever writes it; what changes anything fails
// with [ErrClosed]. It fails with fs.ErrNotExist where there is none, and with sqlitefile.ErrOlder where Open has to bring
// the file up to date first.
func OpenReadOnly(ctx context.Context, dir string, now func() time.Time) (*Box, error) {
	mailbox, err := schema()
	if err != nil {
		return nil, err
	}
	file, err := sqlitefile.OpenReadOnly(ctx, filepath.Join(dir, "mail.db"), mailbox)
	if err != nil {
		return nil, err
	}
	codec, err := newCodec()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	b := &Box{dir: dir, file: file, now: now, codec: codec, closing: make(chan struct{})}
	close(b.closing) // nobody writes
	return b, nil
}

// Close waits for the write that is under way, refuses all others with [ErrClosed] and gives the file back. Closing twice
// does nothing. What went wrong in the background, see [Box.Renewing], is among its errors.
func (b *Box) Close() error {
	var err error
	b.close.Do(func() {
		if b.stop == nil { // nothing is written
			err = b.file.Close()
			return
		}
		b.stop()
		close(b.closing)
		b.writer.Wait()
		b.renewer.Wait()
		b.mover.Wait()
		if b.renewed != nil && !errors.Is(b.renewed, context.Canceled) && !errors.Is(b.renewed, ErrClosed) {
			err = b.renewed
		}
		err = errors.Join(err, b.file.Close())
		if b.lock != nil {
			err = errors.Join(err, b.lock.Close())
		}
	})
	return err
}

// read runs fn in one read transaction, so that all that fn sees is of one moment. Every read goes through it: what
// database/sql says of a closed file cannot be told from other errors.
func (b *Box) read(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := b.file.Read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		select {
		case <-b.closing:
			return ErrClosed
		default:
			return fmt.Errorf("reading: %w", err)
		}
	}
	err = fn(tx)
	b.noteDamage(err)
	if rollback := tx.Rollback(); err == nil && rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
		err = rollback
	}
	return err
}

// seconds is how times stand in the file; zero is the zero time.
func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

// moment is the inverse of seconds.
func moment(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0).UTC()
}
