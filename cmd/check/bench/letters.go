package bench

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	vocabulary = 50_000
	span       = 8 * 365 * 24 * time.Hour // the time in which the mail has come
	senders    = 5_000

	// commonWord is the commonest of those that are made up; cjk one that a twentieth of the letters has.
	commonWord = "baba"
	cjk        = "明日の会議は日本語で行います"
)

// letterWriter makes up small letters: a few hundred bytes to a few kilobytes of words that are as common as words are,
// one in six an answer. Number n is the newest.
type letterWriter struct {
	n      int
	last   time.Time
	random *rand.Rand
	zipf   *rand.Zipf
}

func newLetterWriter(n int) *letterWriter {
	random := rand.New(rand.NewPCG(5, 6))
	return &letterWriter{n: n, last: time.Now().Add(-time.Hour), random: random, zipf: rand.NewZipf(random, 1.1, 4, vocabulary-1)}
}

// word is a made-up word, or one of a few that every text has.
func (w *letterWriter) word() string {
	if w.random.IntN(4) == 0 {
		return []string{"the", "of", "and", "to", "in", "is"}[w.random.IntN(6)]
	}
	return madeUp(w.zipf.Uint64())
}

// madeUp is the nth word: four letters and more.
func madeUp(n uint64) string {
	var word []byte
	for len(word) < 4 || n > 0 {
		word = append(word, "bdfgklmnprstvz"[n%14], "aeiou"[n/14%5])
		n /= 70
	}
	return string(word)
}

func (w *letterWriter) words(b *bytes.Buffer, n int) {
	for i := range n {
		b.WriteString(w.word())
		if b.WriteByte(' '); i%12 == 11 {
			b.WriteString("\r\n")
		}
	}
}

// letter is the message of a number.
func (w *letterWriter) letter(number int) []byte {
	var b bytes.Buffer
	at := w.last.Add(-span / time.Duration(w.n) * time.Duration(w.n-number))
	sender := w.random.IntN(senders)
	fmt.Fprintf(&b, "Received: from mx.example.org by mail.example.org; %s\r\n", at.Format(time.RFC1123Z))
	fmt.Fprintf(&b, "From: User %d <user%[1]d@example.org>\r\nTo: Ana <%s>\r\nDate: %s\r\nMessage-ID: <%d@bench.example>\r\n", sender, storeUser, at.Format(time.RFC1123Z), number)
	if number > 10 && w.random.IntN(6) == 0 {
		fmt.Fprintf(&b, "In-Reply-To: <%d@bench.example>\r\n", number-1-w.random.IntN(9))
	}
	b.WriteString("Subject: ")
	w.words(&b, 5)
	b.WriteString("\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n")
	w.words(&b, 20+w.random.IntN(200))
	if w.random.IntN(20) == 0 {
		b.WriteString(cjk)
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
