package pop3client

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// oauthStatus is what the reason of a refused token may look like; anything
// else is not repeated.
var oauthStatus = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// token asks the caller for a token and checks that it can be sent.
func (c *Client) token(ctx context.Context, cred Credentials, refresh bool) (string, error) {
	token, err := cred.Token(ctx, refresh)
	if err != nil {
		return "", fmt.Errorf("login: ask for a token: %w", err)
	}
	switch {
	case token == "":
		return "", fmt.Errorf("%w: the token is empty", ErrArgument)
	case len(token) > maxToken:
		return "", fmt.Errorf("%w: the token is longer than %d octets", ErrArgument, maxToken)
	case strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "", fmt.Errorf("%w: the token has characters that none has", ErrArgument)
	}
	c.concealing.add(token)
	return token, nil
}

// bearerExchange is OAUTHBEARER (RFC 7628).
func bearerExchange(cred Credentials, token string, server Address) *exchange {
	authorization := escapeName(cmp.Or(cred.Authorization, cred.User))
	var where string
	if server.Host != "" {
		where = "host=" + server.Host + "\x01port=" + strconv.Itoa(server.Port) + "\x01"
	}
	return tokenExchange("n,a="+authorization+",\x01"+where+"auth=Bearer "+token+"\x01\x01", "\x01")
}

// xoauth2Exchange is XOAUTH2, which came before it and which more servers have.
func xoauth2Exchange(cred Credentials, token string) *exchange {
	return tokenExchange("user="+cred.User+"\x01auth=Bearer "+token+"\x01\x01", "")
}

// tokenExchange sends a token. A challenge after it means no, with the reason
// as JSON, and wants an answer before -ERR comes (pop3.md C8).
func tokenExchange(answer, sorry string) *exchange {
	x := &exchange{clientFirst: true, steps: []step{says(answer)}}
	x.failed = func(challenge []byte) []byte {
		x.reason = parseOAuthStatus(challenge)
		return []byte(sorry)
	}
	return x
}

// parseOAuthStatus finds the status in the reason, such as "invalid_token" or
// "401"; "" for none.
func parseOAuthStatus(challenge []byte) string {
	var reason struct{ Status string }
	if json.Unmarshal(challenge, &reason) != nil || !oauthStatus.MatchString(reason.Status) {
		return ""
	}
	return reason.Status
}
