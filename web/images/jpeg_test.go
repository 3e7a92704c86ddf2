package images

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"testing"
)

// turned puts an Exif segment with an orientation into a JPEG.
func turned(t testing.TB, data []byte, orientation uint16, order binary.AppendByteOrder) []byte {
	t.Helper()
	tiff := []byte("MM\x00*")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II*\x00")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2) // entries
	for _, e := range [][2]uint16{{0x0110, 7}, {0x0112, orientation}} {
		tiff = order.AppendUint16(tiff, e[0])
		tiff = order.AppendUint16(tiff, 3) // 16 bits
		tiff = order.AppendUint32(tiff, 1)
		tiff = order.AppendUint16(tiff, e[1])
		tiff = order.AppendUint16(tiff, 0)
	}
	segment := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(2+len(segment)))
	return bytes.Join([][]byte{head, segment, data[2:]}, nil)
}

func exif(t testing.TB, orientation uint16, order binary.AppendByteOrder) []byte {
	return turned(t, jpegOf(t, drawn(64, 32)), orientation, order)
}

// corners names the colours of the corners, row by row.
func corners(m image.Image) string {
	b := m.Bounds()
	var s []byte
	for _, at := range []image.Point{{b.Min.X + 2, b.Min.Y + 2}, {b.Max.X - 3, b.Min.Y + 2}, {b.Min.X + 2, b.Max.Y - 3}, {b.Max.X - 3, b.Max.Y - 3}} {
		c := color.Palette{red, green, blue, white}.Index(m.At(at.X, at.Y))
		s = append(s, "RGBW"[c])
	}
	return string(s)
}

// The picture is stored as red, green; blue, white. Orientation 6, of a camera
// held upright, has the top of what was seen in the first column.
func TestAPhotographIsShownAsItWasTaken(t *testing.T) {
	for orientation, want := range []string{
		0: "RGBW", 1: "RGBW", 2: "GRWB", 3: "WBGR", 4: "BWRG",
		5: "RBGW", 6: "BRWG", 7: "WGBR", 8: "GWRB", 9: "RGBW",
	} {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			img, err := Reencode(bytes.NewReader(exif(t, uint16(orientation), order)), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			size := image.Pt(64, 32)
			if 5 <= orientation && orientation <= 8 {
				size = image.Pt(32, 64)
			}
			got := decoded(t, img)
			if got.Bounds().Size() != size || image.Pt(img.Width, img.Height) != size {
				t.Errorf("orientation %d: %d × %d, decoded %v, want %v", orientation, img.Width, img.Height, got.Bounds(), size)
			}
			if c := corners(got); c != want {
				t.Errorf("orientation %d, %v: corners %s, want %s", orientation, order, c, want)
			}
			if bytes.Contains(img.Data, []byte("Exif")) {
				t.Errorf("orientation %d: the metadata is still there", orientation)
			}
		}
	}
}

func TestBrokenExifTurnsNothing(t *testing.T) {
	good := exif(t, 6, binary.BigEndian)
	at := bytes.Index(good, []byte("Exif"))
	for name, change := range map[string]func([]byte){
		"another name":         func(b []byte) { b[0] = 'e' },
		"another byte order":   func(b []byte) { b[6] = 'X' },
		"a directory far away": func(b []byte) { copy(b[10:], "\xff\xff\xff\xff") },
		"a directory at 0":     func(b []byte) { copy(b[10:], "\x00\x00\x00\x00") },
		"no entries":           func(b []byte) { copy(b[14:], "\x00\x00") },
		"65535 entries":        func(b []byte) { copy(b[14:], "\xff\xff"); b[29] = 0 },
		"another type":         func(b []byte) { b[31] = 4 },
	} {
		data := bytes.Clone(good)
		change(data[at:])
		img, err := Reencode(bytes.NewReader(data), Limits{})
		if err != nil || img.Width != 64 {
			t.Errorf("%s: width %d, %v; want it as it is stored", name, img.Width, err)
		}
	}
}

// A scan that says "nothing changes" takes a few bytes and goes over all pixels.
func TestAJPEGOfManyScansIsRefused(t *testing.T) {
	data := sample(t, "progressive.jpg")
	if scans, orientation := jpegSegments(data); scans != 10 || orientation != 1 {
		t.Fatalf("%d scans, orientation %d; want 10, 1", scans, orientation)
	}
	first := bytes.Index(data, []byte{0xff, markerSOS})
	next := first + 2 + bytes.Index(data[first+2:], []byte{0xff, 0xc4}) // the table of the second scan
	for _, test := range []struct {
		more int
		want error
	}{{maxScans - 10, nil}, {maxScans - 9, ErrTooLarge}, {5000, ErrTooLarge}} {
		bomb := append(bytes.Clone(data[:next]), bytes.Repeat(data[first:next], test.more)...)
		bomb = append(bomb, data[next:]...)
		if scans, _ := jpegSegments(bomb); scans != 10+test.more {
			t.Errorf("%d scans, want %d", scans, 10+test.more)
		}
		if _, err := Reencode(bytes.NewReader(bomb), Limits{}); !errors.Is(err, test.want) {
			t.Errorf("%d scans: %v, want %v", 10+test.more, err, test.want)
		}
		filled := bytes.ReplaceAll(bomb, []byte{0xff, markerSOS}, []byte{0xff, 0xff, 0xff, markerSOS})
		if scans, _ := jpegSegments(filled); scans != 10+test.more {
			t.Errorf("%d scans with fill bytes, want %d", scans, 10+test.more)
		}
		if scans, _ := jpegSegments(append(bytes.Clone(data), bomb...)); scans != 10 {
			t.Errorf("%d scans with those of a picture behind the end, want 10", scans)
		}
	}
}
