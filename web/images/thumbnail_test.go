package images

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"testing"
)

func opened(data []byte) func() (io.Reader, error) {
	return func() (io.Reader, error) { return bytes.NewReader(data), nil }
}

// noisy is a picture that nothing compresses.
func noisy(t testing.TB, width, height int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	r := rand.NewChaCha8([32]byte{1})
	r.Read(m.Pix)
	return pngOf(t, m)
}

func TestAThumbnailIsSmall(t *testing.T) {
	for name, test := range map[string]struct {
		data []byte
		want image.Point
	}{
		"wide":      {jpegOf(t, drawn(1000, 500)), image.Pt(240, 120)},
		"high":      {pngOf(t, drawn(500, 1000)), image.Pt(90, 180)},
		"small":     {pngOf(t, drawn(64, 32)), image.Pt(64, 32)},
		"a line":    {pngOf(t, drawn(3000, 1)), image.Pt(240, 1)},
		"turned":    {turned(t, jpegOf(t, drawn(1000, 500)), 6, binary.BigEndian), image.Pt(90, 180)},
		"animated":  {gifOf(t, 3, 64, 32), image.Pt(64, 32)},
		"all noise": {noisy(t, 800, 600), image.Pt(240, 180)},
	} {
		img, err := New(Options{}).Thumbnail(t.Context(), name, opened(test.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := image.Pt(img.Width, img.Height); got != test.want || img.Type != "image/jpeg" || len(img.Data) > maxThumb {
			t.Errorf("%s: %v, %s, %d bytes, want %v", name, got, img.Type, len(img.Data), test.want)
		}
		if m, err := jpeg.Decode(bytes.NewReader(img.Data)); err != nil || m.Bounds().Size() != test.want {
			t.Errorf("%s: it is no picture: %v", name, err)
		}
	}
}

func TestAThumbnailStandsAsItWasTaken(t *testing.T) {
	img, err := New(Options{}).Thumbnail(t.Context(), "x", opened(exif(t, 6, binary.BigEndian)))
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(img.Data))
	if err != nil || corners(m) != "BRWG" {
		t.Errorf("its corners are %s, %v", corners(m), err)
	}
}

func TestAThumbnailIsMadeOnceForAPerson(t *testing.T) {
	p, asked := New(Options{}), 0
	open := func() (io.Reader, error) {
		asked++
		return bytes.NewReader(jpegOf(t, drawn(1000, 500))), nil
	}
	for _, name := range []string{"ana", "ana", "bo"} {
		if _, err := p.For(name).Thumbnail(t.Context(), "x", open); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 2 {
		t.Errorf("the picture was asked for %d times, want once for each of two people", asked)
	}
}

func TestWhatIsNoPictureHasNoThumbnail(t *testing.T) {
	for name, data := range map[string][]byte{"text": []byte("hello"), "cut off": jpegOf(t, drawn(1000, 500))[:200], "nothing": nil} {
		if _, err := New(Options{}).Thumbnail(t.Context(), name, opened(data)); !errors.Is(err, ErrNotPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
	gone := errors.New("gone")
	if _, err := New(Options{}).Thumbnail(t.Context(), "x", func() (io.Reader, error) { return nil, gone }); !errors.Is(err, gone) {
		t.Errorf("%v", err)
	}
}
