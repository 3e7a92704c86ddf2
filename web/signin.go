package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"restante/cache/fetch"
	"restante/cache/registry"
	"restante/cache/vault"
	"restante/pop3client"
	"restante/views"
	"restante/web/session"
)

// errNotAllowed is for people whom the operator does not let in.
var errNotAllowed = errors.New("not on the list of who may sign in")

// credentials are what a person signs in with.
type credentials struct {
	server   pop3client.Address
	user     string
	password vault.Password
	kind     session.Kind
}

func (c credentials) mailbox() registry.Mailbox {
	return registry.Mailbox{Server: c.server.String(), User: c.user}
}

// credentials reads the sign-in form. Where the operator names the server, what the form says of one is ignored. Blanks
// around a user name are slips of a telephone's keyboard; of a password every byte counts.
func (s site) credentials(form url.Values) (creds credentials, problem *views.ErrorSummary) {
	w := s.Words
	check := func(field, text string) *views.ErrorSummary {
		return &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: text, Field: field}
	}
	if s.Mail != nil {
		creds.server = *s.Mail
	} else {
		text := strings.TrimSpace(form.Get("server"))
		if text == "" {
			return creds, check("server", w.ServerMissing())
		}
		var err error
		if creds.server, err = parseServer(text); err != nil {
			return creds, check("server", w.ServerNotUnderstood(err.Error()))
		}
	}
	creds.user = strings.Trim(form.Get("user"), " ")
	if s.UserDomain != "" && creds.user != "" && !strings.Contains(creds.user, "@") {
		creds.user += "@" + s.UserDomain
	}
	if creds.user == "" || len(creds.user) > maxUser {
		return creds, check("user", w.UserNameMissing())
	}
	creds.kind = session.Private
	if s.Kiosk != nil {
		creds.kind = session.Kiosk
	} else if form.Get("shared") != "" {
		creds.kind = session.Shared
	}
	creds.password, problem = s.passwordOf(form)
	return creds, problem
}

// passwordOf reads the password of a form.
func (s site) passwordOf(form url.Values) (password vault.Password, problem *views.ErrorSummary) {
	text := form.Get("password")
	if text == "" || len(text) > maxPassword {
		return password, &views.ErrorSummary{Heading: s.Words.CheckWhatYouWrote(), Text: s.Words.PasswordMissing(), Field: "password"}
	}
	return vault.NewPassword(text), nil
}

// parseServer reads a server as a person writes it: an address, or only a host, which means TLS.
func parseServer(text string) (pop3client.Address, error) {
	if a, err := pop3client.ParseAddress("pop3s://" + text); err == nil {
		return a, nil
	}
	return pop3client.ParseAddress(text)
}

// refusal begins the answer to a sign-in that failed, which after too many says when to try again, and returns its status; 500
// where that is our fault.
func refusal(c echo.Context, err error) (status int) {
	if tooOften, ok := errors.AsType[tooOftenError](err); ok {
		c.Response().Header().Set("Retry-After", strconv.Itoa(int(tooOften.wait/time.Second)+1))
		return http.StatusTooManyRequests
	}
	switch {
	case errors.Is(err, errNotAllowed):
		return http.StatusForbidden
	case fetch.Classify(err) == fetch.Refused, errors.Is(err, pop3client.ErrArgument):
		return http.StatusUnauthorized
	case fetch.Classify(err) == fetch.Internal, fetch.Classify(err) == fetch.DiskFull:
		return http.StatusInternalServerError
	}
	return http.StatusBadGateway
}

// explainSignIn says why a person was not let in, and what to do. It is for what they or the mail server can mend;
// explain has the rest.
func (s site) explainSignIn(err error, creds credentials) *views.ErrorSummary {
	w, host := s.Words, creds.server.Host
	tooOften, ok := errors.AsType[tooOftenError](err)
	switch {
	case ok:
		return &views.ErrorSummary{Heading: w.SignInImpossible(), Text: w.TriedTooOften(w.In(tooOften.wait))}
	case errors.Is(err, errNotAllowed):
		return &views.ErrorSummary{Heading: w.SignInImpossible(), Text: w.NotAllowedHere(creds.user), Field: "user"}
	case errors.Is(err, pop3client.ErrArgument): // no server would
		return &views.ErrorSummary{Heading: w.CheckWhatYouWrote(), Text: w.WrongPassword(host), Field: "user"}
	}
	e := &views.ErrorSummary{Heading: w.SignInImpossible(), Detail: serverWords(err)}
	switch fetch.Classify(err) {
	case fetch.Refused:
		e.Heading, e.Text, e.Field = w.SignInFailed(), w.WrongPassword(host), "password"
	case fetch.InUse:
		e.Text = w.MailboxInUse(host)
	case fetch.LoginDelay:
		e.Text = w.LoginTooSoon(host)
	case fetch.Temporary:
		e.Text = w.ServerNotReady(host)
	case fetch.Forbidden:
		e.Text, e.Field = w.ServerForbidden(host), s.serverField()
	case fetch.BadTLS:
		e.Text, e.Detail = s.explainTLS(err, host), ""
	case fetch.Protocol:
		e.Text = w.NotAPOP3Server(host)
		if errors.Is(err, pop3client.ErrPermanent) {
			e.Text = w.ServerRefused(host)
		}
	case fetch.Unreachable:
		e.Text, e.Field = w.CannotReach(host), s.serverField()
		switch {
		case errors.Is(err, pop3client.ErrTimeout), errors.Is(err, context.DeadlineExceeded):
			e.Text = w.NoAnswerInTime(host)
		case errors.Is(err, pop3client.ErrAuth): // some servers hang up on a wrong password
			e.Heading, e.Text, e.Field = w.SignInFailed(), w.WrongPassword(host), "password"
		}
	}
	return e
}

// serverField is the field to put right where the server is wrong; none where the operator chose it.
func (s site) serverField() string {
	if s.Mail != nil {
		return ""
	}
	return "server"
}

// explainTLS says what is wrong with a server's certificate, or that it offers no encryption.
func (s site) explainTLS(err error, host string) string {
	if errors.Is(err, pop3client.ErrNoSTLS) {
		return s.Words.NoEncryption(host)
	}
	return s.Words.CertificateInvalid(host, s.certificateReason(err))
}

func (s site) certificateReason(err error) string {
	w := s.Words
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	var verification *tls.CertificateVerificationError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil && s.Now().After(invalid.Cert.NotAfter):
		return w.CertificateExpired(w.Ago(s.Now().Sub(invalid.Cert.NotAfter).Round(time.Second)))
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return w.CertificateNotYetValid()
	case errors.As(err, &name):
		return w.CertificateOtherName()
	case errors.As(err, &authority):
		return w.CertificateUnknownAuthority()
	case errors.As(err, &verification):
		return w.CertificateUnreadable()
	}
	return w.CertificateUnreadable()
}

// serverWords is what the server itself said, cleaned and bounded by pop3client. What came over an unprotected
// connection is nobody's word (pop3.md A2).
func serverWords(err error) string {
	var said *pop3client.ServerError
	if errors.As(err, &said) && !said.Plain {
		return said.Text
	}
	return ""
}
