package cache

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
)

// ErrLocked is returned while another process writes a person's file.
var ErrLocked = errors.New("another process has this mailbox open")

// takeLock locks the file at path for this process, by advisory lock, so that it is freed however the process ends,
// and writes into it who holds it.
func takeLock(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of a mailbox: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder := lockHolder(f)
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = fmt.Errorf("%w (%s)", ErrLocked, holder)
		}
		return nil, errors.Join(err, f.Close())
	}
	if err := f.Truncate(0); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the lock of a mailbox: %w", err), f.Close())
	}
	if _, err := f.WriteAt(fmt.Appendf(nil, "process %d\n", os.Getpid()), 0); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the lock of a mailbox: %w", err), f.Close())
	}
	return f, nil
}

// lockHolder is what the holder of the lock wrote about itself.
func lockHolder(f *os.File) string {
	text, err := io.ReadAll(io.LimitReader(f, 100))
	if err != nil || len(text) == 0 {
		return "which one is not known"
	}
	return strings.TrimSpace(string(text))
}
