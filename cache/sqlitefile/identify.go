package sqlitefile

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// The beginning of a database file (sqlite.org/fileformat2.html, sections 1.3
// and 1.6): a header of 100 bytes, then the root page of its schema.
const (
	magic           = "SQLite format 3\x00"
	atVersion       = 60  // user_version
	atApplication   = 68  // application_id
	atPageType      = 100 // of the root page
	atCells         = 103 // how many entries it has
	leaf            = 13  // the type of a root page without pages below it
	headerAndACount = 105
)

// look judges the file at path by its first bytes, before any connection could
// change it: opening a file of another program could switch its journal. It
// does not ask SQLite, which would have to be told to leave the write-ahead log
// alone, and after a crash the file without its log may make no sense.
func look(path string, s Schema, today int) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	var b [headerAndACount]byte
	n, err := io.ReadFull(f, b[:])
	if err := errors.Join(ignore(err, io.EOF, io.ErrUnexpectedEOF), f.Close()); err != nil {
		return err
	}
	if n == 0 {
		return nil // new, or all of it is in the log still
	}
	if n < len(b) || !strings.HasPrefix(string(b[:]), magic) {
		return errNotSQLite
	}
	application := int32(binary.BigEndian.Uint32(b[atApplication:]))
	version := int(int32(binary.BigEndian.Uint32(b[atVersion:])))
	filled := b[atPageType] != leaf || binary.BigEndian.Uint16(b[atCells:]) > 0
	_, err = judge(application, version, filled, s, today)
	return err
}

// ignore is err, unless it is one of those expected.
func ignore(err error, expected ...error) error {
	for _, e := range expected {
		if errors.Is(err, e) {
			return nil
		}
	}
	return err
}

var errNotSQLite = fmt.Errorf("%w: it is no SQLite file, or its first bytes are damaged; it was left as it is", ErrForeign)

// identify returns the version of the file behind db, 0 for an empty one. It
// fails with ErrForeign when the file is none of s, and with ErrNewer when its
// version is above today.
func identify(ctx context.Context, db *sql.DB, s Schema, today int) (version int, err error) {
	var application int32
	var filled bool
	err = db.QueryRowContext(ctx, `
		SELECT
			(SELECT application_id FROM pragma_application_id),
			(SELECT user_version FROM pragma_user_version),
			EXISTS (SELECT 1 FROM sqlite_schema)`,
	).Scan(&application, &version, &filled)
	if notSQLite(err) {
		return 0, errNotSQLite
	}
	if err != nil {
		return 0, fmt.Errorf("read version: %w", err)
	}
	return judge(application, version, filled, s, today)
}

// judge says whether a file with these marks is one of s, and of which version.
func judge(application int32, version int, filled bool, s Schema, today int) (int, error) {
	if application == 0 && version == 0 && !filled {
		return 0, nil
	}
	// The mark and the first version are set in one transaction.
	if application != s.ApplicationID || version < 1 {
		return 0, fmt.Errorf("%w: it is marked as application %#x, format %d, and ours is %#x, formats 1 to %d; it was left as it is",
			ErrForeign, uint32(application), version, uint32(s.ApplicationID), today)
	}
	if version > today {
		return 0, fmt.Errorf("%w: it has format %d and this program knows formats up to %d; start the version that wrote it, or a later one",
			ErrNewer, version, today)
	}
	return version, nil
}

// checkToday fails unless the file behind db has exactly today's version.
func checkToday(ctx context.Context, db *sql.DB, s Schema, today int) error {
	version, err := identify(ctx, db, s, today)
	if err != nil {
		return err
	}
	if version < today {
		return fmt.Errorf("%w: it has format %d and this program reads format %d; it is brought up to date when it is next opened for writing",
			ErrOlder, version, today)
	}
	return nil
}
