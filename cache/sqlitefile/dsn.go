package sqlitefile

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
)

// access is what a connection may do.
type access int

const (
	writing     access = iota // everything, in IMMEDIATE transactions
	migrating                 // the same with foreign keys off
	moving                    // the log into the file, without waiting for anybody
	reading                   // no writing, beside a connection that writes
	readingOnly               // no writing, and no need of one that does
	inMemory                  // everything, and in no file
	blank                     // the same, to be written out
)

// SQLite waits for whoever has a file locked (_busy_timeout), but not where two
// set up the write-ahead log of a new file at once: one of them is refused, and
// tries again.
const (
	busyTries = 100
	busyWait  = 20 * time.Millisecond
)

// connector opens connections to one data source name. Its only use is that
// sql.OpenDB, unlike sql.Open, cannot fail: what is wrong with a file is then
// reported in one place, by the first query.
type connector string

func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	base, err := sqlite.NewConnector(string(c))
	if err != nil {
		return nil, err
	}
	conn, err := base.Connect(ctx)
	for tries := 0; isBusy(err) && tries < busyTries; tries++ {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(busyWait):
		}
		conn, err = base.Connect(ctx)
	}
	if err != nil {
		return nil, err
	}
	whole, ok := conn.(driverConn)
	if !ok {
		return conn, nil // another version of the driver; it works without
	}
	return &preparedConn{whole, map[string]*statement{}}, nil
}

func (c connector) Driver() driver.Driver { return new(sqlite.Driver) }

// connect returns a pool that opens up to n connections when they are first
// needed and keeps them until it is closed.
func connect(path string, a access, s Schema, n int) *sql.DB {
	db := sql.OpenDB(connector(dsn(path, a, s)))
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db
}

// dsn returns the data source name for the file at path. All pragmas are in
// it because a pragma that is run by Exec reaches one pooled connection only.
func dsn(path string, a access, s Schema) string {
	v := url.Values{
		"_busy_timeout": {"5000"},
		"_foreign_keys": {"1"},
		"_defensive":    {"1"}, // SQL cannot damage the file on purpose
		"_dqs":          {"0"}, // "a typo" is an error, not a string
		"_pragma":       {"temp_store(memory)", "trusted_schema(0)"},
	}
	switch a {
	case writing, migrating, moving:
		v.Set("_journal_mode", "WAL")
		v.Set("_synchronous", "FULL")
		v.Set("_txlock", "immediate")
		// Most of a file is messages in rows of many pages; each page is two
		// writes to the log. It says so of new files only.
		v.Add("_pragma", "page_size(8192)")
		// A transaction that outgrows the cache writes pages twice, and the
		// checksums of all behind them; of a longer log each page is moved
		// into the file once, however often it was written.
		v.Add("_pragma", "cache_size(-16000)")
		v.Add("_pragma", "wal_autocheckpoint(8000)")
		v.Add("_pragma", "journal_size_limit(67108864)") // what a long log leaves of its file
		if s.SecureDelete {
			v.Add("_pragma", "secure_delete(1)")
		}
	case reading:
		v.Set("_query_only", "1")
		v.Add("_pragma", "cache_size(-1000)")
	case readingOnly:
		v.Set("_query_only", "1")
		v.Set("mode", "ro")
		v.Add("_pragma", "cache_size(-1000)")
	case blank:
		path = ":memory:"
		v.Set("_txlock", "immediate")
		v.Add("_pragma", "page_size(8192)")
	case inMemory:
		path = ":memory:"
		v.Set("_txlock", "immediate")
		v.Add("_pragma", "secure_delete(1)")
	}
	if a == moving {
		v.Set("_busy_timeout", "0")
	}
	if a == migrating || a == inMemory || a == blank { // there until the migrations are through
		v.Set("_foreign_keys", "0")
	}
	if path != ":memory:" {
		path = escape(path)
	}
	return "file:" + path + "?" + v.Encode()
}

// escape makes path fit for a URI; without it a name with "?", "#" or "%"
// would be another file. SQLite obeys mode=ro in URIs only.
func escape(path string) string {
	// Abs fails only where the working directory is gone; SQLite then says so.
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	u := url.URL{Path: filepath.ToSlash(path)}
	return u.EscapedPath()
}
