package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"restante/pop3client"
)

// maxPassword bounds what is read of a password file: one can be named by mistake.
const maxPassword = 64 << 10

// passwordOf is the password of file, of RESTANTE_PASSWORD, or what a person types. There is no flag for it, because every
// user of a machine can read command lines.
func passwordOf(ctx context.Context, std streams, file, user string, server pop3client.Address) (string, error) {
	if file != "" {
		return passwordFile(file)
	}
	if password, ok := os.LookupEnv("RESTANTE_PASSWORD"); ok {
		return password, nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return "", usageError{errors.New("there is no password: name a file with --password-file, set RESTANTE_PASSWORD, or run this in a terminal")}
	}
	fmt.Fprintf(std.err, "Password of %q at %s: ", user, server.Host)
	password, err := typed(ctx, int(os.Stdin.Fd()))
	fmt.Fprintln(std.err)
	return password, err
}

// passwordFile reads the first line.
func passwordFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", usageError{fmt.Errorf("--password-file: %w", err)}
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxPassword))
	if err != nil {
		return "", usageError{fmt.Errorf("--password-file %s: %w", name, err)}
	}
	line, _, _ := bytes.Cut(content, []byte("\n"))
	if line = bytes.TrimSuffix(line, []byte("\r")); len(line) == 0 {
		return "", usageError{fmt.Errorf("--password-file %s: its first line is empty", name)}
	}
	return string(line), nil
}

// typed reads a line from a terminal without showing it. When ctx is done first, the terminal shows again what is typed; the
// read itself cannot be called off and ends with the process.
func typed(ctx context.Context, terminal int) (string, error) {
	before, err := term.GetState(terminal)
	if err != nil {
		return "", fmt.Errorf("asking for the password: %w", err)
	}
	type answer struct {
		line []byte
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		line, err := term.ReadPassword(terminal)
		answered <- answer{line, err}
	}()
	select {
	case a := <-answered:
		if a.err != nil {
			return "", fmt.Errorf("asking for the password: %w", a.err)
		}
		return string(a.line), nil
	case <-ctx.Done():
		return "", errors.Join(context.Cause(ctx), term.Restore(terminal, before))
	}
}
