package export

import (
	"bufio"
	"bytes"
	"io"
	"time"
)

// mbox is a stream of messages in the mboxrd form: RFC 4155, with every line that begins with ">"s and "From " given one
// ">" more, so that it can be undone.
type mbox struct {
	out    *bufio.Writer
	closer io.Closer // nil: who gave the writer closes it
}

// Mbox writes messages one after another to w, which it closes if it is a file of its own. Line ends stay as they came; a
// message that does not end with one is given a line feed.
func Mbox(w io.Writer) Target {
	closer, _ := w.(io.Closer)
	return &mbox{bufio.NewWriterSize(w, 64<<10), closer}
}

func (t *mbox) Add(m Message) error {
	if _, err := t.out.WriteString("From MAILER-DAEMON " + m.Received.UTC().Format(time.ANSIC) + "\n"); err != nil {
		return err
	}
	in := bufio.NewReaderSize(m.Raw, 64<<10)
	begins, last := true, byte('\n')
	for {
		piece, err := in.ReadSlice('\n') // a longer line comes in pieces
		if len(piece) > 0 {
			if begins && bytes.HasPrefix(bytes.TrimLeft(piece, ">"), []byte("From ")) {
				t.out.WriteByte('>') // errors stay in the writer
			}
			t.out.Write(piece)
			last = piece[len(piece)-1]
			begins = last == '\n'
		}
		if err == io.EOF {
			break
		}
		if err != nil && err != bufio.ErrBufferFull {
			return err
		}
	}
	if last != '\n' {
		t.out.WriteByte('\n')
	}
	_, err := t.out.WriteString("\n")
	return err
}

func (t *mbox) Close() error {
	err := t.out.Flush()
	if t.closer != nil {
		if closing := t.closer.Close(); err == nil {
			err = closing
		}
	}
	return err
}
