package cache

import "strings"

// foldLabel is a label's name as it is compared: without case, marks and blanks around it.
func foldLabel(name string) string { return fold(strings.Join(strings.Fields(name), " ")) }
