package views

import "strings"

// straight takes out the characters that turn the direction of what follows
// (Unicode Standard Annex 9: embeddings, overrides, isolates). With them
// "invoice\u202Efdp.exe" is seen as "invoiceexe.pdf", and a sender's name can
// rewrite the address beside it. Text of either direction needs none of them:
// every piece stands in an element that finds its own.
func straight(s string) string {
	if !strings.ContainsFunc(s, turns) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if turns(r) {
			return -1
		}
		return r
	}, s)
}

func turns(r rune) bool {
	return '\u202A' <= r && r <= '\u202E' || '\u2066' <= r && r <= '\u2069'
}
