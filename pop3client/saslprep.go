package pop3client

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

var errPrep = errors.New("it has characters that SASLprep prohibits")

// saslprep prepares a user name or a password (RFC 4013), so that the two ways
// to write an ä give one. It lets characters pass that Unicode has got since
// version 3.2: RFC 4013 would refuse a password with most emoji, which then
// could not be used at all.
func saslprep(s string) (string, error) {
	if !utf8.ValidString(s) {
		return "", errPrep
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r > unicode.MaxASCII && unicode.Is(otherSpaces, r):
			return ' '
		case unicode.Is(mappedToNothing, r):
			return -1
		}
		return r
	}, s)
	s = norm.NFKC.String(s)
	for _, r := range s {
		if unicode.Is(prohibited, r) || unicode.Is(otherSpaces, r) || r&0xfffe == 0xfffe {
			return "", errPrep
		}
	}
	if !oneDirection(s) {
		return "", errPrep
	}
	return s, nil
}

// oneDirection checks RFC 3454, section 6: a string with letters that run to
// the left has none that run to the right, and begins and ends with such.
func oneDirection(s string) bool {
	var left, right, first, last bool
	for i, r := range s {
		properties, _ := bidi.LookupRune(r)
		class := properties.Class()
		last = class == bidi.R || class == bidi.AL
		if i == 0 {
			first = last
		}
		left = left || last
		right = right || class == bidi.L
	}
	return !left || !right && first && last
}

// Tables of RFC 3454, appendices B and C, which never change.
var (
	otherSpaces = &unicode.RangeTable{R16: []unicode.Range16{ // C.1.2
		{0x00a0, 0x00a0, 1}, {0x1680, 0x1680, 1}, {0x2000, 0x200b, 1}, {0x202f, 0x202f, 1}, {0x205f, 0x205f, 1}, {0x3000, 0x3000, 1},
	}, LatinOffset: 1}
	mappedToNothing = &unicode.RangeTable{R16: []unicode.Range16{ // B.1
		{0x00ad, 0x00ad, 1}, {0x034f, 0x034f, 1}, {0x1806, 0x1806, 1}, {0x180b, 0x180d, 1}, {0x200b, 0x200d, 1},
		{0x2060, 0x2060, 1}, {0xfe00, 0xfe0f, 1}, {0xfeff, 0xfeff, 1},
	}, LatinOffset: 1}
	prohibited = &unicode.RangeTable{ // C.2 to C.9
		R16: []unicode.Range16{
			{0x0000, 0x001f, 1}, {0x007f, 0x009f, 1}, {0x0340, 0x0341, 1}, {0x06dd, 0x06dd, 1}, {0x070f, 0x070f, 1}, {0x180e, 0x180e, 1},
			{0x200c, 0x200f, 1}, {0x2028, 0x202e, 1}, {0x2060, 0x2063, 1}, {0x206a, 0x206f, 1}, {0x2ff0, 0x2ffb, 1},
			{0xd800, 0xf8ff, 1}, {0xfdd0, 0xfdef, 1}, {0xfeff, 0xfeff, 1}, {0xfff9, 0xffff, 1},
		},
		R32: []unicode.Range32{
			{0x1d173, 0x1d17a, 1}, {0xe0001, 0xe0001, 1}, {0xe0020, 0xe007f, 1}, {0xf0000, 0xffffd, 1}, {0x100000, 0x10fffd, 1},
		},
		LatinOffset: 2,
	}
)
