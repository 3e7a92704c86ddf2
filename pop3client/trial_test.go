package pop3client

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestH2TheFirstFlightIsATrial(t *testing.T) {
	var told []int // numbers that done was called for
	checked := make(chan int, 1)
	c := open(t, nil, func(p *peer) {
		for i := range trialFlight {
			p.want(fmt.Sprintf("RETR %d", i+1))
		}
		if p.in.Buffered() > 0 {
			t.Error("the first flight has more than eight commands")
		}
		for i := range trialFlight {
			p.send("+OK\r\n" + strings.Repeat("x\r\n", 1+i%5) + ".\r\n")
		}
		p.want("RETR 5") // the biggest of those that had another behind them
		if p.in.Buffered() > 0 {
			t.Error("the message that is compared is not alone")
		}
		checked <- len(told)
		p.send("+OK\r\n" + strings.Repeat("x\r\n", 5) + ".\r\n")
		p.want("RETR 9")
		p.want("RETR 10")
		p.send("+OK\r\ny\r\n.\r\n+OK\r\nz\r\n.\r\n")
	})
	err := pipelining(c).RetrieveEach(t.Context(), each(numbered(10)), func(Listing) io.Writer { return io.Discard },
		func(l Listing, _ int64, err error) error {
			told = append(told, l.Number)
			return err
		})
	if err != nil {
		t.Fatal(err)
	}
	if n := <-checked; n > 0 {
		t.Errorf("%d messages were handed out before the comparison", n)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, told); diff != "" {
		t.Error(diff)
	}
	if traits := c.Traits(); !traits.PipeliningProven || traits.PipeliningBroken {
		t.Errorf("traits %+v, want PipeliningProven", traits)
	}
}

func TestATrialOfTooFewMessagesProvesNothing(t *testing.T) {
	tests := []struct {
		name   string
		n      int
		stream string
	}{
		{"none", 0, ""},
		{"one", 1, "+OK\r\na\r\n.\r\n"},
		{"one and refusals", 3, "-ERR no\r\n-ERR no\r\n+OK\r\na\r\n.\r\n"},
		{"refusals", 9, strings.Repeat("-ERR no\r\n", 9)},
	}
	for _, test := range tests {
		conn := replies(test.stream)
		if test.n > trialFlight { // the ninth is asked for when the trial is over
			half := len("-ERR no\r\n") * trialFlight
			conn = replies(test.stream[:half], test.stream[half:])
		}
		c := pipelining(clientOn(conn, nil))
		got, err := collect(t.Context(), c, numbered(test.n))
		if err != nil || len(got) != test.n || c.Traits() != (Traits{}) {
			t.Errorf("%s: %v, %v, %+v", test.name, got, err, c.Traits())
		}
	}
}

func TestATrialThatBreaksOffHandsNothingOut(t *testing.T) {
	for _, stream := range []string{"+OK\r\na\r\n.\r\n", "+OK\r\na\r\n.\r\n+OK\r\nb\r\n", "+OK\r\na\r\n.\r\n+OK\r\nb\r\n.\r\n"} {
		c := pipelining(clientOn(replies(stream), nil))
		got, err := collect(t.Context(), c, numbered(2))
		if err == nil || len(got) != 2 || got[0].Err == "" || got[1].Err == "" || c.Traits().PipeliningProven {
			t.Errorf("%q: %v, %v, %+v", stream, got, err, c.Traits())
		}
	}
}

func TestTheComparedMessageIsNotABigOne(t *testing.T) {
	tests := []struct {
		octets []int64
		want   int // number; 0: none
	}{
		{nil, 0}, {[]int64{5}, 0}, {[]int64{5, 9}, 1}, {[]int64{5, 9, 7}, 2}, {[]int64{1 << 20, 5, 9}, 2},
		{[]int64{1 << 20, 1 << 19, 1 << 21, 3}, 2}, {[]int64{5, 1 << 20, 4, 3}, 1}, {[]int64{0, 0, 0}, 1},
	}
	for _, test := range tests {
		tried := new(trial)
		for i, octets := range test.octets {
			tried.watched = append(tried.watched, &watched{number: i + 1, octets: octets})
		}
		got := 0
		if picked := tried.pick(); picked != nil {
			got = picked.number
		}
		if got != test.want {
			t.Errorf("of %v message %d is compared, want %d", test.octets, got, test.want)
		}
	}
}
