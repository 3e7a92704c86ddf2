package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// Limits says how much work a picture may be. Zero fields are the defaults.
type Limits struct {
	Bytes  int64         // as sent; 0: 10 MiB. Encoded anew it may have twice as many
	Pixels int64         // of the canvas, and of all frames together; 0: 25 million
	Time   time.Duration // for decoding, after which the reading of its bytes stops; 0: 10 s
}

const (
	defaultBytes  = 10 << 20
	defaultPixels = 25_000_000
	defaultTime   = 10 * time.Second

	// maxSide is the longest side: more is a line, and browsers draw none.
	maxSide = 16384
)

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = defaultBytes
	}
	if l.Pixels <= 0 {
		l.Pixels = defaultPixels
	}
	if l.Time <= 0 {
		l.Time = defaultTime
	}
	return l
}

// Reencode reads an encoded picture (an attachment, an inline part) and makes
// it safe. It takes PNG, JPEG, GIF, WebP and BMP, which it knows by their bytes.
//
//   - JPEG stays JPEG, turned as its Exif orientation says.
//   - PNG stays PNG.
//   - GIF stays GIF, with all its frames; when they exceed a limit or are
//     broken, with the first.
//   - WebP, of which the first frame is shown, and BMP become PNG, or JPEG when
//     they are opaque and larger than an icon.
//
// Colour profiles are dropped with all other metadata.
//
// It fails with ErrNotPicture, ErrTooLarge or, when reading r does, with
// ErrUnreachable. It takes up to 25 bytes of memory a pixel; [Proxy.Reencode]
// bounds how much is decoded at once.
func Reencode(r io.Reader, l Limits) (Image, error) {
	l = l.withDefaults()
	data, err := readAll(r, l.Bytes)
	if err != nil {
		return Image{}, err
	}
	w, err := examine(context.Background(), data, l)
	if err != nil {
		return Image{}, err
	}
	return w.convert()
}

// readAll reads to the end, which must come within limit bytes.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fail(ErrUnreachable, err)
	}
	if int64(len(data)) > limit {
		return nil, fail(ErrTooLarge, fmt.Errorf("more than %d bytes", limit))
	}
	return data, nil
}

// A format is known by its first bytes.
type format struct {
	config  func(io.Reader) (image.Config, error)
	decode  func(*work) (m image.Image, orientation int, err error) // of the first frame
	convert func(*work) (Image, error)
	still   func([]byte) []byte // makes one of an animation; nil: not needed
}

func formatOf(data []byte) (format, bool) {
	has := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case has("\x89PNG\r\n\x1a\n"):
		return format{png.DecodeConfig, plain(png.Decode), convertPNG, nil}, true
	case has("\xff\xd8\xff"):
		return format{jpeg.DecodeConfig, (*work).decodeJPEG, convertJPEG, nil}, true
	case has("GIF87a"), has("GIF89a"):
		return format{gif.DecodeConfig, plain(gif.Decode), convertGIF, nil}, true
	case has("RIFF") && len(data) >= 12 && string(data[8:12]) == "WEBP":
		return format{webp.DecodeConfig, plain(webp.Decode), convertWebP, stillWebP}, true
	case has("BM"):
		return format{bmp.DecodeConfig, plain(bmp.Decode), convertBMP, nil}, true
	}
	return format{}, false
}

// work is one picture on its way.
type work struct {
	ctx    context.Context
	data   []byte
	format format
	config image.Config
	limits Limits
}

// examine finds out what a picture is and how large, without decoding it. It
// needs limits with their defaults.
func examine(ctx context.Context, data []byte, l Limits) (w *work, err error) {
	defer survive(&err)
	f, ok := formatOf(data)
	if !ok {
		return nil, fail(ErrNotPicture, errors.New("unknown format"))
	}
	if f.still != nil {
		data = f.still(data)
	}
	w = &work{ctx: ctx, data: data, format: f, limits: l}
	if w.config, err = f.config(w.reader()); err != nil {
		return nil, w.failed(err)
	}
	return w, w.checkCanvas()
}

// convert decodes and encodes anew.
func (w *work) convert() (Image, error) { return w.inTime(w.format.convert) }

// inTime makes something of the picture. The time for that begins now.
func (w *work) inTime(do func(*work) (Image, error)) (img Image, err error) {
	defer survive(&err)
	ctx, cancel := context.WithTimeout(w.ctx, w.limits.Time)
	defer cancel()
	w.ctx = ctx
	return do(w)
}

// survive makes an error of a panic. The decoders are tested against them by
// their authors and by ours, and a single one would take the process with it.
func survive(err *error) {
	if p := recover(); p != nil {
		*err = fail(ErrNotPicture, fmt.Errorf("panic: %v", p))
	}
}

func (w *work) pixels() int64 { return int64(w.config.Width) * int64(w.config.Height) }

func (w *work) checkCanvas() error {
	width, height := w.config.Width, w.config.Height
	if width <= 0 || height <= 0 {
		return fail(ErrNotPicture, fmt.Errorf("%d × %d pixels", width, height))
	}
	if width > maxSide || height > maxSide || w.pixels() > w.limits.Pixels {
		return fail(ErrTooLarge, fmt.Errorf("%d × %d pixels", width, height))
	}
	return nil
}

// reader reads the picture until its time is over. The decoders ask for a few
// kilobytes at a time, so that this ends them too.
func (w *work) reader() io.Reader { return timed{w.ctx, bytes.NewReader(w.data)} }

type timed struct {
	ctx context.Context
	r   io.Reader
}

func (t timed) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	return t.r.Read(p)
}

// failed is what it means that a decoder failed. Some hide the error of their
// reader, so that the context is asked itself.
func (w *work) failed(err error) error {
	switch end := w.ctx.Err(); {
	case end == nil:
		return fail(ErrNotPicture, err)
	case errors.Is(end, context.DeadlineExceeded):
		return fail(ErrTooLarge, fmt.Errorf("takes too long: %w", end))
	default: // nobody waits for it any more
		return fail(ErrUnreachable, end)
	}
}

func convertPNG(w *work) (Image, error) {
	m, err := png.Decode(w.reader())
	if err != nil {
		return Image{}, w.failed(err)
	}
	return w.png(m)
}

func convertWebP(w *work) (Image, error) {
	m, err := webp.Decode(w.reader())
	if err != nil {
		return Image{}, w.failed(err)
	}
	return w.photoOrIcon(m)
}

func convertBMP(w *work) (Image, error) {
	m, err := bmp.Decode(w.reader())
	if err != nil {
		return Image{}, w.failed(err)
	}
	return w.photoOrIcon(m)
}
