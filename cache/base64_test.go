package cache

import (
	"bytes"
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

// encoded is n random bytes as base64 in lines.
func encoded(n, line int, end string) string {
	data := make([]byte, n)
	for i := range data {
		data[i] = byte(rand.IntN(256))
	}
	text := base64.StdEncoding.EncodeToString(data)
	var b strings.Builder
	for len(text) > line {
		b.WriteString(text[:line] + end)
		text = text[line:]
	}
	return b.String() + text + end
}

func TestBase64IsKeptDecodedAndComesBackAsItWas(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		gained bool
	}{
		"a file":              {"Subject: x\r\n\r\n" + encoded(10000, 76, "\r\n") + "\r\n--b--\r\n", true},
		"lines of 60":         {encoded(5000, 60, "\r\n"), true},
		"bare line ends":      {"x\n" + encoded(5000, 76, "\n"), true},
		"two files":           {encoded(3000, 76, "\r\n") + "\r\n--b\r\n\r\n" + encoded(3000, 64, "\r\n"), true},
		"begins within one":   {encoded(3000, 76, "\r\n")[33:], true},
		"ends within one":     {strings.TrimSuffix(encoded(3000, 76, "\r\n"), "\r\n"), true},
		"padding in a line":   {strings.Repeat("QUJD\r\nQQ==\r\n", 50), false},
		"other characters":    {strings.Repeat("QUJDQU-_\r\n", 50), false},
		"a bare CR within":    {strings.Repeat("QUJD\rQUJ\r\n", 50), false},
		"mixed ends":          {strings.Repeat("QUJD\r\nQUJD\n", 50), false},
		"not whole groups":    {strings.Repeat("QUJDQU\r\n", 50), false},
		"words of four":       {strings.Repeat("word\r\n", 50), true},
		"nothing":             {"", false},
		"one line":            {"QUJDQUJD\r\n", false},
		"a line without end":  {strings.Repeat("QUJD", 10000), false},
		"only line ends":      {strings.Repeat("\r\n", 100), false},
		"a line longer still": {encoded(9000, 1004, "\r\n"), false},
	} {
		t.Run(name, func(t *testing.T) {
			out, ok := squeeze(nil, []byte(c.text))
			if ok != c.gained {
				t.Fatalf("gained: %v, want %v (%d of %d bytes)", ok, c.gained, len(out), len(c.text))
			}
			if !ok {
				return
			}
			back, err := unsqueeze(nil, out, len(c.text))
			if err != nil || string(back) != c.text {
				t.Errorf("it comes back otherwise: %v, %d bytes of %d", err, len(back), len(c.text))
			}
			if _, err := unsqueeze(nil, out, len(c.text)-1); err == nil {
				t.Error("it comes back beyond its limit")
			}
		})
	}
}

// BenchmarkSqueezingWhatIsNoRun is a frame of lines of one length that are base64 three times of four: no line may make all
// before it be copied.
func BenchmarkSqueezingWhatIsNoRun(b *testing.B) {
	text := []byte(strings.Repeat("QUJD\nQUJD\nQUJD\nQ-JD\n", frameSize/20))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, ok := squeeze(nil, text); ok {
			b.Fatal("something is gained")
		}
	}
}

func TestAMessageWithFilesTakesLessRoom(t *testing.T) {
	f := newFixture(t)
	text := letter("bo@example.org", "file", encoded(3*frameSize, 76, "\r\n"), noon)
	id := f.add(text)[0]
	if got := f.bytesOf(id); got != text {
		t.Fatalf("it comes back as %d bytes, want %d", len(got), len(text))
	}
	var size int
	if err := f.file.Read.QueryRow(`SELECT sum(length(data)) FROM raw WHERE message = ?`, id).Scan(&size); err != nil {
		t.Fatal(err)
	}
	if size > len(text)*75/100 {
		t.Errorf("it takes %d of %d bytes", size, len(text))
	}
	if v := f.verify(); v.Bad != 0 {
		t.Errorf("verifying finds %+v", v)
	}
}

// Whatever is squeezed comes back, and whatever is to come back is bounded.
func FuzzSqueeze(f *testing.F) {
	f.Add([]byte(encoded(500, 76, "\r\n")))
	f.Add([]byte("Subject: x\n\n" + encoded(300, 60, "\n") + "end"))
	out, _ := squeeze(nil, []byte(encoded(500, 76, "\r\n")))
	f.Add(out)
	f.Fuzz(func(t *testing.T, text []byte) {
		if out, ok := squeeze(nil, text); ok {
			back, err := unsqueeze(nil, out, len(text))
			if err != nil || !bytes.Equal(back, text) {
				t.Fatalf("%q comes back as %q: %v", text, back, err)
			}
		}
		const limit = 1 << 12
		if back, err := unsqueeze(nil, text, limit); err == nil && len(back) > limit {
			t.Fatalf("%d bytes come back, at most %d are wanted", len(back), limit)
		}
	})
}
