package pop3client

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Limits of what a server may ask for in SCRAM. Fewer rounds than RFC 5802,
// section 5.1, wants make the proof worth guessing; more than the most cost a
// second of computing and are asked for by nobody.
const (
	minIterations = 4096
	maxIterations = 1_000_000
	maxNonce      = 1024
	maxSalt       = 1024
)

// serverFirst is the server's first message.
type serverFirst struct {
	nonce      string // the client's, and the server's after it
	salt       []byte
	iterations int
}

// parseServerFirst reads "r=…,s=…,i=…" with anything after it (RFC 5802,
// section 7). The nonce must go on from the client's.
func parseServerFirst(challenge []byte, nonce string) (serverFirst, error) {
	var m serverFirst
	fields := strings.Split(string(challenge), ",")
	if len(fields) < 3 {
		return m, fmt.Errorf("%w: SCRAM: a challenge of %d fields", ErrProtocol, len(fields))
	}
	r, okNonce := strings.CutPrefix(fields[0], "r=")
	s, okSalt := strings.CutPrefix(fields[1], "s=")
	i, okRounds := strings.CutPrefix(fields[2], "i=")
	switch {
	case !okNonce || !okSalt || !okRounds:
		// That is also what a mandatory extension (m=) looks like.
		return m, fmt.Errorf("%w: SCRAM: a challenge without nonce, salt and rounds", ErrProtocol)
	case !strings.HasPrefix(r, nonce) || len(r) == len(nonce) || len(r) > maxNonce || !isPrintable(r):
		return m, fmt.Errorf("%w: SCRAM: the server's nonce does not go on from the client's", ErrProtocol)
	}
	m.nonce = r
	var err error
	if m.salt, err = base64.StdEncoding.DecodeString(s); err != nil || len(m.salt) == 0 || len(m.salt) > maxSalt {
		return m, fmt.Errorf("%w: SCRAM: the salt cannot be read", ErrProtocol)
	}
	m.iterations, err = strconv.Atoi(i)
	if err != nil || m.iterations < minIterations || m.iterations > maxIterations {
		return m, fmt.Errorf("%w: SCRAM: the rounds are not between %d and %d", ErrProtocol, minIterations, maxIterations)
	}
	return m, nil
}

// isPrintable reports whether s is what a nonce may be.
func isPrintable(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == ',' {
			return false
		}
	}
	return true
}

// parseServerFinal reads "v=…" with anything after it.
func parseServerFinal(challenge []byte) (signature []byte, err error) {
	first, _, _ := strings.Cut(string(challenge), ",")
	encoded, ok := strings.CutPrefix(first, "v=")
	if !ok {
		return nil, errors.New("SCRAM: no signature")
	}
	signature, err = base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(signature) == 0 {
		return nil, errors.New("SCRAM: the signature cannot be read")
	}
	return signature, nil
}

// bindingErrors are the reasons of RFC 5802, section 7, that have nothing to do
// with the password.
var bindingErrors = []string{
	"channel-bindings-dont-match",
	"server-does-support-channel-binding",
	"channel-binding-not-supported",
	"unsupported-channel-binding-type",
}

// scramRefusal is the error for "e=…", nil for any other message.
func scramRefusal(challenge []byte) error {
	first, _, _ := strings.Cut(string(challenge), ",")
	reason, ok := strings.CutPrefix(first, "e=")
	switch {
	case !ok:
		return nil
	case slices.Contains(bindingErrors, reason):
		return fmt.Errorf("%w: not the connection that the server sees, or another way to tell: %s", ErrTLS, reason)
	}
	return errSaidNo
}

// escapeName writes a user name between commas (RFC 5802, section 5.1).
func escapeName(s string) string { return strings.NewReplacer("=", "=3D", ",", "=2C").Replace(s) }
