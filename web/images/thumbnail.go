package images

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"io"

	"golang.org/x/image/draw"
)

// A thumbnail fits into this, twice as large as it is shown.
const (
	thumbWidth  = 240
	thumbHeight = 180
	maxThumb    = 12 << 10 // bytes (ui.md 7.1)
)

// Thumbnail is [Proxy.Reencode] for a small still JPEG of at most 12 KB, on white, which is kept in memory for the person
// under a name for a day. open is asked for the picture only where it is not there.
func (p *Proxy) Thumbnail(ctx context.Context, name string, open func() (io.Reader, error)) (Image, error) {
	key := keyOf(p.person, "thumbnail of "+name) // which is no address
	if img, ok := p.kept.get(key); ok {
		return img, nil
	}
	done, err := p.reads.wait(ctx, p.person)
	if err != nil {
		return Image{}, err
	}
	defer done()
	r, err := open()
	if err != nil {
		return Image{}, err
	}
	data, err := readAll(r, p.limits.Bytes)
	if err != nil {
		return Image{}, err
	}
	img, err := p.inTurn(ctx, data, (*work).thumbnail)
	if err == nil {
		p.kept.put(key, img)
	}
	return img, err
}

func (w *work) thumbnail() (Image, error) { return w.inTime((*work).shrink) }

func (w *work) shrink() (Image, error) {
	m, orientation, err := w.format.decode(w)
	if err != nil {
		return Image{}, err
	}
	size, fit := m.Bounds().Size(), image.Pt(thumbWidth, thumbHeight)
	if orientation >= 5 { // it is turned once it is small
		fit = image.Pt(thumbHeight, thumbWidth)
	}
	small := image.NewRGBA(image.Rectangle{Max: within(size, fit)})
	draw.Draw(small, small.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.BiLinear.Scale(small, small.Rect, m, m.Bounds(), draw.Over, nil)
	if orientation > 1 {
		small = turn(small, orientation)
	}
	return smallJPEG(small)
}

// within is a size made no larger than fit, with the same proportions, and at least a pixel.
func within(size, fit image.Point) image.Point {
	if size.X <= fit.X && size.Y <= fit.Y {
		return size
	}
	if size.X*fit.Y > size.Y*fit.X {
		return image.Pt(fit.X, max(1, size.Y*fit.X/size.X))
	}
	return image.Pt(max(1, size.X*fit.Y/size.Y), fit.Y)
}

// smallJPEG gives up quality until a picture is small enough.
func smallJPEG(m *image.RGBA) (Image, error) {
	var out bytes.Buffer
	for _, quality := range []int{80, 65, 50, 35, 20} {
		out.Reset()
		if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: quality}); err != nil {
			return Image{}, fail(ErrNotPicture, err)
		}
		if out.Len() <= maxThumb {
			return Image{Type: "image/jpeg", Data: bytes.Clone(out.Bytes()), Width: m.Rect.Dx(), Height: m.Rect.Dy()}, nil
		}
	}
	return Image{}, fail(ErrTooLarge, errors.New("no small picture can be made of it"))
}

// plain is a decoder of pictures that stand as they are to be shown.
func plain(decode func(io.Reader) (image.Image, error)) func(*work) (image.Image, int, error) {
	return func(w *work) (image.Image, int, error) {
		m, err := decode(w.reader())
		if err != nil {
			return nil, 0, w.failed(err)
		}
		return m, 1, nil
	}
}
