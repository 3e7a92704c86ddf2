package fetch

import (
	"context"
	"strconv"

	"restante/cache/registry"
	"restante/pop3client"
)

// The traits of a server that are kept from one session to the next, by their names in the registry.
const (
	traitNoCAPA = "no-capa" // it hangs or hangs up when asked for its capabilities (pop3.md A7)
	traitBlunt  = "blunt"   // it breaks the session off when it is asked for headers before anything else
	traitFlight = "flight"  // how many commands it bears under way: a number, or flightProven
)

const flightProven = "proven"

// options are how to connect to a server, with what is known of it.
func (f *Fleet) options(ctx context.Context, server pop3client.Address) (pop3client.Options, error) {
	o := f.Client
	traits, err := f.Registry.Traits(ctx, server.String())
	if err != nil {
		return o, err
	}
	_, o.SkipCAPA = traits[traitNoCAPA]
	flight := traits[traitFlight].Value
	o.PipeliningProven, o.LateCAPA = flight == flightProven, true
	if n, err := strconv.Atoi(flight); err == nil && n > 0 && (o.MaxInFlight == 0 || n < o.MaxInFlight) {
		o.MaxInFlight = n
	}
	return o, nil
}

// learn keeps what a session has shown of its server.
func (f *Fleet) learn(ctx context.Context, server pop3client.Address, t pop3client.Traits) error {
	known, err := f.Registry.Traits(ctx, server.String())
	if err != nil {
		return err
	}
	keep := func(name, value string) error {
		if known[name].Value == value {
			return nil
		}
		return f.Registry.PutTrait(ctx, server.String(), registry.Trait{Name: name, Value: value, Seen: f.Now()})
	}
	if t.NoCAPA {
		if err := keep(traitNoCAPA, "yes"); err != nil {
			return err
		}
	}
	_, limited := strconv.Atoi(known[traitFlight].Value)
	switch {
	case t.PipeliningBroken:
		return keep(traitFlight, "1")
	case t.HungUpInFlight > 0 && limited == nil: // the second time (pop3.md H3)
		return keep(traitFlight, "1")
	case t.HungUpInFlight > 0:
		return keep(traitFlight, strconv.Itoa(max(t.HungUpInFlight/2, 1)))
	case t.PipeliningProven && limited != nil:
		return keep(traitFlight, flightProven)
	}
	return nil
}
