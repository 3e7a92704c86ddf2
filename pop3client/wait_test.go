package pop3client

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheFirstByteOfAReplyMayTakeThreeMinutes(t *testing.T) {
	commands := map[string]func(ctx context.Context, c *Client) error{
		"STAT":   func(ctx context.Context, c *Client) error { _, _, err := c.Stat(ctx); return err },
		"UIDL":   func(ctx context.Context, c *Client) error { _, err := c.UIDL(ctx); return err },
		"LIST":   func(ctx context.Context, c *Client) error { _, err := c.List(ctx); return err },
		"RETR 1": func(ctx context.Context, c *Client) error { _, err := c.Retrieve(ctx, 1, io.Discard); return err },
		"QUIT":   func(ctx context.Context, c *Client) error { return c.Quit(ctx) },
	}
	for line, command := range commands {
		synctest.Test(t, func(t *testing.T) {
			c := open(t, nil, func(p *peer) { p.want(line); p.wantEnd() })
			start := time.Now()
			err := command(t.Context(), c)
			if took := time.Since(start); !errors.Is(err, ErrTimeout) || took != 180*time.Second {
				t.Errorf("%s: after %v: %v, want ErrTimeout after 180 s", line, took, err)
			}
		})
	}
}

func TestAStatusLineInDripsHasOneDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, func(p *peer) {
			p.want("NOOP")
			for {
				p.send("+")
				time.Sleep(time.Second)
			}
		})
		start := time.Now()
		err := c.Noop(t.Context())
		if took := time.Since(start); !errors.Is(err, ErrTimeout) || took != 180*time.Second {
			t.Errorf("after %v: %v, want ErrTimeout after 180 s", took, err)
		}
	})
}

func TestAServerThatDoesNotReadIsATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, func(p *peer) { time.Sleep(time.Hour) })
		if err := c.Noop(t.Context()); !errors.Is(err, ErrTimeout) {
			t.Errorf("Noop: %v, want ErrTimeout", err)
		}
	})
}

// trickle sends a message at a rate, in octets a second, for ever.
func trickle(rate int) func(p *peer) {
	return func(p *peer) {
		p.answer("RETR 1", "+OK\r\n")
		for {
			p.send(strings.Repeat("x", rate))
			time.Sleep(time.Second)
		}
	}
}

func TestATrickleIsATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, trickle(60))
		start := time.Now()
		_, err := c.Retrieve(t.Context(), 1, io.Discard)
		if took := time.Since(start); !errors.Is(err, ErrTimeout) || !errors.Is(err, ErrTruncated) || took != time.Minute {
			t.Errorf("60 octets a second, after %v: %v, want ErrTimeout after a minute", took, err)
		}
	})
}

func TestATrickleAfterABurstIsATimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, func(p *peer) {
			p.answer("RETR 1", "+OK\r\n")
			p.send(strings.Repeat("x", 1_000_000))
			for {
				p.send("x")
				time.Sleep(time.Second)
			}
		})
		start := time.Now()
		_, err := c.Retrieve(t.Context(), 1, io.Discard)
		if took := time.Since(start); !errors.Is(err, ErrTimeout) || took != 2*time.Minute {
			t.Errorf("after %v: %v, want ErrTimeout after the second minute", took, err)
		}
	})
}

func TestASlowServerMayTakeTwoHoursAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, trickle(66))
		start := time.Now()
		n, err := c.Retrieve(t.Context(), 1, io.Discard)
		if took := time.Since(start); !errors.Is(err, ErrTimeout) || took != 2*time.Hour {
			t.Errorf("66 octets a second, after %v and %d octets: %v, want ErrTimeout after two hours", took, n, err)
		}
	})
}

func TestTheSessionEndsWhileNothingIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, (*peer).wantEnd)
		time.Sleep(2 * time.Hour)
		if err := c.Noop(t.Context()); !errors.Is(err, ErrTimeout) {
			t.Errorf("Noop after two hours: %v, want ErrTimeout", err)
		}
	})
}

// slowWriter takes its time.
type slowWriter struct{ bytes.Buffer }

func (w *slowWriter) Write(p []byte) (int, error) {
	time.Sleep(10 * time.Minute)
	return w.Buffer.Write(p)
}

func TestASlowWriterIsNotTheServersFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, func(p *peer) {
			p.want("RETR 1")
			for _, piece := range []string{"+OK\r\n", "a\r\n", "b\r\n", "c\r\n.\r\n"} {
				p.send(piece)
			}
		})
		var w slowWriter
		if _, err := c.Retrieve(t.Context(), 1, &w); err != nil || w.String() != "a\r\nb\r\nc\r\n" {
			t.Errorf("%q, %v", w.String(), err)
		}
	})
}

func TestEveryWaitIsAnOption(t *testing.T) {
	hang := func(line, reply string) func(p *peer) {
		return func(p *peer) { p.answer(line, reply); p.wantEnd() }
	}
	retrieve := func(ctx context.Context, c *Client) error { _, err := c.Retrieve(ctx, 1, io.Discard); return err }
	noop := func(ctx context.Context, c *Client) error { return c.Noop(ctx) }
	tests := map[string]struct {
		o      Options
		script func(p *peer)
		do     func(ctx context.Context, c *Client) error
	}{
		"ReplyTimeout":   {Options{ReplyTimeout: time.Second}, hang("NOOP", ""), noop},
		"IdleTimeout":    {Options{IdleTimeout: time.Second}, hang("RETR 1", "+OK\r\nx"), retrieve},
		"SuspectTimeout": {Options{SuspectTimeout: time.Second}, hang("RETR 1", "+OK 2\r\nx\n.\r\n"), retrieve},
		"SessionTimeout": {Options{SessionTimeout: time.Second}, hang("NOOP", ""), noop},
		"MinRate":        {Options{MinRate: 100, RateWindow: time.Second}, trickle(10), retrieve},
	}
	for name, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			c := open(t, &test.o, test.script)
			err := test.do(t.Context(), c)
			if took := time.Since(start); err == nil || took != time.Second {
				t.Errorf("%s of a second: after %v: %v", name, took, err)
			}
		})
	}
	connects := map[string]Options{
		"ConnectTimeout": {ConnectTimeout: time.Second},
		"CAPATimeout":    {CAPATimeout: time.Second},
	}
	for name, o := range connects {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := New(t.Context(), play(t, func(p *peer) {
				if name == "CAPATimeout" {
					p.send("+OK\r\n")
					p.want("CAPA")
				}
				p.wantEnd()
			}), &o)
			if took := time.Since(start); !errors.Is(err, ErrTimeout) || took != time.Second {
				t.Errorf("%s of a second: after %v: %v", name, took, err)
			}
		})
	}
}

func TestADoneContextEndsAWaitAtOnceAndWithoutQUIT(t *testing.T) {
	waits := map[string]struct {
		script func(p *peer)
		do     func(ctx context.Context, c *Client) error
	}{
		"reply": {
			func(p *peer) { p.want("NOOP") },
			func(ctx context.Context, c *Client) error { return c.Noop(ctx) },
		},
		"message": {
			func(p *peer) { p.answer("RETR 1", "+OK\r\npart") },
			func(ctx context.Context, c *Client) error { _, err := c.Retrieve(ctx, 1, io.Discard); return err },
		},
		"list": {
			func(p *peer) { p.answer("UIDL", "+OK\r\n1 a\r\n") },
			func(ctx context.Context, c *Client) error { _, err := c.UIDL(ctx); return err },
		},
		"password": {
			func(p *peer) { p.answer("USER u", "+OK\r\n"); p.want("PASS p") },
			func(ctx context.Context, c *Client) error { return c.Login(ctx, "u", "p") },
		},
	}
	reason := errors.New("nobody wants it any more")
	for name, wait := range waits {
		synctest.Test(t, func(t *testing.T) {
			c := open(t, nil, func(p *peer) { wait.script(p); p.wantEnd() })
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Second, func() { cancel(reason) })
			start := time.Now()
			err := wait.do(ctx, c)
			if took := time.Since(start); !errors.Is(err, reason) || took != time.Second {
				t.Errorf("%s: after %v: %v, want the reason after a second", name, took, err)
			}
			for _, foreign := range []error{ErrAuth, ErrTimeout, ErrTruncated, ErrClosed} {
				if errors.Is(err, foreign) {
					t.Errorf("%s: %v is %q", name, err, foreign)
				}
			}
			if err := c.Quit(t.Context()); !errors.Is(err, ErrClosed) {
				t.Errorf("%s: Quit afterwards: %v, want ErrClosed", name, err)
			}
		})
	}
}

// cancellingWriter cancels while it writes.
type cancellingWriter struct{ cancel context.CancelFunc }

func (w cancellingWriter) Write(p []byte) (int, error) {
	w.cancel()
	synctest.Wait()
	return len(p), nil
}

func TestAContextDoneBetweenTwoWaitsEndsTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, func(p *peer) { p.answer("RETR 1", "+OK\r\npart"); p.wantEnd() })
		ctx, cancel := context.WithCancel(t.Context())
		start := time.Now()
		_, err := c.Retrieve(ctx, 1, cancellingWriter{cancel})
		if took := time.Since(start); !errors.Is(err, context.Canceled) || took != 0 {
			t.Errorf("after %v: %v, want context.Canceled at once", took, err)
		}
	})
}

func TestAContextDoneTooLateToMatterEndsTheSessionOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, func(p *peer) { p.answer("RETR 1", "+OK\r\nall\r\n.\r\n"); p.wantEnd() })
		ctx, cancel := context.WithCancel(t.Context())
		if _, err := c.Retrieve(ctx, 1, cancellingWriter{cancel}); err != nil {
			t.Errorf("Retrieve of what is here already: %v", err)
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("Noop afterwards: %v, want ErrClosed", err)
		}
	})
}

func TestADoneContextEndsConnectAtOnce(t *testing.T) {
	waits := map[string]struct {
		security Security
		script   func(p *peer)
	}{
		"handshake": {TLS, func(p *peer) { p.in.WriteTo(new(countingWriter)) }},
		"greeting":  {Insecure, (*peer).wantEnd},
		"CAPA":      {Insecure, func(p *peer) { p.send("+OK\r\n"); p.want("CAPA"); p.wantEnd() }},
		"STLS":      {STLS, func(p *peer) { p.start(); p.want("STLS"); p.wantEnd() }},
	}
	for name, wait := range waits {
		synctest.Test(t, func(t *testing.T) {
			o := dials(t, wait.script)
			o.TLS = &tls.Config{InsecureSkipVerify: true}
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			start := time.Now()
			_, err := Connect(ctx, Address{Host: host, Security: wait.security}, o)
			if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrTimeout) || took != time.Second {
				t.Errorf("%s: after %v: %v, want the context's error after a second", name, took, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := Connect(ctx, Address{Host: host}, &Options{Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}})
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrTimeout) {
			t.Errorf("dial: %v, want the context's error", err)
		}
	})
}

func TestAContextThatIsDoneBeforehandChangesNothing(t *testing.T) {
	c := open(t, nil, func(p *peer) { p.answer("NOOP", "+OK\r\n") })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Delete(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("Delete: %v, want context.Canceled", err)
	}
	if err := c.Noop(t.Context()); err != nil {
		t.Errorf("Noop afterwards: %v", err)
	}
}

func TestCloseEndsACallOfAnotherGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, nil, func(p *peer) { p.answer("USER u", "+OK\r\n"); p.want("PASS p"); p.wantEnd() })
		time.AfterFunc(time.Second, func() { c.Close() })
		if err := c.Login(t.Context(), "u", "p"); !errors.Is(err, ErrClosed) || errors.Is(err, ErrAuth) {
			t.Errorf("Login: %v, want ErrClosed and no refusal", err)
		}
		c.Close()
	})
}
