package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"restante/cache"
	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
)

// fetchCommand collects the mail of one mailbox once.
type fetchCommand struct {
	Server       string `arg:"" name:"url" help:"The mail server: pop3s://host[:995], pop3://host[:110] (STLS required) or pop3+insecure://host[:110] (no encryption). Private addresses are allowed."`
	User         string `required:"" placeholder:"NAME" help:"User name of the mailbox. Required."`
	Data         string `required:"" placeholder:"DIR" help:"Folder that the mail is kept in. Required."`
	PasswordFile string `placeholder:"FILE" help:"File whose first line is the password. Else it is that of RESTANTE_PASSWORD, and else it is asked for."`
	TLSCA        string `name:"tls-ca" placeholder:"FILE" help:"Certificates (PEM) of a private authority to trust, besides the usual ones."`
	JSON         bool   `name:"json" help:"Print one last line with what was done, as a JSON object."`
}

// Exit statuses of fetch.
const (
	fetchedPartly  = 1
	fetchedNothing = 2
)

// fetched is what was done; its fields are a promise to scripts.
type fetched struct {
	Listed      int     `json:"listed"`
	Collected   int     `json:"collected"`
	Deleted     int     `json:"deleted"`
	Bytes       int64   `json:"bytes"`
	Seconds     float64 `json:"seconds"`
	FirstPageMS int64   `json:"firstPageMs"` // 0: nothing could be seen
}

// Run collects once.
func (c *fetchCommand) Run(ctx context.Context, std streams) error {
	server, err := pop3client.ParseAddress(c.Server)
	if err != nil {
		return usageError{err}
	}
	client := pop3client.Options{}
	if client.TLS, err = trust(c.TLSCA); err != nil {
		return err
	}
	if err := usableData(c.Data); err != nil {
		return usageError{err}
	}
	text, err := passwordOf(ctx, std, c.PasswordFile, c.User, server)
	if err != nil {
		return err
	}
	began := time.Now()
	result, err := c.collect(ctx, std, server, vault.NewPassword(text), client)
	took := time.Since(began)
	if c.JSON {
		line := fetched{result.Listed, result.Collected, result.Deleted, result.Bytes, took.Seconds(), result.FirstPage.Milliseconds()}
		err = errors.Join(err, json.NewEncoder(std.out).Encode(line))
	} else if err == nil {
		fmt.Fprintf(std.out, "%d messages on the server, %d collected (%d bytes) in %s\n", result.Listed, result.Collected, result.Bytes, took.Round(time.Millisecond))
	}
	switch {
	case err == nil && result.Complete:
		return nil
	case err == nil:
		err = errors.New("some messages could not be collected: they are tried again next time")
		fallthrough
	case result.Listed > 0 || result.Collected > 0:
		return outcome{err, fetchedPartly}
	}
	return outcome{err, fetchedNothing}
}

// collect makes the mailbox known, if it is not, and collects it.
func (c *fetchCommand) collect(ctx context.Context, std streams, server pop3client.Address, password vault.Password, client pop3client.Options) (r fetch.Result, err error) {
	people, err := registry.Join(ctx, c.Data)
	if err != nil {
		return r, explainData(c.Data, err)
	}
	defer func() { err = errors.Join(err, people.Close()) }()
	boxes := cache.NewPool(filepath.Join(c.Data, "users"), time.Now)
	defer func() { err = errors.Join(err, boxes.Close()) }()
	fleet := &fetch.Fleet{Boxes: boxes, Registry: people, Client: client, Now: time.Now, Log: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	signIn := func(ctx context.Context) (*fetch.Session, error) { return fleet.SignIn(ctx, server, c.User, password) }
	session, err := signIn(ctx) // nobody becomes known whom the server does not know
	if err != nil {
		return r, err
	}
	var e registry.Enrolment
	err = patiently(ctx, func() (err error) {
		e, err = enrolled(ctx, people, boxes, registry.Mailbox{Server: server.String(), User: c.User})
		return err
	})
	if err != nil {
		session.Close()
		return r, err
	}
	show, end := progress(std.err)
	defer end()
	return fleet.Once(ctx, e, func(ctx context.Context) (*fetch.Session, error) {
		if first := session; first != nil {
			session = nil
			return first, nil
		}
		return signIn(ctx)
	}, show)
}

// enrolled is the enrolment of a mailbox: of who signs in with it, else of who collects it. Where there is none it makes one,
// as signing in to the site does.
func enrolled(ctx context.Context, people *registry.Registry, boxes *cache.Pool, m registry.Mailbox) (registry.Enrolment, error) {
	e, err := people.Find(ctx, m)
	if err == nil {
		_, done, err := boxes.Get(ctx, string(e.Person))
		if err == nil {
			done()
		}
		return e, err
	}
	if !errors.Is(err, registry.ErrNotFound) {
		return e, err
	}
	person, err := people.AddPerson(ctx, time.Now())
	if err != nil {
		return e, err
	}
	box, done, err := boxes.Get(ctx, string(person))
	if err != nil {
		return e, err
	}
	defer done()
	account, err := box.AddAccount(ctx, m.Server, m.User)
	if err != nil {
		return e, err
	}
	return people.Enrol(ctx, registry.Enrolment{Mailbox: m, Person: person, Account: account.ID, SignsIn: true, Made: time.Now()})
}

// progress shows on a terminal how a collection stands; elsewhere it shows nothing. end clears the line.
func progress(w io.Writer) (show func(fetch.State), end func()) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func(fetch.State) {}, func() {}
	}
	const wide, often = 30, 100 * time.Millisecond
	var last time.Time
	return func(s fetch.State) {
		if s.Phase != fetch.Downloading || s.Total == 0 || time.Since(last) < often {
			return
		}
		last = time.Now()
		part := float64(s.Got) / float64(s.Total)
		if s.TotalBytes > 0 {
			part = float64(s.GotBytes) / float64(s.TotalBytes)
		}
		full := min(int(part*wide), wide)
		fmt.Fprintf(f, "\r[%s%s] %3.0f%%  %d of %d messages", strings.Repeat("#", full), strings.Repeat(".", wide-full), part*100, s.Got, s.Total)
	}, func() { fmt.Fprint(f, "\r\x1b[K") }
}
