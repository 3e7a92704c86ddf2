package pop3test

import "sync"

// Gate stops the server at a chosen point until the test has done what it wants to do meanwhile.
type Gate struct {
	arrive, open    sync.Once
	reached, opened chan struct{}
}

// NewGate makes a gate that is shut.
func NewGate() *Gate {
	return &Gate{reached: make(chan struct{}), opened: make(chan struct{})}
}

// Reached is closed when the first connection stands at the gate.
func (g *Gate) Reached() <-chan struct{} { return g.reached }

// Open lets everyone pass, now and later. Opening again does nothing.
// A client that hangs up and a server that stops do not need it.
func (g *Gate) Open() { g.open.Do(func() { close(g.opened) }) }

func (g *Gate) pass(c *session) error {
	g.arrive.Do(func() { close(g.reached) })
	return c.hold(g.opened)
}
