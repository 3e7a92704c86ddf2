package export

import (
	"archive/zip"
	"io"
	"path"
	"time"
)

// zipped is one file with what EML writes as many.
type zipped struct{ out *zip.Writer }

// Zip writes each message to a file of its own within a zip file, in a folder for each place, named after the day it was
// received and its id. It writes to w, which it leaves open.
func Zip(w io.Writer) Target { return zipped{zip.NewWriter(w)} }

func (z zipped) Add(m Message) error {
	file, err := z.out.CreateHeader(&zip.FileHeader{Name: path.Join(m.Place.String(), nameOf(m)), Method: zip.Deflate, Modified: m.Received.UTC()})
	if err == nil {
		_, err = io.Copy(file, m.Raw)
	}
	return err
}

func (z zipped) Close() error { return z.out.Close() }

// nameOf is the name of a file with nothing but a message.
func nameOf(m Message) string {
	return m.Received.UTC().Format(time.DateOnly) + "-" + m.ID + ".eml"
}
