package words

import (
	"strconv"
	"strings"
)

// Number writes n with the language's separators: "4,318".
func (w *Words) Number(n int) string {
	digits := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, digits = "−", digits[1:]
	}
	if len(digits) <= 3 {
		return sign + digits
	}
	separator := w.say("number.thousands")
	var b strings.Builder
	b.WriteString(sign)
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(separator)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// Size writes a number of bytes for people, in units of 1,000: "512 bytes",
// "42 KB", "4.2 MB", "1.3 GB". Below ten of a unit one decimal is kept. A
// negative size is shown as none.
func (w *Words) Size(bytes int64) string {
	if bytes < 1000 {
		return w.count("number.bytes", int(max(bytes, 0)))
	}
	// 999,500 would be written "1000 KB", so it already counts as a megabyte.
	switch {
	case bytes < 999_500:
		return w.say("number.kb", "Number", w.decimal(bytes, 1_000))
	case bytes < 999_500_000:
		return w.say("number.mb", "Number", w.decimal(bytes, 1_000_000))
	}
	return w.say("number.gb", "Number", w.decimal(bytes, 1_000_000_000))
}

// decimal writes bytes/unit, rounded, with one decimal where it is below ten
// and the decimal is not zero.
func (w *Words) decimal(bytes, unit int64) string {
	tenths := divide(bytes, unit/10)
	if tenths >= 100 || tenths%10 == 0 {
		return w.Number(int(divide(bytes, unit)))
	}
	return w.Number(int(tenths/10)) + w.say("number.decimal") + strconv.FormatInt(tenths%10, 10)
}

// divide rounds half up, and cannot overflow.
func divide(n, by int64) int64 {
	q := n / by
	if n%by >= by-by/2 {
		q++
	}
	return q
}
