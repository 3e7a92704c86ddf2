package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"time"

	"restante/web"
)

// vouchFlags are who else vouches for people than their mail server.
type vouchFlags struct {
	AuthHeader           string `placeholder:"NAME" help:"The field of a request in which a trusted proxy names who is signed in there, such as Remote-User: they need not sign in here. Needs --key-file, and --trusted-proxy or a Unix socket."`
	OIDCIssuer           string `name:"oidc-issuer" placeholder:"URL" help:"An OpenID provider by which people may sign in. Needs --key-file, --public-url https://…, and the next two."`
	OIDCClientID         string `name:"oidc-client-id" placeholder:"ID" help:"What the provider knows this site by."`
	OIDCClientSecretFile string `name:"oidc-client-secret-file" placeholder:"FILE" help:"File with the secret that goes with it."`
	OIDCName             string `name:"oidc-name" placeholder:"TEXT" help:"What the button says that leads to the provider. Without it, the provider's host."`
}

const (
	providerTime = 10 * time.Second // that a provider has for one answer
	maxSecret    = 4 << 10          // bytes of a secret's file
)

// vouchers makes of the flags what the site needs to know.
func (c *serveCommand) vouchers(i *instance) error {
	v := c.vouchFlags
	if v.AuthHeader == "" && v.OIDCIssuer == "" && v.OIDCClientID == "" && v.OIDCClientSecretFile == "" && v.OIDCName == "" {
		return nil
	}
	switch {
	case c.Kiosk:
		return usageError{errors.New("--auth-header and --oidc-issuer are not for a kiosk: nobody is known there")}
	case i.key.IsZero():
		return usageError{errors.New("--auth-header and --oidc-issuer need --key-file: no password of these people opens what is theirs")}
	}
	if v.AuthHeader != "" {
		if len(i.front.Trusted) == 0 && !strings.HasPrefix(c.Listen, "unix:") {
			return usageError{errors.New("--auth-header needs --trusted-proxy or --listen unix:…: else anybody could name themselves anybody")}
		}
		i.authHeader = textproto.CanonicalMIMEHeaderKey(v.AuthHeader)
	}
	if v.OIDCIssuer == "" {
		if v.OIDCClientID != "" || v.OIDCClientSecretFile != "" || v.OIDCName != "" {
			return usageError{errors.New("the flags that begin with --oidc- need --oidc-issuer")}
		}
		return nil
	}
	return c.provider(i)
}

// provider is the one of the flags.
func (c *serveCommand) provider(i *instance) error {
	v, public := c.vouchFlags, i.front.Public
	issuer, err := url.Parse(v.OIDCIssuer)
	switch {
	case err != nil || issuer.Scheme != "https" && issuer.Hostname() != "127.0.0.1" && issuer.Hostname() != "localhost":
		return usageError{fmt.Errorf("--oidc-issuer %s: write an address that begins with https://", v.OIDCIssuer)}
	case v.OIDCClientID == "" || v.OIDCClientSecretFile == "":
		return usageError{errors.New("--oidc-issuer needs --oidc-client-id and --oidc-client-secret-file")}
	case public == nil || public.Scheme != "https":
		return usageError{errors.New("--oidc-issuer needs --public-url https://…: the provider leads people back there")}
	}
	secret, err := readSecret(v.OIDCClientSecretFile)
	if err != nil {
		return err
	}
	i.oidc = &web.OIDC{
		Issuer: v.OIDCIssuer, ClientID: v.OIDCClientID, ClientSecret: secret, Name: v.OIDCName,
		Redirect: web.RedirectOf(public.String() + i.front.Base), HTTP: &http.Client{Timeout: providerTime},
	}
	return nil
}

// readSecret reads a file of one line.
func readSecret(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", usageError{fmt.Errorf("--oidc-client-secret-file: %w", err)}
	}
	if info.Size() > maxSecret {
		return "", usageError{fmt.Errorf("--oidc-client-secret-file %s is no secret: it is %d bytes long", path, info.Size())}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return "", usageError{fmt.Errorf("--oidc-client-secret-file: %w", err)}
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", usageError{fmt.Errorf("--oidc-client-secret-file %s is empty", path)}
	}
	return secret, nil
}
