package live

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatIsDeliveredIsInTheMailboxOnce(t *testing.T) {
	dir := t.TempDir()
	file, err := newMbox(filepath.Join(dir, "mbox"))
	if err != nil {
		t.Fatal(err)
	}
	folder, err := newMaildir(filepath.Join(dir, "home"))
	if err != nil {
		t.Fatal(err)
	}
	mail := []struct{ raw, mbox string }{
		{"Subject: a\n\nFrom me\n\nFrom you", "Subject: a\n\n>From me\n\n>From you\n"},
		{"Subject: no body", "Subject: no body\n\n"},
		{"Status: RO\n\n\n\nx\n\n", "Status: RO\n\n\n\nx\n\n"},
		{"\r\n\x00\xff\r\n\n\n", "\r\n\x00\xff\r\n\n\n"},
	}
	for name, box := range map[string]mailbox{"mbox": file, "Maildir": folder} {
		for _, each := range mail {
			if err := box.deliver([]byte(each.raw)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := box.messages()
		if err != nil || len(got) != len(mail) {
			t.Fatalf("%s: %d messages, %v; want %d", name, len(got), err, len(mail))
		}
		for i, each := range mail {
			want := each.raw
			if name == "mbox" {
				want = each.mbox
			}
			if !bytes.Equal(got[i].Raw, []byte(want)) || got[i].Seen != (name == "mbox" && i == 2) {
				t.Errorf("%s: message %d: %q, seen %t; want %q", name, i, got[i].Raw, got[i].Seen, want)
			}
		}
	}
}

func TestAbsentServersSayWhatToDo(t *testing.T) {
	for name, dir := range map[string]string{".ci/servers": "", "RESTANTE_SERVERS=": t.TempDir()} {
		t.Setenv(serversEnv, dir)
		for _, start := range []func() (*Server, error){Mailutils, Popa3d} {
			if _, err := start(); !errors.Is(err, ErrAbsent) || !strings.Contains(err.Error(), name) {
				t.Errorf("%v, want ErrAbsent and %q", err, name)
			}
		}
	}
}

func TestStopLeavesNothingBehind(t *testing.T) {
	for _, start := range []func() (*Server, error){Dovecot, Mailutils, Popa3d} {
		s, err := start()
		if errors.Is(err, ErrAbsent) {
			t.Logf("%v: not run", err)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Stop(); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		if _, err := os.Stat(s.dir); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s: its folder is still there (%v)", s.Name, err)
		}
	}
}
