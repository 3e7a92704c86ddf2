package sample

import (
	"bytes"
	"encoding/binary"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTheMailboxHasALittleOfEverything(t *testing.T) {
	plain := func(l letter) string {
		if p := l.find("text/plain"); len(p) > 0 {
			return string(p[0].body)
		}
		return ""
	}
	only := func(l letter, mediaType string) bool { return len(l.parts) == 1 && len(l.find(mediaType)) == 1 }
	charset := func(l letter, name string) bool { return len(l.parts) > 0 && l.parts[0].charset == name }
	emoji := regexp.MustCompile(`[\x{1F300}-\x{1FAFF}]`)
	japanese := regexp.MustCompile(`\p{Hiragana}{2}`)
	arabic := regexp.MustCompile(`\p{Arabic}{3}`)
	all := letters(t, reference)

	for _, want := range []struct {
		what  string
		least int
		is    func(letter) bool
	}{
		{"designed newsletter", 2, func(l letter) bool {
			h := l.find("text/html")
			return l.header.Has("List-Unsubscribe-Post") && len(l.find("text/plain")) == 1 && len(h) == 1 &&
				bytes.Count(h[0].body, []byte("<table")) >= 2 && bytes.Count(h[0].body, []byte(`src="https://`)) >= 5 &&
				bytes.Contains(h[0].body, []byte(`width="1" height="1"`)) && bytes.Contains(h[0].body, []byte("style="))
		}},
		{"Japanese in ISO-2022-JP", 1, func(l letter) bool { return charset(l, "iso-2022-jp") && japanese.MatchString(plain(l)) }},
		{"Japanese in UTF-8", 1, func(l letter) bool { return charset(l, "utf-8") && japanese.MatchString(plain(l)) }},
		{"Arabic, right to left", 1, func(l letter) bool {
			h := l.find("text/html")
			return arabic.MatchString(plain(l)) && arabic.MatchString(l.subject) && len(h) == 1 && bytes.Contains(h[0].body, []byte(`dir="rtl"`))
		}},
		{"German in ISO-8859-1, quoted-printable", 1, func(l letter) bool {
			return charset(l, "iso-8859-1") && l.parts[0].encoding == "quoted-printable" &&
				strings.Contains(plain(l), "Straße") && strings.Contains(plain(l), "Möwe")
		}},
		{"emoji in subject and body", 1, func(l letter) bool { return emoji.MatchString(l.subject) && emoji.MatchString(plain(l)) }},
		{"subject of 300 characters", 1, func(l letter) bool { return utf8.RuneCountInString(l.subject) == 300 }},
		{"empty message", 1, func(l letter) bool { return bytes.Index(l.raw, []byte("\r\n\r\n")) == len(l.raw)-4 }},
		{"message in HTML only", 1, func(l letter) bool { return only(l, "text/html") }},
		{"flowed text", 1, func(l letter) bool {
			return len(l.parts) == 1 && l.parts[0].params["format"] == "flowed" && strings.Contains(plain(l), " \r\n")
		}},
		{"attached picture", 2, func(l letter) bool {
			return len(l.find("image/png"))+len(l.find("image/jpeg")) == 1 && strings.HasPrefix(l.header.Get("Content-Type"), "multipart/mixed")
		}},
		{"picture within the text", 1, func(l letter) bool {
			h := l.find("text/html")
			return len(h) == 1 && bytes.Contains(h[0].body, []byte(`src="cid:`)) && len(l.find("image/jpeg")) == 1
		}},
		{"attached text", 2, func(l letter) bool {
			p := l.find("text/plain")
			return len(p) == 2 && p[1].disposition == "attachment" && strings.HasSuffix(p[1].filename, ".txt")
		}},
		{"attached table", 1, func(l letter) bool { return len(l.find("text/csv")) == 1 }},
		{"attached PDF", 1, func(l letter) bool {
			p := l.find("application/pdf")
			return len(p) == 1 && bytes.HasPrefix(p[0].body, []byte("%PDF-"))
		}},
		{"file name as in RFC 2231", 1, func(l letter) bool {
			return bytes.Contains(l.raw, []byte("filename*0*=UTF-8''")) && l.parts[1].filename == "Barque légère – paroles et prononçiation.txt"
		}},
		{"notification by a machine", 4, func(l letter) bool { return l.header.Get("Auto-Submitted") == "auto-generated" }},
		{"post of a mailing list", 5, func(l letter) bool { return l.header.Get("Precedence") == "list" && l.header.Has("List-Id") }},
		{"copy of the owner's own mail", 5, func(l letter) bool { return strings.Contains(l.header.Get("From"), "<demo@restante.example>") }},
		{"name in encoded words", 3, func(l letter) bool {
			from := l.header.Get("From")
			return strings.HasPrefix(from, "=?") && !strings.Contains(decoded(t, from), "=?")
		}},
		{"OpenPGP, signed", 1, func(l letter) bool { return len(l.find("application/pgp-signature")) == 1 }},
		{"OpenPGP, encrypted", 1, func(l letter) bool { return len(l.find("application/pgp-encrypted")) == 1 }},
		{"S/MIME, signed", 1, func(l letter) bool { return len(l.find("application/pkcs7-signature")) == 1 }},
		{"invitation", 1, func(l letter) bool {
			p := l.find("text/calendar")
			return len(p) == 1 && p[0].params["method"] == "REQUEST" && bytes.Contains(p[0].body, []byte("BEGIN:VEVENT"))
		}},
		{"broken structure", 1, func(l letter) bool { return l.id == brokenID && !bytes.Contains(l.raw, []byte("--scan-000418--")) }},
		{"report on a delivery", 1, func(l letter) bool { return len(l.find("message/delivery-status")) == 1 }},
		{"message within a message", 1, func(l letter) bool { return len(l.find("message/rfc822")) == 1 }},
		{"link that names another site", 1, func(l letter) bool {
			return bytes.Contains(l.raw, []byte(`account-review.example/confirm?id=9920">https://www.saltmeresavings.example`))
		}},
		{"thirty recipients", 1, func(l letter) bool { return strings.Count(l.header.Get("To"), "@") == 30 }},
		{"body in 7bit", 1, func(l letter) bool { return len(l.parts) > 0 && l.parts[0].encoding == "7bit" }},
		{"body in 8bit", 1, func(l letter) bool {
			return bytes.Contains(l.raw, []byte("Content-Transfer-Encoding: 8bit")) && bytes.ContainsFunc(l.raw, func(r rune) bool { return r > 127 })
		}},
		{"body in base64", 1, func(l letter) bool { return len(l.parts) == 1 && l.parts[0].encoding == "base64" }},
	} {
		found := 0
		for _, l := range all {
			if want.is(l) {
				found++
			}
		}
		if found < want.least {
			t.Errorf("%s: %d messages, want %d or more", want.what, found, want.least)
		}
	}
}

func TestTextIsWhatItsCharsetSays(t *testing.T) {
	for _, l := range letters(t, reference) {
		for _, p := range l.parts {
			if strings.HasPrefix(p.mediaType, "text/") && (!utf8.Valid(p.body) || bytes.ContainsRune(p.body, utf8.RuneError)) {
				t.Errorf("%q: a part of type %s does not decode from %s", l.subject, p.mediaType, p.charset)
			}
		}
	}
}

func TestPicturesAreSmallAndCanBeDecoded(t *testing.T) {
	for _, l := range letters(t, reference) {
		for _, p := range l.parts {
			if !strings.HasPrefix(p.mediaType, "image/") {
				continue
			}
			config, format, err := image.DecodeConfig(bytes.NewReader(p.body))
			if err != nil || "image/"+format != p.mediaType || config.Width < 400 {
				t.Errorf("%q: %s is %s, %d wide: %v", l.subject, p.filename, format, config.Width, err)
			}
			if len(p.body) > 40<<10 {
				t.Errorf("%q: %s has %d bytes, want at most 40 KiB", l.subject, p.filename, len(p.body))
			}
		}
	}
}

func TestTheRecordingIsSeveralMegabytesOfSound(t *testing.T) {
	var found []part
	for _, l := range letters(t, reference) {
		found = append(found, l.find("audio/x-wav")...)
	}
	if len(found) != 1 || found[0].filename != recordingName {
		t.Fatalf("%d recordings, want one called %s", len(found), recordingName)
	}
	file := found[0].body
	if len(file) < 3e6 || len(file) > 5e6 {
		t.Errorf("the recording has %d bytes, want 3 to 5 million", len(file))
	}
	if string(file[:4]) != "RIFF" || int(binary.LittleEndian.Uint32(file[4:])) != len(file)-8 ||
		string(file[36:40]) != "data" || int(binary.LittleEndian.Uint32(file[40:])) != len(file)-44 {
		t.Errorf("header % x does not fit a file of %d bytes", file[:44], len(file))
	}
	// Each two seconds are heard: a peak well above nothing, never beyond the limit.
	for at := 44; at+4*sampleRate <= len(file)-4*sampleRate; at += 4 * sampleRate {
		peak := 0
		for i := at; i < at+4*sampleRate; i += 2 {
			s := int(int16(binary.LittleEndian.Uint16(file[i:])))
			peak = max(peak, s, -s)
		}
		if peak < 3000 || peak > loudest {
			t.Errorf("from second %d the peak is %d, want 3000 to %d", (at-44)/(2*sampleRate), peak, loudest)
		}
	}
}
