package images

import (
	"bytes"
	"encoding/binary"
)

// stillWebP returns a WebP file with only the first frame of an animation, which
// the decoder does not take, and any other as it is (WebP Container
// Specification, sections "Extended File Format" and "Animation").
func stillWebP(data []byte) []byte {
	const (
		head  = 12 // RIFF, size, WEBP
		where = 6  // of the frame on the canvas
		size  = 6  // of the frame: width and height less one, 24 bits each
		shown = 4  // for how long, and how it is drawn
		alpha = 1 << 4
	)
	for rest := data[head:]; ; {
		kind, frame, after, ok := nextChunk(rest)
		if !ok {
			return data
		}
		rest = after
		if kind != "ANMF" || len(frame) < where+size+shown {
			continue
		}
		picture := frame[where+size+shown:]
		extended := make([]byte, 4, 4+size)
		if bytes.HasPrefix(picture, []byte("ALPH")) {
			extended[0] = alpha
		}
		extended = append(extended, frame[where:where+size]...)
		still := append([]byte("WEBPVP8X"), 10, 0, 0, 0)
		still = append(append(still, extended...), picture...)
		return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(still))), still...)
	}
}

// nextChunk takes the first chunk of a RIFF file's. One that is cut short is
// none.
func nextChunk(data []byte) (kind string, content, rest []byte, ok bool) {
	if len(data) < 8 {
		return "", nil, nil, false
	}
	n := int64(binary.LittleEndian.Uint32(data[4:]))
	if n > int64(len(data)-8) {
		return "", nil, nil, false
	}
	content, rest = data[8:8+n], data[8+n:]
	if n%2 == 1 && len(rest) > 0 { // padded
		rest = rest[1:]
	}
	return string(data[:4]), content, rest, true
}
