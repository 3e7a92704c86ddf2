package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"restante/cache/mail"
	"restante/views/safehtml"
	"restante/views/words"
)

// inspectCommand shows what Restante makes of message files.
type inspectCommand struct {
	Files []string `arg:"" name:"FILE" help:"A message as it came (.eml); - reads standard input."`
	JSON  bool     `name:"json" help:"One JSON object a file and line."`
	View  string   `name:"view" placeholder:"VIEW" enum:",reader,original,text" default:"" help:"Write the document that a browser would get of one file: reader, original or text."`
}

// maxInspected is how many bytes a message on standard input may have: it is held in memory.
const maxInspected = 256 << 20

// errUnread means that some file could not be read; which ones has been said.
var errUnread = errors.New("not every file could be read")

// inspected is what is said of a message; its fields are a promise to scripts.
type inspected struct {
	File      string          `json:"file"`
	Subject   string          `json:"subject"`
	From      []person        `json:"from"`
	To        []person        `json:"to"`
	Cc        []person        `json:"cc"`
	Date      string          `json:"date"` // RFC 3339; empty where it cannot be read
	MessageID string          `json:"messageId"`
	Text      string          `json:"text"`
	HTML      string          `json:"html"`
	Parts     []inspectedPart `json:"parts"`
	Defects   []string        `json:"defects"`
	Warnings  []string        `json:"warnings"`
}

type person struct {
	Name string `json:"name"`
	Addr string `json:"addr"`
}

type inspectedPart struct {
	Name      string `json:"name"`
	Type      string `json:"type"`
	Size      int64  `json:"size"` // of the decoded content
	SHA256    string `json:"sha256"`
	Inline    bool   `json:"inline"`
	ContentID string `json:"contentId"`
}

// Run writes what is asked for of every file that can be read.
func (c *inspectCommand) Run(s streams) error {
	if c.View != "" && (len(c.Files) != 1 || c.JSON) {
		return usageError{errors.New("--view is about one file, and without --json")}
	}
	failed := false
	for _, name := range c.Files {
		if err := c.inspect(s.out, name); err != nil {
			fmt.Fprintf(s.err, "restante: %s: %v\n", name, err)
			failed = true
		}
	}
	if failed {
		return errUnread
	}
	return nil
}

func (c *inspectCommand) inspect(out io.Writer, name string) error {
	r, size, done, err := openMessage(name)
	if err != nil {
		return err
	}
	defer done()
	m := mail.Parse(r, size)
	body := m.Body(r)
	if c.View != "" {
		_, err := io.WriteString(out, document(m, r, body, c.View)+"\n")
		return err
	}
	about, err := inspect(name, m, r, body)
	if err != nil {
		return err
	}
	if !c.JSON {
		return about.print(out)
	}
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(about)
}

// openMessage opens a file, or reads standard input.
func openMessage(name string) (io.ReaderAt, int64, func() error, error) {
	if name == "-" {
		raw, err := io.ReadAll(io.LimitReader(os.Stdin, maxInspected+1))
		if err == nil && len(raw) > maxInspected {
			err = fmt.Errorf("more than %d MB on standard input; give it as a file", maxInspected>>20)
		}
		return bytes.NewReader(raw), int64(len(raw)), func() error { return nil }, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, 0, nil, errors.Join(err, f.Close())
	}
	return f, info.Size(), f.Close, nil
}

func inspect(name string, m *mail.Message, r io.ReaderAt, body mail.Body) (inspected, error) {
	about := inspected{
		File: name, Subject: m.Subject, From: persons(m.From), To: persons(m.To), Cc: persons(m.Cc), MessageID: m.ID,
		Text: body.Text, HTML: body.HTML, Parts: []inspectedPart{}, Defects: append(append([]string{}, m.Defects...), body.Defects...), Warnings: []string{},
	}
	if !m.Date.IsZero() {
		about.Date = m.Date.Format(time.RFC3339)
	}
	if len(m.From) != 1 {
		about.Warnings = append(about.Warnings, fmt.Sprintf("%d senders", len(m.From)))
	}
	attached := map[int]bool{}
	for _, n := range m.Attachments() {
		attached[n] = true
	}
	for n, p := range m.Parts {
		if !attached[n] && !p.Inline {
			continue
		}
		sum := sha256.New()
		size, err := io.Copy(sum, p.Open(r))
		if err != nil {
			return about, err
		}
		about.Parts = append(about.Parts, inspectedPart{p.Filename(), p.Type, size, hex.EncodeToString(sum.Sum(nil)), p.Inline, p.ContentID})
		if mail.Dangerous(p.Filename(), p.Type, "") {
			about.Warnings = append(about.Warnings, p.Filename()+" can run as a program")
		}
	}
	return about, nil
}

func persons(list []mail.Address) []person {
	out := []person{}
	for _, a := range list {
		out = append(out, person(a))
	}
	return out
}

// print writes the same for people.
func (a inspected) print(out io.Writer) error {
	var b strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-10s %s\n", name, value)
		}
	}
	line("file", a.File)
	line("subject", a.Subject)
	for _, p := range a.From {
		line("from", strings.TrimSpace(p.Name+" <"+p.Addr+">"))
	}
	for _, p := range a.To {
		line("to", strings.TrimSpace(p.Name+" <"+p.Addr+">"))
	}
	line("date", a.Date)
	line("id", a.MessageID)
	for _, p := range a.Parts {
		line("part", fmt.Sprintf("%s, %s, %d bytes", p.Name, p.Type, p.Size))
	}
	for _, d := range a.Defects {
		line("defect", d)
	}
	for _, w := range a.Warnings {
		line("warning", w)
	}
	b.WriteString("\n" + strings.TrimRight(strings.Map(printable, a.Text), "\n") + "\n\n")
	_, err := io.WriteString(out, b.String())
	return err
}

// printable leaves out what would change how a terminal shows the rest.
func printable(r rune) rune {
	if r < ' ' && r != '\n' && r != '\t' || 0x7f <= r && r < 0xa0 {
		return '\uFFFD'
	}
	return r
}

// document is what a browser would get of a message in one view.
func document(m *mail.Message, r io.ReaderAt, body mail.Body, view string) string {
	if view == "original" {
		if out, report := safehtml.Original(body.HTML, safehtml.OriginalOptions{Title: m.Subject}); body.HTML != "" && !report.Refused {
			return out.String()
		}
	}
	var shown safehtml.HTML
	w := words.English()
	if body.HTML != "" && view != "text" {
		shown, _ = safehtml.Reader(body.HTML, safehtml.ReaderOptions{Quoted: w.QuotedText(), Image: w.ImageWord()})
	}
	if shown == (safehtml.HTML{}) {
		text := body.Text
		if text == "" {
			text = m.Text(r)
		}
		shown, _ = safehtml.Text(text, safehtml.TextOptions{Quoted: w.QuotedText(), Flowed: body.Flowed && body.Text != "", DelSp: body.DelSp})
	}
	return `<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>` + shown.String() + `</body></html>`
}
