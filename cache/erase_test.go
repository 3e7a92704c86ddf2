package cache

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestAPersonsFolderIsErasedOnceNobodyUsesIt(t *testing.T) {
	dir := t.TempDir()
	p := NewPool(dir, time.Now)
	defer p.Close()
	box, done, err := p.Get(t.Context(), "ana")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := box.AddAccount(t.Context(), "pop3s://mail.example.org:995", "ana"); err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 5*eraseWait)
	defer cancel()
	if err := p.Erase(short, "ana"); err == nil {
		t.Error("it is erased while somebody uses it")
	}
	if accounts, err := box.Accounts(t.Context()); err != nil || len(accounts) != 1 {
		t.Errorf("who uses it finds %v, %v", accounts, err)
	}
	time.AfterFunc(5*eraseWait, done)
	if err := p.Erase(t.Context(), "ana"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "ana")); !os.IsNotExist(err) {
		t.Errorf("the folder stays: %v", err)
	}
	if people, err := NewPool(dir, time.Now).Erased(); err != nil || !slices.Equal(people, []string{"ana"}) { // after a crash
		t.Errorf("on its way are %v, %v", people, err)
	}
	if err := p.Forget("ana"); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
	if people, err := p.Erased(); err != nil || len(people) > 0 {
		t.Errorf("on their way are %v, %v", people, err)
	}
	if err := p.Erase(t.Context(), "nobody"); err != nil {
		t.Errorf("somebody who has no folder: %v", err)
	}
}
