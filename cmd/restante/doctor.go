package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"restante/cmd/restante/doctor"
	"restante/pop3client"
)

// doctorCommand examines a mail server for one of its users.
type doctorCommand struct {
	Server       string `arg:"" name:"url" help:"The mail server: pop3s://host[:995], pop3://host[:110] (STLS required) or pop3+insecure://host[:110] (no encryption)."`
	User         string `required:"" placeholder:"NAME" help:"User name of the mailbox. Required."`
	PasswordFile string `placeholder:"FILE" help:"File whose first line is the password. Else it is that of RESTANTE_PASSWORD, and else it is asked for."`
	TLSCA        string `name:"tls-ca" placeholder:"FILE" help:"Certificates (PEM) of a private authority to trust, besides the usual ones."`
	JSON         bool   `name:"json" help:"Print one JSON object instead of sentences."`
}

// Run prints what was found. It fails where Restante cannot use the server.
func (c *doctorCommand) Run(ctx context.Context, std streams) error {
	server, err := pop3client.ParseAddress(c.Server)
	if err != nil {
		return usageError{err}
	}
	var o pop3client.Options
	if o.TLS, err = trust(c.TLSCA); err != nil {
		return err
	}
	password, err := passwordOf(ctx, std, c.PasswordFile, c.User, server)
	if err != nil {
		return err
	}
	found := doctor.Examine(ctx, server, pop3client.Credentials{User: c.User, Password: password}, o)
	if err := c.print(std, found); err != nil {
		return fmt.Errorf("writing what was found: %w", err)
	}
	if !found.Usable {
		return errors.New("this server cannot be used as things are")
	}
	return nil
}

func (c *doctorCommand) print(std streams, found doctor.Findings) error {
	if !c.JSON {
		return found.Print(std.out)
	}
	out := json.NewEncoder(std.out)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(found)
}
