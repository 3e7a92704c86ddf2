package pop3client

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"
)

// maxAuthCommand is how long AUTH may be with its line end (RFC 2449, section
// 4). Servers take longer answers than commands (RFC 5034, section 4), so what
// does not fit goes in two steps.
const maxAuthCommand = 255

// exchange is the client's side of a SASL exchange (RFC 4422, section 3).
type exchange struct {
	// steps are the answers that are due, in order, each to one challenge. The
	// challenge is nil when there is none or it cannot be decoded.
	steps []func(challenge []byte) ([]byte, error)
	// clientFirst: the first step does not need a challenge.
	clientFirst bool
	// proof judges what the server says last, if it must prove something.
	proof func(final []byte) error
	// failed answers a challenge that means no (RFC 7628, section 3.2.3); nil:
	// the mechanism has none.
	failed func(challenge []byte) []byte

	saidNo bool   // the server has said no in a challenge
	reason string // what it gave as the reason, of letters and digits; "" for none
}

// errSaidNo is the error of a step or a proof whose challenge means no. An
// empty answer has the server say so with -ERR.
var errSaidNo = errors.New("the server says no")

// exchange prepares a mechanism.
func (c *Client) exchange(name string, cred Credentials, token string) (*exchange, error) {
	switch name {
	case "PLAIN":
		return plainExchange(cred), nil
	case "LOGIN":
		return loginExchange(cred), nil
	case "EXTERNAL":
		return externalExchange(cred), nil
	case "CRAM-MD5":
		return cramExchange(cred, c.concealing.add), nil
	case "OAUTHBEARER":
		return bearerExchange(cred, token, c.address), nil
	case "XOAUTH2":
		return xoauth2Exchange(cred, token), nil
	}
	return c.scramExchange(name, cred)
}

// auth runs an exchange with AUTH (RFC 5034, section 4).
func (c *Client) auth(name string, x *exchange) error {
	line, r, err := c.authCommand(name, x)
	for err == nil {
		var s status
		if s, err = c.say(line, r); err != nil {
			return c.refused(err, r, name, x)
		}
		if s.ok && len(x.steps) == 0 {
			return x.accepted(s)
		}
		var answer []byte
		answer, err = x.answer(s)
		if err != nil {
			return c.cancel(err, r, name, x)
		}
		r = request{verb: "AUTH", shown: "***", judges: true}
		line = base64.StdEncoding.EncodeToString(answer)
		c.concealing.add(line)
	}
	return err
}

// authCommand is AUTH with the first answer, if the options want it and it
// fits, and without it otherwise.
func (c *Client) authCommand(name string, x *exchange) (line string, r request, err error) {
	line = "AUTH " + name
	r = request{verb: "AUTH"}
	if !c.opts.InitialResponse || !x.clientFirst {
		return line, r, nil
	}
	first, err := x.steps[0](nil)
	if err != nil {
		return "", r, err
	}
	encoded := cmp.Or(base64.StdEncoding.EncodeToString(first), "=")
	if len(line)+len(" \r\n")+len(encoded) > maxAuthCommand {
		return line, r, nil // the step will be asked again, and say the same
	}
	c.concealing.add(encoded)
	x.steps = x.steps[1:]
	return line + " " + encoded, request{verb: "AUTH", shown: line + " ***", judges: true}, nil
}

// answer is the response to a challenge.
func (x *exchange) answer(s status) (answer []byte, err error) {
	challenge := decodeChallenge(s.rest)
	switch {
	case len(x.steps) > 0:
		step := x.steps[0]
		x.steps = x.steps[1:]
		answer, err = step(challenge)
	case x.proof != nil:
		proof := x.proof
		x.proof = nil
		err = proof(challenge)
	case x.failed != nil && !x.saidNo:
		answer, err = x.failed(challenge), errSaidNo
	default:
		err = fmt.Errorf("%w: it asks for more than the mechanism has", ErrProtocol)
	}
	if errors.Is(err, errSaidNo) {
		x.saidNo, x.steps, x.proof = true, nil, nil
		return answer, nil
	}
	return answer, err
}

// accepted judges the server's yes. What SCRAM wants to see may come with it.
func (x *exchange) accepted(s status) error {
	switch {
	case x.saidNo:
		return fmt.Errorf("%w: it says yes after it has said no", ErrProtocol)
	case x.proof == nil:
		return nil
	}
	return x.proof(decodeChallenge(s.rest))
}

// refused sorts the end of an exchange that is not a yes.
func (c *Client) refused(err error, r request, name string, x *exchange) error {
	var refusal *ServerError
	if !errors.As(err, &refusal) {
		if r.judges {
			return hungUp(err)
		}
		return err
	}
	vague := refusal.kind == ErrPermanent || refusal.kind == ErrAuth
	switch {
	case !r.judges && vague:
		c.refusesCB = c.refusesCB || strings.HasSuffix(name, "-PLUS")
		return fmt.Errorf("%w: %w", errUnknown, err)
	case x.saidNo && meaning(refusal.Code) == nil:
		refusal.kind = ErrAuth // with or without a code, this was the word on it
	}
	if x.saidNo && x.reason != "" {
		return fmt.Errorf("%w (%s)", err, c.concealing.conceal(x.reason))
	}
	return err
}

// cancel ends an exchange that must not go on (RFC 5034, section 4). When
// nothing of the credentials has been sent, the mechanism counts as not known.
// Otherwise the session ends, and nobody waits for the server's word on it.
func (c *Client) cancel(err error, r request, name string, x *exchange) error {
	if r.judges {
		c.traceSent("*")
		c.wire.send([]byte("*\r\n"), time.Now().Add(c.opts.IdleTimeout))
		return err
	}
	_, refusal := c.say("*", r)
	if refusal == nil {
		return err
	}
	return c.refused(refusal, r, name, x)
}

// say sends one line of an exchange and reads the reply to it: a status, or a
// challenge, which is a status that is not ok. A refusal is a *ServerError.
func (c *Client) say(line string, r request) (status, error) {
	r.until = time.Now().Add(c.opts.ReplyTimeout)
	if err := c.put(line, r); err != nil {
		return status{}, err
	}
	for range maxBlankLines + 1 {
		line, _, err := c.wire.line(c.opts.MaxStatusLine, r.until)
		if err != nil {
			return status{}, fmt.Errorf("reply to %s: %w", r.verb, err)
		}
		s, known := parseStatus(line)
		switch {
		case known && s.ok:
			c.traceReceived([]byte("+OK ***"))
			return s, nil
		case known:
			c.traceReceived(line)
			return s, c.refusal(r, s.rest)
		case len(line) > 0 && line[0] == '+':
			c.traceReceived([]byte("+ ***"))
			return status{rest: strings.Trim(string(line[1:]), " \t\r")}, nil
		case len(line) > 0:
			return status{}, fmt.Errorf("%w: reply to %s has no status", ErrProtocol, r.verb)
		}
	}
	return status{}, fmt.Errorf("%w: reply to %s has no status", ErrProtocol, r.verb)
}

// decodeChallenge reads base64 as servers write it: without padding, in the
// alphabet of URLs, with blanks in it (pop3.md C6). What is none is nil; an
// empty challenge is not.
func decodeChallenge(s string) []byte {
	s = strings.NewReplacer("-", "+", "_", "/", " ", "", "\t", "").Replace(s)
	decoded, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
	if err != nil {
		return nil
	}
	return decoded
}
