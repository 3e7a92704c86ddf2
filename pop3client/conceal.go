package pop3client

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// window is how many octets of a secret in a row are taken for a part of it.
const window = 8

// minEncoded is the shortest secret that is looked for in encoded form: the
// code of a shorter one is part of every other word.
const minEncoded = 4

// concealer replaces by "***" what is secret in the words of a server, which
// may repeat what it was sent, whole or in part, as it is, in base64 or in hex
// (pop3.md C11). The zero value conceals nothing.
type concealer struct {
	secrets []string
	short   []string
	windows map[string]bool
}

func (c *concealer) add(secret string) {
	if secret = cleaned(secret); secret != "" {
		c.secrets = append(c.secrets, secret)
		c.windows = nil
	}
}

// prepare makes the tables, once it is sure that they are needed.
func (c *concealer) prepare() {
	c.windows = make(map[string]bool)
	c.short = nil
	for _, secret := range c.secrets {
		for _, form := range forms(secret) {
			form = folded(form)
			if len(form) < window {
				c.short = append(c.short, form)
			}
			for i := 0; i+window <= len(form); i++ {
				c.windows[form[i:i+window]] = true
			}
		}
	}
}

// forms are the ways in which a secret may be written. In base64 it is three,
// by the octets before it; the letters that it shares with others are left out.
func forms(secret string) []string {
	all := []string{secret}
	if len(secret) < minEncoded {
		return all
	}
	all = append(all, hex.EncodeToString([]byte(secret)))
	for before, shared := range []int{0, 2, 3} {
		encoded := base64.RawStdEncoding.EncodeToString([]byte("\x00\x00\x00"[:before] + secret))
		if (before+len(secret))%3 != 0 {
			encoded = encoded[:len(encoded)-1]
		}
		all = append(all, encoded[shared:])
	}
	return all
}

// folded makes alike what is only written differently: case, and the two
// alphabets of base64. The length stays.
func folded(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case 'A' <= c && c <= 'Z':
			b[i] = c + 'a' - 'A'
		case c == '-':
			b[i] = '+'
		case c == '_':
			b[i] = '/'
		}
	}
	return string(b)
}

func (c *concealer) conceal(text string) string {
	if len(c.secrets) == 0 {
		return text
	}
	if c.windows == nil {
		c.prepare()
	}
	hidden := make([]bool, len(text))
	same := folded(text)
	for i := range same {
		if i+window <= len(same) && c.windows[same[i:i+window]] {
			hide(hidden[i : i+window])
		}
		for _, form := range c.short {
			if strings.HasPrefix(same[i:], form) {
				hide(hidden[i : i+len(form)])
			}
		}
	}
	return masked(text, hidden)
}

func hide(part []bool) {
	for i := range part {
		part[i] = true
	}
}

// masked is text with each run of hidden octets as "***".
func masked(text string, hidden []bool) string {
	var b strings.Builder
	for i := range len(text) {
		switch {
		case !hidden[i]:
			b.WriteByte(text[i])
		case i == 0 || !hidden[i-1]:
			b.WriteString("***")
		}
	}
	return strings.ToValidUTF8(b.String(), "")
}
