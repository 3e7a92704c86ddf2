package images

import (
	"container/list"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"
)

// cacheKey is the SHA-256 of a person and an address, so that the memory of the
// process has no list of what was read.
type cacheKey [sha256.Size]byte

func keyOf(person, address string) cacheKey {
	b := binary.BigEndian.AppendUint64(nil, uint64(len(person)))
	return sha256.Sum256(append(append(b, person...), address...))
}

// cache keeps pictures in memory, those that were used last.
type cache struct {
	limit int64
	now   func() time.Time

	mu    sync.Mutex
	bytes int64                      // of all that is kept
	order *list.List                 // of *entry; used last in front
	byKey map[cacheKey]*list.Element // of order
}

type entry struct {
	key     cacheKey
	img     Image
	expires time.Time
}

// overhead is about what an entry costs beside the picture's bytes.
const overhead = 256

func (e *entry) size() int64 { return int64(len(e.img.Data)) + overhead }

func newCache(limit int64, now func() time.Time) *cache {
	return &cache{limit: limit, now: now, order: list.New(), byKey: make(map[cacheKey]*list.Element)}
}

func (c *cache) get(key cacheKey) (Image, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.byKey[key]
	if !ok {
		return Image{}, false
	}
	e := at.Value.(*entry)
	if !c.now().Before(e.expires) {
		c.drop(at)
		return Image{}, false
	}
	c.order.MoveToFront(at)
	return e.img, true
}

// put keeps a picture unless it alone is more than all may be.
func (c *cache) put(key cacheKey, img Image) {
	e := &entry{key: key, img: img, expires: c.now().Add(keepFor)}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.size() > c.limit {
		return
	}
	if at, ok := c.byKey[key]; ok {
		c.drop(at)
	}
	for c.bytes+e.size() > c.limit {
		c.drop(c.order.Back())
	}
	c.byKey[key] = c.order.PushFront(e)
	c.bytes += e.size()
}

func (c *cache) drop(at *list.Element) {
	e := at.Value.(*entry)
	c.order.Remove(at)
	delete(c.byKey, e.key)
	c.bytes -= e.size()
}
