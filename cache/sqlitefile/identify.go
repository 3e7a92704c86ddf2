package sqlitefile

import (
	"context"
	"database/sql"
	"fmt"
)

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
		return 0, fmt.Errorf("%w: it is no SQLite file, or its first bytes are damaged; it was left as it is", ErrForeign)
	}
	if err != nil {
		return 0, fmt.Errorf("read version: %w", err)
	}
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
