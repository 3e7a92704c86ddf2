package views_test

import (
	"io"
	"testing"

	"restante/views"
)

// BenchmarkAListOfFiftyRows is what a page of the inbox costs, words and view model included.
func BenchmarkAListOfFiftyRows(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if err := views.List(inbox(50)).Render(b.Context(), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
