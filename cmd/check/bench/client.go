package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"restante/pop3client"
)

// Client is what a client's process does: it retrieves the whole mailbox at an
// address, discards it, and prints how many octets that were and how many octets
// of memory the process has taken at most. Kind is "raw" or "restante"; or it is
// "listing", which only lists the mailbox, and counts messages.
func Client(ctx context.Context, out io.Writer, kind, addr, user, password string) error {
	var octets int64
	var err error
	switch kind {
	case "raw":
		octets, err = retrieveRaw(addr, user, password)
	case "restante":
		octets, err = retrieveAll(ctx, addr, user, password)
	case "listing":
		octets, err = listAll(ctx, addr, user, password)
	default:
		return fmt.Errorf("there is no client %q", kind)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, octets, peak())
	return err
}

// retrieveAll is how a program does it with pop3client, from a server that has
// been seen to pipeline before.
func retrieveAll(ctx context.Context, addr, user, password string) (int64, error) {
	c, err := signIn(ctx, addr, user, password)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	all, err := c.Listings(ctx)
	if err != nil {
		return 0, err
	}
	next, stop := iter.Pull(all.All())
	defer stop()
	var octets int64
	discard := func(pop3client.Listing) io.Writer { return io.Discard }
	err = c.RetrieveEach(ctx, next, discard, func(_ pop3client.Listing, n int64, err error) error {
		octets += n
		return err
	})
	return octets, errors.Join(err, c.Quit(ctx))
}

// listAll asks for the listing alone.
func listAll(ctx context.Context, addr, user, password string) (int64, error) {
	c, err := signIn(ctx, addr, user, password)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	all, err := c.Listings(ctx)
	if err != nil {
		return 0, err
	}
	return int64(all.Len()), c.Quit(ctx)
}

func signIn(ctx context.Context, addr, user, password string) (*pop3client.Client, error) {
	address, err := pop3client.ParseAddress("pop3+insecure://" + addr)
	if err != nil {
		return nil, err
	}
	c, err := pop3client.Connect(ctx, address, &pop3client.Options{PipeliningProven: true, Mechanisms: []string{"USER"}})
	if err != nil {
		return nil, err
	}
	if err := c.Login(ctx, user, password); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// peak is the most memory that this process has had, from Linux; 0 elsewhere.
func peak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kilo int64
	fmt.Sscan(after, &kilo)
	return kilo << 10
}
