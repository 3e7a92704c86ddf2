package safehtml

import (
	"fmt"
	"strings"
	"testing"
)

// newsletter returns HTML as newsletters are made of, of about size bytes: tables for layout, styles on everything,
// long links, pictures, some in links, and one that counts openings.
func newsletter(size int) string {
	var out strings.Builder
	out.WriteString(`<!DOCTYPE html><html><head><title>News</title><style>` + strings.Repeat(`.a{color:#333333;font-family:Arial,sans-serif}`, 20) +
		`</style></head><body style="margin:0;padding:0"><div style="display:none;max-height:0">What is new this week</div>`)
	for i := 0; out.Len() < size; i++ {
		fmt.Fprintf(&out, `<table role="presentation" width="100%%" cellpadding="0" cellspacing="0" border="0"><tr><td align="center" style="padding:10px 0">
<table role="presentation" width="600" style="border-collapse:collapse;width:600px"><tr><td style="font-family:Arial,sans-serif;font-size:16px;line-height:24px;color:#333333">
<a href="https://click.shop%[1]d.example/ls/click?upn=%[2]s" target="_blank" style="text-decoration:none"><img src="https://cdn.shop%[1]d.example/img/%[1]d.png" width="560" height="240" alt="Picture %[1]d" style="display:block;width:100%%"></a>
<h2 style="margin:0;font-size:22px">Story number %[1]d</h2><p style="margin:0 0 16px">%[3]s <b>%[1]d</b> <span style="font-weight:bold">of them</span>,
read <a href="https://click.shop%[1]d.example/ls/click?upn=%[2]s" style="color:#0055aa">www.shop%[1]d.example/story</a> or write to ana@shop%[1]d.example.</p>
<table border="1"><tr><th>Name</th><th>Price</th></tr><tr><td>Tea</td><td>%[1]d.50</td></tr></table>
</td></tr></table></td></tr></table>
`, i, strings.Repeat("u001abc", 25), strings.Repeat("Some words about what happened. ", 6))
	}
	out.WriteString(`<img src="https://click.shop.example/wf/open?upn=x" width="1" height="1"></body></html>`)
	return out.String()
}

// BenchmarkReader is to stay below 10 ms for 100 KB, and in proportion to the size.
func BenchmarkReader(b *testing.B) {
	for _, size := range []int{10 << 10, 100 << 10, 1 << 20} {
		src := newsletter(size)
		b.Run(fmt.Sprintf("%dKB", size>>10), func(b *testing.B) { benchmarkReader(b, src) })
	}
}

// BenchmarkReaderShapes reads 100 KB and 1 MB of what could take more than its share of time.
func BenchmarkReaderShapes(b *testing.B) {
	for _, shape := range []struct{ name, open, close string }{
		{"tables", "<table><tr><td>", "</table>"}, {"divisions", "<div>a", "</div>"}, {"lists", "<ul><li>a", "</ul>"},
		{"emphasis", "<b><i>a", "</i></b>"}, {"turns", "<bdo dir=rtl>a<bdo dir=ltr>", "</bdo></bdo>"}, {"quotes", "<blockquote type=cite>a", "</blockquote>"},
	} {
		// As deep as a parser goes, again and again.
		part := strings.Repeat(shape.open, 120) + "x" + strings.Repeat(shape.close, 120)
		benchmarkSizes(b, "nested "+shape.name, part)
	}
	for _, flat := range []struct{ name, part string }{
		{"pictures", "<img src=https://h1.example/x alt=a>"}, {"trackers", "<img src=https://a.b.c.d.example/x width=1 height=1>"},
		{"links", "<a href=https://a.example>www.b.example</a>"}, {"users", "https://a@b@"}, {"addresses", "www.a."}, {"candidates", "<img srcset='x,y 1x, '>"},
	} {
		benchmarkSizes(b, flat.name, flat.part)
	}
	benchmarkSizes(b, "one link", "www.a ", `<a href=https://a.example>`)
	benchmarkSizes(b, "one turned link", "\u202ea", `<a href=https://a.example>`)
	benchmarkSizes(b, "one link for mail", "mailto:", `<a href=https://a.example>`)
	benchmarkSizes(b, "one srcset", "x 1x,", `<img srcset="`)
}

func benchmarkSizes(b *testing.B, name, part string, begin ...string) {
	for _, size := range []int{100 << 10, 1 << 20} {
		src := strings.Join(begin, "") + strings.Repeat(part, 1+size/len(part))
		b.Run(fmt.Sprintf("%s/%dKB", name, size>>10), func(b *testing.B) { benchmarkReader(b, src) })
	}
}

func benchmarkReader(b *testing.B, src string) {
	o := ReaderOptions{Quoted: "Quoted", Image: "Image", Picture: ourPicture, Link: func(href string) string { return href }}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Reader(src, o)
	}
}

func BenchmarkOriginal(b *testing.B) {
	for _, size := range []int{10 << 10, 100 << 10, 1 << 20} {
		src := newsletter(size)
		b.Run(fmt.Sprintf("%dK", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				if _, report := Original(src, OriginalOptions{}); report.Refused {
					b.Fatal("refused")
				}
			}
		})
	}
}
