package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// serversEnv names the folder in which Debian's packages lie unpacked, each in
// a folder of its own; .ci/servers fills it.
const serversEnv = "RESTANTE_SERVERS"

// unpacked finds a package of Debian's that was unpacked, not installed. The
// servers in them turn into the user whose mail it is, which root alone can.
func unpacked(name, program string) (string, error) {
	root := os.Getenv(serversEnv)
	if root == "" {
		return "", fmt.Errorf("%s is %w (.ci/servers DIR unpacks it; then %s=DIR)", program, ErrAbsent, serversEnv)
	}
	dir := filepath.Join(root, name)
	if _, err := os.Stat(filepath.Join(dir, "usr", "sbin")); err != nil {
		return "", fmt.Errorf("%s is %w from %s=%s: %v", program, ErrAbsent, serversEnv, root, err)
	}
	if os.Getuid() != 0 {
		return "", fmt.Errorf("%s is %w for who is not root", program, ErrAbsent)
	}
	return dir, nil
}

// inetd listens on loopback and answers each connection with a process whose
// input and output the connection is; what it says besides goes to the log.
func (s *Server) inetd(command func(context.Context) *exec.Cmd) error {
	log, err := os.Create(s.log)
	if err != nil {
		return err
	}
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return errors.Join(err, log.Close())
	}
	s.Plain = fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.AcceptTCP()
			if err != nil {
				return
			}
			running.Go(func() {
				if err := attend(conn, command(ctx), log); err != nil {
					fmt.Fprintf(log, "%v\n", err)
				}
			})
		}
	})
	s.stop = func() error {
		err := l.Close()
		cancel()
		running.Wait()
		return errors.Join(err, log.Close())
	}
	return nil
}

// attend runs one process on one connection until it ends. How it ends is its
// own affair: servers end with an error when a client hangs up.
func attend(conn *net.TCPConn, cmd *exec.Cmd, log *os.File) error {
	socket, err := conn.File()
	if err := errors.Join(err, conn.Close()); err != nil {
		return err
	}
	defer socket.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = socket, socket, log
	if err := cmd.Start(); err != nil {
		return err
	}
	cmd.Wait()
	return nil
}
