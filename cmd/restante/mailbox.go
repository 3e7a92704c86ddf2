package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"time"

	"restante/cache"
	"restante/cache/registry"
	"restante/cache/sqlitefile"
	"restante/pop3client"
)

// mailboxFlags name collected mail.
type mailboxFlags struct {
	Data    string `required:"" placeholder:"DIR" help:"Folder that the mail is kept in. Required."`
	Account string `required:"" placeholder:"URL" help:"Mail server that it was collected from: pop3s://host[:995], pop3://host[:110] or pop3+insecure://host[:110]. Required."`
	User    string `required:"" placeholder:"NAME" help:"User name of the mailbox. Required."`
}

// lockPatience is how long a command waits for who has a person's file open.
const lockPatience = 30 * time.Second

// mailbox is the mailbox that the flags name.
func (m mailboxFlags) mailbox() (registry.Mailbox, error) {
	server, err := pop3client.ParseAddress(m.Account)
	if err != nil {
		return registry.Mailbox{}, usageError{fmt.Errorf("--account: %w", err)}
	}
	return registry.Mailbox{Server: server.String(), User: m.User}, nil
}

// folder is the folder of the person whose mail the flags name.
func (m mailboxFlags) folder(ctx context.Context) (dir string, e registry.Enrolment, err error) {
	mailbox, err := m.mailbox()
	if err != nil {
		return "", e, err
	}
	people, err := registry.Peek(ctx, m.Data)
	if errors.Is(err, fs.ErrNotExist) {
		return "", e, usageError{fmt.Errorf("--data %s: nothing has been collected there", m.Data)}
	}
	if err != nil {
		return "", e, explainData(m.Data, err)
	}
	defer people.Close()
	e, err = people.Find(ctx, mailbox)
	if errors.Is(err, registry.ErrNotFound) {
		return "", e, usageError{fmt.Errorf("nothing has been collected for %q at %s: write the server as it is written where it is collected", m.User, mailbox.Server)}
	}
	return filepath.Join(m.Data, "users", string(e.Person)), e, err
}

// read opens the mail that the flags name for reading; nobody has to stop for it.
func (m mailboxFlags) read(ctx context.Context) (*cache.Box, registry.Enrolment, error) {
	dir, e, err := m.folder(ctx)
	if err != nil {
		return nil, e, err
	}
	box, err := cache.OpenReadOnly(ctx, dir, time.Now)
	if errors.Is(err, sqlitefile.ErrOlder) {
		err = fmt.Errorf("%w: restante verify, or serving it, brings it up to date", err)
	}
	return box, e, err
}

// patiently opens what somebody else may have open, and waits for them for a while.
func patiently(ctx context.Context, open func() error) error {
	for deadline := time.Now().Add(lockPatience); ; {
		err := open()
		if !errors.Is(err, cache.ErrLocked) {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%w: somebody is signed in there; sign out, or stop the site, and try again", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}
