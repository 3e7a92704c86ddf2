package cache

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"restante/cache/query"
)

// longText is a text of two frames with one word that occurs once, at a byte.
func longText(at int) string {
	filler := strings.Repeat("Füllwörter stehen hier, ", 10*leadSize/24)
	return filler[:whole(filler, at)] + " needle " + filler[whole(filler, at):]
}

func needle() []look { return []look{newLook(query.Parse("needle", time.UTC).Terms[0], true)} }

// What is shown of a text does not depend on how it is kept, wherever the match lies, and as it was kept in one frame.
func TestAnExcerptIsTheSameHoweverTheTextIsKept(t *testing.T) {
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, 100, leadSize - maxExcerpt, leadSize - 40, leadSize - 6, leadSize - 3, leadSize, leadSize + 50, 2 * leadSize, 5 * leadSize} {
		text := longText(at)
		want := excerpt(text, needle())
		for name, data := range map[string][]byte{"two frames": c.packText(text), "one frame": c.enc.EncodeAll([]byte(text), nil)} {
			got, _, err := c.excerpt(make([]byte, leadSize), data, needle())
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, at %d: %v, %v, want %v", name, at, got, err, want)
			}
			whole, err := c.text(nil, data)
			if err != nil || string(whole) != text {
				t.Errorf("%s, at %d: %d bytes of text, %v, want %d", name, at, len(whole), err, len(text))
			}
		}
	}
}

// A match near the beginning of a long text is shown without inflating the rest: that the rest is damaged is not noticed.
func TestAMatchNearTheBeginningIsShownWithoutTheRest(t *testing.T) {
	c, err := newCodec()
	if err != nil {
		t.Fatal(err)
	}
	damaged := func(at int) []byte {
		data := c.packText(longText(at))
		data[len(data)-20] ^= 0xff
		return data
	}
	if _, err := c.text(nil, damaged(100)); err == nil {
		t.Fatal("the damage is not noticed by who reads the whole text")
	}
	spans, _, err := c.excerpt(make([]byte, leadSize), damaged(100), needle())
	if err != nil || len(spans) < 2 || spans[1] != (Span{"needle", true}) {
		t.Errorf("%v, %v", spans, err)
	}
	if _, _, err := c.excerpt(make([]byte, leadSize), damaged(3*leadSize), needle()); err == nil {
		t.Error("a match in the rest was found without reading it")
	}
}
