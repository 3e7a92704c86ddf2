package sample

import (
	"bytes"
	"encoding/base64"
	"regexp"
	"slices"
)

// recordingName is the one attachment that is not a file: it is synthesised,
// because a repository is no place for megabytes of sound.
const recordingName = "choir-rehearsal.wav"

// base64Line is the longest line of base64 (RFC 2045, section 6.8).
const base64Line = 76

// placeholder matches a line that stands for an attachment's encoded bytes.
var placeholder = regexp.MustCompile(`(?m)^\{\{([a-z0-9.-]+)\}\}$`)

// attach replaces the placeholder in a message, if it has one, by the
// attachment of that name in base64.
func attach(raw []byte) ([]byte, error) {
	at := placeholder.FindSubmatchIndex(raw)
	if at == nil {
		return raw, nil
	}
	data, err := attachment(string(raw[at[2]:at[3]]))
	if err != nil {
		return nil, err
	}
	return slices.Concat(raw[:at[0]], inLines(data), raw[at[1]:]), nil
}

// attachment returns the bytes of the attachment of that name.
func attachment(name string) ([]byte, error) {
	if name == recordingName {
		return recording(), nil
	}
	return content.ReadFile("files/" + name)
}

// inLines encodes data in base64, in lines that end in LF except for the last.
func inLines(data []byte) []byte {
	encoded := base64.StdEncoding.EncodeToString(data)
	var out bytes.Buffer
	out.Grow(len(encoded) + len(encoded)/base64Line)
	for len(encoded) > base64Line {
		out.WriteString(encoded[:base64Line])
		out.WriteByte('\n')
		encoded = encoded[base64Line:]
	}
	out.WriteString(encoded)
	return out.Bytes()
}
