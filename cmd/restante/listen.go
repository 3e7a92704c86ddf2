package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// socketMode lets who owns the socket and their group connect: a proxy is one of the group.
const socketMode = 0o660

// listen opens the address that the site is served on: HOST:PORT, or unix:PATH.
func listen(addr string) (net.Listener, error) {
	if path, ok := strings.CutPrefix(addr, "unix:"); ok {
		return listenUnix(path)
	}
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, usageError{fmt.Errorf("--listen %s: write host:port, such as 127.0.0.1:8080, or :8080 for all addresses of this machine, or unix:/run/restante.sock", addr)}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return nil, usageError{fmt.Errorf("--listen %s: the port must be a number up to 65535; 0 picks a free one", addr)}
	}
	l, err := net.Listen("tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("%s is taken by another program: end that one, or choose another port with --listen (port 0 picks a free one)", addr)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("%s: this user may not open port %s: choose one above 1023 with --listen", addr, port)
	case err != nil:
		return nil, fmt.Errorf("--listen %s: %w", addr, err)
	}
	return l, nil
}

// listenAdmin opens the address for who runs the site. A port alone is one that nobody reaches from another machine.
func listenAdmin(addr string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil && !strings.Contains(addr, ":") {
		port, err = addr, nil
	}
	if _, wrong := strconv.ParseUint(port, 10, 16); err != nil || wrong != nil {
		return nil, usageError{fmt.Errorf("--admin-listen %s: write a port, or host:port", addr)}
	}
	if host == "" {
		host = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, fmt.Errorf("--admin-listen %s: %w", addr, err)
	}
	return l, nil
}

// listenUnix opens a Unix socket, which is removed when it is closed. One that a process that was killed left behind is
// replaced; one that somebody answers at, or a file that is none, stays.
func listenUnix(path string) (net.Listener, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("--listen unix:%s: %w", path, err)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, usageError{fmt.Errorf("--listen unix:%s: there is a file that is no socket", path)}
	default:
		if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
			return nil, errors.Join(fmt.Errorf("%s is taken by another program: end that one, or choose another path with --listen", path), c.Close())
		}
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("--listen unix:%s: removing a socket that nobody answers at: %w", path, err)
		}
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("--listen unix:%s: %w", path, err)
	}
	if err := os.Chmod(path, socketMode); err != nil {
		return nil, errors.Join(fmt.Errorf("--listen unix:%s: %w", path, err), l.Close())
	}
	return l, nil
}

// address is how a browser on this machine reaches a listener.
func address(l net.Listener, secure bool) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "unix:" + l.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	if secure {
		return "https://" + net.JoinHostPort(host, port)
	}
	return "http://" + net.JoinHostPort(host, port)
}
