package sqlitefile

import (
	"errors"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// IsUnique reports whether err says that a row would be there twice: a UNIQUE
// or PRIMARY KEY constraint refused it.
func IsUnique(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_CONSTRAINT_UNIQUE || c == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY ||
		c == sqlite3.SQLITE_CONSTRAINT_ROWID
}

// IsForeignKey reports whether err says that a row would refer to one that is
// not there: a FOREIGN KEY constraint refused it.
func IsForeignKey(err error) bool {
	return code(err) == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}

// IsFull reports whether err says that there is no room left: on the disk, or
// within the file's own limit.
func IsFull(err error) bool {
	return code(err) == sqlite3.SQLITE_FULL
}

// IsDamaged reports whether err says that the file is damaged, or no database
// at all.
func IsDamaged(err error) bool {
	c := code(err) & 0xff
	return errors.Is(err, errNotSQLite) || c == sqlite3.SQLITE_CORRUPT || c == sqlite3.SQLITE_NOTADB
}

// isBusy reports whether err says that somebody else has the file locked.
func isBusy(err error) bool {
	return code(err)&0xff == sqlite3.SQLITE_BUSY
}

// notSQLite reports whether SQLite found no database in the file.
func notSQLite(err error) bool {
	return code(err)&0xff == sqlite3.SQLITE_NOTADB
}

// code returns SQLite's extended result code, 0 when err is none of SQLite's.
func code(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}
