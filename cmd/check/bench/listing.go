package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
)

// listed is how many messages the large mailbox has, of which only the listing
// exists.
const listed = 1_000_000

// listing measures the memory of a client that lists a large mailbox.
func (r *race) listing(ctx context.Context) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- serveListing(l, listed) }()
	got, err := r.run(ctx, "listing", l.Addr().String(), listed)
	if err := errors.Join(err, l.Close(), <-served); err != nil {
		return fmt.Errorf("listing %d messages: %w", listed, err)
	}
	r.large = got
	return nil
}

// serveListing answers one session: it has n messages and shows none of them.
func serveListing(l net.Listener, n int) error {
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	in, out := bufio.NewScanner(conn), bufio.NewWriterSize(conn, 64<<10)
	fmt.Fprint(out, "+OK\r\n")
	for out.Flush() == nil && in.Scan() {
		fmt.Fprint(out, "+OK")
		switch strings.TrimSpace(in.Text()) {
		case "CAPA":
			fmt.Fprint(out, "\r\nUSER\r\nUIDL\r\nPIPELINING\r\n.")
		case "STAT":
			fmt.Fprintf(out, " %d %d", n, n)
		case "LIST":
			for i := range n {
				fmt.Fprintf(out, "\r\n%d %d", i+1, 1000+i%9000)
			}
			fmt.Fprint(out, "\r\n.")
		case "UIDL":
			for i := range n {
				fmt.Fprintf(out, "\r\n%d %08x6b03a1c5", i+1, i+1)
			}
			fmt.Fprint(out, "\r\n.")
		}
		fmt.Fprint(out, "\r\n")
	}
	return in.Err()
}
