package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"restante/cmd/check/bench"
)

// benchCommand is "bench pop3", "bench collect" or "bench store" with flags, or all three. "bench client" is what it runs itself, as processes of their own.
func benchCommand(ctx context.Context, args []string, out io.Writer) error {
	if len(args) == 5 && args[0] == "client" {
		return bench.Client(ctx, out, args[1], args[2], args[3], args[4])
	}
	which := "all"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		which, args = args[0], args[1:]
	}
	o, err := benchOptions(args)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	switch which {
	case "all":
		return errors.Join(benchPOP3(ctx, out, o), bench.Collect(ctx, out, o), bench.Store(ctx, out, o))
	case "pop3":
		return benchPOP3(ctx, out, o)
	case "collect":
		return bench.Collect(ctx, out, o)
	case "store":
		return bench.Store(ctx, out, o)
	}
	return errUsage
}

func benchPOP3(ctx context.Context, out io.Writer, o bench.Options) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program: %w", err)
	}
	return bench.POP3(ctx, out, o, []string{self, "bench", "client"})
}

func benchOptions(args []string) (bench.Options, error) {
	var o bench.Options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&o.Messages, "n", 10_000, "messages in the mailbox")
	flags.IntVar(&o.Runs, "runs", 3, "runs of each client for each round trip")
	trips := flags.String("rtt", "0s,20ms,50ms,100ms", "round-trip times")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.Messages < 1 || o.Runs < 1 || flags.NArg() > 0 {
		return o, errors.New("bench [pop3|collect|store] [-n MESSAGES] [-runs N] [-rtt 0s,20ms,…]")
	}
	for word := range strings.SplitSeq(*trips, ",") {
		trip, err := time.ParseDuration(word)
		if err != nil || trip < 0 {
			return o, fmt.Errorf("-rtt: %q is no span such as 20ms", word)
		}
		o.RoundTrips = append(o.RoundTrips, trip)
	}
	return o, nil
}
