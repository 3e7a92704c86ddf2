package safehtml

import "strings"

// flow joins the lines of a text in format=flowed into paragraphs, each a line of its own behind its quote marks.
// RFC 3676, section 4.
func flow(lines []string, delSp bool) []string {
	var out []string
	var paragraph strings.Builder
	depth, open := 0, false
	end := func(eol string) {
		out = append(out, paragraph.String()+eol)
		paragraph.Reset()
		open = false
	}

	for _, line := range lines {
		text, eol := strings.CutSuffix(line, "\n")
		text, quotes := unquote(text)
		fixed := text == separator || !strings.HasSuffix(text, " ")
		if open && (quotes != depth || text == separator) {
			end("\n")
		}
		if !open {
			depth = quotes
			paragraph.WriteString(marks(depth))
		}
		if !fixed && delSp {
			text = text[:len(text)-1]
		}
		paragraph.WriteString(text)
		open = true
		if fixed {
			if eol {
				end("\n")
			} else {
				end("")
			}
		}
	}
	if open {
		end("")
	}
	return out
}

// unquote takes the quote marks and the blank that was stuffed before the text off a line, and counts the marks.
func unquote(line string) (text string, depth int) {
	text = strings.TrimLeft(line, ">")
	return strings.TrimPrefix(text, " "), len(line) - len(text)
}

func marks(depth int) string {
	if depth == 0 {
		return ""
	}
	return strings.Repeat(">", depth) + " "
}
