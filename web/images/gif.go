package images

import (
	"errors"
	"image"
	"image/gif"
	"io"
)

// maxFrames is how many frames an animation may have. Each costs kilobytes for
// its colours, however small it is.
const maxFrames = 1000

// convertGIF keeps an animation if it can, else its first frame.
func convertGIF(w *work) (Image, error) {
	if frames, pixels, ok := gifFrames(w.data); ok && frames <= maxFrames && pixels <= w.limits.Pixels {
		if all, err := gif.DecodeAll(w.reader()); err == nil {
			if img, err := w.gif(all); err == nil {
				return img, nil
			}
		}
	}
	m, err := gif.Decode(w.reader())
	if err != nil {
		return Image{}, w.failed(err)
	}
	first, ok := m.(*image.Paletted)
	if !ok {
		return Image{}, fail(ErrNotPicture, errors.New("a frame without a palette"))
	}
	return w.gif(&gif.GIF{Image: []*image.Paletted{first}, Delay: []int{0}, Config: w.config})
}

func (w *work) gif(g *gif.GIF) (Image, error) {
	return w.encoded("image/gif", image.Pt(g.Config.Width, g.Config.Height), func(out io.Writer) error { return gif.EncodeAll(out, g) })
}

// gifFrames counts the frames of a GIF and their pixels without decoding any
// (GIF89a, appendix B). It finds the blocks where the decoder does: a film that
// hides frames from this count would be decoded with them. ok is false when the
// blocks do not end as they should.
func gifFrames(data []byte) (frames int, pixels int64, ok bool) {
	const (
		screen     = 13 // signature and logical screen descriptor
		descriptor = 10 // of an image, with its separator
	)
	if len(data) < screen {
		return 0, 0, false
	}
	rest, ok := skip(data, screen+tableSize(data[10]))
	for ok && len(rest) > 0 {
		switch rest[0] {
		case 0x3b: // trailer
			return frames, pixels, true
		case 0x21:
			rest, ok = skipExtension(rest)
		case 0x2c: // image: descriptor, table of colours, code size, then blocks
			if len(rest) < descriptor {
				return frames, pixels, false
			}
			frames++
			pixels += int64(little(rest[5:])) * int64(little(rest[7:]))
			if rest, ok = skip(rest, descriptor+tableSize(rest[9])+1); ok {
				rest, ok = skipBlocks(rest)
			}
		default:
			return frames, pixels, false
		}
	}
	return frames, pixels, false
}

func little(b []byte) int { return int(b[0]) | int(b[1])<<8 }

// tableSize is the length of the table of colours that packed fields announce.
func tableSize(packed byte) int {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (packed&7 + 1)
}

func skip(data []byte, n int) (rest []byte, ok bool) {
	if len(data) < n {
		return nil, false
	}
	return data[n:], true
}

// skipExtension goes behind an extension: its two bytes, a first block that has
// a length of its own in some, and blocks.
func skipExtension(data []byte) (rest []byte, ok bool) {
	const (
		application = 0xff
		plainText   = 0x01
	)
	if len(data) < 3 {
		return nil, false
	}
	first := 0
	switch data[1] {
	case application: // a length of 0 is no end
		first = 1 + int(data[2])
	case plainText: // 12 bytes, whatever the length says
		first = 1 + 12
	}
	if rest, ok = skip(data, 2+first); !ok {
		return nil, false
	}
	return skipBlocks(rest)
}

// skipBlocks goes behind a sequence of blocks, each of which begins with its
// length; one of length 0 ends it.
func skipBlocks(data []byte) (rest []byte, ok bool) {
	for len(data) > 0 {
		n := int(data[0])
		if data, ok = skip(data, 1+n); !ok || n == 0 {
			return data, ok
		}
	}
	return nil, false
}
