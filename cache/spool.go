package cache

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// spoolMemory is how much of a message on its way in is held in memory; a longer one goes to a file.
const spoolMemory = 1 << 20

// Spool holds one message on its way in, written once and then read: in memory up to 1 MiB, beyond that in an unlinked
// temporary file of its folder, so that no message is ever whole in memory and a crash leaves at most an empty file.
// Close frees it. The spools of a box in memory make no file, however long they get.
type Spool struct {
	dir      string // "": none
	mem      []byte
	file     *os.File
	size     int64
	expected int64
}

// NewSpool returns an empty spool for about so many bytes, 0 if that is not known; its file, if it comes to one, lies in
// the person's folder.
func (b *Box) NewSpool(expected int64) *Spool { return &Spool{dir: b.dir, expected: expected} }

// Size is the number of bytes written.
func (s *Spool) Size() int64 { return s.size }

// Write adds p to the end.
func (s *Spool) Write(p []byte) (int, error) {
	if s.file == nil && (s.dir == "" || s.expected <= spoolMemory && len(s.mem)+len(p) <= spoolMemory) {
		if s.mem == nil {
			s.mem = make([]byte, 0, max(min(s.expected+s.expected/64, spoolMemory), int64(len(p))))
		}
		s.mem = append(s.mem, p...)
		s.size += int64(len(p))
		return len(p), nil
	}
	if s.file == nil {
		if err := s.spill(); err != nil {
			return 0, err
		}
	}
	n, err := s.file.Write(p)
	s.size += int64(n)
	return n, err
}

// part is n bytes from off on: where they lie in memory themselves, else read into buf, which is as long.
func (s *Spool) part(buf []byte, off, n int64) ([]byte, error) {
	if s.file == nil && off+n <= int64(len(s.mem)) {
		return s.mem[off : off+n : off+n], nil
	}
	if got, err := s.ReadAt(buf[:n], off); got < int(n) {
		return nil, err
	}
	return buf[:n], nil
}

// spill moves what is in memory to a file that has no name any more.
func (s *Spool) spill() error {
	f, err := os.CreateTemp(s.dir, "spool-*")
	if err != nil {
		return fmt.Errorf("making a spool file: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return errors.Join(fmt.Errorf("unlinking a spool file: %w", err), f.Close())
	}
	if _, err := f.Write(s.mem); err != nil {
		return errors.Join(fmt.Errorf("writing a spool file: %w", err), f.Close())
	}
	s.file, s.mem = f, nil
	return nil
}

// ReadAt reads what was written, as [io.ReaderAt] promises.
func (s *Spool) ReadAt(p []byte, off int64) (int, error) {
	if s.file != nil {
		return s.file.ReadAt(p, off)
	}
	if off < 0 || off >= int64(len(s.mem)) {
		return 0, io.EOF
	}
	n := copy(p, s.mem[off:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Close frees the memory or the file.
func (s *Spool) Close() error {
	s.mem = nil
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}
