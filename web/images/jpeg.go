package images

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/jpeg"
)

// maxScans is how many scans a JPEG may have. Photographs have one, or about ten
// when they are progressive. A scan of a few bytes may go over all pixels.
const maxScans = 64

func (w *work) decodeJPEG() (m image.Image, orientation int, err error) {
	scans, orientation := jpegSegments(w.data)
	if scans > maxScans {
		return nil, 0, fail(ErrTooLarge, fmt.Errorf("%d scans", scans))
	}
	if m, err = jpeg.Decode(w.reader()); err != nil {
		return nil, 0, w.failed(err)
	}
	return m, orientation, nil
}

func convertJPEG(w *work) (Image, error) {
	m, orientation, err := w.decodeJPEG()
	if err != nil {
		return Image{}, err
	}
	if orientation > 1 {
		m = turn(toRGBA(m), orientation)
	}
	return w.jpeg(m)
}

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	markerRST0 = 0xd0
	markerRST7 = 0xd7
	markerEOI  = 0xd9
	markerSOS  = 0xda
	markerAPP1 = 0xe1
)

// jpegSegments counts the scans up to the end of the picture, and reads the
// orientation in its first Exif segment: 1 to 8, 1 when there is none. It finds
// the markers as the decoder does, which skips what is between segments.
func jpegSegments(data []byte) (scans, orientation int) {
	rest := data[min(2, len(data)):] // SOI
	for {
		at := bytes.IndexByte(rest, 0xff)
		if at < 0 {
			break
		}
		for rest = rest[at:]; len(rest) > 0 && rest[0] == 0xff; { // any number of them
			rest = rest[1:]
		}
		if len(rest) == 0 || rest[0] == markerEOI {
			break
		}
		marker := rest[0]
		rest = rest[1:]
		if marker == 0 || markerRST0 <= marker && marker <= markerRST7 {
			continue // within a scan
		}
		if len(rest) < 2 {
			break
		}
		length := max(2, int(binary.BigEndian.Uint16(rest)))
		segment := rest[2:min(length, len(rest))]
		rest = rest[min(length, len(rest)):]
		switch marker {
		case markerSOS:
			scans++
		case markerAPP1:
			if orientation == 0 {
				orientation = exifOrientation(segment)
			}
		}
	}
	return scans, max(1, orientation)
}

// exifOrientation reads the orientation in an APP1 segment (Exif 2.32, sections
// 4.5.4 and 4.6.2): 1 to 8, 0 when it says none.
func exifOrientation(segment []byte) int {
	const (
		tag      = 0x0112
		short    = 3  // the type: 16 bits
		entry    = 12 // bytes of an entry of a directory
		maxEntry = 1000
	)
	tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	start := int64(order.Uint32(tiff[4:]))
	if start+2 > int64(len(tiff)) {
		return 0
	}
	directory := tiff[start:]
	entries := directory[2:]
	for n := min(int(order.Uint16(directory)), maxEntry); n > 0 && len(entries) >= entry; n-- {
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			if o := int(order.Uint16(entries[8:])); 1 <= o && o <= 8 {
				return o
			}
			return 0
		}
		entries = entries[entry:]
	}
	return 0
}
