package web

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/labstack/echo/v4"
	"golang.org/x/oauth2"

	"restante/cache/vault"
)

const (
	oidcStart    = "/oidc/start"
	oidcCallback = "/oidc/callback"
	oidcCookie   = "__Host-oidc"
	oidcLife     = 10 * time.Minute // that somebody has to sign in at the provider
	oidcPatience = 10 * time.Second // that the provider has for an answer
)

// OIDC is an OpenID provider (OpenID Connect Core 1.0) that vouches for people. Fill the fields; it is asked where its
// addresses are when somebody first needs it, so that the site starts without it.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	Redirect                       string // the address of this site's callback
	Name                           string // that people know it by; "": what the issuer is called
	HTTP                           *http.Client

	mu       sync.Mutex
	provider *oidc.Provider // nil: not asked yet, or in vain
}

// RedirectOf is the callback of a site whose pages lie beneath an address without a slash at its end.
func RedirectOf(site string) string { return site + oidcCallback }

var (
	errProvider = errors.New("the provider did not vouch for anybody") // or not in time, or not for us
	errNotBegun = errors.New("a sign-in that was not begun here")
)

// begun is what a browser keeps of a sign-in between leaving for the provider and coming back.
type begun struct {
	State, Nonce, Verifier, Next string
	Expires                      int64
}

// connect asks the provider where its addresses are, once.
func (o *OIDC) connect(ctx context.Context) (*oidc.Provider, *oauth2.Config, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.provider == nil {
		// The provider's keys are fetched later with this context: it must outlive the request.
		p, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), o.HTTP), o.Issuer)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: %w", errProvider, err)
		}
		o.provider = p
	}
	return o.provider, &oauth2.Config{
		ClientID: o.ClientID, ClientSecret: o.ClientSecret, Endpoint: o.provider.Endpoint(), RedirectURL: o.Redirect,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}, nil
}

// vouch asks the provider whom a code stands for.
func (o *OIDC) vouch(ctx context.Context, code string, b begun) (identity, error) {
	provider, config, err := o.connect(ctx)
	if err != nil {
		return identity{}, err
	}
	ctx = oidc.ClientContext(ctx, o.HTTP)
	token, err := config.Exchange(ctx, code, oauth2.VerifierOption(b.Verifier))
	if err != nil {
		return identity{}, fmt.Errorf("%w: %w", errProvider, err)
	}
	raw, _ := token.Extra("id_token").(string)
	proof, err := provider.Verifier(&oidc.Config{ClientID: o.ClientID}).Verify(ctx, raw)
	if err != nil {
		return identity{}, fmt.Errorf("%w: %w", errProvider, err)
	}
	if proof.Nonce != b.Nonce {
		return identity{}, fmt.Errorf("%w: it answers another question", errProvider)
	}
	var claims struct {
		Email    string `json:"email"`
		Verified any    `json:"email_verified"` // some providers write it as a text
		Username string `json:"preferred_username"`
	}
	if err := proof.Claims(&claims); err != nil {
		return identity{}, fmt.Errorf("%w: %w", errProvider, err)
	}
	if verified := fmt.Sprint(claims.Verified); verified != "true" {
		claims.Email = "" // anybody can call themselves so
	}
	return identity{by: "oidc " + o.Issuer, subject: proof.Subject, name: cmp.Or(claims.Email, claims.Username, proof.Subject)}, nil
}

// startOIDC leads to the provider.
func (s site) startOIDC(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), oidcPatience)
	defer cancel()
	_, config, err := s.OIDC.connect(ctx)
	if err != nil {
		return err
	}
	b := begun{
		State: vault.NewToken().Cookie(), Nonce: vault.NewToken().Cookie(), Verifier: oauth2.GenerateVerifier(),
		Next: local(c.QueryParam("next"), "/inbox"), Expires: s.Now().Add(oidcLife).Unix(),
	}
	data, err := json.Marshal(b)
	if err != nil {
		return err
	}
	blob, err := vault.Seal(s.InstanceKey, data, "sign-in begun")
	if err != nil {
		return err
	}
	c.SetCookie(s.oidcCookie(base64.RawURLEncoding.EncodeToString(blob), oidcLife))
	return c.Redirect(http.StatusSeeOther, config.AuthCodeURL(b.State, oidc.Nonce(b.Nonce), oauth2.S256ChallengeOption(b.Verifier)))
}

// oidcCookie keeps a sign-in that was begun, or makes the browser forget it. The provider leads back from another site,
// which Strict would not let it come along with.
func (s site) oidcCookie(value string, life time.Duration) *http.Cookie {
	return &http.Cookie{Name: oidcCookie, Value: value, Path: "/", MaxAge: int(life.Seconds()), Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode}
}

// finishOIDC is where the provider leads back to.
func (s site) finishOIDC(c echo.Context) error {
	b, err := s.begun(c.Request())
	c.SetCookie(s.oidcCookie("", -time.Second))
	if err != nil {
		return err
	}
	if c.QueryParam("state") != b.State {
		return errNotBegun
	}
	code := c.QueryParam("code")
	if code == "" { // the person did not want to, or is not allowed to
		return fmt.Errorf("%w: %s", errProvider, c.QueryParam("error"))
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), oidcPatience)
	defer cancel()
	id, err := s.OIDC.vouch(ctx, code, b)
	if err != nil {
		return err
	}
	if err := s.welcome(c, id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, b.Next)
}

// begun is the sign-in that a browser has begun here.
func (s site) begun(r *http.Request) (b begun, err error) {
	cookie, err := r.Cookie(oidcCookie)
	if err != nil {
		return b, errNotBegun
	}
	blob, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil {
		return b, errNotBegun
	}
	data, err := vault.Open(s.InstanceKey, blob, "sign-in begun")
	if err != nil || json.Unmarshal(data, &b) != nil || s.Now().Unix() >= b.Expires {
		return b, errNotBegun
	}
	return b, nil
}
