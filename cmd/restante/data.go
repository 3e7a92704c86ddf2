package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// usableData makes the data folder if it can, and says what to do where it cannot be used.
func usableData(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("--data %s: the folder cannot be made: %w", dir, err)
		}
	case err != nil:
		return fmt.Errorf("--data: %w", err)
	case !info.IsDir():
		return fmt.Errorf("--data %s is a file: name a folder", dir)
	}
	if err := writable(dir); err != nil {
		return fmt.Errorf("--data %s: this user cannot write there: give the folder to it (chown), or name another: %w", dir, err)
	}
	return nil
}

// writable reports whether files can be made in dir.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".writable-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}
