// Package figure is how tests tell what they have measured, without a verdict; cmd/check gathers it.
package figure

import "testing"

// Row begins the line of a figure. Behind it stand what was measured and how much it is, with tabs between them.
const Row = "figure\t"

// Tell notes a figure.
func Tell(tb testing.TB, what, value string) {
	tb.Helper()
	tb.Logf("%s%s\t%s", Row, what, value)
}
