package safehtml

import (
	"slices"
	"strings"
)

// passage is a run of lines of one kind.
type passage struct {
	kind passageKind
	text string // the lines, with their ends
}

type passageKind int

const (
	written passageKind = iota
	quoted
	signature
)

const (
	// separator is the line above a signature: RFC 3676, section 4.3.
	separator = "-- "

	// maxSignature is how many lines a signature has at most. What goes on for longer is text.
	maxSignature = 20
)

// passages cuts a text into what was written, what was quoted and signatures. Quotes are kept apart if fold is true and
// there is anything else to read.
func passages(lines []string, fold bool) []passage {
	fold = fold && slices.ContainsFunc(lines, func(s string) bool { return !isQuoted(s) && !isBlankLine(s) })
	var out []passage
	add := func(kind passageKind, lines []string) {
		if text := strings.Join(lines, ""); text != "" {
			out = append(out, passage{kind, text})
		}
	}

	start := 0 // of the lines that were written
	for i := 0; i < len(lines); {
		kind, n := passageAt(lines[i:], fold)
		if kind != written {
			add(written, lines[start:i])
			add(kind, lines[i:i+n])
			start = i + n
		}
		i += n
	}
	add(written, lines[start:])
	return out
}

// passageAt returns what the first of lines begins, and how many lines that has.
func passageAt(lines []string, fold bool) (passageKind, int) {
	switch {
	case fold && isQuoted(lines[0]):
		return quoted, quoteLines(lines)
	case strings.TrimSuffix(lines[0], "\n") == separator:
		if n := signatureLines(lines, fold); n <= maxSignature {
			return signature, n
		}
	}
	return written, 1
}

// quoteLines returns how many lines at the beginning of lines are quoted, with the blank ones among them.
func quoteLines(lines []string) int {
	n := 0
	for i, line := range lines {
		if isQuoted(line) {
			n = i + 1
		} else if !isBlankLine(line) {
			break
		}
	}
	return n
}

// signatureLines returns how many lines a signature at the beginning of lines has: up to the quote below it, or all.
// More than maxSignature are not counted.
func signatureLines(lines []string, fold bool) int {
	for i, line := range lines[:min(len(lines), maxSignature+1)] {
		if fold && isQuoted(line) {
			return i
		}
	}
	return min(len(lines), maxSignature+1)
}

func isQuoted(line string) bool { return strings.HasPrefix(line, ">") }

func isBlankLine(line string) bool { return strings.Trim(line, blanks) == "" }
