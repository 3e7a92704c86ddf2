package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/klauspost/compress/zstd"
)

const (
	frameSize = 256 << 10 // bytes of a message in one frame: what is inflated to read any part of it
	textSize  = 256 << 10 // bytes of normal text that are kept
	leadSize  = 4 << 10   // bytes of a long text that can be read without the rest of it
	maxInFile = 1 << 30   // no message is longer: bounds the work of one
)

// packed is a message compressed: its frames, one after another in a spool.
type packed struct {
	data   *Spool
	frames []frame
}

// frame is one of them: its length, and the form of what it holds.
type frame struct{ length, form int }

// pack compresses r into frames that can each be read without the others.
func (c *codec) pack(r *Spool, into *Spool) (packed, error) {
	size := r.Size()
	if size > maxInFile {
		return packed{}, fmt.Errorf("a message of %d bytes is longer than can be kept (%d)", size, maxInFile)
	}
	p := packed{data: into}
	w := c.spare.Get().(*workspace)
	defer c.spare.Put(w)
	if r.file != nil && w.read == nil {
		w.read = make([]byte, frameSize)
	}
	for off := int64(0); off < size; off += frameSize {
		part, err := r.part(w.read, off, min(frameSize, size-off))
		if err != nil {
			return packed{}, fmt.Errorf("reading a message to compress it: %w", err)
		}
		form, ok := formPlain, false
		if w.decoded, ok = squeeze(w.decoded[:0], part); ok {
			part, form = w.decoded, formDecoded
		}
		w.packed = c.enc.EncodeAll(part, w.packed[:0])
		if _, err := into.Write(w.packed); err != nil {
			return packed{}, err
		}
		p.frames = append(p.frames, frame{len(w.packed), form})
	}
	return p, nil
}

// insert writes the frames of message id.
func (p packed) insert(ctx context.Context, tx *sql.Tx, id ID) error {
	off, buf := int64(0), []byte(nil)
	for n, f := range p.frames {
		if p.data.file != nil && len(buf) < f.length {
			buf = make([]byte, f.length)
		}
		data, err := p.data.part(buf, off, int64(f.length))
		if err != nil {
			return fmt.Errorf("reading a compressed message: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO raw (message, n, data, form) VALUES (?, ?, ?, ?)`, id, n, data, f.form); err != nil {
			return err
		}
		off += int64(f.length)
	}
	return nil
}

// unpack appends to dst what a frame holds, which is no longer than a frame.
func (c *codec) unpack(dst, data []byte, form int) ([]byte, error) {
	switch form {
	case formPlain:
		return c.dec.DecodeAll(data, dst)
	case formDecoded:
		decoded, err := c.dec.DecodeAll(data, nil)
		if err != nil {
			return nil, err
		}
		return unsqueeze(dst, decoded, frameSize)
	}
	return nil, fmt.Errorf("%w: there is no form %d", errForm, form)
}

// packText compresses a text: a long one in two frames, which the format allows to read as one, so that what shows a match
// near its beginning need not inflate the rest.
func (c *codec) packText(text string) []byte {
	text = text[:min(len(text), textSize)]
	if len(text) < 2*leadSize {
		return c.enc.EncodeAll([]byte(text), nil)
	}
	at := whole(text, leadSize)
	return c.enc.EncodeAll([]byte(text[at:]), c.enc.EncodeAll([]byte(text[:at]), nil))
}

// text appends the whole of a compressed text to dst.
func (c *codec) text(dst, data []byte) ([]byte, error) { return c.dec.DecodeAll(data, dst) }

// lead is a compressed text, or of a long one its beginning, which may be empty; all says that it is the whole text. It
// lies in buf, which holds leadSize bytes or more.
func (c *codec) lead(buf, data []byte) (text []byte, all bool, err error) {
	text, err = c.first.DecodeAll(data, buf[:0:leadSize])
	if errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		return text, false, nil
	}
	return text, true, err
}

// codec compresses and inflates; it may be used by many goroutines. It is never closed: it has no goroutines of its own,
// and somebody may still be reading when their box is closed.
type codec struct {
	enc   *zstd.Encoder
	dec   *zstd.Decoder
	first *zstd.Decoder // inflates the frames that fit in what they are given
	spare sync.Pool     // of *workspace
}

// workspace is what packing one frame takes, each at most about as long as a frame.
type workspace struct{ read, decoded, packed []byte }

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
	first, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(max(frameSize, textSize)), zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return nil, fmt.Errorf("inflating: %w", err)
	}
	return &codec{enc: enc, dec: dec, first: first, spare: sync.Pool{New: func() any { return new(workspace) }}}, nil
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
	var form int
	err := r.box.read(r.ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(r.ctx, `SELECT data, form FROM raw WHERE message = ? AND n = ?`, r.id, n).Scan(&data, &form)
	})
	if err != nil {
		return fmt.Errorf("frame %d: %w", n, err)
	}
	if r.frame, err = r.box.codec.unpack(r.frame[:0], data, form); err != nil {
		r.n = -1
		return fmt.Errorf("frame %d: %w", n, err)
	}
	r.n = n
	return nil
}
