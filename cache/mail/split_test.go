package mail

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// outline writes a message's parts one a line: depth in spaces, type, body.
func outline(t *testing.T, m *Message, r io.ReaderAt) string {
	t.Helper()
	var out strings.Builder
	depth := make([]int, len(m.Parts))
	for i, p := range m.Parts {
		if p.Parent >= 0 {
			depth[i] = depth[p.Parent] + 1
		}
		body := ""
		if !strings.HasPrefix(p.Type, "multipart/") {
			b, err := io.ReadAll(p.Open(r))
			if err != nil {
				t.Fatal(err)
			}
			body = fmt.Sprintf(" %q", unixLines(string(b)))
		}
		fmt.Fprintf(&out, "%s%s%s\n", strings.Repeat(" ", depth[i]), p.Type, body)
	}
	return out.String()
}

func TestMultipartsAreTakenApart(t *testing.T) {
	const mixed = "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
	for _, tt := range []struct {
		name, raw, want, defect string
	}{
		{"two parts", mixed + "preamble\n--b\n\none\n\n--b\nContent-Type: text/html\n\ntwo\n--b--\nepilogue\n",
			"multipart/mixed\n text/plain \"one\\n\"\n text/html \"two\"\n", ""},
		{"nested", mixed + "--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\none\n--bb--\n\n--b\n\ntwo\n--b--\n",
			"multipart/mixed\n multipart/alternative\n  text/plain \"one\"\n text/plain \"two\"\n", ""},
		{"spaces behind the delimiter", mixed + "--b \t\n\none\n--b--  \n",
			"multipart/mixed\n text/plain \"one\"\n", ""},
		{"without its end", mixed + "--b\n\none\n--b\n\ntwo\nand the rest",
			"multipart/mixed\n text/plain \"one\"\n text/plain \"two\\nand the rest\"\n", "a multipart without its end"},
		{"inner one without its end", mixed + "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\none\n--b\n\ntwo\n--b--\n",
			"multipart/mixed\n multipart/alternative\n  text/plain \"one\"\n text/plain \"two\"\n", "a multipart without its end"},
		{"same boundary inside", mixed + "--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
			"multipart/mixed\n multipart/alternative\n  text/plain \"one\"\n text/plain \"two\"\n", ""},
		{"parts behind the end", mixed + "--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
			"multipart/mixed\n text/plain \"one\"\n text/plain \"two\"\n", "parts after the end of their multipart"},
		{"no boundary", "Subject: s\nContent-Type: multipart/mixed\n\n--x1\nContent-Type: text/plain\n\none\n--x1--\n",
			"multipart/mixed\n text/plain \"one\"\n", "a multipart without a boundary"},
		{"another boundary", mixed + "-------\n--note\nplain\n--x1\nContent-Type: text/plain\n\none\n--x1--\n",
			"multipart/mixed\n text/plain \"one\"\n", "a boundary other than the declared one"},
		{"no delimiter at all", mixed + "just text\n",
			"text/plain \"just text\\n\"\n", "a multipart without parts"},
		{"empty parts", mixed + "--b\n--b\n\n--b\nContent-Type: text/html\n--b--\n",
			"multipart/mixed\n text/plain \"\"\n text/plain \"\"\n text/html \"\"\n", "a part without an empty line after its header"},
		{"part without a header", mixed + "--b\nplain words here\nand there\n--b--\n",
			"multipart/mixed\n text/plain \"plain words here\\nand there\"\n", "no empty line between header and body"},
		{"boundary with a trailing space", "Subject: s\nContent-Type: multipart/mixed; boundary=\"b \"\n\n--b\n\none\n--b--\n",
			"multipart/mixed\n text/plain \"one\"\n", ""},
		{"unquoted boundary with specials", "Subject: s\nContent-Type: multipart/mixed; boundary=----=_P:1/2\n\n------=_P:1/2\n\none\n------=_P:1/2--\n",
			"multipart/mixed\n text/plain \"one\"\n", ""},
		{"digest", "Subject: s\nContent-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: i\n\none\n--b--\n",
			"multipart/digest\n message/rfc822 \"Subject: i\\n\\none\"\n", ""},
		{"line like a delimiter", mixed + "--b\n\none\n--bc\n--\n --b\n--b--x\n--b--\n",
			"multipart/mixed\n text/plain \"one\\n--bc\\n--\\n --b\\n--b--x\"\n", ""},
		{"two types", "Subject: s\nContent-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n",
			"multipart/mixed\n text/plain \"one\"\n", "more than one Content-Type field"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, r := parse(t, tt.raw)
			if got := outline(t, m, r); got != tt.want {
				t.Errorf("parts\n%swant\n%s", got, tt.want)
			}
			if tt.defect == "" && len(m.Defects) > 0 || tt.defect != "" && !slices.Contains(m.Defects, tt.defect) {
				t.Errorf("defects %q, want %q", m.Defects, tt.defect)
			}
		})
	}
}

func TestDepthIsLimited(t *testing.T) {
	const levels = 1000
	var raw strings.Builder
	raw.WriteString("Subject: s\nContent-Type: multipart/mixed; boundary=b0\n\n")
	for i := range levels {
		fmt.Fprintf(&raw, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
	}
	fmt.Fprintf(&raw, "--b%d\n\nMARKER\n", levels)
	m, r := parse(t, raw.String())
	checkParts(t, m, r.Size())
	if len(m.Parts) != maxDepth+1 || !slices.Contains(m.Defects, "multiparts too deep inside each other") {
		t.Errorf("%d parts, defects %q", len(m.Parts), m.Defects)
	}
	if !strings.Contains(m.Text(r), "MARKER") {
		t.Error("what lies deeper cannot be read")
	}
}

func TestNumberOfPartsIsLimited(t *testing.T) {
	r := strings.NewReader("Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n" + strings.Repeat("--b\n\n", 200_000) + "--b\n\nMARKER\n--b--\n")
	m := Parse(r, r.Size())
	checkParts(t, m, r.Size())
	if len(m.Parts) != maxParts || !slices.Contains(m.Defects, "too many parts") {
		t.Errorf("%d parts, defects %q", len(m.Parts), m.Defects)
	}
	if last := outline(t, m, r); !strings.Contains(last, "MARKER") {
		t.Error("the last part does not hold what follows")
	}
}

// checkParts fails the test where a part lies outside the message or its parent, or parts overlap.
func checkParts(t *testing.T, m *Message, size int64) {
	t.Helper()
	if len(m.Parts) == 0 || m.Parts[0].Parent != -1 {
		t.Fatalf("no root among %d parts", len(m.Parts))
	}
	if len(m.Parts) > maxParts {
		t.Errorf("%d parts", len(m.Parts))
	}
	end := make(map[int]int64) // of the last child seen of each part
	depth := make([]int, len(m.Parts))
	for i, p := range m.Parts {
		if p.Offset < 0 || p.Size < 0 || p.Offset+p.Size > size {
			t.Fatalf("part %d is [%d,+%d] of %d bytes", i, p.Offset, p.Size, size)
		}
		if i == 0 {
			continue
		}
		if p.Parent < 0 || p.Parent >= i {
			t.Fatalf("part %d has parent %d", i, p.Parent)
		}
		parent := m.Parts[p.Parent]
		if !strings.HasPrefix(parent.Type, "multipart/") {
			t.Fatalf("part %d lies in part %d, a %s", i, p.Parent, parent.Type)
		}
		if p.Offset < parent.Offset || p.Offset+p.Size > parent.Offset+parent.Size {
			t.Fatalf("part %d [%d,+%d] is outside its parent [%d,+%d]", i, p.Offset, p.Size, parent.Offset, parent.Size)
		}
		if p.Offset < end[p.Parent] {
			t.Fatalf("part %d begins at %d, before its sibling's end at %d", i, p.Offset, end[p.Parent])
		}
		end[p.Parent] = p.Offset + p.Size
		if depth[i] = depth[p.Parent] + 1; depth[i] > maxDepth {
			t.Fatalf("part %d is %d deep", i, depth[i])
		}
	}
}

func TestATextBeforeThePartsOfAnotherProgramIsShown(t *testing.T) {
	m, r := parse(t, "Subject: s\nContent-Type: text/plain; charset=utf-8\nContent-Type: multipart/mixed; boundary=b\n\nWhat was written.\n--b\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment\n\nadded\n--b--\n")
	if text := m.Text(r); text != "What was written." || len(m.Attachments()) != 1 {
		t.Errorf("the text is %q, with %d attachments", text, len(m.Attachments()))
	}
	m, r = parse(t, "Subject: s\nContent-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\nNo parts at all.\n")
	if text := m.Text(r); text != "No parts at all." || len(m.Parts) != 1 {
		t.Errorf("the text is %q in %d parts", text, len(m.Parts))
	}
}

func TestPartsRightBehindTheHeader(t *testing.T) {
	m, r := parse(t, "Subject: s\nContent-Type: multipart/alternative; boundary=\"b\"\nThis is in MIME.\n--b\nContent-Type: text/plain\n\nthe text\n--b--\n")
	if text := m.Text(r); text != "the text" {
		t.Errorf("the text is %q of %+v", text, m.Parts)
	}
}

func TestAnEmptyPartBehindNoTextStays(t *testing.T) {
	m, _ := parse(t, "Subject: s\nContent-Type: text/plain\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: image/png; name=empty.png\n\n--b\nContent-Type: text/plain\n\ntext\n--b--\n")
	if files := m.Attachments(); len(files) != 1 || m.Parts[files[0]].Name != "empty.png" {
		t.Errorf("the files are %v of %+v", files, m.Parts)
	}
}
