package pop3client_test

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"restante/pop3client"
	"restante/pop3client/pop3test"
)

// mails are messages that a client can get wrong.
var mails = []string{
	"Subject: plain\r\n\r\nGood morning.\r\n",
	"Subject: dots\r\n\r\n.\r\n..\r\n.x\r\n...\r\n",
	"Subject: bare\n\nLF\n.\n+OK\n.\r\nstill the same\r\n",
	"Subject: \x00\xff\r\n\r\nbare \r CR \r\r\n",
	"Subject: long\r\n\r\n" + strings.Repeat("x", 200_000) + "\r\n",
	"\r\n",
}

// address is that of a server that pop3test has started.
func address(t *testing.T, hostPort string, security pop3client.Security) pop3client.Address {
	t.Helper()
	host, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return pop3client.Address{Host: host, Port: n, Security: security}
}

// login connects without protection and signs in.
func login(t *testing.T, hostPort string) (*pop3client.Client, error) {
	t.Helper()
	c, err := pop3client.Connect(t.Context(), address(t, hostPort, pop3client.Insecure), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c, c.Login(t.Context(), "ann", "secret")
}

// serve starts a server with all mails in the mailbox of ann.
func serve(t *testing.T, server *pop3test.Server) (hostPort string, box *pop3test.Mailbox) {
	box = server.AddUser("ann", "secret")
	for _, mail := range mails {
		box.Deliver([]byte(mail))
	}
	return pop3test.Start(t, server), box
}

func TestAllTheWayWithAServer(t *testing.T) {
	cert, pool := pop3test.SelfSigned(t)
	for name, security := range map[string]pop3client.Security{"TLS": pop3client.TLS, "STLS": pop3client.STLS, "insecure": pop3client.Insecure} {
		t.Run(name, func(t *testing.T) {
			server := &pop3test.Server{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}
			hostPort, box := serve(t, server)
			if security == pop3client.TLS {
				hostPort = pop3test.StartTLS(t, server)
			}
			ctx := t.Context()
			c, err := pop3client.Connect(ctx, address(t, hostPort, security), &pop3client.Options{TLS: &tls.Config{RootCAs: pool}})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if err := c.Login(ctx, "ann", "secret"); err != nil {
				t.Fatal(err)
			}
			if count, _, err := c.Stat(ctx); err != nil || count != len(mails) {
				t.Errorf("Stat: %d, %v; want %d", count, err, len(mails))
			}
			sizes, err := c.List(ctx)
			if err != nil || len(sizes) != len(mails) {
				t.Fatalf("List: %v, %v", sizes, err)
			}
			ids, err := c.UIDL(ctx)
			if err != nil || len(ids) != len(mails) {
				t.Fatalf("UIDL: %v, %v", ids, err)
			}
			for i, stored := range box.Messages() {
				if ids[i].Number != i+1 || ids[i].UIDL != stored.UIDL || sizes[i].Size != int64(len(stored.Raw)) {
					t.Errorf("message %d is listed as %+v and %+v", i+1, sizes[i], ids[i])
				}
				var got bytes.Buffer
				if n, err := c.Retrieve(ctx, i+1, &got); err != nil || n != int64(len(stored.Raw)) || !bytes.Equal(got.Bytes(), stored.Raw) {
					t.Errorf("message %d: %d octets, %v: not the %d that are stored", i+1, n, err, len(stored.Raw))
				}
				if one, err := c.UIDLOne(ctx, i+1); err != nil || one != ids[i] {
					t.Errorf("UIDLOne(%d): %+v, %v", i+1, one, err)
				}
			}
			var top bytes.Buffer
			if err := c.Top(ctx, 1, 0, &top); err != nil || top.String() != "Subject: plain\r\n\r\n" {
				t.Errorf("Top: %q, %v", top.String(), err)
			}
			if err := errors.Join(c.Delete(ctx, 1), c.Delete(ctx, 2), c.Quit(ctx)); err != nil {
				t.Error(err)
			}
			if left := len(box.Messages()); left != len(mails)-2 {
				t.Errorf("%d messages are left, want %d", left, len(mails)-2)
			}
		})
	}
}

func TestRepliesInSingleOctets(t *testing.T) {
	server := &pop3test.Server{Faults: []pop3test.Fault{{Command: pop3test.Any, Action: pop3test.Drip(1, 0)}}}
	box := server.AddUser("ann", "secret")
	for _, mail := range mails[:4] {
		box.Deliver([]byte(mail))
	}
	c, err := login(t, pop3test.Start(t, server))
	if err != nil {
		t.Fatal(err)
	}
	for i, mail := range mails[:4] {
		var got bytes.Buffer
		if _, err := c.Retrieve(t.Context(), i+1, &got); err != nil || got.String() != mail {
			t.Errorf("message %d: %q, %v", i+1, got.String(), err)
		}
	}
}

func TestRefusalsOfAServer(t *testing.T) {
	server := &pop3test.Server{ExclusiveLock: true}
	hostPort, _ := serve(t, server)
	if _, err := login(t, hostPort); err != nil {
		t.Fatal(err)
	}
	if _, err := login(t, hostPort); !errors.Is(err, pop3client.ErrInUse) {
		t.Errorf("a second login: %v, want ErrInUse", err)
	}
	c, err := pop3client.Connect(t.Context(), address(t, hostPort, pop3client.Insecure), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(t.Context(), "ann", "wrong"); !errors.Is(err, pop3client.ErrAuth) || errors.Is(err, pop3client.ErrClosed) {
		t.Errorf("a wrong password: %v, want ErrAuth", err)
	}
	_, err = pop3client.Connect(t.Context(), address(t, hostPort, pop3client.STLS), nil)
	if !errors.Is(err, pop3client.ErrNoSTLS) {
		t.Errorf("a server without TLS: %v, want ErrNoSTLS", err)
	}
}

func TestFaultsOfAServerAtEveryCommand(t *testing.T) {
	commands := map[string]func(t *testing.T, c *pop3client.Client) error{
		"STAT": func(t *testing.T, c *pop3client.Client) error { _, _, err := c.Stat(t.Context()); return err },
		"UIDL": func(t *testing.T, c *pop3client.Client) error { _, err := c.UIDL(t.Context()); return err },
		"LIST": func(t *testing.T, c *pop3client.Client) error { _, err := c.List(t.Context()); return err },
		"TOP":  func(t *testing.T, c *pop3client.Client) error { return c.Top(t.Context(), 1, 0, io.Discard) },
		"DELE": func(t *testing.T, c *pop3client.Client) error { return c.Delete(t.Context(), 1) },
		"RETR": func(t *testing.T, c *pop3client.Client) error {
			_, err := c.Retrieve(t.Context(), 1, io.Discard)
			return err
		},
		"QUIT": func(t *testing.T, c *pop3client.Client) error { return c.Quit(t.Context()) },
	}
	faults := map[string]struct {
		action pop3test.Action
		want   error
	}{
		"close":    {pop3test.Close(), pop3client.ErrClosed},
		"garbage":  {pop3test.Garbage(), pop3client.ErrProtocol},
		"endless":  {pop3test.EndlessLine(), pop3client.ErrProtocol},
		"truncate": {pop3test.Truncate(2), pop3client.ErrClosed},
		"err":      {pop3test.Err("[SYS/TEMP] not now"), pop3client.ErrTemporary},
	}
	for name, fault := range faults {
		for verb, command := range commands {
			server := &pop3test.Server{Faults: []pop3test.Fault{{Command: verb, Action: fault.action}}}
			hostPort, box := serve(t, server)
			c, err := login(t, hostPort)
			if err != nil {
				t.Fatal(err)
			}
			if err := command(t, c); !errors.Is(err, fault.want) {
				t.Errorf("%s at %s: %v, want %v", name, verb, err, fault.want)
			}
			if left := len(box.Messages()); left != len(mails) {
				t.Errorf("%s at %s: %d messages are left of %d", name, verb, left, len(mails))
			}
		}
	}
}
