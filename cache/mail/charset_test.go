package mail

import "testing"

func TestCharsetsAreDecoded(t *testing.T) {
	for _, tt := range []struct{ label, text, want string }{
		{"utf-8", "café", "café"},
		{"UTF8", "café", "café"},
		{"", "café", "café"},
		{"utf-8", "caf\xe9 \x93q\x94", "café “q”"},
		{"utf-8", "日本 caf\xe9", "日本 café"},
		{"utf-8", "\ufeffx", "x"},
		{"us-ascii", "caf\xe9", "café"},
		{"iso-8859-1", "\x93caf\xe9\x94 \x80", "“café” €"},
		{"latin1", "caf\xe9", "café"},
		{"iso-8859-1", "café", "café"},
		{"'iso-8859-1'", "caf\xe9", "café"},
		{"iso-8859-15", "\xa4", "€"},
		{"iso-8859-2", "\xb1", "ą"},
		{"windows-1251", "\xcf\xf0\xe8", "При"},
		{"cp1251", "\xcf\xf0\xe8", "При"},
		{"koi8-r", "\xf0\xd2\xc9", "При"},
		{"gb2312", "\xc4\xe3\xba\xc3", "你好"},
		{"gb2312", "\xe9F", "镕"}, // only in GBK
		{"gb18030", "\xc4\xe3", "你"},
		{"big5", "\xa7A\xa6n", "你好"},
		{"shift_jis", "\x93\xfa\x96{", "日本"},
		{"cp932", "\x93\xfa\x96{", "日本"},
		{"euc-jp", "\xc6\xfc\xcb\xdc", "日本"},
		{"iso-2022-jp", "\x1b$BF|K\\\x1b(B", "日本"},
		{"iso-2022-jp", "日本", "日本"},
		{"ks_c_5601-1987", "\xc7\xd1", "한"},
		{"tis-620", "\xa1", "ก"},
		{"utf-16", "\xff\xfeh\x00i\x00", "hi"},
		{"utf-16be", "\x00h\x00i", "hi"},
		{"utf-8", "\xff\xfeh\x00i\x00", "hi"},
		{"no-such-charset", "café", "café"},
		{"no-such-charset", "caf\xe9", "café"},
	} {
		if got := decodeCharset(tt.label, []byte(tt.text)); got != tt.want {
			t.Errorf("%q in %s: %q, want %q", tt.text, tt.label, got, tt.want)
		}
	}
}

func TestHTMLDeclaresItsCharset(t *testing.T) {
	for _, tt := range []struct{ charset, meta, want string }{
		{"", `<meta charset="windows-1251">`, "При"},
		{"", `<META HTTP-EQUIV=Content-Type CONTENT="text/html; charset=windows-1251">`, "При"},
		{"us-ascii", `<meta charset=windows-1251>`, "При"},
		{"", `<!-- <meta charset=koi8-r> --><meta charset=windows-1251>`, "При"},
		{"koi8-r", `<meta charset="windows-1251">`, "оПХ"},
		{"", `<meta charset="utf-16">`, "Ïðè"},
		{"", `<body><meta charset="windows-1251">`, "Ïðè"},
		{"", ``, "Ïðè"},
	} {
		header := "Subject: s\nContent-Type: text/html"
		if tt.charset != "" {
			header += "; charset=" + tt.charset
		}
		m, r := parse(t, header+"\n\n"+tt.meta+"<p>\xcf\xf0\xe8\n")
		if got := m.Text(r); got != tt.want {
			t.Errorf("declared %q, in the document %s: %q, want %q", tt.charset, tt.meta, got, tt.want)
		}
	}
}
