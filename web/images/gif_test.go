package images

import (
	"bytes"
	"image"
	"image/gif"
	"testing"
)

// played decodes an animation.
func played(t *testing.T, img Image) *gif.GIF {
	t.Helper()
	g, err := gif.DecodeAll(bytes.NewReader(img.Data))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestAnAnimationStaysOne(t *testing.T) {
	img, err := Reencode(bytes.NewReader(gifOf(t, 3, 30, 20)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	g := played(t, img)
	if len(g.Image) != 3 || g.Delay[2] != 10 || g.LoopCount != 0 || g.Config.Width != 30 {
		t.Errorf("%d frames, delays %v, loops %d, width %d", len(g.Image), g.Delay, g.LoopCount, g.Config.Width)
	}
}

// dots is a GIF of n frames of one pixel each, on a canvas of 7 × 5.
func dots(n int) []byte {
	head := "GIF89a\x07\x00\x05\x00\x80\x00\x00" + "\x00\x00\x00\xff\xff\xff"
	frame := "\x2c\x01\x00\x01\x00\x01\x00\x01\x00\x00" + "\x02\x02\x44\x01\x00"
	return append(append([]byte(head), bytes.Repeat([]byte(frame), n)...), ';')
}

func TestOfTooMuchFilmTheFirstFrameIsShown(t *testing.T) {
	whole := gifOf(t, 3, 30, 20)
	for name, test := range map[string]struct {
		data   []byte
		limits Limits
		frames int
		canvas image.Point
	}{
		"100000 frames":            {dots(100000), Limits{}, 1, image.Pt(7, 5)},
		"as many as may be":        {dots(maxFrames), Limits{}, maxFrames, image.Pt(7, 5)},
		"one more":                 {dots(maxFrames + 1), Limits{}, 1, image.Pt(7, 5)},
		"as many pixels as may be": {whole, Limits{Pixels: 3 * 600}, 3, image.Pt(30, 20)},
		"one less":                 {whole, Limits{Pixels: 3*600 - 1}, 1, image.Pt(30, 20)},
		"no end":                   {whole[:len(whole)-1], Limits{}, 1, image.Pt(30, 20)},
		"half of the last frame":   {whole[:len(whole)-20], Limits{}, 1, image.Pt(30, 20)},
		"an unknown block":         {append(bytes.Clone(whole[:len(whole)-1]), "\x99;"...), Limits{}, 1, image.Pt(30, 20)},
	} {
		img, err := Reencode(bytes.NewReader(test.data), test.limits)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if g := played(t, img); len(g.Image) != test.frames || image.Pt(img.Width, img.Height) != test.canvas || g.Config.Width != test.canvas.X {
			t.Errorf("%s: %d frames on %d × %d, want %d on %v", name, len(g.Image), img.Width, img.Height, test.frames, test.canvas)
		}
	}
}

// The decoder reads some extensions in its own way. What it takes for frames
// must be counted as frames.
func TestNoExtensionHidesFrames(t *testing.T) {
	for name, extension := range map[string]string{
		"none":                                  "",
		"a comment":                             "\x21\xfe\x01x\x00",
		"an application":                        "\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00",
		"an application without a name":         "\x21\xff\x00\x01;\x00",
		"a text":                                "\x21\x01\x0c123456789012\x01x\x00",
		"a text that gives a wrong length":      "\x21\x01\x00;23456789012\x00",
		"a text that gives a length far beyond": "\x21\x01\xff123456789012\x00",
	} {
		data := dots(maxFrames + 1)
		data = bytes.Join([][]byte{data[:19], []byte(extension), data[19:]}, nil)
		if g, err := gif.DecodeAll(bytes.NewReader(data)); err != nil || len(g.Image) != maxFrames+1 {
			t.Errorf("%s: the decoder does not take it: %v", name, err)
		}
		if frames, _, ok := gifFrames(data); !ok || frames != maxFrames+1 {
			t.Errorf("%s: %d frames, %v", name, frames, ok)
		}
	}
}

// FuzzGIFFrames: whatever the decoder takes for a whole animation has as many
// frames and pixels as were counted before.
func FuzzGIFFrames(f *testing.F) {
	f.Add(gifOf(f, 3, 30, 20))
	f.Add(dots(5))
	f.Fuzz(func(t *testing.T, data []byte) {
		frames, pixels, ok := gifFrames(data)
		if !ok || frames > 100 || pixels > 1<<18 {
			return // would not be decoded
		}
		config, err := gif.DecodeConfig(bytes.NewReader(data))
		if err != nil || config.Width*config.Height > 1<<18 {
			return
		}
		g, err := gif.DecodeAll(bytes.NewReader(data))
		if err != nil {
			return
		}
		var n int64
		for _, m := range g.Image {
			n += int64(m.Rect.Dx()) * int64(m.Rect.Dy())
		}
		if len(g.Image) != frames || n != pixels {
			t.Fatalf("%d frames of %d pixels were counted, %d of %d decoded", frames, pixels, len(g.Image), n)
		}
	})
}
