package pop3client

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestLanguages(t *testing.T) {
	c := open(t, nil, func(p *peer) { // RFC 6856, section 3.2
		p.answer("LANG", "+OK Language listing follows:\r\nen English\r\nes Español\r\ni-default  Default\x1b[31m language \r\n\r\n!bad\r\nfr\r\n.\r\n")
		p.answer("LANG es", "+OK es Idioma cambiado\r\n")
		p.answer("LANG *", "+OK\r\n")
		p.answer("LANG uga", "-ERR Language not available\r\n")
		p.answer("LANG", "-ERR unknown\r\n")
		p.answer("NOOP", "+OK\r\n")
	})
	found, err := c.Langs(t.Context())
	want := []Language{{"en", "English"}, {"es", "Español"}, {"i-default", "Default[31m language"}, {"fr", ""}}
	if diff := cmp.Diff(want, found); diff != "" || err != nil {
		t.Errorf("Langs: %v %s", err, diff)
	}
	if tag, err := c.Lang(t.Context(), "es"); tag != "es" || err != nil {
		t.Errorf("es: %q, %v", tag, err)
	}
	if tag, err := c.Lang(t.Context(), "*"); tag != "" || err != nil {
		t.Errorf("*: %q, %v", tag, err)
	}
	if _, err := c.Lang(t.Context(), "uga"); !errors.Is(err, ErrPermanent) {
		t.Errorf("uga: %v, want ErrPermanent", err)
	}
	if _, err := c.Langs(t.Context()); !errors.Is(err, ErrPermanent) {
		t.Errorf("Langs: %v, want ErrPermanent", err)
	}
	for _, tag := range []string{"", "en\r\nDELE 1", "e n", strings.Repeat("x", 36), "é", "**"} {
		if _, err := c.Lang(t.Context(), tag); !errors.Is(err, ErrArgument) {
			t.Errorf("%q: %v, want ErrArgument", tag, err)
		}
	}
	if err := c.Noop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestListsOfLanguagesAreBounded(t *testing.T) {
	for name, lines := range map[string]string{"lines": strings.Repeat("en\r\n", 257), "octets": "en " + strings.Repeat("x", 32<<10) + "\r\n"} {
		c := answering(nil, "+OK\r\n"+lines+".\r\n")
		if _, err := c.Langs(t.Context()); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
}

func TestUTF8(t *testing.T) {
	c := open(t, nil, func(p *peer) {
		p.answer("UTF8", "+OK UTF8 enabled\r\n")
		p.answer("UTF8", "-ERR unknown\r\n")
	})
	if err := c.UTF8(t.Context()); err != nil {
		t.Error(err)
	}
	if err := c.UTF8(t.Context()); !errors.Is(err, ErrPermanent) || errors.Is(err, ErrUTF8) {
		t.Errorf("refused: %v, want ErrPermanent", err)
	}
}

func TestF10AMessageThatNeedsUTF8(t *testing.T) {
	c := answering(nil, "-ERR [UTF8] Retrieval not allowed\r\n", "+OK\r\n")
	if _, err := c.Retrieve(t.Context(), 1, nil); !errors.Is(err, ErrUTF8) || !errors.Is(err, ErrPermanent) {
		t.Errorf("%v, want ErrUTF8 and ErrPermanent", err)
	}
	if err := c.Noop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestB8CapabilitiesThatTellSomething(t *testing.T) {
	type expire struct {
		days               int
		never, perUser, ok bool
	}
	for line, want := range map[string]expire{
		"EXPIRE NEVER":      {0, true, false, true},
		"EXPIRE never USER": {0, true, true, true},
		"EXPIRE 0":          {0, false, false, true}, // B8
		"EXPIRE 31 USER":    {31, false, true, true},
		"EXPIRE -1":         {},
		"EXPIRE soon":       {},
		"EXPIRE 9999999999": {},
		"EXPIRE":            {},
		"EXPIRENEVER":       {}, // B4
	} {
		c, err := announcing(t, line+"\r\n", nil)
		if err != nil {
			t.Fatal(err)
		}
		var got expire
		got.days, got.never, got.perUser, got.ok = c.Capabilities().Expire()
		if got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
	c, err := announcing(t, "IMPLEMENTATION Cyrus\x1b POP3  v2\r\nSASL plain\r\nSASL XOAUTH2 plain\r\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Capabilities().Implementation(); got != "Cyrus POP3 v2" {
		t.Errorf("implementation %q", got)
	}
	if diff := cmp.Diff([]string{"PLAIN", "XOAUTH2", "PLAIN"}, c.Capabilities().SASL()); diff != "" {
		t.Error(diff)
	}
	if got := (Capabilities{}).Implementation(); got != "" {
		t.Errorf("without one: %q", got)
	}
}

// FuzzLanguage: a line is a tag and harmless words, which read back the same.
func FuzzLanguage(f *testing.F) {
	for _, line := range []string{"en English", " de  Deutsch ", "\x1b", "i-default"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		l, ok := parseLanguage(line)
		if !ok {
			return
		}
		if !isTag(l.Tag) || strings.ContainsFunc(l.Name, unicode.IsControl) {
			t.Fatalf("%q: %+v", line, l)
		}
		if again, ok := parseLanguage(l.Tag + " " + l.Name); !ok || again != l {
			t.Fatalf("%+v was read back as %+v", l, again)
		}
	})
}

// FuzzWait: the words of a server make no time below zero or above a day.
func FuzzWait(f *testing.F) {
	for _, text := range []string{"300 seconds", "5 min", "99999m", "0s", "1 s 2 s"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if wait := waitIn(text); wait < 0 || wait > maxLoginDelay || wait > 0 && !strings.ContainsAny(text, "123456789") {
			t.Fatalf("%q: %v", text, wait)
		}
	})
}
