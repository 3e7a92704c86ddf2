package fetch_test

import (
	"testing"
	"time"

	"restante/cache/fetch"
	"restante/pop3client/pop3test"
)

// BenchmarkStopping measures how long the fleet takes to end while a server does not answer: the connection is dropped.
func BenchmarkStopping(b *testing.B) {
	var took time.Duration
	for b.Loop() {
		gate := pop3test.NewGate()
		h := newHouse(b, &pop3test.Server{Faults: []pop3test.Fault{{Command: "RETR", Nth: 2, Action: pop3test.Pause(gate)}}})
		h.deliver(10)
		h.hold()
		h.await("the server does not answer", func(s fetch.State) bool { return s.Phase == fetch.Downloading })
		<-gate.Reached()
		start := time.Now()
		h.close()
		took += time.Since(start)
		gate.Open()
	}
	b.ReportMetric(took.Seconds()*1000/float64(b.N), "ms/stop")
}
