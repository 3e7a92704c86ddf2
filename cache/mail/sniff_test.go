package mail

import "testing"

func TestFilesAreKnownByTheirContent(t *testing.T) {
	for head, want := range map[string]string{
		"": "", "\x00\x01\x02": "", "hello": "text/plain", "\x89PNG\r\n\x1a\n": "image/png", "\xff\xd8\xff\xe0": "image/jpeg", "GIF89a": "image/gif",
		"%PDF-1.7": "application/pdf", "PK\x03\x04": "application/zip", "MZ\x90": "application/x-msdownload", "\x7fELF": "application/x-executable",
		"#!/bin/sh\n": "application/x-shellscript", " <svg onload=x>": "image/svg+xml", "<?xml version='1.0'?><svg>": "image/svg+xml", "<!DOCTYPE html>": "text/html",
		"a\n<script>alert(1)</script>": "text/html", "BEGIN:VCALENDAR\r\n": "text/calendar", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
	} {
		if got := SniffType([]byte(head)); got != want {
			t.Errorf("%q is %q, want %q", head, got, want)
		}
	}
}

func TestATypeIsBelievedUntilTheContentSaysOtherwise(t *testing.T) {
	for _, tt := range []struct{ claimed, head, want string }{
		{"image/png", "\xff\xd8\xff\xe0", "image/jpeg"},
		{"text/plain", "MZ\x90", "application/x-msdownload"},
		{"application/vnd.oasis.opendocument.text", "PK\x03\x04", "application/vnd.oasis.opendocument.text"},
		{"text/csv", "a,b\n", "text/csv"},
		{"application/octet-stream", "%PDF-1.7", "application/pdf"},
		{"application/pdf", "\x00\x01", "application/pdf"},
		{"text/plain", "<html>", "text/html"},
	} {
		if got := (Part{Type: tt.claimed}).RealType([]byte(tt.head)); got != tt.want {
			t.Errorf("%s that begins with %q is %q, want %q", tt.claimed, tt.head, got, tt.want)
		}
	}
}

func TestWhatCanRunIsKnown(t *testing.T) {
	for _, tt := range []struct {
		name, claimed, content string
		want                   bool
	}{
		{"report.pdf", "application/pdf", "application/pdf", false},
		{"photo.jpg.EXE", "image/jpeg", "", true},
		{"photo.exe. ", "image/jpeg", "", true},
		{"photo.jpg", "image/jpeg", "application/x-msdownload", true},
		{"page", "text/html", "", true},
		{"logo.svg", "image/png", "", true},
		{"table.xlsm", "application/vnd.ms-excel", "application/zip", true},
		{"table.xlsx", "application/vnd.ms-excel", "application/zip", false},
		{"notes.txt", "text/plain", "text/plain", false},
		{"", "", "", false},
	} {
		if got := Dangerous(tt.name, tt.claimed, tt.content); got != tt.want {
			t.Errorf("%q (%s, %s): %v, want %v", tt.name, tt.claimed, tt.content, got, tt.want)
		}
	}
}

// FuzzSniffType checks that what is known of a file does not depend on what follows its beginning, and never panics.
func FuzzSniffType(f *testing.F) {
	for _, m := range magic {
		f.Add([]byte(m.prefix), "a.b", "text/plain")
	}
	f.Fuzz(func(t *testing.T, head []byte, name, claimed string) {
		kind := SniffType(head)
		p := Part{Type: claimed}
		if real := p.RealType(head); real != claimed && real != kind {
			t.Errorf("%q is neither %q nor %q", real, claimed, kind)
		}
		if Dangerous(name, claimed, "") && !Dangerous(name, claimed, kind) {
			t.Error("content makes a file harmless")
		}
	})
}
