package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func tree(t *testing.T, files map[string]string) *check {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &check{root: root, out: io.Discard}
}

func TestStepsStopAtTheFirstFailure(t *testing.T) {
	var out strings.Builder
	ran := ""
	fine := func(context.Context) error { ran += "+"; return nil }
	bad := func(context.Context) error { ran += "-"; return errors.New("two files differ") }
	err := (&check{out: &out}).steps(t.Context(), []step{
		{"first", "one", fine}, {"second", "two ./...", bad}, {"third", "three", fine},
	})
	if want := "second: two files differ\nto repeat: two ./..."; err == nil || err.Error() != want {
		t.Errorf("got error %q, want %q", err, want)
	}
	if ran != "+-" {
		t.Errorf("ran %q, want +-", ran)
	}
	if got := out.String(); !strings.HasPrefix(got, "first ") || !strings.Contains(got, "\nsecond ") || strings.Contains(got, "third") {
		t.Errorf("printed %q", got)
	}
}

func TestOtherArgumentsAreRefused(t *testing.T) {
	for _, args := range [][]string{{"everything"}, {"all", "all"}, {"-h"}, {"bench", "everything"}, {"bench", "-n", "0"}, {"bench", "pop3", "-n", "0"}, {"bench", "pop3", "-rtt", "20"}, {"bench", "pop3", "more"}} {
		if err := run(t.Context(), args, io.Discard); !errors.Is(err, errUsage) {
			t.Errorf("%q: got %v, want the usage", args, err)
		}
	}
}

func TestGofmtNamesEachFileThatDiffers(t *testing.T) {
	c := tree(t, map[string]string{
		"good.go":        "package a\n",
		"bad.go":         "package  a\n",
		"sub/bad.go":     "package b",
		".git/bad.go":    "package  a\n",
		"testdata/x.go":  "package  a\n",
		"sub/readme.txt": "package  a\n",
	})
	err := c.gofmt(t.Context())
	if want := "not formatted: bad.go, " + filepath.Join("sub", "bad.go"); err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
	if err := tree(t, map[string]string{"good.go": "package a\n"}).gofmt(t.Context()); err != nil {
		t.Errorf("a good tree: %v", err)
	}
	if err := tree(t, map[string]string{"not.go": "packet a\n"}).gofmt(t.Context()); err == nil {
		t.Error("a file that is not Go passed")
	}
}

func TestAGeneratedFileNeedsItsTemplate(t *testing.T) {
	c := tree(t, map[string]string{"views/old_templ.go": "package views\n"})
	err := c.templGenerate(t.Context())
	if err == nil || !strings.Contains(err.Error(), "old_templ.go was generated from a template that is not there") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(c.root, "views", "old_templ.go")); err != nil {
		t.Errorf("the check changed the tree: %v", err)
	}
}

func TestSourcesAreRelativeAndSorted(t *testing.T) {
	c := tree(t, map[string]string{"b.templ": "", "a/c.templ": "", "a/c.go": "", "_x/d.templ": "", ".y/e.templ": ""})
	got, err := sources(c.root, ".templ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{filepath.Join("a", "c.templ"), "b.templ"}, got); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}
