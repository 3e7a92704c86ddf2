package images

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"restante/cmd/check/corpus"
)

func TestEveryFormatBecomesOneThatIsSafe(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 9, 7))
	deep := image.NewNRGBA64(image.Rect(0, 0, 9, 7))
	for name, test := range map[string]struct {
		data          []byte
		want          string
		width, height int
	}{
		"PNG":                  {pngOf(t, drawn(30, 20)), "image/png", 30, 20},
		"gray PNG":             {pngOf(t, gray), "image/png", 9, 7},
		"PNG of 16 bits":       {pngOf(t, deep), "image/png", 9, 7},
		"JPEG":                 {jpegOf(t, drawn(30, 20)), "image/jpeg", 30, 20},
		"gray JPEG":            {jpegOf(t, gray), "image/jpeg", 9, 7},
		"progressive JPEG":     {sample(t, "progressive.jpg"), "image/jpeg", 300, 240},
		"GIF":                  {gifOf(t, 1, 30, 20), "image/gif", 30, 20},
		"BMP, an icon":         {bmpOf(t, drawn(30, 20)), "image/png", 30, 20},
		"BMP, a drawing":       {bmpOf(t, drawn(400, 300)), "image/png", 400, 300}, // few colours
		"BMP, a photograph":    {bmpOf(t, toRGBA(drawn(400, 300))), "image/jpeg", 400, 300},
		"WebP":                 {sample(t, "lossy.webp"), "image/jpeg", 300, 240},
		"WebP without loss":    {sample(t, "lossless.webp"), "image/png", 40, 30},
		"WebP with alpha":      {sample(t, "alpha.webp"), "image/png", 40, 30},
		"animated WebP":        {sample(t, "animated.webp"), "image/png", 40, 30},
		"animated WebP, alpha": {sample(t, "animated-alpha.webp"), "image/png", 40, 30},
		"large WebP, alpha":    {sample(t, "alpha-photo.webp"), "image/png", 300, 240},
		"JPEG, with garbage":   {append(jpegOf(t, drawn(30, 20)), "garbage"...), "image/jpeg", 30, 20},
		"one pixel, a tracker": {gifOf(t, 1, 1, 1), "image/gif", 1, 1},
	} {
		img, err := Reencode(bytes.NewReader(test.data), Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, errors.Unwrap(err))
			continue
		}
		if img.Type != test.want || img.Width != test.width || img.Height != test.height {
			t.Errorf("%s: %s of %d × %d, want %s of %d × %d", name, img.Type, img.Width, img.Height, test.want, test.width, test.height)
		}
		if size := decoded(t, img).Bounds().Size(); size != image.Pt(test.width, test.height) {
			t.Errorf("%s: decodes to %v", name, size)
		}
	}
}

func TestAlphaAndColoursStay(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	m.SetNRGBA(0, 0, color.NRGBA{10, 20, 30, 255})
	m.SetNRGBA(1, 0, color.NRGBA{10, 20, 30, 99})
	img, err := Reencode(bytes.NewReader(pngOf(t, m)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := decoded(t, img)
	for x := range 3 {
		if c := color.NRGBAModel.Convert(got.At(x, 0)); c != m.NRGBAAt(x, 0) {
			t.Errorf("pixel %d is %v, want %v", x, c, m.NRGBAAt(x, 0))
		}
	}
	for _, name := range []string{"alpha.webp", "animated-alpha.webp", "alpha-photo.webp"} {
		img, err := Reencode(bytes.NewReader(sample(t, name)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		got := decoded(t, img)
		if _, _, _, a := got.At(0, 15).RGBA(); a > 0x1000 {
			t.Errorf("%s: the transparent side has alpha %#x", name, a)
		}
		if _, _, _, a := got.At(img.Width-1, 15).RGBA(); a < 0xf000 {
			t.Errorf("%s: the opaque side has alpha %#x", name, a)
		}
	}
}

// Foreign formats, and files that are none.
func TestOtherBytesAreNotPictures(t *testing.T) {
	whole := pngOf(t, drawn(300, 200))
	for name, data := range map[string]string{
		"nothing":          "",
		"text":             "hello",
		"HTML":             "<html><body>not found</body></html>",
		"SVG":              `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`,
		"SVG with XML":     `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`,
		"ICO":              "\x00\x00\x01\x00\x01\x00\x01\x01\x00\x00\x01\x00\x18\x00",
		"TIFF":             "II*\x00\x08\x00\x00\x00",
		"AVIF":             "\x00\x00\x00\x1cftypavif\x00\x00\x00\x00",
		"PDF":              "%PDF-1.7",
		"only the magic":   "\x89PNG\r\n\x1a\n",
		"GIF, JavaScript":  "GIF89a/*\x00\x00\x00\x00*/=1;alert(1)",
		"JPEG, empty":      "\xff\xd8\xff",
		"WebP, empty":      "RIFF\x00\x00\x00\x00WEBP",
		"WebP, a film cut": string(sample(t, "animated.webp")[:100]),
		"WebP, lying":      strings.Replace(string(sample(t, "animated.webp")), "\x27\x00\x00\x1d", "\x26\x00\x00\x1d", 2),
		"BM":               "BMW is a car, and this is a sentence about it that is long enough",
		"half a PNG":       string(whole[:len(whole)/2]),
		"GIF of 0 × 0":     "GIF89a\x00\x00\x00\x00\x00\x00\x00;",
		"broken JPEG":      strings.Replace(string(jpegOf(t, drawn(30, 20))), "\xff\xc4", "\xff\xc8", 1),
	} {
		if img, err := Reencode(strings.NewReader(data), Limits{}); !errors.Is(err, ErrNotPicture) {
			t.Errorf("%s: %s, %v; want ErrNotPicture", name, img.Type, err)
		}
	}
	failing := errors.New("the disk is gone")
	if _, err := Reencode(iotest.ErrReader(failing), Limits{}); !errors.Is(err, failing) || !errors.Is(err, ErrUnreachable) {
		t.Errorf("a reader that fails: %v", err)
	}
}

// pngHeader is a PNG that announces so many pixels and has none.
func pngHeader(width, height uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
	b = binary.BigEndian.AppendUint32(b, width)
	b = binary.BigEndian.AppendUint32(b, height)
	b = append(b, 8, 2, 0, 0, 0)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}

// bmpHeader is a BMP of 24 bits a pixel that announces more than it has.
func bmpHeader(width, height uint32) []byte {
	b := make([]byte, 54)
	copy(b, "BM")
	b[10], b[14], b[26], b[28] = 54, 40, 1, 24
	binary.LittleEndian.PutUint32(b[18:], width)
	binary.LittleEndian.PutUint32(b[22:], height)
	return b
}

func TestBombsAreRefusedByTheirHeaders(t *testing.T) {
	coarse := sample(t, "lossy.webp")
	icon := pngOf(t, drawn(30, 20))
	huge := jpegOf(t, drawn(30, 20))
	at := bytes.Index(huge, []byte{0xff, 0xc0}) + 5 // the size in the frame header
	copy(huge[at:], []byte{0xff, 0xff, 0xff, 0xff})
	for name, test := range map[string]struct {
		data   []byte
		limits Limits
	}{
		"PNG of 60000 × 60000":      {pngHeader(60000, 60000), Limits{}},
		"PNG of 5001 × 5000":        {pngHeader(5001, 5000), Limits{}},
		"PNG, a line":               {pngHeader(1, maxSide+1), Limits{}},
		"JPEG of 65535 × 65535":     {huge, Limits{}},
		"GIF of 65535 × 65535":      {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00;"), Limits{}},
		"BMP of 20000 × 20000":      {bmpHeader(20000, 20000), Limits{}},
		"more pixels than are said": {icon, Limits{Pixels: 599}},
		"more bytes than are said":  {icon, Limits{Bytes: int64(len(icon)) - 1}},
		"grows too much":            {coarse, Limits{Bytes: int64(len(coarse))}},
	} {
		if _, err := Reencode(bytes.NewReader(test.data), test.limits); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v, want ErrTooLarge", name, err)
		}
	}
	for name, limits := range map[string]Limits{"pixels": {Pixels: 600}, "bytes": {Bytes: int64(len(icon))}} {
		if _, err := Reencode(bytes.NewReader(icon), limits); err != nil {
			t.Errorf("exactly so many %s as are said: %v", name, err)
		}
	}
}

func TestDecodingEndsWithItsTime(t *testing.T) {
	for name, data := range map[string][]byte{
		"PNG": pngOf(t, drawn(30, 20)), "JPEG": sample(t, "progressive.jpg"), "GIF": gifOf(t, 3, 30, 20),
		"WebP": sample(t, "lossy.webp"), "BMP": bmpOf(t, drawn(30, 20)),
	} {
		if _, err := Reencode(bytes.NewReader(data), Limits{Time: 1}); !errors.Is(err, ErrTooLarge) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s without time: %v, want ErrTooLarge", name, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := examine(ctx, data, Limits{}.withDefaults()); !errors.Is(err, ErrUnreachable) || !errors.Is(err, context.Canceled) {
			t.Errorf("%s for nobody: %v, want ErrUnreachable", name, err)
		}
	}
}

func TestAPanicIsAPictureThatIsNone(t *testing.T) {
	panics := func(*work) (Image, error) { panic("index out of range") }
	w := &work{ctx: t.Context(), format: format{convert: panics}, limits: Limits{}.withDefaults()}
	if img, err := w.convert(); !errors.Is(err, ErrNotPicture) || img.Data != nil {
		t.Errorf("%v, %v; want ErrNotPicture", img, err)
	}
}

// chunk is a chunk of a PNG.
func chunk(kind, data string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// What makes a picture a program too, or tells of who took it, is not in what
// comes out.
func TestNothingButThePictureIsLeft(t *testing.T) {
	const evil = `<script>alert("MARKER")</script>`
	icon, photo, film := pngOf(t, drawn(30, 20)), jpegOf(t, drawn(30, 20)), gifOf(t, 2, 30, 20)
	head := len("\x89PNG\r\n\x1a\n") + 25 // with IHDR
	insert := func(at int, data []byte, what []byte) []byte {
		return bytes.Join([][]byte{data[:at], what, data[at:]}, nil)
	}
	segment := func(marker byte, text string) []byte {
		return append([]byte{0xff, marker, 0, byte(2 + len(text))}, text...)
	}
	comment := append(append([]byte{0x21, 0xfe, byte(len(evil))}, evil...), 0)
	screen := 13 + tableSize(film[10])
	for name, data := range map[string][]byte{
		"PNG with HTML behind":   append(bytes.Clone(icon), evil...),
		"PNG with text":          insert(head, icon, chunk("tEXt", "Comment\x00"+evil)),
		"PNG with Exif":          insert(head, icon, chunk("eXIf", "II*\x00"+evil)),
		"JPEG with HTML behind":  append(bytes.Clone(photo), evil...),
		"JPEG with a comment":    insert(2, photo, segment(0xfe, evil)),
		"JPEG with Exif":         insert(2, photo, segment(0xe1, "Exif\x00\x00MM\x00*"+evil)),
		"GIF with script behind": append(bytes.Clone(film), evil...),
		"GIF with a comment":     insert(screen, film, comment),
		"WebP with HTML behind":  append(sample(t, "lossy.webp"), evil...),
		"BMP with HTML behind":   append(bmpOf(t, drawn(30, 20)), evil...),
	} {
		img, err := Reencode(bytes.NewReader(data), Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, errors.Unwrap(err))
			continue
		}
		if !bytes.Contains(data, []byte("MARKER")) || bytes.Contains(img.Data, []byte("MARKER")) {
			t.Errorf("%s: the marker is not in what goes in, or is in what comes out", name)
		}
	}
}

func TestPicturesOfTheCorpus(t *testing.T) {
	root := filepath.Join(corpus.Dir(t), "attachments")
	taken := 0
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		img, err := Reencode(bytes.NewReader(data), Limits{})
		if err != nil {
			return nil
		}
		taken++
		decoded(t, img)
		for _, trace := range []string{"<script", "alert(", "onerror", "onmouseover", "javascript:"} {
			if bytes.Contains(img.Data, []byte(trace)) {
				t.Errorf("%s: %q is still in it", path, trace)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if taken == 0 {
		t.Error("no picture of the corpus was taken")
	}
	t.Logf("%d pictures of the corpus were encoded anew", taken)
}

// FuzzReencode: whatever comes in, there is no panic, and what comes out decodes
// as what it says that it is.
func FuzzReencode(f *testing.F) {
	for _, data := range [][]byte{
		pngOf(f, drawn(30, 20)), jpegOf(f, drawn(30, 20)), gifOf(f, 3, 30, 20), bmpOf(f, drawn(30, 20)), exif(f, 6, binary.BigEndian),
		sample(f, "progressive.jpg"), sample(f, "lossy.webp"), sample(f, "lossless.webp"), sample(f, "alpha.webp"), sample(f, "animated.webp"), sample(f, "animated-alpha.webp"),
	} {
		f.Add(data)
	}
	limits := Limits{Bytes: 1 << 16, Pixels: 1 << 18, Time: time.Minute}
	f.Fuzz(func(t *testing.T, data []byte) {
		img, err := Reencode(bytes.NewReader(data), limits)
		if err != nil {
			if !errors.Is(err, ErrNotPicture) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("%v is no error of Reencode", errors.Unwrap(err))
			}
			return
		}
		size := decoded(t, img).Bounds()
		canvas := image.Rect(0, 0, img.Width, img.Height)
		if img.Type == "image/gif" && !size.In(canvas) || img.Type != "image/gif" && size != canvas {
			t.Fatalf("%s of %v decodes to %v", img.Type, canvas, size)
		}
		if int64(len(img.Data)) > growth*limits.Bytes || int64(img.Width)*int64(img.Height) > limits.Pixels {
			t.Fatalf("%d bytes, %d × %d pixels", len(img.Data), img.Width, img.Height)
		}
	})
}

// BenchmarkReencode is a photograph of a megapixel.
func BenchmarkReencode(b *testing.B) {
	m := image.NewRGBA(image.Rect(0, 0, 1000, 1000))
	for i := range m.Pix {
		m.Pix[i] = byte(i>>4 ^ i>>12 | 0x80)
	}
	for name, data := range map[string][]byte{"JPEG": jpegOf(b, m), "PNG": pngOf(b, m), "turned": turned(b, jpegOf(b, m), 6, binary.BigEndian)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Reencode(bytes.NewReader(data), Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
