// Package doctor examines a POP3 server without touching the mail on it, and
// says in plain words what the server can and cannot do, and what follows for
// those who read their mail there with Restante.
package doctor

import (
	"fmt"
	"math"
	"time"
)

// Findings is what came out. As JSON it is one object, which always has every
// key: null stands for what could not be found out, or does not apply.
type Findings struct {
	Usable       bool        `json:"usable"` // Restante can collect mail from the server
	Server       string      `json:"server"` // its address, as Restante writes it
	TLS          *Encryption `json:"tls"`    // null: the connection is not encrypted, or there is none
	Mechanisms   []string    `json:"mechanisms"`
	Capabilities []string    `json:"capabilities"` // lines of CAPA, after signing in when it came to that
	Pipelining   *bool       `json:"pipelining"`   // it is announced, and has worked
	RoundTripMs  *float64    `json:"roundTripMs"`
	Messages     *int        `json:"messages"`
	Bytes        *int64      `json:"bytes"`      // as the server counts them
	ExpireDays   *int        `json:"expireDays"` // null: mail is kept for ever, or the server does not say
	LoginDelay   *int        `json:"loginDelaySeconds"`
	Quirks       []string    `json:"quirks"`
	Advice       []string    `json:"advice"`
	Error        *string     `json:"error"` // null: nothing went wrong

	secure   bool   // the address asks for encryption
	private  bool   // … and certificates of a private authority are trusted
	used     string // the mechanism that signed in
	software string // what the server calls itself
	keeps    string // for how long it keeps mail, in words
	flight   string // what pipelining was measured to be worth
	top      string // likewise whether it has TOP
	uidl     string
}

// Encryption is a TLS connection and the certificate in it.
type Encryption struct {
	Version string    `json:"version"` // "TLS 1.3"
	Cipher  string    `json:"cipher"`
	Names   []string  `json:"names"` // whom the certificate is for
	Issuer  string    `json:"issuer"`
	Expires time.Time `json:"expires"`
}

func (f *Findings) quirk(format string, args ...any) {
	f.Quirks = append(f.Quirks, fmt.Sprintf(format, args...))
}

func (f *Findings) advise(format string, args ...any) {
	f.Advice = append(f.Advice, fmt.Sprintf(format, args...))
}

// fail notes what went wrong; only the first counts.
func (f *Findings) fail(err error) {
	f.Usable = false
	if f.Error == nil {
		text := err.Error()
		f.Error = &text
	}
}

// milliseconds rounds to a tenth.
func milliseconds(d time.Duration) *float64 {
	ms := math.Round(float64(d)/float64(time.Millisecond)*10) / 10
	return &ms
}
