package sqlitefile

import (
	"context"
	"errors"
	"fmt"
)

// OpenMemory makes an empty file of today's version that lies in memory alone
// and is gone once it is closed. It takes at most size bytes; what would make
// it larger fails as on a full disk, see IsFull. What is deleted in it is
// overwritten with zeros.
//
// Read and Write are one connection: whoever uses either while holding a
// transaction of the other waits for ever.
func OpenMemory(ctx context.Context, s Schema, size int64) (*File, error) {
	steps, err := s.steps()
	if err != nil {
		return nil, err
	}
	db := connect("", inMemory, s, 1)
	f := &File{Read: db, Write: db}
	for more := true; more && err == nil; {
		more, err = s.migrate(ctx, db, steps)
	}
	if err == nil {
		err = limit(ctx, f, size)
	}
	if err != nil {
		return nil, fmt.Errorf("%s in memory: %w", s.Name, errors.Join(err, f.Close()))
	}
	return f, nil
}

// limit makes a file in memory keep foreign keys, as migrations do not, and its
// size.
func limit(ctx context.Context, f *File, size int64) error {
	var page int64
	if err := f.Write.QueryRowContext(ctx, `PRAGMA page_size`).Scan(&page); err != nil {
		return err
	}
	_, err := f.Write.ExecContext(ctx, fmt.Sprintf(`PRAGMA foreign_keys = 1; PRAGMA max_page_count = %d`, size/page))
	return err
}

// longestRow is how many bytes of a row lie in one page of 4 KiB, as pages are
// (SQLite's file format, section 1.6).
const longestRow = 4096 - 35

// Forget makes a file in memory keep nothing of what it was asked last:
// statements keep the last values that they have met, and SQLite builds each
// row in one place before it is written.
func (f *File) Forget(ctx context.Context) error {
	conn, err := f.Write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("forgetting: %w", err)
	}
	_, err = conn.ExecContext(ctx, fmt.Sprintf(`CREATE TABLE forgotten (x BLOB); INSERT INTO forgotten VALUES (zeroblob(%d)); DROP TABLE forgotten`, longestRow-10))
	err = errors.Join(err, conn.Raw(func(c any) error {
		if prepared, ok := c.(*preparedConn); ok {
			return prepared.forget()
		}
		return nil
	}))
	if err = errors.Join(err, conn.Close()); err != nil {
		return fmt.Errorf("forgetting: %w", err)
	}
	return nil
}

// Used is how many bytes of the file hold anything.
func (f *File) Used(ctx context.Context) (bytes int64, err error) {
	err = f.Read.QueryRowContext(ctx, `SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size`).Scan(&bytes)
	if err != nil {
		return 0, fmt.Errorf("counting pages: %w", err)
	}
	return bytes, nil
}
