package mail

import (
	"bytes"
	"net/http"
	"path"
	"strings"
)

// SniffType returns the media type of a file by its first bytes, of which 512 are looked at (WHATWG MIME Sniffing
// Standard, and what it does not know: programs, packed files, mail). It returns "" for what does not tell.
func SniffType(head []byte) string {
	for _, m := range magic {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.kind
		}
	}
	kind, _, _ := strings.Cut(http.DetectContentType(head), ";")
	if kind == "application/octet-stream" || len(head) == 0 {
		return ""
	}
	if kind == "text/plain" || kind == "text/xml" {
		return textType(head, kind)
	}
	return kind
}

// magic are the beginnings of files that the standard leaves out.
var magic = []struct{ prefix, kind string }{
	{"MZ", "application/x-msdownload"},
	{"\x7fELF", "application/x-executable"},
	{"\xca\xfe\xba\xbe", "application/java-vm"},
	{"\xfe\xed\xfa", "application/x-mach-binary"},
	{"\xcf\xfa\xed\xfe", "application/x-mach-binary"},
	{"#!", "application/x-shellscript"},
	{"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"},
	{"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
	{"{\\rtf", "application/rtf"},
	{"BEGIN:VCALENDAR", "text/calendar"},
	{"BEGIN:VCARD", "text/vcard"},
}

// textType tells kinds of text apart that begin with a word.
func textType(head []byte, kind string) string {
	text := strings.ToLower(string(bytes.TrimLeft(head, " \t\r\n\ufeff")))
	switch {
	case strings.HasPrefix(text, "<svg"), strings.HasPrefix(text, "<?xml") && strings.Contains(text, "<svg"):
		return "image/svg+xml"
	case strings.HasPrefix(text, "<?xml") && strings.Contains(text, "<html"):
		return "application/xhtml+xml"
	case strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<!doctype html"), strings.Contains(text, "<script"):
		return "text/html"
	}
	return kind
}

// RealType returns the media type of a part, whose content begins with head: that of the content where it is one that
// cannot be mistaken, else what the sender says.
func (p Part) RealType(head []byte) string {
	kind := SniffType(head)
	switch {
	case kind == "", kind == "text/plain", kind == "text/xml":
		return p.Type
	case kind == "application/zip" && strings.HasPrefix(p.Type, "application/"), kind == "application/x-ole-storage" && strings.HasPrefix(p.Type, "application/"):
		return p.Type // office files are packed so
	case kind == "text/html" && strings.HasPrefix(p.Type, "text/") && p.Type != "text/plain":
		return p.Type
	}
	return kind
}

// dangerous are the endings of files that can run as programs when they are opened, on some system or other.
var dangerous = extensionSet(`ade adp appref-ms appx appxbundle bat chm cmd com cpl dll exe gadget hta inf ins iso img isp jar jnlp job js jse lib
	lnk mde msc msi msix msp mst nsh ocx pif ps1 ps1xml ps2 psc1 psd1 psm1 reg scf scr sct search-ms settingcontent-ms shb shs sys udl url vb vbe
	vbs vhd vhdx vxd website ws wsc wsf wsh xll
	action app command csh desktop dmg elf ksh out pkg pl py pyc pyw rb run sh tcsh workflow apk deb ipa rpm
	docm dotm potm ppam ppsm pptm sldm xlam xlsm xltm
	htm html mht mhtml shtml svg svgz swf xht xhtml xml xsl xslt`)

func extensionSet(list string) map[string]bool {
	set := map[string]bool{}
	for ext := range strings.FieldsSeq(list) {
		set[ext] = true
	}
	return set
}

// Dangerous reports whether a file can run as a program on the computer of who opens it: by the end of its name, which
// is what computers go by, by what its sender says it is, or by its content, as SniffType gives it.
func Dangerous(name, claimed, content string) bool {
	name = strings.TrimRight(strings.ToLower(name), ". ")
	if dangerous[strings.TrimPrefix(path.Ext(name), ".")] {
		return true
	}
	for _, kind := range []string{claimed, content} {
		switch kind {
		case "application/x-msdownload", "application/x-executable", "application/java-vm", "application/x-mach-binary", "application/x-shellscript",
			"application/x-ms-shortcut", "application/hta", "application/x-msdos-program", "application/javascript", "text/javascript",
			"application/java-archive", "application/x-sh", "image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "application/xml":
			return true
		}
	}
	return false
}
