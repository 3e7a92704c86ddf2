package web_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"restante/cmd/check/corpus"
	"restante/pop3client/pop3test"
)

// securityCases reads a table of the corpus into cases, and skips the test where there is no corpus.
func securityCases(t *testing.T, name string, cases any) {
	t.Helper()
	table, err := os.ReadFile(filepath.Join(corpus.Dir(t), "security", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(table, cases); err != nil {
		t.Fatal(err)
	}
}

// withFile is a message whose second part has these fields.
func withFile(subject, contentType, disposition string, body []byte) []byte {
	fields := ""
	if contentType != "" {
		fields = "Content-Type: " + contentType + "\r\n"
	}
	return letter("eve@example.org", subject, "--b\r\nContent-Type: text/plain\r\n\r\nsee the file\r\n--b\r\n"+fields+
		"Content-Disposition: "+disposition+"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+base64.StdEncoding.EncodeToString(body)+"\r\n--b--",
		time.Hour, "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b")
}

var partLink = regexp.MustCompile(`/m/\d+/part/\d+`)

// file opens the message with a subject and downloads its only file.
func (b *browser) file(subject string) (message, file page, ok bool) {
	b.t.Helper()
	found := b.get("/search?q=" + url.QueryEscape(`subject:"`+subject+`"`)).rows()
	if len(found) != 1 {
		b.t.Errorf("%s: %d messages", subject, len(found))
		return page{}, page{}, false
	}
	message = b.get("/m/" + found[0])
	link := partLink.FindString(message.body)
	if message.status != 200 || link == "" {
		b.t.Errorf("%s: the page answers %d and has no file: %s", subject, message.status, message.text())
		return page{}, page{}, false
	}
	if p := b.get(link); p.status != 200 || !strings.Contains(p.body, link+"/download") {
		b.t.Errorf("%s: the page of its file answers %d: %s", subject, p.status, p.text())
	} else {
		p.saysNot("<script", "<svg onload", "\u202e", "\u2066")
	}
	return message, b.get(link + "/download"), true
}

func TestCorpusNamesOfFilesAreHarmless(t *testing.T) {
	var cases []struct {
		ID          string
		Disposition string  `json:"content_disposition"`
		Expected    *string `json:"expected_name"`
	}
	securityCases(t, "filenames.json", &cases)
	h := newHouse(t, &pop3test.Server{}, nil)
	for _, c := range cases {
		h.mailbox.Deliver(withFile("case "+c.ID+" end", "application/octet-stream", strings.ReplaceAll(c.Disposition, "\n", "\r\n"), []byte("CONTENT")))
	}
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	proof := corpus.Prove(t, "hostile names of files")
	for _, c := range cases {
		message, file, ok := b.file("case " + c.ID + " end")
		if !ok {
			continue
		}
		message.saysNot("<script", "<svg onload", `" onmouseover`, "\u202e", "\u2066")
		wrong := ""
		kind, params, err := mime.ParseMediaType(file.header.Get("Content-Disposition"))
		name := params["filename"]
		switch {
		case err != nil || kind != "attachment" || len(file.header.Values("Content-Disposition")) != 1 || file.header.Get("Set-Cookie") != "":
			wrong = fmt.Sprintf("the header is %q (%v)", file.header.Values("Content-Disposition"), err)
		case name == "" || len(name) > 255 || strings.ContainsAny(name, "/\\:\u202e\u2066\u2069\u200b") || strings.ContainsFunc(name, unicode.IsControl):
			wrong = fmt.Sprintf("the file is called %q", name)
		case c.Expected != nil && name != *c.Expected:
			wrong = fmt.Sprintf("the file is called %q, want %q", name, *c.Expected)
		case file.body != "CONTENT":
			wrong = fmt.Sprintf("the file is %q", file.body)
		}
		proof.Case(c.ID, wrong)
	}
}

func TestCorpusNoFileIsShownAsWhatItClaimsToBe(t *testing.T) {
	var cases []struct {
		ID       string
		Type     string `json:"content_type"`
		Filename string
		Body     []byte `json:"body_b64"`
	}
	securityCases(t, "content-sniff.json", &cases)
	h := newHouse(t, &pop3test.Server{}, nil)
	for _, c := range cases {
		h.mailbox.Deliver(withFile("case "+c.ID+" end", c.Type, `attachment; filename="`+c.Filename+`"`, c.Body))
	}
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	proof := corpus.Prove(t, "files that are not what they claim")
	for _, c := range cases {
		if strings.HasPrefix(c.Type, "multipart/") {
			continue // what it holds is in the message, not in a file
		}
		message, file, ok := b.file("case " + c.ID + " end")
		if !ok {
			continue
		}
		message.saysNot("<script", "<svg onload", "onload=")
		var wrong []string
		for name, want := range map[string]string{
			"Content-Type": "application/octet-stream", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
			"Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'", "X-Injected": "",
		} {
			if got := file.header.Get(name); got != want {
				wrong = append(wrong, fmt.Sprintf("%s is %q, want %q", name, got, want))
			}
		}
		if kind, _, err := mime.ParseMediaType(file.header.Get("Content-Disposition")); kind != "attachment" || err != nil {
			wrong = append(wrong, file.header.Get("Content-Disposition"))
		}
		if file.body != string(c.Body) {
			wrong = append(wrong, fmt.Sprintf("%d bytes came, want %d", len(file.body), len(c.Body)))
		}
		proof.Case(c.ID, wrong...)
	}
}
