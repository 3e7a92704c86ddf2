package images

import (
	"bytes"
	"errors"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
)

const (
	// growth is how many times its limit as sent a picture may have when it is
	// encoded anew: PNG and GIF lose nothing, and Go's compress less than some.
	growth = 2

	// quality is that of JPEG (1 to 100).
	quality = 85

	// photo is how many opaque pixels make a WebP or BMP picture a JPEG: fewer
	// are icons, which PNG keeps sharp and small.
	photo = 256 * 256
)

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
