package pop3client

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/hex"
	"fmt"
)

// step is an answer of an exchange.
type step = func(challenge []byte) ([]byte, error)

// says is a step whose challenge, if any, is only a prompt.
func says(answer string) step {
	return func([]byte) ([]byte, error) { return []byte(answer), nil }
}

// plainExchange is PLAIN (RFC 4616).
func plainExchange(cred Credentials) *exchange {
	answer := cred.Authorization + "\x00" + cred.User + "\x00" + cred.Password
	return &exchange{clientFirst: true, steps: []step{says(answer)}}
}

// loginExchange is LOGIN, which no RFC describes: the server asks for the user
// name and then for the password, in words that differ.
func loginExchange(cred Credentials) *exchange {
	return &exchange{steps: []step{says(cred.User), says(cred.Password)}}
}

// externalExchange is EXTERNAL (RFC 4422, appendix A): the certificate of the
// TLS connection signs in, and the answer only says as whom.
func externalExchange(cred Credentials) *exchange {
	return &exchange{clientFirst: true, steps: []step{says(cred.Authorization)}}
}

// cramExchange is CRAM-MD5 (RFC 2195): whoever listens can try passwords at his
// leisure, and the server must have the password itself.
func cramExchange(cred Credentials, conceal func(string)) *exchange {
	return &exchange{steps: []step{func(challenge []byte) ([]byte, error) {
		// Words for people can look like base64; a message id they are not.
		if len(challenge) < 2 || challenge[0] != '<' || challenge[len(challenge)-1] != '>' {
			return nil, fmt.Errorf("%w: CRAM-MD5 without a challenge", ErrProtocol)
		}
		mac := hmac.New(md5.New, []byte(cred.Password))
		mac.Write(challenge)
		digest := hex.EncodeToString(mac.Sum(nil))
		conceal(digest)
		return []byte(cred.User + " " + digest), nil
	}}}
}
