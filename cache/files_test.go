package cache

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// withFiles is a letter with files that have names, types and contents.
func withFiles(subject string, at time.Time, files ...[3]string) string {
	var b strings.Builder
	for _, f := range files {
		fmt.Fprintf(&b, "--b\r\nContent-Type: %s\r\nContent-Disposition: attachment; filename=%q\r\n\r\n%s\r\n", f[1], f[0], f[2])
	}
	return letter("Bo <bo@example.org>", subject, "--b\r\n\r\nsee below\r\n"+b.String()+"--b--\r\n", at, `Content-Type: multipart/mixed; boundary="b"`, "MIME-Version: 1.0")
}

// fileNames are the names of a page of files, in order.
func fileNames(f Files) (names []string) {
	for _, file := range f.List {
		names = append(names, file.Name)
	}
	return names
}

func TestAttachmentsAreListedBySort(t *testing.T) {
	f := newFixture(t)
	ids := f.add(
		withFiles("old", noon.Add(-5*time.Hour), [3]string{"a.csv", "text/csv", "1,2"}, [3]string{"b.ics", "text/calendar", "BEGIN:VCALENDAR"}),
		letter("bo@example.org", "none", "nothing", noon.Add(-4*time.Hour)),
		withFiles("vague", noon.Add(-3*time.Hour), [3]string{"scan", "application/octet-stream", "\x89PNG\r\n\x1a\n rest"}, [3]string{"c.docx", "application/octet-stream", "x"}),
		withFiles("thrown away", noon.Add(-2*time.Hour), [3]string{"d.pdf", "application/pdf", "%PDF-1.7"}),
		withFiles("new", noon.Add(-time.Hour), [3]string{"e.tar.gz", "application/gzip", "x"}, [3]string{"f.pdf", "application/x-pdf", "x"}, [3]string{"g", "application/x-thing", "x"}),
	)
	if _, err := f.Act(t.Context(), DoTrash, ids[3:4]); err != nil {
		t.Fatal(err)
	}
	for sort, want := range map[Sort][]string{
		AnySort: {"e.tar.gz", "f.pdf", "g", "scan", "c.docx", "a.csv", "b.ics"}, Pictures: {"scan"}, PDFs: {"f.pdf"}, Documents: {"c.docx"}, Sheets: {"a.csv"},
		Archives: {"e.tar.gz"}, Calendars: {"b.ics"},
	} {
		files, err := f.Files(t.Context(), sort, Page{})
		if got := fileNames(files); err != nil || !slices.Equal(got, want) || files.Newer || files.Older {
			t.Errorf("sort %d: %q, %v, want %q", sort, got, err, want)
		}
	}
	files, err := f.Files(t.Context(), AnySort, Page{Limit: 1})
	if want := (File{Message: ids[4], Part: files.List[0].Part, Sort: Archives, Size: 1, Name: "e.tar.gz", Type: "application/gzip", From: Person{"Bo", "bo@example.org"}, Subject: "new"}); err != nil || files.List[0] != want {
		t.Errorf("%+v, %v, want %+v", files.List[0], err, want)
	}
	for _, want := range [][]string{{"e.tar.gz", "f.pdf", "g"}, {"scan", "c.docx"}, {"a.csv", "b.ics"}} {
		if got := fileNames(files); !slices.Equal(got, want) || files.Older != (want[0] != "a.csv") {
			t.Errorf("a page has %q, older %v, want %q", got, files.Older, want)
		}
		if files, err = f.Files(t.Context(), AnySort, Page{Before: files.Oldest, Limit: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if files, err = f.Files(t.Context(), AnySort, Page{After: ids[0], Limit: 1}); err != nil || !slices.Equal(fileNames(files), []string{"scan", "c.docx"}) || !files.Newer {
		t.Errorf("above the oldest are %q, newer %v, %v", fileNames(files), files.Newer, err)
	}
}

// A page counts messages, not their attachments.
func TestManyAttachmentsOfOneMessageAreOnePage(t *testing.T) {
	f := newFixture(t)
	var pictures [][3]string
	for i := range filesPage + 6 {
		pictures = append(pictures, [3]string{fmt.Sprintf("%d.png", i), "image/png", "x"})
	}
	f.add(withFiles("holiday", noon.Add(-time.Hour), pictures...), withFiles("older", noon.Add(-2*time.Hour), pictures[0]))
	files, err := f.Files(t.Context(), Pictures, Page{})
	if err != nil || len(files.List) != len(pictures)+1 || files.Older {
		t.Errorf("%d attachments, older %v, %v", len(files.List), files.Older, err)
	}
	files, err = f.Files(t.Context(), Pictures, Page{Limit: 1})
	if err != nil || len(files.List) != len(pictures) || !files.Older {
		t.Errorf("%d attachments of the newest message, older %v, %v", len(files.List), files.Older, err)
	}
}

// Rows of attachments follow from messages: they go with them, and come again where they are lost.
func TestAttachmentsGoWithTheirMessage(t *testing.T) {
	f := newFixture(t)
	ids := f.add(
		withFiles("kept", noon.Add(-2*time.Hour), [3]string{"a.csv", "text/csv", "1,2"}),
		withFiles("purged", noon.Add(-time.Hour), [3]string{"b.csv", "text/csv", "1,2"}),
	)
	if _, err := f.Act(t.Context(), DoTrash, ids[1:]); err != nil {
		t.Fatal(err)
	}
	if _, err := f.EmptyTrash(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := f.file.Read.QueryRowContext(t.Context(), `SELECT count(*) FROM files`).Scan(&left); err != nil || left != 1 {
		t.Errorf("%d rows are left, %v", left, err)
	}
	if _, err := f.file.Write.ExecContext(t.Context(), `DELETE FROM files`); err != nil {
		t.Fatal(err)
	}
	v, err := f.Verify(t.Context(), func(int) {})
	if err != nil || v.Bad != 1 || v.Repaired != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	if files, err := f.Files(t.Context(), Sheets, Page{}); err != nil || !slices.Equal(fileNames(files), []string{"a.csv"}) {
		t.Errorf("%q, %v", fileNames(files), err)
	}
}
