package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"restante/cache/export"
)

// exportCommand writes collected mail to files.
type exportCommand struct {
	mailboxFlags
	Format string `required:"" enum:"eml,mbox,maildir" placeholder:"FORMAT" help:"eml (a file a message), mbox (one file, mboxrd) or maildir (Maildir++). Required."`
	Out    string `required:"" placeholder:"PATH" help:"Folder to write, which must be new or empty; for mbox a new file, or - for standard output. Required."`
}

// Run writes everything, oldest first.
func (c *exportCommand) Run(ctx context.Context, std streams) (err error) {
	box, _, err := c.read(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	into, err := c.target(std.out)
	if err != nil {
		return usageError{fmt.Errorf("--out: %w", err)}
	}
	written, left, err := export.Everything(ctx, box, into)
	if err := errors.Join(err, into.Close()); err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%d messages written\n", written)
	if left > 0 {
		fmt.Fprintf(std.err, "%d messages of which only the header has been collected were left out\n", left)
	}
	return nil
}

// target is where the messages go.
func (c *exportCommand) target(stdout io.Writer) (export.Target, error) {
	switch {
	case c.Format == "eml":
		return export.EML(c.Out)
	case c.Format == "maildir":
		return export.Maildir(c.Out)
	case c.Out == "-":
		return export.Mbox(struct{ io.Writer }{stdout}), nil // which is not ours to close
	}
	f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return export.Mbox(f), nil
}
