package pop3client

import (
	"crypto/md5"
	"encoding/hex"
	"strings"
)

// maxChallenge is the longest challenge for APOP that is believed to be one.
const maxChallenge = 255

// apop signs in with a digest of the greeting's timestamp and the password
// (RFC 1939, section 7). Nothing is left of its security: a server in the
// middle that chooses challenges learns the password (CVE-2007-1558).
func (c *Client) apop(cred Credentials) error {
	sum := md5.Sum([]byte(c.challenge + cred.Password))
	digest := hex.EncodeToString(sum[:])
	c.concealing.add(digest)
	_, err := c.ask(request{verb: "APOP", args: []string{cred.User, digest}, shown: "APOP " + cred.User + " ***", judges: true})
	return hungUp(err)
}

// findChallenge finds the timestamp in a greeting, "" without one. It must be a
// message id by RFC 5322, section 3.6.4, without comments, blanks and anything
// but ASCII: collisions of MD5 with chosen challenges need other octets.
func findChallenge(greeting string) string {
	for rest := greeting; ; {
		start := strings.IndexByte(rest, '<')
		if start < 0 {
			return ""
		}
		rest = rest[start:]
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			return ""
		}
		if isMessageID(rest[1:end]) {
			return rest[:end+1]
		}
		rest = rest[1:]
	}
}

func isMessageID(s string) bool {
	left, right, found := strings.Cut(s, "@")
	if !found || len(s) > maxChallenge || !isDotAtom(left) {
		return false
	}
	if literal, ok := strings.CutPrefix(right, "["); ok {
		literal, ok = strings.CutSuffix(literal, "]")
		return ok && literal != "" && strings.Trim(literal, addressChars) == ""
	}
	return isDotAtom(right)
}

// addressChars are those of an address of the Internet between brackets.
const addressChars = "0123456789abcdefABCDEFIPv.:"

// isDotAtom reports whether s is atoms between dots (RFC 5322, section 3.2.3).
func isDotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" || strings.Trim(atom, atomChars) != "" {
			return false
		}
	}
	return true
}

const atomChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~"
