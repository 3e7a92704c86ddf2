package web_test

import (
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"restante/cmd/check/corpus"
	"restante/pop3client/pop3test"
)

// TestCorpusForgedSendersAreShownAsWhatTheyAre reads the corpus's forged senders on the site: the address that counts is on
// the page and in the list, and more senders than one, or none, are said.
func TestCorpusForgedSendersAreShownAsWhatTheyAre(t *testing.T) {
	table, err := os.ReadFile(filepath.Join(corpus.Dir(t), "security", "spoof.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		ID, File string
		Domain   *string `json:"shown_address_domain"`
	}
	if err := json.Unmarshal(table, &cases); err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, &pop3test.Server{}, nil)
	byHash := map[[32]byte]int{}
	for i, c := range cases {
		raw, err := os.ReadFile(filepath.Join(corpus.Dir(t), c.File))
		if err != nil {
			t.Fatal(err)
		}
		sent := withCRLF(string(raw))
		byHash[sha256.Sum256([]byte(sent))] = i
		h.mailbox.Deliver([]byte(sent))
	}
	b := h.browser()
	b.signIn()
	b.awaitIdle()
	proof := corpus.Prove(t, "forged senders are shown as what they are")
	seen := map[int]bool{}
	for _, id := range b.allMessages() {
		i, known := byHash[sha256.Sum256([]byte(b.get("/m/"+id+"/raw").body))]
		if !known || seen[i] {
			t.Errorf("message %s is none that was sent, or is there twice", id)
			continue
		}
		seen[i] = true
		var wrong []string
		p, c := b.get("/m/"+id), cases[i]
		text := p.text()
		if c.Domain != nil && *c.Domain != "" && !strings.Contains(text, "@"+*c.Domain) {
			wrong = append(wrong, "it does not show an address at "+*c.Domain+": "+text)
		}
		if strings.Contains(p.markup(), "canary.invalid\"") || strings.Contains(p.markup(), "\u202e") || strings.Contains(p.markup(), "<script") {
			wrong = append(wrong, "something of the message got out")
		}
		if several := strings.Contains(c.ID, "two-from"); several && !strings.Contains(text, "more than one sender") {
			wrong = append(wrong, "two senders are not said: "+text)
		}
		if (c.ID == "from-empty" || c.ID == "from-missing") && !strings.Contains(text, "(no sender)") {
			wrong = append(wrong, "that there is no sender is not said: "+text)
		}
		proof.Case(c.ID, wrong...)
	}
	if len(seen) != len(cases) {
		t.Errorf("%d of %d are there", len(seen), len(cases))
	}
}
