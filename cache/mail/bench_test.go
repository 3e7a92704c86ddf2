package mail

import (
	"bytes"
	"testing"

	"restante/cmd/check/corpus"
)

// BenchmarkListMail measures reading list mail as the collector does: headers, parts and text.
func BenchmarkListMail(b *testing.B) {
	mails := corpus.Mails(b, 1, "realmail")
	for _, bench := range []struct {
		name string
		read func(r *bytes.Reader)
	}{
		{"Parse", func(r *bytes.Reader) { Parse(r, r.Size()) }},
		{"ParseAndText", func(r *bytes.Reader) { Parse(r, r.Size()).Text(r) }},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var size int64
			for _, m := range mails {
				size += int64(len(m.Raw))
			}
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, m := range mails {
					bench.read(bytes.NewReader(m.Raw))
				}
			}
		})
	}
}
