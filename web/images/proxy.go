package images

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"restante/pop3client/dial"
)

// Options says what a Proxy may do. The zero value is fit for use.
type Options struct {
	// Policy says where it may connect. Ports nil means 80 and 443, not all of
	// them. The addresses come from strangers: what an operator allows for mail
	// servers should not be allowed here.
	Policy dial.Policy

	CacheBytes int64         // of pictures kept in memory; 0: 64 MiB, negative: none are kept
	MaxBytes   int64         // of a picture as sent; 0: 10 MiB
	MaxPixels  int64         // of a picture; 0: 25 million. See Limits
	Timeout    time.Duration // of one fetch with all its redirects, and of one decoding; 0: 10 s

	Now func() time.Time // nil: time.Now
}

const (
	defaultCache = 64 << 20
	keepFor      = 24 * time.Hour // how long a picture is kept

	// maxHeld is how many pictures as sent are in memory at once, of those that
	// are fetched, and again of those that are read; maxHeldEach is how many of
	// them one person's may be, so that a mail of a hundred slow pictures holds
	// up nobody else.
	maxHeld     = 24
	maxHeldEach = 6
)

// Proxy fetches remote pictures. Its methods may be called from several
// goroutines at once.
type Proxy struct {
	*shared
	person string
}

// shared is what the proxies of all persons have in common.
type shared struct {
	transport http.RoundTripper
	limits    Limits
	kept      *cache
	fetches   *turns
	reads     *turns
	decodes   *semaphore.Weighted // pixels
	flights   singleflight.Group  // by key
}

// New returns a Proxy. It fetches for nobody in particular until For says for
// whom.
func New(o Options) *Proxy {
	limits := Limits{Bytes: o.MaxBytes, Pixels: o.MaxPixels, Time: o.Timeout}.withDefaults()
	if o.CacheBytes == 0 {
		o.CacheBytes = defaultCache
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Proxy{shared: &shared{
		transport: transport(o.Policy, limits.Time), limits: limits, kept: newCache(o.CacheBytes, o.Now),
		fetches: newTurns(maxHeld, maxHeldEach), reads: newTurns(maxHeld, maxHeldEach), decodes: semaphore.NewWeighted(limits.Pixels),
	}}
}

// For returns a Proxy that keeps its pictures for this person alone. It shares
// the limits and the memory of p, and nothing else: from a picture that comes at
// once, one person could tell that another has opened the same mail.
func (p *Proxy) For(person string) *Proxy { return &Proxy{shared: p.shared, person: person} }

// Get fetches the picture at an absolute http or https address, or takes it from
// memory, where it stays for a day. The same picture is fetched once, however
// many ask for it at a time; one that waits for another's fetch waits for its
// end even when its own ctx ends before. Time spent waiting for one's turn (6
// fetches at once for a person, 24 for all; two decodings) counts for ctx only.
//
// The errors are those of this package, which see.
func (p *Proxy) Get(ctx context.Context, address string) (Image, error) {
	target, err := parse(address)
	if err != nil {
		return Image{}, err
	}
	key := keyOf(p.person, target.String())
	for {
		if img, ok := p.kept.get(key); ok {
			return img, nil
		}
		mine := false
		got, err, _ := p.flights.Do(string(key[:]), func() (any, error) {
			mine = true
			return p.load(ctx, target, key)
		})
		// Whoever fetched for both may have left in the middle of it.
		if !mine && errors.Is(err, context.Canceled) && ctx.Err() == nil {
			continue
		}
		img, _ := got.(Image)
		return img, err
	}
}

// Reencode is the function of this name under the limits of p, and when it is
// its turn: what is decoded at once has MaxPixels together, and is two pictures
// at most.
func (p *Proxy) Reencode(ctx context.Context, r io.Reader) (Image, error) {
	done, err := p.reads.wait(ctx, p.person)
	if err != nil {
		return Image{}, err
	}
	defer done()
	data, err := readAll(r, p.limits.Bytes)
	if err != nil {
		return Image{}, err
	}
	return p.decode(ctx, data)
}

// load fetches, decodes and keeps, when it is its turn.
func (p *Proxy) load(ctx context.Context, target *url.URL, key cacheKey) (Image, error) {
	done, err := p.fetches.wait(ctx, p.person)
	if err != nil {
		return Image{}, err
	}
	defer done()
	data, err := p.fetch(ctx, target)
	if err != nil {
		return Image{}, err
	}
	img, err := p.decode(ctx, data)
	if err != nil {
		return Image{}, err
	}
	p.kept.put(key, img)
	return img, nil
}

// decode makes a picture safe, when it is its turn.
func (s *shared) decode(ctx context.Context, data []byte) (Image, error) {
	return s.inTurn(ctx, data, (*work).convert)
}

// inTurn makes something of a picture, when it is its turn, which large pictures have alone.
func (s *shared) inTurn(ctx context.Context, data []byte, do func(*work) (Image, error)) (Image, error) {
	w, err := examine(ctx, data, s.limits)
	if err != nil {
		return Image{}, err
	}
	weight := max(w.pixels(), s.limits.Pixels/2)
	if err := s.decodes.Acquire(ctx, weight); err != nil {
		return Image{}, fail(ErrUnreachable, err)
	}
	defer s.decodes.Release(weight)
	return do(w)
}
