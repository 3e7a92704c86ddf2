package cache

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"restante/cache/mail"
)

// Sort is what kind of thing an attachment is. The numbers stand in the file and never change.
type Sort int

// The sorts that can be asked for.
const (
	AnySort Sort = iota // which also has what is of none of the others
	Pictures
	PDFs
	Documents
	Sheets
	Archives
	Calendars
	numberOfSorts
)

const (
	maxFiles    = 100 // attachments of one message that are listed
	maxFileName = 255 // characters of a name
	filesPage   = 24  // messages on a page of attachments
	sniffed     = 512 // bytes of an attachment that tell what it is
)

// File is an attachment, with what to say of its message.
type File struct {
	Message ID
	Part    int // of the message
	Sort    Sort
	Size    int64 // bytes in the message; the file itself is smaller where it is encoded
	Name    string
	Type    string // media type, by its content where that says more than its sender
	From    Person
	Subject string
}

// Files is a page of attachments, those of the newest messages first.
type Files struct {
	List         []File
	Newest       ID // of the messages of the page; 0: there is none
	Oldest       ID
	Newer, Older bool
}

// filesOf lists the attachments of a message that is being read.
func filesOf(m *mail.Message, raw io.ReaderAt) (list []File) {
	head := make([]byte, sniffed)
	for _, n := range m.Attachments() {
		if len(list) == maxFiles {
			break
		}
		p := m.Parts[n]
		read, _ := io.ReadFull(p.Open(raw), head) // what is damaged has no more to tell
		f := File{Part: n, Size: p.Size, Name: cut(p.Filename(), maxFileName), Type: cut(p.RealType(head[:read]), maxFileName)}
		f.Sort = sortOf(f.Type, f.Name)
		list = append(list, f)
	}
	return list
}

// sortOf goes by the media type, and by the name where senders are vague about that.
func sortOf(mediaType, name string) Sort {
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(mediaType, word) })
	}
	switch ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), ".")); {
	case strings.HasPrefix(mediaType, "image/"):
		return Pictures
	case mediaType == "application/pdf" || ext == "pdf":
		return PDFs
	case mediaType == "text/calendar" || ext == "ics":
		return Calendars
	case has("spreadsheet", "excel", "text/csv") || slices.Contains([]string{"csv", "ods", "xls", "xlsx", "numbers"}, ext):
		return Sheets
	case has("opendocument", "officedocument", "msword", "powerpoint", "rtf", "epub") ||
		slices.Contains([]string{"doc", "docx", "odt", "rtf", "odp", "ppt", "pptx", "epub", "pages", "txt", "md", "tex"}, ext):
		return Documents
	case has("zip", "x-tar", "x-rar", "x-7z", "compressed", "x-bzip", "x-xz") || slices.Contains([]string{"zip", "tar", "gz", "tgz", "bz2", "xz", "zst", "rar", "7z"}, ext):
		return Archives
	}
	return AnySort
}

// insertFiles writes the rows of a message's attachments.
func (p *Prepared) insertFiles(ctx context.Context, tx *sql.Tx, id ID) error {
	for _, f := range p.files {
		_, err := tx.ExecContext(ctx, `INSERT INTO files (message, part, sort, size, name, type) VALUES (?, ?, ?, ?, ?, ?)`, id, f.Part, f.Sort, f.Size, f.Name, f.Type)
		if err != nil {
			return err
		}
	}
	return nil
}

// Files lists attachments of a sort, of all places but trash and spam. A page has those of so many messages that it takes
// about two looks to see them all; its bounds are ids of messages, and its Limit counts messages, 24 where it is 0.
func (b *Box) Files(ctx context.Context, sort Sort, page Page) (files Files, err error) {
	if page.Limit == 0 {
		page.Limit = filesPage
	}
	err = b.read(ctx, func(tx *sql.Tx) error {
		of, where, args := allMessages(), `m.attachments > 0`, []any{}
		if sort != AnySort {
			of, where, args = source{`files f CROSS JOIN messages m ON m.id = f.message`, `f.message`}, firstOfSort, []any{sort}
		}
		rows, err := listPage(ctx, tx, of, where+` AND m.place NOT IN (?, ?)`, append(args, Spam, Trash), page)
		if err != nil {
			return err
		}
		files.Newer, files.Older = rows.Newer, rows.Older
		return files.fill(ctx, tx, sort, rows.List)
	})
	if err != nil {
		return Files{}, fmt.Errorf("listing attachments: %w", err)
	}
	return files, nil
}

// firstOfSort picks one attachment of a sort of each message.
const firstOfSort = `f.sort > 0 AND f.sort = ? AND NOT EXISTS (SELECT 1 FROM files g WHERE g.sort > 0 AND g.sort = f.sort AND g.message = f.message AND g.part < f.part)`

// FilesOf lists the attachments of a sort that some messages have, in the order of those.
func (b *Box) FilesOf(ctx context.Context, sort Sort, rows Rows) (files Files, err error) {
	files.Newer, files.Older = rows.Newer, rows.Older
	err = b.read(ctx, func(tx *sql.Tx) error { return files.fill(ctx, tx, sort, rows.List) })
	if err != nil {
		return Files{}, fmt.Errorf("listing attachments: %w", err)
	}
	return files, nil
}

// fill reads the attachments of messages.
func (f *Files) fill(ctx context.Context, tx *sql.Tx, sort Sort, rows []Row) error {
	if len(rows) == 0 {
		return nil
	}
	f.Newest, f.Oldest = rows[0].ID, rows[len(rows)-1].ID
	of, ids := map[ID]Row{}, make([]ID, len(rows))
	for i, r := range rows {
		of[r.ID], ids[i] = r, r.ID
	}
	list, err := json.Marshal(ids)
	if err != nil {
		return err
	}
	f.List, err = scanAll(ctx, tx, scanFile, `SELECT f.message, f.part, f.sort, f.size, f.name, f.type FROM json_each(?1) CROSS JOIN files f ON f.message = value
		WHERE ?2 IN (0, f.sort)`, string(list), sort)
	for i := range f.List {
		r := of[f.List[i].Message]
		f.List[i].Subject = r.Subject
		if len(r.From) > 0 {
			f.List[i].From = r.From[0]
		}
	}
	return err
}

func scanFile(row row) (f File, err error) {
	err = row.Scan(&f.Message, &f.Part, &f.Sort, &f.Size, &f.Name, &f.Type)
	return f, err
}
