package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// Popa3d starts popa3d with an empty mbox: no CAPA, no TLS, and the same UIDL
// for messages that look alike (pop3.md E1). It only knows users of the system,
// so it gets a small system of its own to live in (chroot).
func Popa3d() (*Server, error) {
	dir, err := unpacked("popa3d", "popa3d")
	if err != nil {
		return nil, err
	}
	s, err := newServer("popa3d")
	if err != nil {
		return nil, err
	}
	s.User = "ana"
	root := filepath.Join(s.dir, "root")
	if err := s.settlePopa3d(dir, root); err != nil {
		return s.begun(err)
	}
	return s.begun(s.inetd(func(ctx context.Context) *exec.Cmd {
		return exec.CommandContext(ctx, "chroot", root, "/usr/sbin/popa3d")
	}))
}

// settlePopa3d furnishes the small system: the program, the libraries that it
// and the judge of passwords load, two users, and the mailbox.
func (s *Server) settlePopa3d(dir, root string) error {
	modules, err := filepath.Glob("/usr/lib/*/security/pam_unix.so")
	if err != nil || len(modules) != 1 {
		return fmt.Errorf("pam_unix.so is %w (Debian's package is libpam-modules)", ErrAbsent)
	}
	judge := modules[0]
	for _, sub := range []string{"etc/pam.d", "var/mail", "var/lib/popa3d"} {
		if err := os.MkdirAll(filepath.Join(root, sub), 0o755); err != nil {
			return err
		}
	}
	program := filepath.Join(dir, "usr", "sbin", "popa3d")
	files := map[string]string{program: "/usr/sbin/popa3d", judge: judge}
	for _, needy := range []string{program, judge} {
		if err := librariesOf(needy, files); err != nil {
			return err
		}
	}
	for from, to := range files {
		if err := copyFile(from, filepath.Join(root, to)); err != nil {
			return err
		}
	}
	for name, content := range map[string]string{
		"etc/passwd":       fmt.Sprintf("popa3d:x:5001:5001::/:/\n%s:%s:%d:%d::/:/bin/false\n", s.User, passwordHash, mailUID, mailUID),
		"etc/group":        fmt.Sprintf("popa3d:x:5001:\n%s:x:%d:\n", s.User, mailUID),
		"etc/pam.d/popa3d": fmt.Sprintf("auth required %s\naccount required %[1]s\n", judge),
	} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o644); err != nil {
			return err
		}
	}
	if err := os.Chmod(filepath.Join(root, "var/mail"), 0o1777); err != nil {
		return err
	}
	box, err := newMbox(filepath.Join(root, "var/mail", s.User))
	s.box = box
	return err
}

var libraryPath = regexp.MustCompile(`(?m)(/\S+) \(0x`)

// librariesOf adds to files the shared libraries that a program loads.
func librariesOf(program string, files map[string]string) error {
	out, err := exec.Command("ldd", program).Output()
	if err != nil {
		return fmt.Errorf("libraries of %s: %w", program, err)
	}
	for _, m := range libraryPath.FindAllSubmatch(out, -1) {
		files[string(m[1])] = string(m[1])
	}
	return nil
}

// copyFile copies a program or library.
func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
