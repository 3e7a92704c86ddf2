package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// What the README says of the flags of serve is what there is.
func TestTheReadmeHasEveryFlagAndNoOther(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(--[^`]+)` \\| `(\\w+)` \\|").FindAllStringSubmatch(string(readme), -1) {
		described[m[1]+" "+m[2]] = true
	}
	parser, err := kong.New(&commands{}, kong.DefaultEnvars("RESTANTE"), kong.Bind(streams{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range parser.Model.Children {
		if command.Name != "serve" {
			continue
		}
		for _, f := range command.Flags {
			line := "--" + f.Name
			if f.PlaceHolder != "" {
				line += " " + f.PlaceHolder
			}
			line += " " + strings.Join(f.Envs, " ")
			if !described[line] {
				t.Errorf("the README lacks %q", line)
			}
			delete(described, line)
		}
	}
	for line := range described {
		t.Errorf("the README describes %q, which there is not", line)
	}
}
