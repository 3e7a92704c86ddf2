package pop3test

import "strings"

// bearerRefusal is what a client is told about a token that opens nothing (RFC 7628, section 3.2.2).
const bearerRefusal = `{"status":"invalid_token","schemes":"bearer","scope":"mail.pop3"}`

// bearerSteps are those of OAUTHBEARER and XOAUTH2, which differ in the words and in what the client must say after a
// refusal, before it is told -ERR (pop3.md C8).
func (c *session) bearerSteps(
	parse func(string) (user, token string, ok bool), acknowledgement string,
) func([]byte) ([]byte, *verdict) {
	refused := false
	return func(response []byte) ([]byte, *verdict) {
		if refused && string(response) != acknowledgement {
			return nil, malformed("this is not how a refusal is acknowledged")
		}
		if refused {
			return nil, denied()
		}
		user, token, ok := parse(string(response))
		if !ok {
			return nil, malformed("this is not how a token is shown")
		}
		if user = c.server.bearer(user, token); user == "" {
			refused = true
			return []byte(bearerRefusal), nil
		}
		return nil, granted(user, "")
	}
}

// parseOAuthBearer reads `n,a=user,^Ahost=…^Aauth=Bearer token^A^A` (RFC 7628, section 3.1). The user may be absent.
func parseOAuthBearer(message string) (user, token string, ok bool) {
	header, fields, _ := strings.Cut(message, "\x01")
	gs2 := strings.Split(header, ",")
	if len(gs2) != 3 || gs2[0] != "n" && gs2[0] != "y" || gs2[2] != "" {
		return "", "", false
	}
	token, ok = bearerToken(fields)
	return unescape(strings.TrimPrefix(gs2[1], "a=")), token, ok
}

// parseXOAuth2 reads `user=name^Aauth=Bearer token^A^A`, as Google and Microsoft describe it.
func parseXOAuth2(message string) (user, token string, ok bool) {
	name, fields, _ := strings.Cut(message, "\x01")
	user, named := strings.CutPrefix(name, "user=")
	token, ok = bearerToken(fields)
	return user, token, ok && named && user != ""
}

// bearerToken finds the token among fields that end in ^A each and in one more together.
func bearerToken(fields string) (token string, ok bool) {
	fields, ok = strings.CutSuffix(fields, "\x01\x01")
	if !ok {
		return "", false
	}
	for field := range strings.SplitSeq(fields, "\x01") {
		if token, ok := strings.CutPrefix(field, "auth=Bearer "); ok && token != "" {
			return token, true
		}
	}
	return "", false
}
