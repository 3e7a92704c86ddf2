package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/draw"
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

	// growth is how many times its limit as sent a picture may have when it is
	// encoded anew: PNG and GIF lose nothing, and Go's compress less than some.
	growth = 2

	// quality is that of JPEG (1 to 100).
	quality = 85

	// photo is how many opaque pixels make a WebP or BMP picture a JPEG: fewer
	// are icons, which PNG keeps sharp and small.
	photo = 256 * 256
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
// it safe. It takes PNG, JPEG, GIF, WebP without animation, and BMP, which it
// knows by their bytes. JPEG stays JPEG, turned as its Exif orientation says;
// PNG stays PNG; GIF stays GIF, with all its frames or, when they exceed a limit
// or are broken, the first; WebP and BMP become PNG, or JPEG when they are
// opaque and larger than an icon. Colour profiles are dropped with all other
// metadata.
//
// It fails with ErrNotPicture, ErrTooLarge or, when reading r does, with
// ErrUnreachable. It takes up to 16 bytes of memory a pixel; [Proxy.Reencode]
// bounds how many run at once.
func Reencode(r io.Reader, l Limits) (Image, error) {
	l = l.withDefaults()
	data, err := readAll(r, l.Bytes)
	if err != nil {
		return Image{}, err
	}
	return reencode(context.Background(), data, l)
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
	convert func(*work) (Image, error)
}

func formatOf(data []byte) (format, bool) {
	has := func(magic string) bool { return bytes.HasPrefix(data, []byte(magic)) }
	switch {
	case has("\x89PNG\r\n\x1a\n"):
		return format{png.DecodeConfig, convertPNG}, true
	case has("\xff\xd8\xff"):
		return format{jpeg.DecodeConfig, convertJPEG}, true
	case has("GIF87a"), has("GIF89a"):
		return format{gif.DecodeConfig, convertGIF}, true
	case has("RIFF") && len(data) >= 12 && string(data[8:12]) == "WEBP":
		return format{webp.DecodeConfig, convertWebP}, true
	case has("BM"):
		return format{bmp.DecodeConfig, convertBMP}, true
	}
	return format{}, false
}

// work is one picture on its way.
type work struct {
	ctx    context.Context
	data   []byte
	config image.Config
	limits Limits
}

// reencode needs limits with their defaults. The decoders are tested for panics
// by their authors and by ours, and one would take the process with it.
func reencode(ctx context.Context, data []byte, l Limits) (img Image, err error) {
	defer func() {
		if p := recover(); p != nil {
			img, err = Image{}, fail(ErrNotPicture, fmt.Errorf("panic: %v", p))
		}
	}()
	f, ok := formatOf(data)
	if !ok {
		return Image{}, fail(ErrNotPicture, errors.New("unknown format"))
	}
	ctx, cancel := context.WithTimeout(ctx, l.Time)
	defer cancel()
	w := &work{ctx: ctx, data: data, limits: l}
	if w.config, err = f.config(w.reader()); err != nil {
		return Image{}, w.failed(err)
	}
	if err := w.checkCanvas(); err != nil {
		return Image{}, err
	}
	return f.convert(w)
}

func (w *work) checkCanvas() error {
	width, height := w.config.Width, w.config.Height
	if width <= 0 || height <= 0 {
		return fail(ErrNotPicture, fmt.Errorf("%d × %d pixels", width, height))
	}
	if width > maxSide || height > maxSide || int64(width)*int64(height) > w.limits.Pixels {
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

func (w *work) photoOrIcon(m image.Image) (Image, error) {
	_, few := m.(*image.Paletted)
	o, known := m.(interface{ Opaque() bool })
	if size := m.Bounds().Size(); !few && size.X*size.Y >= photo && known && o.Opaque() {
		return w.jpeg(m)
	}
	return w.png(m)
}

func (w *work) png(m image.Image) (Image, error) {
	return w.encoded("image/png", m.Bounds().Size(), func(out io.Writer) error { return png.Encode(out, m) })
}

func (w *work) jpeg(m image.Image) (Image, error) {
	switch m.(type) {
	case *image.YCbCr, *image.Gray, *image.RGBA: // those that the encoder takes fast
	default:
		m = toRGBA(m)
	}
	return w.encoded("image/jpeg", m.Bounds().Size(), func(out io.Writer) error {
		return jpeg.Encode(out, m, &jpeg.Options{Quality: quality})
	})
}

func toRGBA(m image.Image) *image.RGBA {
	to := image.NewRGBA(image.Rectangle{Max: m.Bounds().Size()})
	draw.Draw(to, to.Rect, m, m.Bounds().Min, draw.Src)
	return to
}

// encoded collects what an encoder writes, up to the limit.
func (w *work) encoded(mediaType string, size image.Point, encode func(io.Writer) error) (Image, error) {
	out := &bounded{left: growth * w.limits.Bytes}
	err := encode(out)
	switch {
	case out.full:
		return Image{}, fail(ErrTooLarge, errors.New("too large when encoded anew"))
	case err != nil:
		return Image{}, fail(ErrNotPicture, err)
	}
	// A copy as long as the picture: the buffer may be twice as long, and what
	// is returned may be kept for a day.
	return Image{Type: mediaType, Data: bytes.Clone(out.buf.Bytes()), Width: size.X, Height: size.Y}, nil
}

// bounded is a buffer for so many bytes.
type bounded struct {
	buf  bytes.Buffer
	left int64
	full bool
}

var errFull = errors.New("no more room")

func (b *bounded) Write(p []byte) (int, error) {
	if int64(len(p)) > b.left {
		b.full = true
		return 0, errFull
	}
	b.left -= int64(len(p))
	return b.buf.Write(p)
}
