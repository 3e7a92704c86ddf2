//go:build !race

package mail

// corpusSample is the k of the tests that read every k-th message of the corpus.
const corpusSample = 1
