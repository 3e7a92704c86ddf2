package pop3client

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// announcing returns the capabilities of a server that answers CAPA with lines.
func announcing(t *testing.T, lines string, o *Options) (*Client, error) {
	t.Helper()
	return New(t.Context(), replies("+OK\r\n", "+OK\r\n"+lines+".\r\n"), o)
}

func TestB1AndB3CapabilitiesAreAskedForAgainAfterLogin(t *testing.T) {
	conn := play(t, func(p *peer) {
		p.send("+OK\r\n")
		p.answer("CAPA", "+OK\r\nUSER\r\nUIDL\r\n.\r\n")
		p.answer("USER u", "+OK\r\n")
		p.answer("PASS p", "+OK\r\n")
		p.answer("CAPA", "+OK\r\nPIPELINING\r\nUIDL\r\n.\r\n")
	})
	c, err := New(t.Context(), conn, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Has("PIPELINING") || !c.Has("USER") {
		t.Error("before login: want USER and no PIPELINING")
	}
	if err := c.Login(t.Context(), "u", "p"); err != nil {
		t.Fatal(err)
	}
	if !c.Has("PIPELINING") || c.Has("USER") { // B3: the states do not mix
		t.Error("after login: want PIPELINING and no USER")
	}
}

func TestB2RefusedUIDLIsTemporaryWhereItIsAnnounced(t *testing.T) {
	for _, test := range []struct {
		capa string
		want error
	}{
		{"+OK\r\nUIDL\r\n.\r\n", ErrTemporary},
		{"+OK\r\nTOP\r\n.\r\n", ErrPermanent},
		{"-ERR\r\n", ErrPermanent},
	} {
		c, err := New(t.Context(), replies("+OK\r\n", test.capa, "-ERR not now\r\n"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.UIDL(t.Context()); !errors.Is(err, test.want) || errors.Is(err, ErrTemporary) != (test.want == ErrTemporary) {
			t.Errorf("CAPA %q: UIDL: %v, want %v", test.capa, err, test.want)
		}
	}
}

func TestB4AndB5TheTokensOfCapabilities(t *testing.T) {
	c, err := announcing(t, "EXPIRENEVER\r\nLOGIN-DELAY 900 USER\r\nexpire  NEVER   USER\r\nSASL\r\n"+
		"sasl PLAIN XOAUTH2\r\nAUTH=CRAM-MD5 LOGIN\r\n\r\n =x\r\nIMPLEMENTATION Evil\x1b[31m <script>\r\nUIDL \r\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]string{
		"EXPIRENEVER":    nil,
		"EXPIRE":         {"NEVER", "USER"},
		"SASL":           {"PLAIN", "XOAUTH2"},
		"AUTH":           {"CRAM-MD5", "LOGIN"},
		"IMPLEMENTATION": {"Evil[31m", "<script>"},
		"UIDL":           nil,
	} {
		if !c.Has(strings.ToLower(name)) {
			t.Errorf("%s is missing", name)
		}
		if diff := cmp.Diff(want, c.Capabilities().Args(name)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for _, name := range []string{"", "EXP", "LOGIN", "PLAIN"} {
		if c.Has(name) {
			t.Errorf("%q is there", name)
		}
	}
}

func TestLoginDelayIsBounded(t *testing.T) {
	for line, want := range map[string]time.Duration{
		"LOGIN-DELAY 300":         5 * time.Minute,
		"login-delay 900 USER":    15 * time.Minute,
		"LOGIN-DELAY 86400":       24 * time.Hour,
		"LOGIN-DELAY 86401":       0,
		"LOGIN-DELAY 99999999999": 0,
		"LOGIN-DELAY -1":          0,
		"LOGIN-DELAY soon":        0,
		"LOGIN-DELAY":             0,
		"UIDL":                    0,
	} {
		c, err := announcing(t, line+"\r\n", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Capabilities().LoginDelay(); got != want {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}

func TestB6CapabilitiesAreBounded(t *testing.T) {
	lines := strings.Repeat("X-CAP\r\n", 256)
	if c, err := announcing(t, lines, nil); err != nil || !c.Has("X-CAP") {
		t.Errorf("256 lines: %v, want no error", err)
	}
	if _, err := announcing(t, lines+"X-ONE-MORE\r\n", nil); !errors.Is(err, ErrProtocol) {
		t.Errorf("257 lines: %v, want ErrProtocol", err)
	}
	if _, err := announcing(t, strings.Repeat("x", 32<<10)+"\r\n", nil); !errors.Is(err, ErrProtocol) {
		t.Errorf("more than 32 KiB in one line: %v, want ErrProtocol", err)
	}
	if _, err := announcing(t, "A\r\nB\r\nC\r\n", &Options{MaxCAPALines: 2}); !errors.Is(err, ErrProtocol) {
		t.Errorf("three lines of two: %v, want ErrProtocol", err)
	}
	if _, err := announcing(t, "A\r\nB\r\n", &Options{MaxCAPAOctets: 5}); !errors.Is(err, ErrProtocol) {
		t.Errorf("six octets of five: %v, want ErrProtocol", err)
	}
}

func TestB7ARefusedCAPALeavesNothingFromAnotherState(t *testing.T) {
	conn := play(t, func(p *peer) {
		p.send("+OK\r\n")
		p.answer("CAPA", "+OK\r\nPIPELINING\r\n.\r\n")
		p.answer("USER u", "+OK\r\n")
		p.answer("PASS p", "+OK\r\n")
		p.answer("CAPA", "-ERR no\r\n")
	})
	c, err := New(t.Context(), conn, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !c.Capabilities().Known() {
		t.Error("before login the capabilities are not known")
	}
	if err := c.Login(t.Context(), "u", "p"); err != nil {
		t.Fatal(err)
	}
	if c.Capabilities().Known() || c.Has("PIPELINING") {
		t.Error("after login the capabilities from before count")
	}
}

func TestNewCannotDialAgainForAServerThatHangsUpAtCAPA(t *testing.T) {
	if _, err := New(t.Context(), play(t, func(p *peer) { p.send("+OK\r\n"); p.want("CAPA") }), nil); !errors.Is(err, ErrClosed) {
		t.Errorf("New: %v, want ErrClosed", err)
	}
}

func TestLinesAreTheCapabilitiesAsAnnounced(t *testing.T) {
	c, err := New(t.Context(), play(t, func(p *peer) {
		p.send("+OK\r\n")
		p.answer("CAPA", "+OK\r\nSasl  PLAIN\tLogin\r\nEXPIRENEVER\r\n\r\nX-\x1bA=b\r\n.\r\n")
	}), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"SASL PLAIN Login", "EXPIRENEVER", "X-A b"}
	if got := c.Capabilities().Lines(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
