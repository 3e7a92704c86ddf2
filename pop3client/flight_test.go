package pop3client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// pipelining makes c a client whose server has announced that it pipelines.
func pipelining(c *Client) *Client {
	c.caps = Capabilities{list: []capability{{name: "PIPELINING"}, {name: "TOP"}, {name: "UIDL"}}}
	return c
}

// known is a server whose trial is over.
func known() *Options { return &Options{PipeliningProven: true} }

// delivery is a message as RetrieveEach brings it.
type delivery struct {
	Number int
	Data   string
	Err    string // the kind of the error, see spell
}

// spell names the errors that an error is, as far as these tests tell them apart.
func spell(err error) string {
	var names []string
	for _, each := range []struct {
		name string
		err  error
	}{
		{"temporary", ErrTemporary}, {"permanent", ErrPermanent}, {"argument", ErrArgument}, {"salvaged", ErrSalvaged}, {"desync", errDesync},
		{"protocol", ErrProtocol}, {"interrupted", ErrInterrupted}, {"truncated", ErrTruncated}, {"timeout", ErrTimeout}, {"too large", ErrTooLarge}, {"closed", ErrClosed},
		{"canceled", context.Canceled}, {"changed", ErrChanged},
	} {
		if errors.Is(err, each.err) {
			names = append(names, each.name)
		}
	}
	if err != nil && names == nil {
		return err.Error()
	}
	return strings.Join(names, " ")
}

// numbered are listings of messages 1 to n, of unknown size.
func numbered(n int) []Listing {
	list := make([]Listing, n)
	for i := range list {
		list[i] = Listing{Number: i + 1, Size: -1}
	}
	return list
}

// each yields what is in list.
func each(list []Listing) func() (Listing, bool) {
	return func() (Listing, bool) {
		if len(list) == 0 {
			return Listing{}, false
		}
		l := list[0]
		list = list[1:]
		return l, true
	}
}

// retrieveEach collects what RetrieveEach delivers of list.
func retrieveEach(ctx context.Context, c *Client, list []Listing) ([]delivery, error) {
	var got []delivery
	var data bytes.Buffer
	err := c.RetrieveEach(ctx, each(list),
		func(Listing) io.Writer { data.Reset(); return &data },
		func(l Listing, n int64, err error) error {
			d := delivery{Number: l.Number, Err: spell(err)}
			if err == nil || n > 0 {
				d.Data = data.String()[:n]
			}
			got = append(got, d)
			return nil
		})
	return got, err
}

// collect is retrieveEach where several messages are held back: each has a
// buffer of its own.
func collect(ctx context.Context, c *Client, list []Listing) ([]delivery, error) {
	var got []delivery
	data := map[int]*bytes.Buffer{}
	err := c.RetrieveEach(ctx, each(list),
		func(l Listing) io.Writer { data[l.Number] = new(bytes.Buffer); return data[l.Number] },
		func(l Listing, _ int64, err error) error {
			d := delivery{Number: l.Number, Err: spell(err)}
			if err == nil {
				d.Data = data[l.Number].String()
			}
			got = append(got, d)
			return nil
		})
	return got, err
}

func TestD11EveryPlaceToSplitRepliesInFlight(t *testing.T) {
	whole := "+OK 14 octets\r\na\r\n..b\r\n+OK\r\n.\r\n" + "-ERR [SYS/TEMP] later\r\n" + "+OK\r\n.\r\n" + "+OK\nx\n..\n.\n" + "+ok\r\n.\r\r\n.\r\n"
	want := []delivery{{1, "a\r\n.b\r\n+OK\r\n", ""}, {2, "", "temporary"}, {3, "", ""}, {4, "x\n.\n", ""}, {5, ".\r\r\n", ""}}
	check := func(chunks ...string) {
		t.Helper()
		c := pipelining(clientOn(replies(chunks...), known()))
		got, err := collect(t.Context(), c, numbered(5))
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Fatalf("split as %q: %v %s", chunks, err, diff)
		}
		if left := c.wire.unread(); len(left) > 0 {
			t.Fatalf("split as %q: %q is left", chunks, left)
		}
	}
	check(whole)
	check(strings.Split(whole, "")...)
	for i := range len(whole) {
		check(whole[:i], whole[i:])
		for j := i; j < len(whole); j++ {
			check(whole[:i], whole[i:j], whole[j:])
		}
	}
}

func TestCommandsInFlightGoOutInOneWrite(t *testing.T) {
	conn := replies("+OK\r\na\r\n.\r\n", "+OK\r\nb\r\n.\r\n", "+OK\r\nc\r\n.\r\n")
	writes := &countingConn{Conn: conn}
	c := pipelining(clientOn(writes, known()))
	if _, err := collect(t.Context(), c, numbered(3)); err != nil {
		t.Fatal(err)
	}
	if got := conn.sent.String(); got != "RETR 1\r\nRETR 2\r\nRETR 3\r\n" || writes.n != 1 {
		t.Errorf("%d writes of %q, want one of three commands", writes.n, got)
	}
}

type countingConn struct {
	net.Conn
	n int
}

func (c *countingConn) Write(p []byte) (int, error) { c.n++; return c.Conn.Write(p) }

func TestH1WithoutTheCapabilityThereIsOneCommandAtATime(t *testing.T) {
	for name, o := range map[string]*Options{"not announced": known(), "switched off": {PipeliningProven: true, MaxInFlight: 1}} {
		t.Run(name, func(t *testing.T) {
			c := open(t, o, func(p *peer) {
				for i := range 5 {
					p.want(fmt.Sprintf("RETR %d", i+1))
					if p.in.Buffered() > 0 {
						t.Errorf("more than a command: the server hangs up")
						return
					}
					p.send("\r\n+OK\r\nbody\r\n.\r\n") // D12: a blank line is passed over here
				}
			})
			if o.MaxInFlight == 1 {
				pipelining(c)
			}
			got, err := collect(t.Context(), c, numbered(5))
			if err != nil || len(got) != 5 || got[4].Data != "body\r\n" {
				t.Errorf("%v, %v", got, err)
			}
			if c.Traits().PipeliningProven && o.MaxInFlight == 1 {
				t.Error("the server counts as proven")
			}
		})
	}
}

func TestH2InterleavedReplies(t *testing.T) {
	tests := []struct {
		name    string
		options *Options
		stream  string // what the server says to RETR 1, RETR 2, and what more it is asked
		want    []delivery
	}{
		{"as seen, on trial", nil, "+OK 8 octets\r\nabc\r\n+OK 3 octets\r\nd\r\n.\r\nx\r\n.\r\n",
			[]delivery{{1, "", "desync protocol"}, {2, "", "desync protocol interrupted"}}},
		{"as seen, once proven", known(), "+OK 8 octets\r\nabc\r\n+OK 3 octets\r\nd\r\n.\r\nx\r\n.\r\n",
			[]delivery{{1, "", "desync protocol"}, {2, "", "desync protocol interrupted"}}},
		{"within a line, once proven", known(), "+OK 8 octets\r\nab+OK 3 octets\r\nc\r\nd\r\n.\r\nx\r\n.\r\n",
			[]delivery{{1, "", "desync protocol interrupted"}, {2, "", "desync protocol"}}},
		{"in step all the same, on trial", nil, "+OK\r\nab-ERRc\r\n.\r\n+OK\r\nx\r\n.\r\n" + "+OK\r\nabc\r\n.\r\n",
			[]delivery{{1, "", "desync protocol interrupted"}, {2, "", "desync protocol interrupted"}}},
		{"refused alone, on trial", nil, "+OK\r\nabc\r\n.\r\n+OK\r\nx\r\n.\r\n" + "-ERR what\r\n",
			[]delivery{{1, "", "desync protocol interrupted"}, {2, "", "desync protocol interrupted"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// Alone is said only after it was asked for, as nothing may come unasked.
			stream, alone := test.stream, ""
			if i := strings.LastIndex(stream, "x\r\n.\r\n") + len("x\r\n.\r\n"); i < len(stream) {
				stream, alone = stream[:i], stream[i:]
			}
			conn := replies(stream, alone)
			c := pipelining(clientOn(conn, test.options))
			got, err := collect(t.Context(), c, numbered(2))
			if diff := cmp.Diff(test.want, got); diff != "" || !errors.Is(err, ErrProtocol) {
				t.Errorf("%v %s", err, diff)
			}
			traits := c.Traits()
			if !traits.PipeliningBroken || traits.PipeliningProven && test.options == nil {
				t.Errorf("traits %+v, want PipeliningBroken alone", traits)
			}
			if !conn.closed {
				t.Error("the connection is still open")
			}
		})
	}
}

func TestD1D4D5AnEndThatIsMissedInFlightIsNotSilent(t *testing.T) {
	tests := []struct {
		name string
		raw  string // first reply, after its status line, up to what the server takes for its end
	}{
		{"D1", "text\n.\r\n"}, {"D1 bare", "text\n.\n"}, {"D4", "text.\r\n"}, {"D5", "text\r\n.\r"}, {"D5 after a bare LF", "text\n.\r"},
	}
	for _, test := range tests {
		for _, status := range []string{"+OK 9 octets\r\n", "+OK\r\n", "-ERR gone\r\n"} {
			stream := "+OK\r\n" + test.raw + status + "second\r\n.\r\n" + "+OK\r\nthird\r\n.\r\n"
			c := pipelining(clientOn(replies(stream), known()))
			got, err := collect(t.Context(), c, numbered(3))
			if !errors.Is(err, errDesync) || got[0].Err == "" || got[1].Err == "" {
				t.Errorf("%s before %q: %v, %v; want none of them", test.name, status, got, err)
			}
		}
	}
}

func TestD14AMessageOfTheRightSizeMayLookLikeReplies(t *testing.T) {
	body := "a\n.\r\n+OK\r\n-ERR\r\n.\r+\r\n.\r-\r\n"
	for _, size := range []int64{int64(len(body)), -1} {
		stream := fmt.Sprintf("+OK %d octets\r\n", len(body)) + stuffed(body) + "+OK\r\nb\r\n.\r\n"
		c := pipelining(clientOn(replies(stream), known()))
		got, err := collect(t.Context(), c, []Listing{{Number: 1, Size: size}, {Number: 2}})
		if diff := cmp.Diff([]delivery{{1, body, ""}, {2, "b\r\n", ""}}, got); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
	}
}

func TestD12ABlankLineInFlightIsADesync(t *testing.T) {
	c := pipelining(clientOn(replies("+OK\r\na\r\n.\r\n\r\n+OK\r\nb\r\n.\r\n"), known()))
	got, err := collect(t.Context(), c, numbered(2))
	want := []delivery{{1, "", "desync protocol interrupted"}, {2, "", "desync protocol"}}
	if diff := cmp.Diff(want, got); diff != "" || !errors.Is(err, ErrProtocol) || !c.Traits().PipeliningBroken {
		t.Errorf("%v, %+v %s", err, c.Traits(), diff)
	}
}

func TestH3AServerThatHangsUpInFlight(t *testing.T) {
	tests := []struct {
		name, stream string
		want         []delivery
		hungUp       int
	}{
		{"between two replies", "+OK\r\na\r\n.\r\n", []delivery{{1, "a\r\n", ""}, {2, "", "closed"}, {3, "", "interrupted closed"}}, 2},
		{"in a status line", "+OK\r\na\r\n.\r\n+O", []delivery{{1, "a\r\n", ""}, {2, "", "closed"}, {3, "", "interrupted closed"}}, 2},
		{"in a message", "+OK\r\na\r\n.\r\n+OK\r\nb\r\nc", []delivery{{1, "a\r\n", ""}, {2, "", "truncated closed"}, {3, "", "interrupted truncated closed"}}, 2},
		{"in the last one", "+OK\r\na\r\n.\r\n+OK\r\nb\r\n.\r\n+OK\r\n.\r", []delivery{{1, "a\r\n", ""}, {2, "b\r\n", ""}, {3, "", "truncated closed"}}, 0},
		{"at once", "", []delivery{{1, "", "closed"}, {2, "", "interrupted closed"}, {3, "", "interrupted closed"}}, 3},
	}
	for _, test := range tests {
		conn := replies(test.stream)
		c := pipelining(clientOn(conn, known()))
		got, err := collect(t.Context(), c, numbered(3))
		if diff := cmp.Diff(test.want, got); diff != "" || !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v %s", test.name, err, diff)
		}
		if hungUp := c.Traits().HungUpInFlight; hungUp != test.hungUp || c.Traits().PipeliningBroken {
			t.Errorf("%s: traits %+v, want HungUpInFlight %d", test.name, c.Traits(), test.hungUp)
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) || !conn.closed {
			t.Errorf("%s: the session goes on: %v", test.name, err)
		}
	}
}

// serial is a server that does one thing at a time, without any buffer: while it
// writes a reply it reads no command.
func serial(t *testing.T, reply func(n int) string) net.Conn {
	return play(t, func(p *peer) {
		var line []byte
		one := make([]byte, 1)
		for {
			if _, err := p.conn.Read(one); err != nil {
				return
			}
			line = append(line, one[0])
			if one[0] != '\n' {
				continue
			}
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(string(line), "RETR "), "\r\n"))
			if err != nil {
				t.Errorf("the client sent %q", line)
				return
			}
			line = line[:0]
			p.send(reply(n))
		}
	})
}

func TestH4AServerThatDoesNotReadWhileItWritesIsNoDeadlock(t *testing.T) {
	body := strings.Repeat("a line of it\r\n", 100)
	c := pipelining(clientOn(serial(t, func(int) string { return "+OK\r\n" + body + ".\r\n" }), known()))
	got, err := retrieveEach(t.Context(), c, numbered(3000))
	if err != nil || len(got) != 3000 {
		t.Fatalf("%d messages, %v", len(got), err)
	}
	for i, d := range got {
		if d.Number != i+1 || d.Err != "" {
			t.Fatalf("message %d came as %d, %q", i+1, d.Number, d.Err)
		}
	}
}

func TestASlowConsumerOfAFlightIsNotTheServersFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := pipelining(clientOn(serial(t, func(int) string { return "+OK\r\nbody\r\n.\r\n" }), known()))
		n := 0
		err := c.RetrieveEach(t.Context(), each(numbered(50)),
			func(Listing) io.Writer { return io.Discard },
			func(_ Listing, _ int64, err error) error {
				n++
				time.Sleep(90 * time.Second) // longer than IdleTimeout
				return err
			})
		if err != nil || n != 50 {
			t.Errorf("%d messages, %v", n, err)
		}
	})
}

func TestACanceledFlightEndsAtOnce(t *testing.T) {
	for name, sent := range map[string]string{"between two messages": "", "in a message": "+OK\r\npart"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				conn := play(t, func(p *peer) {
					p.want("RETR 1")
					p.send("+OK\r\na\r\n.\r\n" + sent)
					p.want("RETR 2")
					p.want("RETR 3")
					p.wantEnd()
				})
				c := pipelining(clientOn(conn, known()))
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(10*time.Second, cancel)
				start := time.Now()
				got, err := collect(ctx, c, numbered(3))
				if !errors.Is(err, context.Canceled) || time.Since(start) != 10*time.Second {
					t.Errorf("%v after %v", err, time.Since(start))
				}
				want := []delivery{{1, "a\r\n", ""}, {2, "", "canceled"}, {3, "", "interrupted canceled"}}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
				if c.Traits().HungUpInFlight > 0 {
					t.Error("the server is blamed for it")
				}
			})
		})
	}
}

func TestAConsumerThatFailsEndsAFlight(t *testing.T) {
	full := errors.New("disk full")
	stream := "+OK\r\na\r\n.\r\n+OK\r\nb\r\n.\r\n+OK\r\nc\r\n.\r\n"
	t.Run("writer", func(t *testing.T) {
		conn := replies(stream)
		c := pipelining(clientOn(conn, known()))
		var errs []string
		err := c.RetrieveEach(t.Context(), each(numbered(3)),
			func(l Listing) io.Writer { return &failingWriter{n: 3 * (2 - l.Number), err: full} },
			func(_ Listing, _ int64, err error) error { errs = append(errs, spell(err)); return nil })
		if diff := cmp.Diff([]string{"", "disk full", "interrupted"}, errs); diff != "" || !errors.Is(err, full) || !conn.closed {
			t.Errorf("%v %s", err, diff)
		}
	})
	t.Run("done", func(t *testing.T) {
		conn := replies(stream)
		c := pipelining(clientOn(conn, known()))
		calls := 0
		err := c.RetrieveEach(t.Context(), each(numbered(3)), func(Listing) io.Writer { return io.Discard },
			func(Listing, int64, error) error { calls++; return full })
		if calls != 1 || !errors.Is(err, full) || !conn.closed {
			t.Errorf("%d calls, %v", calls, err)
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("the session goes on: %v", err)
		}
	})
	t.Run("done, with the server's refusal", func(t *testing.T) {
		c := pipelining(clientOn(replies("-ERR no\r\n-ERR no\r\n"), known()))
		err := c.RetrieveEach(t.Context(), each(numbered(2)), nil, func(_ Listing, _ int64, err error) error { return err })
		if !errors.Is(err, ErrPermanent) {
			t.Errorf("%v, want the refusal", err)
		}
		if err := c.Noop(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("the session goes on with a reply under way: %v", err)
		}
	})
}

func TestANumberThatCannotBeIsRefusedInItsTurn(t *testing.T) {
	conn := replies("+OK\r\na\r\n.\r\n+OK\r\nb\r\n.\r\n")
	c := pipelining(clientOn(conn, known()))
	got, err := collect(t.Context(), c, []Listing{{Number: 1}, {Number: 0}, {Number: 2}, {Number: -1}})
	want := []delivery{{1, "a\r\n", ""}, {0, "", "argument"}, {2, "b\r\n", ""}, {-1, "", "argument"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || conn.sent.String() != "RETR 1\r\nRETR 2\r\n" {
		t.Errorf("sent %q, %v %s", conn.sent.String(), err, diff)
	}
}

func TestAMessageIsAskedForAsLateAsPossible(t *testing.T) {
	var log []string
	c := pipelining(clientOn(serial(t, func(int) string { return "+OK\r\na\r\n.\r\n" }), &Options{PipeliningProven: true, MaxInFlight: 2}))
	n := 0
	err := c.RetrieveEach(t.Context(),
		func() (Listing, bool) {
			if n == 4 {
				return Listing{}, false
			}
			n++
			log = append(log, "next "+strconv.Itoa(n))
			return Listing{Number: n}, true
		},
		func(Listing) io.Writer { return io.Discard },
		func(l Listing, _ int64, err error) error {
			log = append(log, "done "+strconv.Itoa(l.Number))
			return err
		})
	want := "next 1, next 2, next 3, done 1, next 4, done 2, done 3, done 4"
	if got := strings.Join(log, ", "); got != want || err != nil {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}

func TestH5AfterABurstOfRefusalsThereIsOneCommandAtATime(t *testing.T) {
	const flight = 20
	c := open(t, &Options{PipeliningProven: true, MaxInFlight: flight}, func(p *peer) {
		for i := range flight {
			p.want(fmt.Sprintf("RETR %d", i+1))
		}
		p.send(strings.Repeat("-ERR no\r\n", flight))
		for i := range 3 {
			p.want(fmt.Sprintf("RETR %d", flight+i+1))
			if p.in.Buffered() > 0 {
				t.Error("there are more commands after a burst of refusals")
			}
			p.send([]string{"-ERR no\r\n", "-ERR no\r\n", "+OK\r\na\r\n.\r\n"}[i])
		}
		for i := range 7 {
			p.want(fmt.Sprintf("RETR %d", flight+4+i))
		}
		p.send(strings.Repeat("+OK\r\na\r\n.\r\n", 7))
	})
	list := numbered(flight + 10)
	for i := range list {
		list[i].Size = 3 // a guess would fill the window for replies
	}
	got, err := collect(t.Context(), pipelining(c), list)
	if err != nil || len(got) != flight+10 || got[flight+1].Err == "" || got[flight+2].Err != "" || got[flight+9].Err != "" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestD3NothingIsSentAheadToAServerThatDoesNotStuff(t *testing.T) {
	c := open(t, &Options{PipeliningProven: true, MaxInFlight: 2}, func(p *peer) {
		p.want("RETR 1")
		p.want("RETR 2")
		p.send("+OK\r\n.a\r\n.\r\n+OK\r\nb\r\n.\r\n")
		for i := range 3 {
			p.want(fmt.Sprintf("RETR %d", i+3))
			if p.in.Buffered() > 0 {
				t.Error("there is more than a command")
			}
			p.send("+OK\r\nc\r\n.\r\n")
		}
	})
	if got, err := collect(t.Context(), pipelining(c), numbered(5)); err != nil || len(got) != 5 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestWhatComesUnaskedIsNoReplyToAFlight(t *testing.T) {
	c := pipelining(clientOn(replies("+OK\r\n+OK\r\na\r\n.\r\n"), known()))
	if err := c.Noop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := collect(t.Context(), c, numbered(1)); !errors.Is(err, ErrProtocol) || len(got) > 0 {
		t.Errorf("in flight: %v, %v; want ErrProtocol", got, err)
	}
	c = clientOn(replies("+OK\r\na\r\n.\r\n+OK\r\nb\r\n.\r\n"), nil)
	if got, err := collect(t.Context(), c, numbered(2)); !errors.Is(err, ErrProtocol) || len(got) != 2 || got[0].Err != "" || got[1].Err == "" {
		t.Errorf("in lock-step: %v, %v; want one message and ErrProtocol", got, err)
	}
	c = clientOn(replies("what\r\n"), nil)
	if got, err := collect(t.Context(), c, numbered(1)); !errors.Is(err, ErrProtocol) || errors.Is(err, errDesync) {
		t.Errorf("no status: %v, %v; want ErrProtocol", got, err)
	}
}

// deafConn reads as its chunkConn has it, and cannot be written to.
type deafConn struct{ *chunkConn }

func (deafConn) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestAWriteThatFailsEndsAFlight(t *testing.T) {
	c := pipelining(clientOn(deafConn{replies("+OK\r\na\r\n.\r\n")}, known()))
	got, err := collect(t.Context(), c, numbered(2))
	if diff := cmp.Diff([]delivery{{1, "a\r\n", ""}, {2, "", "closed"}}, got); diff != "" || !errors.Is(err, ErrClosed) {
		t.Errorf("what the server has still said counts: %v %s", err, diff)
	}
}

func TestATraceHasTheCommandsOfAFlight(t *testing.T) {
	var lines []string
	o := &Options{PipeliningProven: true, Trace: func(e TraceEvent) { lines = append(lines, e.String()) }}
	c := pipelining(clientOn(replies("+OK\r\na\r\n.\r\n-ERR no\r\n"), o))
	if _, err := collect(t.Context(), c, numbered(2)); err != nil {
		t.Fatal(err)
	}
	want := []string{"C: RETR 1", "C: RETR 2", "S: +OK", "S: (3 octets)", "S: -ERR no"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
}
