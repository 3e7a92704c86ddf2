package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// staticcheck is pinned in a module file of its own: its dependencies do not belong to the product.
var staticcheck = []string{"tool", "-modfile=cmd/check/tools.mod", "staticcheck", "./..."}

func (c *check) vet(ctx context.Context) error {
	return c.command(ctx, "go", "vet", "./...").Run()
}

func (c *check) staticcheck(ctx context.Context) error {
	return c.command(ctx, "go", staticcheck...).Run()
}

// gofmt formats in memory with the formatter of the Go release that compiles this, so that it needs no gofmt on PATH.
func (c *check) gofmt(context.Context) error {
	files, err := sources(c.root, ".go")
	if err != nil {
		return err
	}
	return c.same(files, func(file string) ([]byte, error) {
		source, err := os.ReadFile(filepath.Join(c.root, file))
		if err != nil {
			return nil, err
		}
		return format.Source(source)
	})
}

// templFmt asks for one file after the other on standard output: otherwise templ fmt writes into the tree.
func (c *check) templFmt(ctx context.Context) error {
	files, err := sources(c.root, ".templ")
	if err != nil {
		return err
	}
	return c.same(files, func(file string) ([]byte, error) {
		cmd := c.command(ctx, "go", "tool", "templ", "fmt", "-log-level", "error", "-stdout", file)
		var formatted bytes.Buffer
		cmd.Stdout = &formatted
		err := cmd.Run()
		return formatted.Bytes(), err
	})
}

// same compares files with what they should be and names all that differ.
func (c *check) same(files []string, want func(file string) ([]byte, error)) error {
	var differ []string
	for _, file := range files {
		got, err := os.ReadFile(filepath.Join(c.root, file))
		if err != nil {
			return err
		}
		formatted, err := want(file)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if !bytes.Equal(got, formatted) {
			differ = append(differ, file)
		}
	}
	if len(differ) > 0 {
		return errors.New("not formatted: " + strings.Join(differ, ", "))
	}
	return nil
}

// templGenerate compares the generated files with what the templates give now. templ's own check would delete a
// generated file without a template and call it well, so that case is looked for here.
func (c *check) templGenerate(ctx context.Context) error {
	generated, err := sources(c.root, "_templ.go")
	if err != nil {
		return err
	}
	for _, file := range generated {
		template := strings.TrimSuffix(file, "_templ.go") + ".templ"
		if _, err := os.Stat(filepath.Join(c.root, template)); err != nil {
			return fmt.Errorf("%s was generated from a template that is not there: %w", file, err)
		}
	}
	return c.command(ctx, "go", "tool", "templ", "generate", "-check", "-keep-orphaned-files", "-log-level", "error").Run()
}

// sources lists the files of the tree whose name has the suffix, relative to root. Hidden folders, such as git's, and
// those that Go passes over are left out.
func sources(root, suffix string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, suffix) && entry.Type().IsRegular() {
			relative, err := filepath.Rel(root, path)
			files = append(files, relative)
			return err
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("looking for %s files: %w", suffix, err)
	}
	return files, nil
}
