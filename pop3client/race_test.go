//go:build race

package pop3client

// raceEnabled: the race detector allocates, too.
const raceEnabled = true
