package words

// WrongCharacters asks whether a text looks garbled; then follow a list of
// charsets and a button.
func (w *Words) WrongCharacters() string { return w.say("charset.wrong") }
func (w *Words) CharsetLabel() string    { return w.say("charset.label") }
func (w *Words) CharsetAsSent() string   { return w.say("charset.as-sent") }
func (w *Words) CharsetApply() string    { return w.say("charset.apply") }

// CharsetName writes what a charset is for, with its name; one that it does not
// know is its name alone.
func (w *Words) CharsetName(charset string) string {
	kind := ""
	switch charset {
	case "utf-8", "utf-7", "utf-16le", "utf-16be":
		kind = w.say("charset.unicode")
	case "windows-1252", "iso-8859-15", "ibm437", "macintosh":
		kind = w.say("charset.western")
	case "windows-1250", "iso-8859-2":
		kind = w.say("charset.central")
	case "windows-1251", "koi8-r", "koi8-u", "iso-8859-5":
		kind = w.say("charset.cyrillic")
	case "windows-1253":
		kind = w.say("charset.greek")
	case "windows-1254":
		kind = w.say("charset.turkish")
	case "windows-1255":
		kind = w.say("charset.hebrew")
	case "windows-1256":
		kind = w.say("charset.arabic")
	case "windows-1257":
		kind = w.say("charset.baltic")
	case "windows-1258":
		kind = w.say("charset.vietnamese")
	case "windows-874":
		kind = w.say("charset.thai")
	case "shift_jis", "euc-jp", "iso-2022-jp":
		kind = w.say("charset.japanese")
	case "gb18030", "big5":
		kind = w.say("charset.chinese")
	case "euc-kr":
		kind = w.say("charset.korean")
	default:
		return charset
	}
	return w.say("charset.name", "Kind", kind, "Name", charset)
}
