package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestAPictureIsFetchedOnceADay(t *testing.T) {
	s := serve(t, giving(pngOf(t, drawn(30, 20))))
	now := noon
	p := New(Options{Policy: near(s), Now: func() time.Time { return now }})
	get := func(p *Proxy, url string, fetched int) {
		t.Helper()
		img, err := p.Get(t.Context(), url)
		if err != nil || img.Type != "image/png" || img.Width != 30 {
			t.Errorf("%s: %s, width %d, %v", url, img.Type, img.Width, err)
		}
		if asked := s.requests(); len(asked) != fetched {
			t.Errorf("%s: the server was asked for %q, want %d", url, asked, fetched)
		}
	}
	get(p, s.URL+"/a", 1)
	get(p, s.URL+"/a", 0)
	get(p, s.URL+"/a#fragment", 0) // no part of what is asked
	get(p, s.URL+"/b", 1)
	get(p, s.URL+"/a?x", 1)
	now = now.Add(keepFor - time.Second)
	get(p, s.URL+"/a", 0)
	now = now.Add(time.Second)
	get(p, s.URL+"/a", 1)

	// What one person has seen comes no faster for another.
	get(p.For("ana"), s.URL+"/a", 1)
	get(p.For("ana"), s.URL+"/a", 0)
	get(p.For("bob"), s.URL+"/a", 1)
}

func TestWhatWasNoPictureIsAskedForAgain(t *testing.T) {
	broken := true
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if broken {
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		}
		w.Write(pngOf(t, drawn(3, 2)))
	})
	p := New(Options{Policy: near(s)})
	if _, err := p.Get(t.Context(), s.URL); !errors.Is(err, ErrUnreachable) {
		t.Errorf("status 503: %v", err)
	}
	broken = false
	if _, err := p.Get(t.Context(), s.URL); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

func TestTheCacheKeepsWhatWasUsedLast(t *testing.T) {
	img := func(n int) Image { return Image{Data: make([]byte, n-overhead)} }
	now := noon
	c := newCache(3000, func() time.Time { return now })
	key := func(name string) cacheKey { return keyOf("", name) }
	kept := func() (names string) {
		for _, name := range []string{"a", "b", "c", "d", "e"} {
			if _, ok := c.byKey[key(name)]; ok {
				names += name
			}
		}
		return names
	}
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() { c.put(key("a"), img(1000)) }, "a"},
		{func() { c.put(key("b"), img(1000)) }, "ab"},
		{func() { c.put(key("c"), img(1000)) }, "abc"},
		{func() { c.get(key("a")); c.put(key("d"), img(1000)) }, "acd"}, // b was used longest ago
		{func() { c.put(key("c"), img(500)) }, "acd"},                   // instead of the other c
		{func() { c.put(key("e"), img(3001)) }, "acd"},                  // more than all may be
		{func() { c.put(key("e"), img(3000)) }, "e"},
		{func() { now = now.Add(keepFor); c.get(key("e")) }, ""},
	} {
		if step.do(); kept() != step.want {
			t.Errorf("%q are kept, want %q", kept(), step.want)
		}
		if int(c.order.Len()) != len(step.want) || c.bytes > 3000 {
			t.Errorf("%d entries, %d bytes", c.order.Len(), c.bytes)
		}
	}
	if c.bytes != 0 {
		t.Errorf("%d bytes of nothing", c.bytes)
	}
	if keyOf("ab", "c") == keyOf("a", "bc") {
		t.Error("a part of the person counts as the address")
	}
	none := newCache(-1, time.Now)
	none.put(key("a"), img(overhead))
	if _, ok := none.get(key("a")); ok {
		t.Error("a cache of no bytes keeps a picture")
	}
}

// held is a server whose answers wait: each request says its path on came, and
// ends with a picture when open is closed, or with its context.
type held struct {
	came    chan string
	open    chan struct{}
	picture []byte
}

func (h *held) RoundTrip(r *http.Request) (*http.Response, error) {
	h.came <- r.URL.Path
	select {
	case <-h.open:
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(h.picture))}, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// holding returns a proxy before such a server.
func holding(t *testing.T) (*Proxy, *held) {
	h := &held{came: make(chan string, 1000), open: make(chan struct{}), picture: pngOf(t, drawn(3, 2))}
	p := New(Options{CacheBytes: -1})
	p.transport = h
	return p, h
}

func TestOnePictureIsFetchedOnceForAllWhoAsk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, h := holding(t)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if img, err := p.Get(t.Context(), "http://example.org/a"); err != nil || img.Width != 3 {
					t.Errorf("width %d, %v", img.Width, err)
				}
			})
		}
		synctest.Wait() // all are waiting
		if n := len(h.came); n != 1 {
			t.Errorf("%d requests for 8 who ask, want 1", n)
		}
		all.Go(func() { p.For("ana").Get(t.Context(), "http://example.org/a") })
		synctest.Wait()
		if n := len(h.came); n != 2 {
			t.Errorf("%d requests with one of another person, want 2", n)
		}
		close(h.open)
		all.Wait()
	})
}

func TestWhoWaitsForAnotherIsNotLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, h := holding(t)
		first, leave := context.WithCancel(t.Context())
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := p.Get(first, "http://example.org/a"); !errors.Is(err, ErrUnreachable) || !errors.Is(err, context.Canceled) {
				t.Errorf("who left got %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if img, err := p.Get(t.Context(), "http://example.org/a"); err != nil || img.Width != 3 {
				t.Errorf("who stayed got width %d, %v", img.Width, err)
			}
		})
		synctest.Wait()
		leave()
		synctest.Wait()
		if n := len(h.came); n != 2 {
			t.Errorf("%d requests, want a second one", n)
		}
		close(h.open)
		all.Wait()
	})
}

func TestSoManyAreFetchedAtOnceAndNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, h := holding(t)
		var all sync.WaitGroup
		ask := func(person string, n int) {
			for i := range n {
				all.Go(func() {
					if _, err := p.For(person).Get(t.Context(), fmt.Sprintf("http://example.org/%d", i)); err != nil {
						t.Error(err)
					}
				})
			}
			synctest.Wait()
		}
		ask("ana", 100)
		if n := len(h.came); n != maxHeldEach {
			t.Errorf("%d requests at once for one person, want %d", n, maxHeldEach)
		}
		ask("bob", 2)
		if n := len(h.came); n != maxHeldEach+2 {
			t.Errorf("%d requests with 2 for another, want %d", n, maxHeldEach+2)
		}
		for i := range maxHeld {
			ask(fmt.Sprint(i), 1)
		}
		if n := len(h.came); n != maxHeld {
			t.Errorf("%d requests at once for many, want %d", n, maxHeld)
		}
		for _, person := range []string{"ana", "carl"} { // in the one line and in the other
			ctx, leave := context.WithCancel(t.Context())
			leave()
			if _, err := p.For(person).Get(ctx, "http://example.org/x"); !errors.Is(err, ErrUnreachable) || !errors.Is(err, context.Canceled) {
				t.Errorf("%s, who leaves the line, got %v", person, err)
			}
		}
		// What is here waits for nothing that is elsewhere.
		if _, err := p.For("ana").Reencode(t.Context(), bytes.NewReader(h.picture)); err != nil {
			t.Errorf("an attachment: %v", err)
		}
		close(h.open)
		all.Wait()
		if n := len(h.came); n != 102+maxHeld {
			t.Errorf("%d requests in all, want %d", n, 102+maxHeld)
		}
		if n := len(p.fetches.lines); n != 0 || !p.fetches.all.TryAcquire(maxHeld) {
			t.Errorf("%d lines are left, or a turn was not given back", n)
		}
	})
}

func TestAServerThatNeverAnswersIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, _ := holding(t)
		began := time.Now()
		_, err := p.Get(t.Context(), "http://example.org/a")
		if took := time.Since(began); !errors.Is(err, ErrUnreachable) || took != defaultTime {
			t.Errorf("after %v: %v", took, err)
		}
	})
}

func TestTwoPicturesAreDecodedAtOnceAndLargeOnesAlone(t *testing.T) {
	icon := pngOf(t, drawn(10, 10))
	for name, test := range map[string]struct {
		taken  int64 // pixels that are being decoded
		pixels int64 // that may be
		waits  bool
	}{
		"nothing else":                    {0, 1000, false},
		"a second picture":                {500, 1000, false},
		"a third":                         {1000, 1000, true},
		"beside a larger one":             {501, 1000, true},
		"as large as may be":              {0, 100, false},
		"as large as may be, not alone":   {50, 100, true},
		"of one that is almost as large ": {0, 101, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			p := New(Options{MaxPixels: test.pixels})
			if !p.decodes.TryAcquire(test.taken) {
				t.Fatalf("%s: %d pixels cannot be taken", name, test.taken)
			}
			done := make(chan error, 1)
			go func() {
				_, err := p.Reencode(t.Context(), bytes.NewReader(icon))
				done <- err
			}()
			synctest.Wait()
			if waits := len(done) == 0; waits != test.waits {
				t.Errorf("%s: waits: %v", name, waits)
			}
			p.decodes.Release(test.taken)
			if err := <-done; err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if !p.decodes.TryAcquire(test.pixels) {
				t.Errorf("%s: a turn was not given back", name)
			}
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				_, err := p.Reencode(ctx, bytes.NewReader(icon))
				done <- err
			}()
			synctest.Wait()
			cancel()
			if err := <-done; !errors.Is(err, ErrUnreachable) || !errors.Is(err, context.Canceled) {
				t.Errorf("%s: who leaves the line got %v", name, err)
			}
			if n := len(p.reads.lines); n != 0 {
				t.Errorf("%s: %d lines are left", name, n)
			}
		})
	}
	if _, err := New(Options{MaxBytes: 10}).Reencode(t.Context(), strings.NewReader("more than ten")); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many bytes: %v", err)
	}
}
