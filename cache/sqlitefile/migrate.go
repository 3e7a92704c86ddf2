package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
)

// step is one migration: its version is its place in the list, from 1.
type step struct {
	name, sql string
}

var stepName = regexp.MustCompile(`^([0-9]{4})_[a-z0-9_]+\.sql$`)

// steps reads the migrations, in order.
func (s Schema) steps() ([]step, error) {
	entries, err := fs.ReadDir(s.Migrations, ".") // sorted by name
	if err != nil {
		return nil, fmt.Errorf("%s: migrations: %w", s.Name, err)
	}
	steps := make([]step, 0, len(entries))
	for i, e := range entries {
		m := stepName.FindStringSubmatch(e.Name())
		if m == nil {
			return nil, fmt.Errorf("%s: migration %q: the name is not NNNN_name.sql", s.Name, e.Name())
		}
		if n, err := strconv.Atoi(m[1]); err != nil || n != i+1 {
			return nil, fmt.Errorf("%s: migration %q: number %04d is missing or there twice", s.Name, e.Name(), i+1)
		}
		text, err := fs.ReadFile(s.Migrations, e.Name())
		if err != nil {
			return nil, fmt.Errorf("%s: migrations: %w", s.Name, err)
		}
		steps = append(steps, step{e.Name(), string(text)})
	}
	if len(steps) == 0 || s.ApplicationID == 0 {
		return nil, fmt.Errorf("%s: a schema needs an application id and at least one migration", s.Name)
	}
	return steps, nil
}

// upgrade brings the file at path, which write has open, to today's version.
func upgrade(ctx context.Context, write *sql.DB, path string, s Schema, steps []step) error {
	version, err := identify(ctx, write, s, len(steps))
	if err != nil || version == len(steps) {
		return err
	}
	db := connect(path, migrating, s, 1)
	for more := true; more && err == nil; {
		more, err = s.migrate(ctx, db, steps)
	}
	return errors.Join(err, db.Close())
}

// migrate takes the next step in one transaction; more is false when there
// was none to take. It reads the version anew because another process may
// have been here in between.
func (s Schema) migrate(ctx context.Context, db *sql.DB, steps []step) (more bool, err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return false, fmt.Errorf("migrate: %w", err)
	}
	defer tx.Rollback()
	var version int
	if err := tx.QueryRowContext(ctx, `PRAGMA user_version`).Scan(&version); err != nil {
		return false, fmt.Errorf("migrate: %w", err)
	}
	if version >= len(steps) {
		return false, nil
	}
	next := steps[version]
	if _, err := tx.ExecContext(ctx, next.sql); err != nil {
		return false, fmt.Errorf("migration %s: %w", next.name, err)
	}
	if err := checkForeignKeys(ctx, tx); err != nil {
		return false, fmt.Errorf("migration %s: %w", next.name, err)
	}
	mark := fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d`, s.ApplicationID, version+1)
	if _, err := tx.ExecContext(ctx, mark); err != nil {
		return false, fmt.Errorf("migration %s: %w", next.name, err)
	}
	if err := tx.Commit(); err != nil {
		return false, fmt.Errorf("migration %s: %w", next.name, err)
	}
	return true, nil
}

// checkForeignKeys fails when a row refers to one that is not there. During a
// migration keys are not enforced: rebuilding a table drops the old one, and
// that would delete the rows which refer to it.
func checkForeignKeys(ctx context.Context, tx *sql.Tx) error {
	var table, parent string
	var row, key sql.NullInt64
	err := tx.QueryRowContext(ctx, `PRAGMA foreign_key_check`).Scan(&table, &row, &parent, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("check foreign keys: %w", err)
	}
	return fmt.Errorf("row %d of %s refers to a missing row of %s", row.Int64, table, parent)
}
