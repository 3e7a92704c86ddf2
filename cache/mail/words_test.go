package mail

import (
	"strings"
	"testing"
)

func TestEncodedWordsAreDecoded(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"none", "plain text", "plain text"},
		{"Q", "=?utf-8?Q?caf=C3=A9_au_lait?=", "café au lait"},
		{"B", "=?UTF-8?b?Y2Fmw6k=?=", "café"},
		{"between text", "a =?utf-8?q?b?= c", "a b c"},
		{"two words", "=?utf-8?q?a?= =?utf-8?q?b?=", "ab"},
		{"two words, folded", "=?utf-8?q?a?=\t =?utf-8?q?b?=", "ab"},
		{"two words, two charsets", "=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=", "éé"},
		{"text between words", "=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"},
		{"character cut in half", "=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "é"},
		{"character cut in half, B", "=?utf-8?B?5pc=?= =?utf-8?B?pQ==?=", "日"},
		{"ISO-2022-JP cut in half", "=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=", "日本"},
		{"ISO 8859-1 is windows-1252", "=?iso-8859-1?Q?=93a=94?=", "“a”"},
		{"no padding", "=?utf-8?B?Y2Fmw6k?=", "café"},
		{"wrong escape", "=?utf-8?Q?50=% =C3=A9?=", "50=% é"},
		{"spaces inside", "=?utf-8?Q?caf=C3=A9 au lait?=", "café au lait"},
		{"glued to text", "a=?utf-8?Q?=C3=A9?=b", "aéb"},
		{"without its end", "=?utf-8?B?5pel5pys", "日本"},
		{"without its end, before another", "=?utf-8?Q?a =?utf-8?Q?b?=", "ab"},
		{"without its end, before text", "=?utf-8?Q?=C3=A9 rest", "é rest"},
		{"language", "=?utf-8*en?Q?a?=", "a"},
		{"unknown charset", "=?no-such?Q?caf=C3=A9?= =?no-such?Q?caf=E9?=", "cafécafé"},
		{"no such encoding", "=?utf-8?X?a?=", "=?utf-8?X?a?="},
		{"no word", "=? what ?=", "=? what ?="},
		{"no charset", "=??Q?a?=", "=??Q?a?="},
		{"empty", "=?utf-8?Q??=", ""},
		{"raw UTF-8", "café", "café"},
		{"raw Latin-1", "caf\xe9", "café"},
		{"line ending inside", "=?utf-8?Q?a=0D=0ABcc:_x?=", "a  Bcc: x"},
		{"NUL and escape", "=?utf-8?Q?a=00=1Bb?=", "ab"},
		{"override", "=?utf-8?B?4oCuZ3Bq?=", "gpj"},
	} {
		if got := decodeWords(tt.text); got != tt.want {
			t.Errorf("%s: %q became %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

func TestEncodedWordsTakeLinearTime(t *testing.T) {
	// Each of these searched the whole rest of the text for its end, if the search were not remembered.
	text := strings.Repeat("=?a?q?x ", maxValue/8)
	if got := decodeWords(text); len(got) > len(text) {
		t.Errorf("%d bytes became %d", len(text), len(got))
	}
	m, _ := parse(t, "Subject: "+strings.Repeat("=?utf-8?B?YWFh?=\n ", 70_000)+"\n\n")
	if len(m.Subject) != maxSubject {
		t.Errorf("a subject of %d bytes, want %d", len(m.Subject), maxSubject)
	}
}
