package cache

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"io"
)

// changeable are the header fields that servers add or change between two fetches of one message (pop3.md F2).
var changeable = [][]byte{
	[]byte("status:"), []byte("x-status:"), []byte("x-uid:"), []byte("x-uidl:"), []byte("x-imap:"), []byte("x-imapbase:"),
	[]byte("x-keywords:"), []byte("content-length:"), []byte("lines:"),
}

// digest hashes a message twice: exact is of its bytes; identity is of its bytes with every line end as LF, the
// changeable header fields left out and trailing line ends dropped (pop3.md F2, F3). Two messages of one account with
// equal identity are one message. Head is of the header alone, in the same form; see headKey.
// Size is about how long it is.
func digest(r io.Reader, size int64) (d digests, err error) {
	whole, same := sha256.New(), sha256.New()
	lines := lineNormaliser{w: same, header: true}
	in := bufio.NewReaderSize(io.TeeReader(r, whole), int(min(max(size, 4<<10), 64<<10)))
	for {
		line, err := in.ReadSlice('\n') // a longer line comes in pieces
		lines.write(line)
		if err == io.EOF {
			lines.flush()
			d = digests{exact: whole.Sum(nil), identity: same.Sum(nil), head: lines.head}
			if lines.header {
				d.head = d.identity
			}
			return d, nil
		}
		if err != nil && err != bufio.ErrBufferFull {
			return digests{}, err
		}
	}
}

// digests are what digest makes of a message.
type digests struct{ exact, identity, head []byte }

// headKey stands for a header in the file; never 0.
func (d digests) headKey() int64 {
	return max(int64(binary.BigEndian.Uint64(d.head)>>1), 1)
}

// lineNormaliser feeds a hash with a message in normal form, line by line or in pieces of lines.
type lineNormaliser struct {
	w       hash.Hash
	text    []byte // for w: it takes a block as fast as a line
	header  bool   // within the header
	head    []byte // hash of the header, once that has ended
	partial bool   // the last piece had no line end
	skip    bool   // within a changeable field
	ends    int    // line ends not written yet: dropped if nothing follows
}

func (n *lineNormaliser) write(piece []byte) {
	text := bytes.TrimRight(piece, "\r\n")
	ended := len(piece) > 0 && piece[len(piece)-1] == '\n'
	if n.header && !n.partial {
		n.skip = n.skips(text)
		if n.header = len(text) > 0; !n.header {
			n.flush()
			n.head = n.w.Sum(nil)
		}
	}
	n.partial = !ended
	if n.skip {
		return
	}
	if len(text) > 0 {
		for ; n.ends > 0; n.ends-- {
			n.text = append(n.text, '\n')
		}
		if n.text = append(n.text, text...); len(n.text) >= hashBlock {
			n.flush()
		}
	}
	if ended {
		n.ends++
	}
}

// hashBlock is about how many bytes are hashed at a time.
const hashBlock = 8 << 10

// flush hashes what has been gathered.
func (n *lineNormaliser) flush() {
	n.w.Write(n.text)
	n.text = n.text[:0]
}

// skips reports whether a header line belongs to a changeable field: it opens one, or continues it.
func (n *lineNormaliser) skips(line []byte) bool {
	if len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		return n.skip
	}
	for _, name := range changeable {
		if len(line) >= len(name) && bytes.EqualFold(line[:len(name)], name) {
			return true
		}
	}
	return false
}
