package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"syscall"
)

// listen opens the address that the site is served on.
func listen(addr string) (net.Listener, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, usageError{fmt.Errorf("--listen %s: write host:port, such as 127.0.0.1:8080, or :8080 for all addresses of this machine", addr)}
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

// address is how a browser on this machine reaches a listener.
func address(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return "http://" + l.Addr().String()
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
