package bench

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
)

// retrieveRaw is the limit: no client that keeps to the protocol is faster. It
// sends every command as early as it can, and trusts the server in everything,
// also not to send a line that is longer than its buffer.
func retrieveRaw(addr, user, password string) (int64, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	r := raw{conn, bufio.NewReaderSize(conn, 256<<10)}
	count, err := r.signIn(user, password)
	if err != nil {
		return 0, err
	}
	sent := make(chan error, 1)
	go func() {
		var all bytes.Buffer
		for i := range count {
			fmt.Fprintf(&all, "RETR %d\r\n", i+1)
		}
		_, err := all.WriteTo(conn)
		sent <- err
	}()
	octets, err := r.bodies(count)
	if err != nil {
		conn.Close() // what is still being sent ends
	}
	if err := errors.Join(err, <-sent); err != nil {
		return octets, err
	}
	_, err = r.ask("QUIT")
	return octets, err
}

type raw struct {
	conn net.Conn
	*bufio.Reader
}

// signIn ends with the lists read, which nobody looks at, and returns how many
// messages there are.
func (r raw) signIn(user, password string) (count int, err error) {
	if _, err := r.okay(); err != nil {
		return 0, err
	}
	for _, line := range []string{"USER " + user, "PASS " + password} {
		if _, err := r.ask(line); err != nil {
			return 0, err
		}
	}
	stat, err := r.ask("STAT\r\nUIDL\r\nLIST")
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Sscanf(stat, "+OK %d", &count); err != nil {
		return 0, err
	}
	_, err = r.bodies(2)
	return count, err
}

func (r raw) ask(line string) (string, error) {
	if _, err := io.WriteString(r.conn, line+"\r\n"); err != nil {
		return "", err
	}
	return r.okay()
}

func (r raw) okay() (string, error) {
	line, err := r.ReadString('\n')
	if err == nil && !strings.HasPrefix(line, "+OK") {
		err = errors.New(strings.TrimSpace(line))
	}
	return line, err
}

// bodies reads n replies of many lines and counts their octets.
func (r raw) bodies(n int) (octets int64, err error) {
	for range n {
		if _, err := r.okay(); err != nil {
			return octets, err
		}
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return octets, err
			}
			if line[0] == '.' {
				if len(line) == len(".\r\n") {
					break
				}
				octets-- // the dot that the server has added
			}
			octets += int64(len(line))
		}
	}
	return octets, nil
}
