package pop3client

import (
	"context"
	"fmt"
	"time"
)

// maxPings is how many NOOPs a Ping may send.
const maxPings = 100

// Ping sends NOOP n times, up to 100, and returns how long it took until the
// last was answered. They are in flight from a server that announces
// PIPELINING, and go one after the other otherwise: so Ping of 1 is the round
// trip, and Ping of many shows what pipelining is worth. No message is touched.
func (c *Client) Ping(ctx context.Context, n int) (time.Duration, error) {
	if n < 1 || n > maxPings {
		return 0, fmt.Errorf("%w: %d pings", ErrArgument, n)
	}
	var took time.Duration
	err := c.session(ctx, "ping", func() error {
		start, left := time.Now(), n
		var refusal error
		f := c.newFlight(func() (command, bool) {
			left--
			return command{verb: "NOOP"}, left >= 0
		}, func(_ command, _ answer, refused error) error {
			refusal = refused
			return nil
		})
		if err := f.fly(); err != nil {
			return err
		}
		took = time.Since(start)
		return refusal
	})
	return took, err
}
