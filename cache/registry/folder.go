package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// ErrInUse means that another process serves the same data folder.
var ErrInUse = errors.New("in use")

const (
	fileName = "instance.db"
	lockName = "lock"
)

// makePrivate makes dir, or takes a folder that is there away from everybody
// but its owner. It leaves the permissions of a folder alone that holds other
// things: somebody may have named /tmp or a home by mistake.
func makePrivate(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if info.Mode().Perm()&0o077 == 0 {
		return nil
	}
	ours, err := oursOrEmpty(dir)
	if err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	if !ours {
		return fmt.Errorf("data folder %s holds other things and is open to other users: name a folder of its own, or take their permissions away (chmod go= %s)", dir, dir)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("data folder is open to other users and cannot be made private: %w", err)
	}
	return nil
}

func oursOrEmpty(dir string) (bool, error) {
	_, err := os.Stat(filepath.Join(dir, fileName))
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err == nil, err
	}
	entries, err := os.ReadDir(dir)
	return len(entries) == 0, err
}

// lockFolder takes the lock that one process at a time holds on dir. Closing
// the file gives it back, and so does the end of the process, however it ends.
func lockFolder(dir string) (*os.File, error) {
	// The file stays: who removed it would leave two processes with a lock
	// each, on two files of one name.
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("data folder %s: %w: another process serves it; stop that one first, or name another folder", dir, ErrInUse)
	} else if err != nil {
		err = fmt.Errorf("data folder %s: lock: %w", dir, err)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
