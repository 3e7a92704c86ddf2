package cache

import (
	"context"
	"database/sql"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

const (
	frameSize = 256 << 10 // bytes of a message in one frame: what is inflated to read any part of it
	textSize  = 256 << 10 // bytes of normal text that are kept
	maxInFile = 1 << 30   // no message is longer: bounds the work of one
)

// packed is a message compressed: its frames, one after another in a spool.
type packed struct {
	data   *Spool
	frames []int // length of each frame
}

// pack compresses size bytes of r into frames that can each be read without the others.
func (c *codec) pack(r io.ReaderAt, size int64, into *Spool) (packed, error) {
	if size > maxInFile {
		return packed{}, fmt.Errorf("a message of %d bytes is longer than can be kept (%d)", size, maxInFile)
	}
	p := packed{data: into}
	buf, frame := make([]byte, min(frameSize, size)), []byte(nil)
	for off := int64(0); off < size; off += frameSize {
		part := buf[:min(frameSize, size-off)]
		if got, err := r.ReadAt(part, off); got < len(part) {
			return packed{}, fmt.Errorf("reading a message to compress it: %w", err)
		}
		frame = c.enc.EncodeAll(part, frame[:0])
		if _, err := into.Write(frame); err != nil {
			return packed{}, err
		}
		p.frames = append(p.frames, len(frame))
	}
	return p, nil
}

// insert writes the frames of message id.
func (p packed) insert(ctx context.Context, tx *sql.Tx, id ID) error {
	off := int64(0)
	for n, length := range p.frames {
		frame := make([]byte, length)
		if got, err := p.data.ReadAt(frame, off); got < length {
			return fmt.Errorf("reading a compressed message: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO raw (message, n, data) VALUES (?, ?, ?)`, id, n, frame); err != nil {
			return err
		}
		off += int64(length)
	}
	return nil
}

// codec compresses and inflates; it may be used by many goroutines. It is never closed: it has no goroutines of its own,
// and somebody may still be reading when their box is closed.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

// newCodec makes a codec that refuses to inflate anything to more than a frame.
func newCodec() (*codec, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	if err != nil {
		return nil, fmt.Errorf("compressing: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(max(frameSize, textSize)))
	if err != nil {
		return nil, fmt.Errorf("inflating: %w", err)
	}
	return &codec{enc, dec}, nil
}

// Raw is a stored message, byte for byte as the server sent it, inflated piece by piece as it is read.
// It is for one goroutine and good for as long as ctx is.
type Raw struct {
	ctx   context.Context
	box   *Box
	id    ID
	size  int64
	n     int64 // number of the frame in memory; -1: none
	frame []byte
}

// Raw opens a stored message; ErrNotFound where there is none. Of one of which only the header is here it has that.
func (b *Box) Raw(ctx context.Context, id ID) (*Raw, error) {
	r := &Raw{ctx: ctx, box: b, id: id, n: -1}
	err := b.read(ctx, func(tx *sql.Tx) error {
		return found(tx.QueryRowContext(ctx, `SELECT iif(partial > 0, partial, size) FROM messages WHERE id = ?`, id).Scan(&r.size))
	})
	if err != nil {
		return nil, fmt.Errorf("message %d: %w", id, err)
	}
	return r, nil
}

// Size is how many bytes are here.
func (r *Raw) Size() int64 { return r.size }

// Reader reads the message from its beginning.
func (r *Raw) Reader() io.Reader { return io.NewSectionReader(r, 0, r.size) }

// ReadAt reads from the message, as [io.ReaderAt] promises but for one goroutine.
func (r *Raw) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("message %d: reading at %d", r.id, off)
	}
	done := 0
	for done < len(p) && off < r.size {
		if err := r.load(off / frameSize); err != nil {
			return done, fmt.Errorf("message %d: %w", r.id, err)
		}
		at := off % frameSize
		if at >= int64(len(r.frame)) {
			return done, fmt.Errorf("message %d: frame %d is short: %w", r.id, r.n, io.ErrUnexpectedEOF)
		}
		n := copy(p[done:], r.frame[at:])
		done, off = done+n, off+int64(n)
	}
	if done < len(p) {
		return done, io.EOF
	}
	return done, nil
}

// load inflates frame n unless it is the one in memory.
func (r *Raw) load(n int64) error {
	if n == r.n {
		return nil
	}
	var data []byte
	err := r.box.read(r.ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(r.ctx, `SELECT data FROM raw WHERE message = ? AND n = ?`, r.id, n).Scan(&data)
	})
	if err != nil {
		return fmt.Errorf("frame %d: %w", n, err)
	}
	if r.frame, err = r.box.codec.dec.DecodeAll(data, r.frame[:0]); err != nil {
		r.n = -1
		return fmt.Errorf("frame %d: %w", n, err)
	}
	r.n = n
	return nil
}
