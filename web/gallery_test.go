package web_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"restante/pop3client/pop3test"
	"restante/web/session"
)

// withAttachments is a letter with files.
func withAttachments(subject string, ago time.Duration, files map[string][]byte) []byte {
	var b strings.Builder
	b.WriteString("--b\r\nContent-Type: text/plain\r\n\r\nsee below\r\n")
	for name, data := range files {
		fmt.Fprintf(&b, "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=%q\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n", name, base64.StdEncoding.EncodeToString(data))
	}
	return letter("Bo <bo@example.org>", subject, b.String()+"--b--", ago, "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b")
}

// photograph is a picture of a size, as a PNG.
func photograph(t *testing.T, width, height int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			m.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x * y), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// filled is a person with mail that has attachments, two of one message and one of another.
func (h *house) filled() *browser {
	h.t.Helper()
	h.mailbox.Deliver(withAttachments("holiday", 2*time.Hour, map[string][]byte{"beach.png": photograph(h.t, 800, 600), "page.svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)}))
	h.mailbox.Deliver(withAttachments("the books", time.Hour, map[string][]byte{"budget.csv": []byte("1,2\r\n")}))
	h.mailbox.Deliver(letter("bo@example.org", "nothing", "with it", 0))
	b := h.browser()
	b.signIn()
	b.awaitMail(3)
	return b
}

var thumbTag = regexp.MustCompile(`<img src="(/i/[^"]+)" alt="" width="\d+" height="\d+" loading="lazy"`)

// ui.md section 8, point 41.
func TestPoint41AttachmentsOfAllMailOnOnePage(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	b := h.filled()
	p := b.get("/inbox")
	if !strings.Contains(p.body, `href="/attachments"`) {
		t.Error("nothing leads to the attachments")
	}
	p = b.get("/attachments")
	p.says("beach.png", "page.svg", "budget.csv", "Bo", "In “holiday”", "In “the books”")
	if strings.Index(p.text(), "budget.csv") > strings.Index(p.text(), "beach.png") {
		t.Error("the newest is not first")
	}
	if got := len(thumbTag.FindAllString(p.body, -1)); got != 1 {
		t.Errorf("%d small pictures, want one, of what is a picture that can be made anew", got)
	}
	p = b.get("/attachments?type=images")
	p.says("beach.png")
	p.saysNot("budget.csv")
	small := b.get(thumbTag.FindStringSubmatch(p.body)[1])
	if m, err := jpeg.Decode(strings.NewReader(small.body)); err != nil || m.Bounds().Dx() > 240 || m.Bounds().Dy() > 180 || len(small.body) > 12<<10 {
		t.Errorf("a small picture has %d bytes, %v", len(small.body), err)
	}
	b.get("/attachments?type=pdf").says("No attachments of this kind", "Show all attachments")
	p = b.get("/attachments?q=books")
	p.says("budget.csv")
	p.saysNot("beach.png")
	b.get("/attachments?q=nonesuch").says("No messages match")
	view := regexp.MustCompile(`href="(/m/\d+/part/\d+)" dir="auto">page.svg`).FindStringSubmatch(b.get("/attachments").body)
	if view == nil {
		t.Fatal("no link opens page.svg")
	}
	b.get(view[1]).says("can run")
	file := b.get(view[1] + "/download")
	if !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || file.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a drawing is sent with %v", file.header)
	}
}

func TestAttachmentsArePagedByMessages(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	for i := range 30 {
		h.mailbox.Deliver(withAttachments(fmt.Sprint("letter ", i), time.Duration(i)*time.Hour, map[string][]byte{fmt.Sprintf("file-%d.pdf", i): []byte("%PDF")}))
	}
	b := h.browser()
	b.signIn()
	b.awaitMail(30)
	p := b.get("/attachments?type=pdf")
	p.says("file-0.pdf", "file-23.pdf", "Older")
	p.saysNot("file-24.pdf")
	older := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(p.body)
	p = b.get(strings.ReplaceAll(older[1], "&amp;", "&"))
	p.says("file-24.pdf", "file-29.pdf", "Newer")
	p.saysNot("file-23.pdf", `rel="next"`)
}

// A kind that the search cannot ask for is looked for beyond the first messages that it finds.
func TestAKindOfAttachmentIsFoundFarBack(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	for i := range 60 {
		name := "a.pdf"
		if i == 59 {
			name = "far.csv"
		}
		h.mailbox.Deliver(withAttachments(fmt.Sprint("garden ", i), time.Duration(i)*time.Hour, map[string][]byte{name: []byte("x,y")}))
	}
	b := h.browser()
	b.signIn()
	b.awaitMail(50)
	b.awaitIdle()
	b.get("/attachments?type=sheets&q=garden").says("far.csv")
}

func TestWithoutAttachmentsThePageSaysSo(t *testing.T) {
	h := newHouse(t, &pop3test.Server{}, nil)
	h.threeLetters()
	b := h.browser()
	b.signIn()
	b.awaitMail(2)
	b.get("/attachments").says("No attachments yet")
}

// On a computer that others use no word of a search stands in an address.
func TestAttachmentsOnASharedComputer(t *testing.T) {
	_, b, _ := onShared(t, session.Limits{})
	p := b.post("/attachments", url.Values{"q": {"garden"}, "type": {"images"}})
	if p.status != 200 || !strings.HasPrefix(p.path, "/o/") || p.title() != "Mail" {
		t.Errorf("searching leads to %s (%d), %q", p.path, p.status, p.title())
	}
	p.says("No messages match")
}
