package sqlitefile

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// serializer is a connection of the driver that can write its file out.
type serializer interface{ Serialize() ([]byte, error) }

// Blank returns the contents of a new file of today's version, which a [Schema] may keep: to make one by its migrations takes
// ten times as long as to write it.
func Blank(ctx context.Context, s Schema) (contents []byte, err error) {
	steps, err := s.steps()
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", dsn("", blank, s)) // whose connections are the driver's own
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, err)
	}
	db.SetMaxOpenConns(1) // each has a file of its own
	for more := true; more && err == nil; {
		more, err = s.migrate(ctx, db, steps)
	}
	if err == nil {
		contents, err = serialize(ctx, db)
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return nil, fmt.Errorf("%s: a new one: %w", s.Name, err)
	}
	return contents, nil
}

// BlankOnce is [Blank] of a schema, made when it is first asked for.
func BlankOnce(schema func() (Schema, error)) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		s, err := schema()
		if err != nil {
			return nil, err
		}
		return Blank(context.Background(), s)
	})
}

// Where the header of a file says that it has a log (SQLite's file format, section 1.3.3).
const (
	atWriteVersion = 18
	atReadVersion  = 19
	hasLog         = 2
)

func serialize(ctx context.Context, db *sql.DB) (contents []byte, err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		s, ok := c.(serializer)
		if !ok {
			return errors.New("the driver cannot write it out")
		}
		contents, err = s.Serialize()
		return err
	})
	if err == nil && len(contents) <= headerAndACount {
		err = errors.New("it is empty")
	}
	if err != nil {
		return nil, err
	}
	contents[atWriteVersion], contents[atReadVersion] = hasLog, hasLog
	return contents, nil
}

// createWhole makes the file at path with its contents, or not at all. fs.ErrExist means that there is one.
func createWhole(path string, contents []byte) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".new-*") // 0600
	if err != nil {
		return err
	}
	_, err = file.Write(contents)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Link(file.Name(), path)
	}
	return errors.Join(err, os.Remove(file.Name()))
}
