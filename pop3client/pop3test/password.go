package pop3test

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"encoding/hex"
	"strings"
)

// check reports whether a user has this password.
func (c *session) check(user, password string) bool {
	want, ok := c.server.password(user)
	return ok && equal(want, password)
}

// equal takes the same time wherever the first difference is.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// plain is the one step of PLAIN (RFC 4616).
func (c *session) plain(response []byte) ([]byte, *verdict) {
	fields := strings.Split(string(response), "\x00")
	if len(fields) != 3 {
		return nil, malformed("PLAIN has three fields")
	}
	if !c.check(fields[1], fields[2]) {
		return nil, denied()
	}
	return nil, granted(fields[1], fields[0])
}

// loginSteps are those of LOGIN, which no RFC describes: it asks for a name, then for a password.
func (c *session) loginSteps() func([]byte) ([]byte, *verdict) {
	var user []byte
	return func(response []byte) ([]byte, *verdict) {
		switch {
		case response == nil:
			return []byte("Username:"), nil
		case user == nil:
			user = response
			return []byte("Password:"), nil
		case !c.check(string(user), string(response)):
			return nil, denied()
		}
		return nil, granted(string(user), "")
	}
}

// cramSteps are those of CRAM-MD5 (RFC 2195).
func (c *session) cramSteps(timestamp string) func([]byte) ([]byte, *verdict) {
	return func(response []byte) ([]byte, *verdict) {
		if response == nil {
			return []byte(timestamp), nil
		}
		i := strings.LastIndexByte(string(response), ' ')
		if i < 0 {
			return nil, malformed("CRAM-MD5 has a name and a digest")
		}
		user := string(response[:i])
		password, ok := c.server.password(user)
		mac := hmac.New(md5.New, []byte(password))
		mac.Write([]byte(timestamp))
		if !ok || !equal(string(response[i+1:]), hex.EncodeToString(mac.Sum(nil))) {
			return nil, denied()
		}
		return nil, granted(user, "")
	}
}

// apop answers APOP (RFC 1939, section 7).
func (c *session) apop(arg string) []byte {
	user, digest, _ := strings.Cut(arg, " ")
	password, ok := c.server.password(user)
	sum := md5.Sum([]byte(c.timestamp + password))
	if !ok || !equal(digest, hex.EncodeToString(sum[:])) {
		return refuse(wrongCredentials)
	}
	return c.admit(granted(user, ""), "APOP")
}

// newTimestamp is a msg-id that was never used, as APOP and CRAM-MD5 want it.
func newTimestamp() string { return "<" + rand.Text() + "@pop3test>" }

// external is the one step of EXTERNAL (RFC 4422, appendix A): the client's certificate says who it is.
func (c *session) external(response []byte) ([]byte, *verdict) {
	user := c.certified()
	if _, ok := c.server.password(user); !ok {
		return nil, denied()
	}
	return nil, granted(user, string(response))
}

// certified names the user whose certificate the client showed and the server verified: its first e-mail address, or
// else its common name. "": nobody.
func (c *session) certified() string {
	t, ok := c.conn.(*tls.Conn)
	if !ok || len(t.ConnectionState().VerifiedChains) == 0 {
		return ""
	}
	leaf := t.ConnectionState().PeerCertificates[0]
	if len(leaf.EmailAddresses) > 0 {
		return leaf.EmailAddresses[0]
	}
	return leaf.Subject.CommonName
}
