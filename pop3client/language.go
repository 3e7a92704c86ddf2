package pop3client

import (
	"context"
	"fmt"
	"strings"
)

// maxTag is the longest language tag that is sent (RFC 5646, section 4.4.1).
const maxTag = 35

// Language is one in which a server can word its replies.
type Language struct {
	Tag  string // such as "de" or "sr-Latn"; the server's, without control characters
	Name string // in that language itself; "" when not told
}

// UTF8 allows the server to send messages with UTF-8 in their headers (UTF8;
// RFC 6856, section 2). It must come before login, and after TLS, as [Connect]
// has it; later it is [ErrArgument]. It is never sent by itself: a message is
// then no longer what other clients get. A server without it refuses, which is
// [ErrPermanent] and changes nothing.
func (c *Client) UTF8(ctx context.Context) error {
	if c.signedIn {
		return fmt.Errorf("%w: UTF8 comes before login", ErrArgument)
	}
	_, err := c.single(ctx, "allow UTF-8", "UTF8")
	return err
}

// Lang asks the server to word its replies in the language of a tag, or in its
// default for "*" (LANG; RFC 6856, section 3), and returns the tag that it has
// chosen, "" when it does not say. Codes in brackets stay as they are.
func (c *Client) Lang(ctx context.Context, tag string) (string, error) {
	if !isTag(tag) && tag != "*" {
		return "", fmt.Errorf("%w: this is no language tag", ErrArgument)
	}
	s, err := c.single(ctx, "choose a language", "LANG", tag)
	if err != nil {
		return "", err
	}
	chosen, _, _ := strings.Cut(s.rest, " ")
	if !isTag(chosen) {
		return "", nil
	}
	return chosen, nil
}

// Langs lists the languages that a server has (LANG without an argument). The
// limits are those of CAPA.
func (c *Client) Langs(ctx context.Context) ([]Language, error) {
	var found []Language
	lines := lineWriter{max: int(c.opts.MaxCAPAOctets), each: func(line []byte, _ bool) error {
		if len(found) >= c.opts.MaxCAPALines {
			return fmt.Errorf("%w of %d languages", ErrTooLarge, c.opts.MaxCAPALines)
		}
		if each, ok := parseLanguage(string(line)); ok {
			found = append(found, each)
		}
		return nil
	}}
	err := c.session(ctx, "list languages", func() error {
		s, err := c.ask(request{verb: "LANG"})
		if err != nil {
			return err
		}
		_, err = c.multiline(body{status: s, max: c.opts.MaxCAPAOctets}, &lines)
		return err
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// parseLanguage reads "de Deutsch"; a line without a tag is none.
func parseLanguage(line string) (Language, bool) {
	tag, name, _ := strings.Cut(strings.TrimSpace(cleaned(line)), " ")
	if !isTag(tag) {
		return Language{}, false
	}
	return Language{Tag: tag, Name: strings.TrimSpace(name)}, true
}

func isTag(s string) bool {
	if s == "" || len(s) > maxTag {
		return false
	}
	for _, c := range []byte(s) {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return true
}
