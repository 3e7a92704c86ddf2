package pop3client_test

import (
	"context"
	"fmt"
	"log"
	"net"
	"strings"

	"restante/pop3client"
	"restante/pop3client/pop3test"
)

// Collects every message of a mailbox, and deletes none.
func Example() {
	ctx := context.Background()
	addr, stop := exampleServer(ctx)
	defer stop()
	address, err := pop3client.ParseAddress("pop3+insecure://" + addr)
	if err != nil {
		log.Fatal(err)
	}

	c, err := pop3client.Connect(ctx, address, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(ctx, "ann", "secret"); err != nil {
		log.Fatal(err)
	}
	list, err := c.UIDL(ctx)
	if err != nil {
		log.Fatal(err)
	}
	for _, entry := range list {
		var message strings.Builder
		octets, err := c.Retrieve(ctx, entry.Number, &message)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("message %d has %d octets: %q\n", entry.Number, octets, message.String())
	}
	if err := c.Quit(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// message 1 has 33 octets: "Subject: Hello\r\n\r\n.dots and all\r\n"
}

// exampleServer serves one mailbox until stop is called.
func exampleServer(ctx context.Context) (addr string, stop func()) {
	server := new(pop3test.Server)
	server.AddUser("ann", "secret").Deliver([]byte("Subject: Hello\r\n\r\n.dots and all\r\n"))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan error)
	go func() { done <- server.Serve(ctx, listener) }()
	return listener.Addr().String(), func() {
		cancel()
		<-done
	}
}
