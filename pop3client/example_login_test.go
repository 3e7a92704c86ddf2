package pop3client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"

	"restante/pop3client"
	"restante/pop3client/pop3test"
)

// exampleClient is connected to a server that runs until stop is called.
func exampleClient(ctx context.Context, server *pop3test.Server, o *pop3client.Options) (c *pop3client.Client, stop func()) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	serving, cancel := context.WithCancel(ctx)
	done := make(chan error)
	go func() { done <- server.Serve(serving, listener) }()
	address, err := pop3client.ParseAddress("pop3+insecure://" + listener.Addr().String())
	if err != nil {
		log.Fatal(err)
	}
	c, err = pop3client.Connect(ctx, address, o)
	if err != nil {
		log.Fatal(err)
	}
	return c, func() {
		c.Close()
		cancel()
		<-done
	}
}

// Signs in by the best that the server has, and tells a wrong password from
// the other reasons for a refusal.
func ExampleClient_Authenticate() {
	ctx := context.Background()
	server := &pop3test.Server{Mechanisms: []string{"USER", "PLAIN", "SCRAM-SHA-256"}}
	server.AddUser("ann", "secret")
	c, stop := exampleClient(ctx, server, nil)
	defer stop()

	for _, password := range []string{"guess", "secret"} {
		err := c.Authenticate(ctx, pop3client.Credentials{User: "ann", Password: password})
		switch {
		case err == nil:
			fmt.Println("signed in by", c.Mechanism())
		case errors.Is(err, pop3client.ErrAuth):
			fmt.Println("the password is wrong")
		default:
			log.Fatal(err)
		}
	}
	// Output:
	// the password is wrong
	// signed in by SCRAM-SHA-256
}

// Signs in with an OAuth token. The first has expired; a newer one is asked for
// once.
func ExampleCredentials_token() {
	ctx := context.Background()
	server := pop3test.LikeOutlook()
	server.AddUser("ann@example.org", "").SetTokens("new-token")
	c, stop := exampleClient(ctx, server, nil)
	defer stop()

	token := func(ctx context.Context, refresh bool) (string, error) {
		if refresh {
			return "new-token", nil // from the provider's token endpoint
		}
		return "old-token", nil // the one that is at hand
	}
	if err := c.Authenticate(ctx, pop3client.Credentials{User: "ann@example.org", Token: token}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("signed in by", c.Mechanism())
	// Output:
	// signed in by XOAUTH2
}

// Allows one mechanism alone, and shows all that is said.
func ExampleOptions() {
	ctx := context.Background()
	server := &pop3test.Server{Mechanisms: []string{"USER", "PLAIN"}, Capabilities: []string{"UIDL"}, CapabilitiesBeforeLogin: []string{"SASL PLAIN"}}
	server.AddUser("ann", "secret")
	options := &pop3client.Options{
		Mechanisms: []string{"PLAIN"},
		Trace: func(e pop3client.TraceEvent) {
			if e.Kind == pop3client.TraceSent {
				fmt.Println(e)
			}
		},
	}
	c, stop := exampleClient(ctx, server, options)
	defer stop()
	if err := c.Login(ctx, "ann", "secret"); err != nil {
		log.Fatal(err)
	}
	if err := c.Quit(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// C: CAPA
	// C: AUTH PLAIN
	// C: ***
	// C: CAPA
	// C: QUIT
}

// Tells what a server says about itself.
func ExampleCapabilities() {
	ctx := context.Background()
	server := &pop3test.Server{CapabilitiesBeforeLogin: []string{"UIDL", "TOP", "EXPIRE 30 USER", "LOGIN-DELAY 300", "SASL PLAIN SCRAM-SHA-256", "IMPLEMENTATION Example"}}
	c, stop := exampleClient(ctx, server, nil)
	defer stop()

	caps := c.Capabilities()
	days, never, perUser, ok := caps.Expire()
	fmt.Println(caps.Implementation(), caps.SASL(), caps.LoginDelay())
	fmt.Println(days, never, perUser, ok, caps.Has("pipelining"))
	// Output:
	// Example [PLAIN SCRAM-SHA-256] 5m0s
	// 30 false true true false
}

// Reads an address and says how a connection will be protected.
func ExampleParseAddress() {
	for _, s := range []string{"pop3s://Mail.Example.org", "pop3://mail.example.org:110", "mail.example.org"} {
		address, err := pop3client.ParseAddress(s)
		if err != nil {
			fmt.Println("no address:", s)
			continue
		}
		fmt.Println(address, address.HostPort(), address.Security == pop3client.TLS)
	}
	// Output:
	// pop3s://mail.example.org mail.example.org:995 true
	// pop3://mail.example.org mail.example.org:110 false
	// no address: mail.example.org
}

// Deletes a message: only a QUIT that the server agrees to makes it final.
func ExampleClient_Quit() {
	ctx := context.Background()
	server := new(pop3test.Server)
	box := server.AddUser("ann", "secret")
	box.Deliver([]byte("Subject: old\r\n\r\n"))
	c, stop := exampleClient(ctx, server, nil)
	defer stop()

	if err := c.Login(ctx, "ann", "secret"); err != nil {
		log.Fatal(err)
	}
	if err := c.Delete(ctx, 1); err != nil {
		log.Fatal(err)
	}
	fmt.Println("marked:", len(box.Messages()), "message is there")
	if err := c.Quit(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println("after QUIT:", len(box.Messages()), "messages are there")
	// Output:
	// marked: 1 message is there
	// after QUIT: 0 messages are there
}
