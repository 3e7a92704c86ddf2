// Command restante is a web reader for POP3 mail.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // time zones, for machines and images that have none

	"github.com/alecthomas/kong"
	_ "golang.org/x/crypto/x509roots/fallback" // certificate authorities, likewise
	"modernc.org/sqlite"
)

// commands are the command line.
type commands struct {
	Demo        demoCommand        `cmd:"" help:"Try Restante with a sample mailbox. Nothing is kept."`
	Serve       serveCommand       `cmd:"" help:"Serve the site."`
	Doctor      doctorCommand      `cmd:"" help:"Examine a mail server without touching the mail on it, and say what follows: exit status 0 if Restante can use it, 1 if not, 2 for wrong use."`
	Inspect     inspectCommand     `cmd:"" help:"Show what Restante makes of message files: exit status 0 if all could be read, 1 if not, 2 for wrong use."`
	Fetch       fetchCommand       `cmd:"" help:"Collect the mail of a mailbox once: exit status 0 if all of it is here, 1 if only a part, 2 if nothing could be collected."`
	Search      searchCommand      `cmd:"" help:"Search the collected mail of a mailbox."`
	Export      exportCommand      `cmd:"" help:"Write the collected mail of a mailbox to files, byte for byte as it came."`
	Verify      verifyCommand      `cmd:"" help:"Read all collected mail of a mailbox and repair what can be repaired: exit status 0 if all is sound now, 1 if not."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask a site that runs on this machine whether it is well: exit status 0 if it is, 1 if not."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// outcome is an error with the exit status that it ends the process with.
type outcome struct {
	error
	status int
}

// usageError is a mistake in the command line or the environment; the process ends with status 2.
type usageError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if errors.Is(err, errBeginAgain{}) {
		err = beginAgain()
	}
	os.Exit(report(err, os.Stderr))
}

// run carries out a command line until it is done or ctx is.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	// Before the first file is opened: without it, any close of a file descriptor of a database elsewhere in the
	// process would drop SQLite's locks; and a misspelt pragma is an error.
	sqlite.OFDLocking(true)
	sqlite.StrictPragmas(true)

	var cli commands
	parser, err := kong.New(&cli, kong.Name("restante"), kong.Description("A web reader for POP3 mail."),
		kong.Writers(stdout, stderr), kong.Exit(func(int) { panic(helped{}) }), kong.DefaultEnvars("RESTANTE"),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(streams{stdout, stderr}))
	if err != nil {
		return err
	}
	command, err := parse(parser, args)
	if err != nil || command == nil {
		return err
	}
	return command.Run()
}

// helped ends parsing when --help has been answered: kong would end the process.
type helped struct{}

// parse reads the command line; a nil command has been answered already.
func parse(parser *kong.Kong, args []string) (command *kong.Context, err error) {
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(helped); !ok {
				panic(p)
			}
			command, err = nil, nil
		}
	}()
	command, err = parser.Parse(args)
	if err != nil {
		return nil, usageError{fmt.Errorf("%w (restante --help shows what there is)", err)}
	}
	return command, nil
}

// streams are where a command writes.
type streams struct{ out, err io.Writer }

// report says what went wrong, in one line, and returns the exit status.
func report(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "restante: "+strings.ReplaceAll(err.Error(), "\n", "; "))
	var usage usageError
	var with outcome
	switch {
	case errors.As(err, &usage):
		return 2
	case errors.As(err, &with):
		return with.status
	}
	return 1
}
