package bench

import (
	"fmt"
	"text/tabwriter"
	"time"
)

// What is asked of the client of the project.
const (
	leastSpeed = 0.9 // of the limit's
	mostCPU    = 1.5 // of what the limit takes
	mostMemory = 32 << 20
)

// print writes the table, and below it what misses a bar.
func (r *race) print() error {
	limit := make(map[time.Duration]result)
	for _, each := range r.results {
		if each.client == "raw" {
			limit[each.trip] = each
		}
	}
	fmt.Fprintf(r.out, "\n%.1f MB; the fastest of the runs; all discard; raw is the limit, which checks nothing.\n\n", float64(r.octets)/1e6)
	table := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "round trip\tclient\tseconds\tMB/s\tspeed/raw\tCPU/raw\tpeak MB\t\n")
	var missed []string
	for _, each := range r.results {
		raw := limit[each.trip]
		speed, cpu := raw.took.Seconds()/each.took.Seconds(), each.cpu.Seconds()/max(raw.cpu.Seconds(), 0.001)
		peak := "-"
		if each.peak > 0 {
			peak = fmt.Sprintf("%.1f", float64(each.peak)/(1<<20))
		}
		fmt.Fprintf(table, "%v\t%s\t%.2f\t%.0f\t%.2f\t%.2f\t%s\t\n", each.trip, each.client, each.took.Seconds(), float64(r.octets)/1e6/each.took.Seconds(), speed, cpu, peak)
		if each.client != "restante" {
			continue
		}
		for _, bar := range []struct {
			missed bool
			name   string
		}{
			{speed < leastSpeed, fmt.Sprintf("speed %.2f, at least %.1f is wanted", speed, leastSpeed)},
			{cpu > mostCPU, fmt.Sprintf("CPU %.2f, at most %.1f is wanted", cpu, mostCPU)},
			{each.peak > mostMemory, fmt.Sprintf("%.1f MB of memory, less than %d is wanted", float64(each.peak)/(1<<20), mostMemory>>20)},
		} {
			if bar.missed {
				missed = append(missed, fmt.Sprintf("round trip %v: %s", each.trip, bar.name))
			}
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(r.out, "\nlisting %d messages: %.2f s, peak %.1f MB\n", listed, r.large.took.Seconds(), float64(r.large.peak)/(1<<20))
	if r.large.peak > mostMemory {
		missed = append(missed, fmt.Sprintf("listing: %.1f MB of memory, less than %d is wanted", float64(r.large.peak)/(1<<20), mostMemory>>20))
	}
	if len(missed) == 0 {
		_, err := fmt.Fprintln(r.out, "\nevery bar is met")
		return err
	}
	for _, line := range missed {
		fmt.Fprintf(r.out, "\nmissed: %s", line)
	}
	_, err := fmt.Fprintln(r.out)
	return err
}
