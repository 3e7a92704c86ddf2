package images

import "image"

// turn returns the picture as its Exif orientation (2 to 8) wants it shown. The
// picture begins at (0, 0).
func turn(m *image.RGBA, orientation int) *image.RGBA {
	size := m.Rect.Size()
	turned := size
	if orientation >= 5 { // its rows are shown as columns
		turned = image.Pt(size.Y, size.X)
	}
	to := image.NewRGBA(image.Rectangle{Max: turned})
	for y := range turned.Y {
		for x := range turned.X {
			from := source(x, y, size, orientation)
			copy(to.Pix[to.PixOffset(x, y):][:4], m.Pix[m.PixOffset(from.X, from.Y):][:4])
		}
	}
	return to
}

// source is where the pixel that is shown at (x, y) is stored in a picture of
// the given size (Exif 2.32, table of the orientation tag).
func source(x, y int, size image.Point, orientation int) image.Point {
	right, bottom := size.X-1, size.Y-1
	switch orientation {
	case 2: // mirrored
		return image.Pt(right-x, y)
	case 3: // upside down
		return image.Pt(right-x, bottom-y)
	case 4: // mirrored, upside down
		return image.Pt(x, bottom-y)
	case 5: // mirrored along the falling diagonal
		return image.Pt(y, x)
	case 6: // to be turned clockwise
		return image.Pt(y, bottom-x)
	case 7: // mirrored along the rising diagonal
		return image.Pt(right-y, bottom-x)
	case 8: // to be turned anticlockwise
		return image.Pt(right-y, x)
	}
	return image.Pt(x, y)
}
