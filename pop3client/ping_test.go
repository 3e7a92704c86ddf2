package pop3client_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"restante/pop3client"
	"restante/pop3client/pop3test"
)

func TestPingShowsWhatPipeliningIsWorth(t *testing.T) {
	const trip, many = 40 * time.Millisecond, 30
	for _, test := range []struct {
		server *pop3test.Server
		want   time.Duration
	}{
		{&pop3test.Server{Delay: trip / 2}, trip},
		{&pop3test.Server{Delay: trip / 2, NoPipelining: true}, many * trip},
	} {
		synctest.Test(t, func(t *testing.T) {
			test.server.AddUser("ana", "secret")
			c, err := pop3client.New(t.Context(), pop3test.StartPipe(t, test.server), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if err := c.Login(t.Context(), "ana", "secret"); err != nil {
				t.Fatal(err)
			}
			if took, err := c.Ping(t.Context(), 1); took != trip || err != nil {
				t.Errorf("one ping takes %v, %v; want %v", took, err, trip)
			}
			if took, err := c.Ping(t.Context(), many); took != test.want || err != nil {
				t.Errorf("%d pings take %v, %v; want %v", many, took, err, test.want)
			}
			if _, err := c.Ping(t.Context(), 0); !errors.Is(err, pop3client.ErrArgument) {
				t.Errorf("no pings: %v, want ErrArgument", err)
			}
			if err := errors.Join(c.Quit(t.Context()), test.server.WaitIdle(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPingReportsARefusalAndRepliesThatDoNotMatch(t *testing.T) {
	server := &pop3test.Server{}
	server.AddUser("ana", "secret")
	c := pingable(t, server)
	server.SetFaults(pop3test.Fault{Command: "NOOP", Nth: 1, Action: pop3test.Err("not now")})
	if _, err := c.Ping(t.Context(), 1); !errors.Is(err, pop3client.ErrPermanent) {
		t.Errorf("refused: %v, want ErrPermanent", err)
	}
	server.SetFaults(pop3test.Fault{Command: "NOOP", Nth: 3, Action: pop3test.BlankLine()})
	if _, err := c.Ping(t.Context(), 8); !errors.Is(err, pop3client.ErrProtocol) || !c.Traits().PipeliningBroken {
		t.Errorf("a line too many: %v and %+v, want ErrProtocol and PipeliningBroken", err, c.Traits())
	}
}

func pingable(t *testing.T, server *pop3test.Server) *pop3client.Client {
	t.Helper()
	address, err := pop3client.ParseAddress("pop3+insecure://" + pop3test.Start(t, server))
	if err != nil {
		t.Fatal(err)
	}
	c, err := pop3client.Connect(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.Login(t.Context(), "ana", "secret"); err != nil {
		t.Fatal(err)
	}
	return c
}
