package pop3client

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// waitWords find a time in the words that come with [LOGIN-DELAY] (pop3.md C2).
var waitWords = regexp.MustCompile(`(?i)\b([0-9]{1,5}) ?(s|secs?|seconds?|m|mins?|minutes?)\b`)

// waitIn is the time that a server names, 0 for none or for one above
// maxLoginDelay.
func waitIn(text string) time.Duration {
	found := waitWords.FindStringSubmatch(text)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1]) // five digits fit
	wait := time.Duration(n) * time.Second
	if strings.HasPrefix(strings.ToLower(found[2]), "m") {
		wait *= 60
	}
	if wait > maxLoginDelay {
		return 0
	}
	return wait
}
