package web_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"restante/cache/mail"
	"restante/cmd/check/corpus"
	"restante/pop3client/pop3test"
)

const (
	collecting = 20 * time.Minute // a guard against hanging
	maxOpened  = 5                // files of a message that are downloaded
)

var (
	messageLink = regexp.MustCompile(`(?:href="/m/|id="m|id="o)(\d+)`)
	olderLink   = regexp.MustCompile(`href="(/inbox\?before=[^"]+)"[^>]*rel="next"|rel="next"[^>]*href="(/inbox\?before=[^"]+)"`)
)

// TestCorpusMailOnTheWholeWay sends the mail of the corpus through everything: from a POP3 server into the cache, into
// the list, onto its pages and out again as it came.
func TestCorpusMailOnTheWholeWay(t *testing.T) {
	sent := map[[32]byte]corpus.Mail{} // by the hash of what the server sends; the corpus has some mails twice
	h := newHouse(t, &pop3test.Server{}, nil)
	for _, m := range corpus.Mails(t, 40, corpus.Folders()...) {
		m.Raw = []byte(withCRLF(string(m.Raw)))
		hash := sha256.Sum256(m.Raw)
		if _, twice := sent[hash]; !twice && len(m.Raw) > 0 {
			sent[hash] = m
			h.mailbox.Deliver(m.Raw)
		}
	}
	b := h.browser()
	b.signIn()
	b.awaitAll(collecting)

	stored := corpus.Prove(t, "the whole way: stored as it was sent, once")
	shown := corpus.Prove(t, "the whole way: every page answers")
	files := corpus.Prove(t, "the whole way: files come as they are")
	found := map[[32]byte]int{}
	for _, id := range b.allMessages() {
		raw := b.get("/m/" + id + "/raw")
		hash := sha256.Sum256([]byte(raw.body))
		found[hash]++
		m, known := sent[hash]
		if !known {
			t.Errorf("message %s is none that was sent: %d, %.200q", id, raw.status, raw.body)
			continue
		}
		shown.Case(m.Name, b.wrongPages(id)...)
		files.Case(m.Name, b.wrongFiles(id, m)...)
	}
	for hash, m := range sent {
		wrong := ""
		if n := found[hash]; n != 1 {
			wrong = fmt.Sprintf("it is there %d times", n)
		}
		stored.Case(m.Name, wrong)
	}
}

// withCRLF is a message as a POP3 server sends it: every line ends with CR LF. Without a last line ending it gets one.
func withCRLF(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
	if !strings.HasSuffix(s, "\r\n") {
		s += "\r\n"
	}
	return s
}

// awaitAll waits until a long collection is over.
func (b *browser) awaitAll(limit time.Duration) {
	b.t.Helper()
	for deadline := time.Now().Add(limit); !strings.Contains(b.get("/inbox").text(), "Up to date"); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatal("the collection does not end")
		}
	}
}

// allMessages are the ids of all messages, as the pages of the inbox and the conversations in it name them.
func (b *browser) allMessages() (ids []string) {
	b.t.Helper()
	known := map[string]bool{}
	for path := "/inbox"; path != ""; {
		p := b.get(path)
		for _, row := range p.rows() {
			for _, link := range messageLink.FindAllStringSubmatch(b.get("/t/"+row).body, -1) {
				if !known[link[1]] {
					known[link[1]] = true
					ids = append(ids, link[1])
				}
			}
		}
		path = ""
		if m := olderLink.FindStringSubmatch(p.body); m != nil {
			path = strings.ReplaceAll(m[1]+m[2], "&amp;", "&")
		}
	}
	return ids
}

// wrongPages opens a message in every way there is.
func (b *browser) wrongPages(id string) (wrong []string) {
	b.t.Helper()
	views := []string{"", "?view=text", "?view=original", "/headers", "/source", "/print"}
	for _, view := range views {
		p := b.get("/m/" + id + view)
		if p.status != 200 {
			wrong = append(wrong, fmt.Sprintf("%q answers %d", view, p.status))
		}
		if view == "" && p.title() == "" {
			wrong = append(wrong, "its page has no title")
		}
		if frame := frameAddress.FindStringSubmatch(p.body); frame != nil {
			if doc := b.get(strings.ReplaceAll(frame[1], "&amp;", "&")); doc.status != 200 {
				wrong = append(wrong, fmt.Sprintf("its original answers %d", doc.status))
			}
		}
	}
	return wrong
}

// wrongFiles downloads the files of a message and compares them with the message's own bytes.
func (b *browser) wrongFiles(id string, m corpus.Mail) (wrong []string) {
	b.t.Helper()
	raw := strings.NewReader(string(m.Raw))
	parsed := mail.Parse(raw, raw.Size())
	for i, n := range parsed.Attachments() {
		if i == maxOpened {
			break
		}
		want, err := io.ReadAll(parsed.Parts[n].Open(raw))
		if err != nil {
			b.t.Fatal(err)
		}
		p := b.get(fmt.Sprintf("/m/%s/part/%d/download", id, n))
		if p.status != 200 || p.body != string(want) {
			wrong = append(wrong, fmt.Sprintf("part %d answers %d with %d bytes, want %d", n, p.status, len(p.body), len(want)))
		}
		if page := b.get(fmt.Sprintf("/m/%s/part/%d", id, n)); page.status != 200 {
			wrong = append(wrong, fmt.Sprintf("the page of part %d answers %d", n, page.status))
		}
	}
	return wrong
}
