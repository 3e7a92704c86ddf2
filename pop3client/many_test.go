package pop3client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// seen is a message as TopEach shows it.
type seen struct {
	Listing Listing
	Head    string
	Err     string
}

func topEach(ctx context.Context, c *Client, list []Listing) ([]seen, error) {
	var got []seen
	var head bytes.Buffer
	err := c.TopEach(ctx, 0, each(list),
		func(Listing) io.Writer { return &head },
		func(l Listing, n int64, err error) error {
			got = append(got, seen{l, head.String(), spell(err)})
			head.Reset()
			return nil
		})
	return got, err
}

func TestAFirstPageIsOneFlight(t *testing.T) {
	const n = 20
	c := open(t, nil, func(p *peer) {
		for i := n; i > 0; i-- {
			p.want(fmt.Sprintf("UIDL %d", i))
			p.want(fmt.Sprintf("LIST %d", i))
			p.want(fmt.Sprintf("TOP %d 0", i))
		}
		for i := n; i > 0; i-- {
			p.send(fmt.Sprintf("+OK %d id%d\r\n+OK %d %d\r\n+OK\r\nSubject: %d\r\n\r\n.\r\n", i, i, i, 100+i, i))
		}
	})
	var list []Listing
	var want []seen
	for i := n; i > 0; i-- {
		list = append(list, Listing{Number: i})
		want = append(want, seen{Listing{Number: i, Size: int64(100 + i), UIDL: fmt.Sprint("id", i)}, fmt.Sprintf("Subject: %d\r\n\r\n", i), ""})
	}
	got, err := topEach(t.Context(), pipelining(c), list)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestTopEachDegradesByWhatIsMissing(t *testing.T) {
	t.Run("UIDL n and LIST n", func(t *testing.T) {
		c := open(t, &Options{MaxInFlight: 1}, func(p *peer) {
			p.answer("UIDL 1", "-ERR what\r\n")
			p.answer("LIST 1", "-ERR what\r\n")
			p.answer("TOP 1 0", "+OK\r\nA: 1\r\n.\r\n")
			p.answer("TOP 2 0", "+OK\r\nA: 2\r\n.\r\n")
		})
		got, err := topEach(t.Context(), pipelining(c), numbered(2))
		want := []seen{{Listing{Number: 1, Size: -1}, "A: 1\r\n", ""}, {Listing{Number: 2, Size: -1}, "A: 2\r\n", ""}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
	})
	t.Run("F5 TOP", func(t *testing.T) {
		conn := replies("+OK 1 a\r\n+OK 1 10\r\n+OK 2 b\r\n+OK 2 20\r\n")
		c := clientOn(conn, nil)
		c.caps = Capabilities{list: []capability{{name: "PIPELINING"}, {name: "UIDL"}}}
		got, err := topEach(t.Context(), c, numbered(2))
		want := []seen{{Listing{Number: 1, Size: 10, UIDL: "a"}, "", "permanent"}, {Listing{Number: 2, Size: 20, UIDL: "b"}, "", "permanent"}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil || strings.Contains(conn.sent.String(), "TOP") {
			t.Errorf("sent %q, %v %s", conn.sent.String(), err, diff)
		}
	})
	t.Run("F1 a message that is gone", func(t *testing.T) {
		c := pipelining(clientOn(replies("-ERR gone\r\n-ERR gone\r\n-ERR gone\r\n"+"+OK 2 b\r\n+OK 2 20\r\n+OK\r\nA: 2\r\n.\r\n"), nil))
		got, err := topEach(t.Context(), c, []Listing{{Number: 1}, {Number: 2}, {Number: 0}})
		want := []seen{{Listing{Number: 1}, "", "permanent"}, {Listing{Number: 2, Size: 20, UIDL: "b"}, "A: 2\r\n", ""}, {Listing{}, "", "argument"}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v %s", err, diff)
		}
	})
	if err := answering(nil).TopEach(t.Context(), -1, nil, nil, nil); !errors.Is(err, ErrArgument) {
		t.Errorf("-1 lines: %v, want ErrArgument", err)
	}
}

func TestH2TopEachSeesRepliesAboutAnotherMessage(t *testing.T) {
	stream := "+OK 1 a\r\n+OK 1 10\r\n+OK\r\nA: 1\n.\r\n+OK 2 b\r\n.\r\n" + "+OK 3 20\r\n"
	c := pipelining(clientOn(replies(stream), nil))
	got, err := topEach(t.Context(), c, numbered(3))
	if len(got) != 3 || got[1].Err != "desync protocol" || got[2].Err != "desync protocol closed" || !errors.Is(err, errDesync) || !c.Traits().PipeliningBroken {
		t.Errorf("%v, %v, %+v", got, err, c.Traits())
	}
}

func TestTopEachThatBreaksOff(t *testing.T) {
	stream := "+OK 1 a\r\n+OK 1 10\r\n+OK\r\nA: 1\r\n.\r\n"
	for more, want := range map[string]string{"": "closed", "+OK 2 b\r\n": "closed", "+OK 2 b\r\n+OK 2 9\r\n+OK\r\nB": "truncated closed"} {
		got, err := topEach(t.Context(), pipelining(clientOn(replies(stream+more), nil)), numbered(3))
		if len(got) != 3 || got[0].Err != "" || got[1].Err != want || got[2].Err != want || !errors.Is(err, ErrClosed) {
			t.Errorf("%q: %v, %v", more, got, err)
		}
	}
}

func deleteEach(ctx context.Context, c *Client, list []Listing) (map[int]string, error) {
	got := map[int]string{}
	err := c.DeleteEach(ctx, each(list), func(l Listing, err error) error {
		if _, twice := got[l.Number]; twice {
			return fmt.Errorf("done was called twice for %d", l.Number)
		}
		got[l.Number] = spell(err)
		return nil
	})
	return got, err
}

func TestG4DeletionsInFlight(t *testing.T) {
	c := open(t, known(), func(p *peer) {
		p.want("DELE 1")
		p.want("DELE 2")
		p.want("DELE 3")
		p.send("+OK\r\n-ERR already deleted\r\n+OK\r\n")
		p.answer("QUIT", "+OK\r\n")
	})
	got, err := deleteEach(t.Context(), pipelining(c), numbered(3))
	if diff := cmp.Diff(map[int]string{1: "", 2: "permanent", 3: ""}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if err := c.Quit(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestH2DeletionsAreNotInFlightBeforeTheServerIsProven(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		for _, line := range []string{"DELE 1", "DELE 2"} {
			p.want(line)
			if p.in.Buffered() > 0 {
				t.Errorf("there is more than %s", line)
			}
			p.send("+OK\r\n\r\n") // D12: as Office 365 does
		}
	})
	got, err := deleteEach(t.Context(), pipelining(c), numbered(2))
	if diff := cmp.Diff(map[int]string{1: "", 2: ""}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
}

func TestOnlyTheMessageThatWasMeantIsDeleted(t *testing.T) {
	list := []Listing{{Number: 1, UIDL: "a"}, {Number: 2, UIDL: "b"}, {Number: 3, UIDL: "c"}, {Number: 4, UIDL: "d"}, {Number: 0, UIDL: "e"}}
	for name, o := range map[string]*Options{"in flight": known(), "in lock-step": {MaxInFlight: 1}} {
		t.Run(name, func(t *testing.T) {
			var sent []string
			c := open(t, o, func(p *peer) {
				for {
					line, err := p.in.ReadString('\n')
					if err != nil {
						return
					}
					sent = append(sent, strings.TrimSpace(line))
					p.send(map[string]string{"UIDL 1": "+OK 1 a\r\n", "UIDL 2": "+OK 2 x\r\n", "UIDL 3": "-ERR gone\r\n", "UIDL 4": "+OK d\r\n"}[strings.TrimSpace(line)])
					if strings.HasPrefix(line, "DELE") {
						p.send("+OK\r\n")
					}
				}
			})
			got, err := deleteEach(t.Context(), pipelining(c), list)
			if diff := cmp.Diff(map[int]string{0: "argument", 1: "", 2: "changed", 3: "permanent", 4: ""}, got); diff != "" || err != nil {
				t.Errorf("%v %s", err, diff)
			}
			deleted := 0
			for _, line := range sent {
				if strings.HasPrefix(line, "DELE") {
					deleted++
				}
			}
			if deleted != 2 {
				t.Errorf("sent %v", sent)
			}
		})
	}
}

func TestG1DeletionsWhoseReplyIsMissing(t *testing.T) {
	list := []Listing{{Number: 1, UIDL: "a"}, {Number: 2, UIDL: "b"}, {Number: 3}}
	for _, stream := range []string{"", "+OK 1 a\r\n", "+OK 1 a\r\n+OK 2 b\r\n", "+OK 1 a\r\n+OK 3 c\r\n", "+OK 1 a\r\n\r\n", "+OK 1 a\r\n+OK 2 b\r\n+O"} {
		c := pipelining(clientOn(replies(stream), known()))
		got, err := deleteEach(t.Context(), c, list)
		if err == nil || len(got) != 3 {
			t.Errorf("%q: %v, %v", stream, got, err)
		}
		for n, kind := range got {
			if !strings.Contains(kind, "closed") {
				t.Errorf("%q: deletion of %d: %q, want ErrClosed", stream, n, kind)
			}
		}
	}
}

func TestCanceledCallsForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		c := pipelining(open(t, known(), func(p *peer) {
			p.want("UIDL 1")
			cancel()
			io.Copy(io.Discard, p.conn)
		}))
		got, err := topEach(ctx, c, numbered(2))
		if !errors.Is(err, context.Canceled) || len(got) != 2 || got[0].Err != "canceled" {
			t.Errorf("TopEach: %v, %v", got, err)
		}
		ctx, cancel = context.WithCancel(t.Context())
		c = pipelining(open(t, known(), func(p *peer) {
			p.want("DELE 1")
			cancel()
			io.Copy(io.Discard, p.conn)
		}))
		deleted, err := deleteEach(ctx, c, numbered(2))
		if !errors.Is(err, context.Canceled) || len(deleted) != 2 || deleted[1] != "closed canceled" {
			t.Errorf("DeleteEach: %v, %v", deleted, err)
		}
	})
}
