package pop3client

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// maxToken is the longest OAuth token that is sent. Real ones have a few
// kilobytes.
const maxToken = 16 << 10

// Credentials are what [Client.Authenticate] signs in with. They print as
// "***", whatever prints them.
type Credentials struct {
	User     string
	Password string // not used when Token is set

	// Authorization names the user whose mailbox it shall be, when that is not
	// User himself (RFC 4422, section 3.4.1). Usually "". It rules out the
	// mechanisms that cannot say it.
	Authorization string

	// Token returns an OAuth bearer token; with refresh, one that is newer than
	// the last, which the server has refused. With refresh it is called at most
	// once in a login. Nil: sign in with the password.
	Token func(ctx context.Context, refresh bool) (string, error)
}

// Format hides everything from package fmt.
func (Credentials) Format(f fmt.State, _ rune) { fmt.Fprint(f, "***") }

// LogValue hides everything from package slog.
func (Credentials) LogValue() slog.Value { return slog.StringValue("***") }

// MarshalText hides everything from package json and its like.
func (Credentials) MarshalText() ([]byte, error) { return []byte("***"), nil }

// check refuses what no mechanism may send. Without a certificate to sign in
// with (external), user and password or token must be there.
func (cred Credentials) check(external bool) error {
	for _, each := range []struct {
		what, value string
		optional    bool
	}{
		{"user name", cred.User, external},
		{"password", cred.Password, external || cred.Token != nil},
		{"authorization identity", cred.Authorization, true},
	} {
		if each.value == "" && each.optional {
			continue
		}
		if err := checkArgument(each.what, each.value); err != nil {
			return err
		}
	}
	if cred.Token != nil && strings.Contains(cred.User+cred.Authorization, "\x01") {
		return fmt.Errorf("%w: the user name contains a control character", ErrArgument)
	}
	return nil
}

// suits reports whether the credentials have what a mechanism sends.
func (cred Credentials) suits(mechanism string) bool {
	switch {
	case mechanism == "EXTERNAL":
		return true
	case cred.User == "":
		return false
	case cred.Authorization != "" && slices.Contains(withoutAuthorization, mechanism):
		return false
	case slices.Contains(tokenMechanisms, mechanism):
		return cred.Token != nil
	case cred.Password == "":
		return false
	case strings.HasPrefix(mechanism, "SCRAM-"):
		_, err := cred.prepared()
		return err == nil
	}
	return true
}

// prepared is the credentials as SCRAM has them (RFC 5802, section 5.1). What
// is there must not prepare to nothing.
func (cred Credentials) prepared() (Credentials, error) {
	for _, each := range []*string{&cred.User, &cred.Password, &cred.Authorization} {
		s, err := saslprep(*each)
		if err == nil && s == "" && *each != "" {
			err = errPrep
		}
		if err != nil {
			return Credentials{}, fmt.Errorf("%w: %w", ErrArgument, err)
		}
		*each = s
	}
	return cred, nil
}
