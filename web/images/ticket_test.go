package images

import (
	"encoding/base64"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"restante/cache/vault"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

func ticket() Ticket {
	return Ticket{Session: [32]byte{1, 2, 3}, Message: 1 << 40, Source: "https://example.org/a.png?x=ü", Expires: noon.Add(time.Hour)}
}

func TestATicketComesBackFromItsToken(t *testing.T) {
	s := NewSigner()
	for name, want := range map[string]Ticket{
		"a picture":          ticket(),
		"nothing in it":      {Expires: noon.Add(time.Second)},
		"a negative message": {Message: math.MinInt64, Source: "part 1.2", Expires: noon.Add(time.Minute)},
		"the longest source": {Source: strings.Repeat("x", MaxSource), Expires: noon.Add(time.Minute)},
	} {
		token := s.Seal(want)
		got, err := s.Open(token, noon)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		if i := strings.IndexFunc(token, func(r rune) bool {
			return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", r)
		}); i >= 0 || len(token) > 11_042 {
			t.Errorf("%s: a token of %d characters, one that must be escaped at %d", name, len(token), i)
		}
	}
	if token := s.Seal(Ticket{Source: strings.Repeat("x", MaxSource+1), Expires: noon}); token != "" {
		t.Errorf("a source that is too long has a token of %d characters", len(token))
	}
}

func TestATicketIsGoodForAnHour(t *testing.T) {
	s := NewSigner()
	token := s.Seal(ticket())
	for name, test := range map[string]struct {
		now  time.Time
		good bool
	}{
		"at once":             {noon, true},
		"a second before":     {noon.Add(time.Hour - time.Second), true},
		"an hour later":       {noon.Add(time.Hour), false},
		"the next day":        {noon.Add(24 * time.Hour), false},
		"before it was made":  {noon.Add(-time.Second), false}, // it would be good for too long
		"at once, elsewhere ": {noon.In(time.FixedZone("", 3600)), true},
	} {
		if _, err := s.Open(token, test.now); (err == nil) != test.good || err != nil && !errors.Is(err, ErrTicket) {
			t.Errorf("%s: %v, want good: %v", name, err, test.good)
		}
	}
}

func TestATokenTellsNothing(t *testing.T) {
	s := NewSigner()
	token := s.Seal(ticket())
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"example", "a.png", "\x01\x02\x03"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("the token shows %q", secret)
		}
	}
	if s.Seal(ticket()) == token {
		t.Error("two tokens of a picture are the same")
	}
}

func TestOtherTextsOpenNothing(t *testing.T) {
	s := NewSigner()
	token := s.Seal(ticket())
	elsewhere, err := vault.Seal(s.key, make([]byte, 100), "another purpose")
	if err != nil {
		t.Fatal(err)
	}
	short, err := vault.Seal(s.key, make([]byte, ticketHead-1), purpose)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{
		"nothing": "", "a word": "picture", "not base64": "ä!", "padded": token + "=", "with a line end": token[:50] + "\n" + token[50:], "a line end behind": token + "\n",
		"of another process": NewSigner().Seal(ticket()), "half": token[:len(token)/2], "very long": strings.Repeat("A", 1<<20),
		"for another purpose": tokenText.EncodeToString(elsewhere), "too short inside": tokenText.EncodeToString(short),
	}
	for name, text := range texts {
		if got, err := s.Open(text, noon); !errors.Is(err, ErrTicket) || got != (Ticket{}) {
			t.Errorf("%s: %+v, %v; want ErrTicket", name, got, err)
		}
	}
	for i := range token {
		changed := []byte(token)
		changed[i] ^= 1 // another letter of the alphabet, or none
		if _, err := s.Open(string(changed), noon); !errors.Is(err, ErrTicket) {
			t.Errorf("with character %d changed: %v, want ErrTicket", i, err)
		}
	}
}

// FuzzTicket: what is sealed opens as it was, and no text opens that was not
// sealed.
func FuzzTicket(f *testing.F) {
	s := NewSigner()
	f.Add("https://example.org/a.png", int64(256), uint16(3600), s.Seal(ticket()))
	f.Add("", int64(-1), uint16(0), "AQ")
	f.Fuzz(func(t *testing.T, source string, message int64, seconds uint16, token string) {
		want := Ticket{Session: [32]byte{9}, Message: message, Source: source, Expires: noon.Add(time.Duration(seconds) * time.Second)}
		sealed := s.Seal(want)
		got, err := s.Open(sealed, noon)
		good := len(source) <= MaxSource && 0 < seconds && seconds <= 3600
		if (err == nil) != good || good && got != want {
			t.Fatalf("%+v comes back as %+v, %v", want, got, err)
		}
		// A text of the fuzzer's own can only be a token if this process made it.
		if got, err := NewSigner().Open(token, noon); !errors.Is(err, ErrTicket) || got != (Ticket{}) {
			t.Fatalf("%q opens as %+v, %v", token, got, err)
		}
	})
}
