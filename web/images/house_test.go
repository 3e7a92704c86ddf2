package images

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"golang.org/x/image/bmp"

	"restante/pop3client/dial"
)

// The corners of every drawn picture tell how it is turned.
var (
	red   = color.RGBA{255, 0, 0, 255}
	green = color.RGBA{0, 255, 0, 255}
	blue  = color.RGBA{0, 0, 255, 255}
	white = color.RGBA{255, 255, 255, 255}
)

// drawn has a colour in each quarter: red and green above blue and white.
func drawn(width, height int) *image.Paletted {
	m := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{red, green, blue, white})
	for y := range height {
		for x := range width {
			m.SetColorIndex(x, y, uint8(2*y/height*2+2*x/width))
		}
	}
	return m
}

// written is what an encoder makes.
func written(t testing.TB, encode func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	return written(t, func(b *bytes.Buffer) error { return png.Encode(b, m) })
}

func jpegOf(t testing.TB, m image.Image) []byte {
	return written(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, m, &jpeg.Options{Quality: 95}) })
}

func bmpOf(t testing.TB, m image.Image) []byte {
	return written(t, func(b *bytes.Buffer) error { return bmp.Encode(b, m) })
}

// gifOf is an animation of n frames, each 1/10 s, over and over.
func gifOf(t testing.TB, n, width, height int) []byte {
	g := &gif.GIF{Config: image.Config{ColorModel: drawn(1, 1).Palette, Width: width, Height: height}}
	for range n {
		g.Image, g.Delay = append(g.Image, drawn(width, height)), append(g.Delay, 10)
	}
	return written(t, func(b *bytes.Buffer) error { return gif.EncodeAll(b, g) })
}

// sample is a file of testdata, which other programs made.
func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// decoded reads a picture of this package as a browser would: by its type.
func decoded(t testing.TB, img Image) image.Image {
	t.Helper()
	decode := map[string]func([]byte) (image.Image, error){
		"image/png":  func(b []byte) (image.Image, error) { return png.Decode(bytes.NewReader(b)) },
		"image/jpeg": func(b []byte) (image.Image, error) { return jpeg.Decode(bytes.NewReader(b)) },
		"image/gif":  func(b []byte) (image.Image, error) { return gif.Decode(bytes.NewReader(b)) },
	}[img.Type]
	if decode == nil {
		t.Fatalf("a picture of type %q", img.Type)
	}
	m, err := decode(img.Data)
	if err != nil {
		t.Fatalf("what was encoded anew does not decode: %v", err)
	}
	return m
}

// site is a server of pictures that knows who asked for what.
type site struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

// serve starts a site on loopback.
func serve(t *testing.T, answer http.HandlerFunc) *site {
	s := &site{}
	s.Server = httptest.NewServer(s.noting(answer))
	t.Cleanup(s.Close)
	return s
}

func (s *site) noting(answer http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r.URL.String())
		s.mu.Unlock()
		answer(w, r)
	})
}

// requests returns what was asked for since the last call.
func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

func (s *site) port() int { return s.Listener.Addr().(*net.TCPAddr).Port }

// giving answers every request with these bytes.
func giving(b []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.Write(b) }
}

// near allows what the tests serve: this machine, at the ports of these sites.
func near(sites ...*site) dial.Policy {
	policy := dial.Policy{Private: true, Ports: []int{}}
	for _, s := range sites {
		policy.Ports = append(policy.Ports, s.port())
	}
	return policy
}

// canary is a port of this machine at which nobody may come.
type canary struct {
	port int
	came chan string
}

func newCanary(t *testing.T) *canary {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &canary{port: l.Addr().(*net.TCPAddr).Port, came: make(chan string, 1000)}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.came <- conn.RemoteAddr().String()
			conn.Close()
		}
	})
	t.Cleanup(func() {
		l.Close()
		running.Wait()
	})
	return c
}

func (c *canary) at(host string) string { return host + ":" + strconv.Itoa(c.port) }

// visits returns how many came since the last call. One of its own comes behind
// them, so that none is overlooked.
func (c *canary) visits(t *testing.T) int {
	t.Helper()
	last, err := net.Dial("tcp", c.at("127.0.0.1"))
	if err != nil {
		t.Fatal(err)
	}
	defer last.Close()
	n := 0
	for visitor := range c.came {
		if visitor == last.LocalAddr().String() {
			break
		}
		n++
	}
	return n
}
