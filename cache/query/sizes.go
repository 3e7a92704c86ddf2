package query

import (
	"strconv"
	"strings"
)

// sizeUnits are the letters that a size may end in, and how many bits each shifts it: 1K is 1,024 bytes.
var sizeUnits = map[string]int{"": 0, "K": 10, "M": 20, "G": 30}

// maxSizeDigits keeps a size with its unit within 63 bits.
const maxSizeDigits = 9

// ParseSize reads a number of bytes: 1500, 20K, 5M, 1G, in either case, with or without a "B" behind. It returns it in
// the one form that String writes, too.
func ParseSize(s string) (text string, size int64, ok bool) {
	s = strings.TrimSuffix(strings.ToUpper(s), "B")
	digits := strings.TrimRight(s, "KMG")
	shift, known := sizeUnits[s[len(digits):]]
	n, err := strconv.ParseUint(digits, 10, 63)
	if err != nil || !known || len(digits) > maxSizeDigits {
		return "", 0, false
	}
	return strconv.FormatUint(n, 10) + s[len(digits):], int64(n) << shift, true
}
