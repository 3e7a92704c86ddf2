// Package static holds the style sheet, the script, the icons and the favicon, at addresses
// that change with their contents, so that a browser may keep them for ever.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

//go:embed *.css *.svg *.js *.png
var files embed.FS

// sources says which embedded files make up each asset, in order.
var sources = []struct {
	name, contentType string
	parts             []string
}{
	{"app.css", "text/css; charset=utf-8", []string{"tokens.css", "parts.css", "app.css"}},
	{"app.js", "text/javascript; charset=utf-8", []string{"app.js"}},
	{"icons.svg", "image/svg+xml", []string{"sprite.svg"}},
	{"favicon.svg", "image/svg+xml", []string{"favicon.svg"}},
	{"icon-192.png", "image/png", []string{"icon-192.png"}},
	{"icon-512.png", "image/png", []string{"icon-512.png"}},
	{"icon-maskable.png", "image/png", []string{"icon-maskable.png"}}, // with room around it, for what is cut to a shape
}

// File is an asset, ready to be sent. Its contents must not be changed.
type File struct {
	Path string // "/assets/<hash>.css"
	Type string // Content-Type
	Body []byte
	Gzip []byte // Body, for Content-Encoding: gzip
}

// Assets are all files of the site. They are immutable and the same in every
// process of the same build.
type Assets struct {
	byName map[string]File
	byPath map[string]File
}

// Load returns the assets. They are put together once, at the first call.
func Load() *Assets {
	return loaded()
}

// Path returns the address of an asset, local to the site and without a base
// path: Path("app.css") is "/assets/<hash>.css". It is "" for a name that is
// none of app.css, app.js, icons.svg, favicon.svg and the icons of the site.
func Path(name string) string {
	return Load().Path(name)
}

// Path is like the function [Path].
func (a *Assets) Path(name string) string {
	return a.byName[name].Path
}

// Lookup returns the asset at an address such as Path gives. Any other, and
// that of an earlier build, is not found.
func (a *Assets) Lookup(path string) (File, bool) {
	f, ok := a.byPath[path]
	return f, ok
}

var loaded = sync.OnceValue(build)

func build() *Assets {
	a := &Assets{byName: map[string]File{}, byPath: map[string]File{}}
	for _, s := range sources {
		f := file(s.name, s.contentType, join(s.parts))
		a.byName[s.name] = f
		a.byPath[f.Path] = f
	}
	return a
}

// join reads embedded files one after the other. That they exist is proven by
// the test of the sources.
func join(names []string) []byte {
	var all []byte
	for _, name := range names {
		b, _ := files.ReadFile(name)
		all = append(all, b...)
	}
	return all
}

func file(name, contentType string, body []byte) File {
	ext := path.Ext(name)
	if ext == ".css" {
		body = slim(body)
	}
	sum := sha256.Sum256(body)
	return File{
		Path: "/assets/" + hex.EncodeToString(sum[:8]) + ext,
		Type: contentType,
		Body: body,
		Gzip: compress(body),
	}
}

// slim drops comments, line breaks, and the space around punctuation of a style
// sheet, and gives custom properties short names. Ours has no string with any
// of them in it, and no selector in which a space before a colon or a plus
// means something; neither pages nor the script name such a property.
func slim(css []byte) []byte {
	var b strings.Builder
	for rest := string(css); rest != ""; {
		code, comment, _ := strings.Cut(rest, "/*")
		b.WriteString(code)
		_, rest, _ = strings.Cut(comment, "*/")
	}
	tight := strings.NewReplacer(" { ", "{", " {", "{", "{ ", "{", "; } ", "}", "; }", "}", " } ", "}", " }", "}", "} ", "}", "; ", ";", ": ", ":", ", ", ",", " > ", ">")
	names := map[string]string{}
	return []byte(property.ReplaceAllStringFunc(tight.Replace(strings.Join(strings.Fields(b.String()), " ")), func(name string) string {
		if names[name] == "" {
			names[name] = "--" + strconv.FormatInt(int64(len(names)), 36)
		}
		return names[name]
	}))
}

var property = regexp.MustCompile(`--[a-z][a-z0-9-]*`)

// compress writes to memory, where gzip has no error to report.
func compress(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}
