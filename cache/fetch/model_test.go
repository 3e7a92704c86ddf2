package fetch_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"restante/cache"
	"restante/cache/fetch"
	"restante/pop3client/pop3test"
)

// modelSeeds are seeds whose runs have failed once; each is kept for ever.
var modelSeeds = []uint64{1, 2, 14886044384286307568}

// modelSteps is how many steps one run has.
const modelSteps = 60

// TestModel does at random what can happen to a mailbox (mail arrives, another program deletes, the server renumbers, the
// policy changes, the person deletes, commands fail, the process ends) against a model that is as simple as can be: what
// has been delivered, and what of it must, may or must not be where.
func TestModel(t *testing.T) {
	seeds := slices.Clone(modelSeeds)
	n := 1
	if os.Getenv("RESTANTE_ALL") != "" {
		n = 60
	}
	for range n {
		seeds = append(seeds, rand.Uint64())
	}
	if seed, err := strconv.ParseUint(os.Getenv("RESTANTE_SEED"), 10, 64); err == nil {
		seeds = []uint64{seed}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			m := &model{house: newHouse(t, &pop3test.Server{}), r: rand.New(rand.NewPCG(seed, 0)), purged: map[string]bool{}, here: map[string]bool{}}
			m.hold()
			m.awaitGood(time.Time{})
			for range modelSteps {
				m.step()
			}
			m.end()
		})
	}
	t.Logf("proof: model: %d steps in %d runs, 0 losses", len(seeds)*modelSteps, len(seeds))
}

// model is what must hold.
type model struct {
	*house
	r      *rand.Rand
	policy cache.Policy
	made   int
	purged map[string]bool // deleted here for good: never comes back
	here   map[string]bool // was here after a good run: stays for ever unless it is purged
	log    []string
}

func (m *model) step() {
	steps := []struct {
		name   string
		weight int
		do     func()
	}{
		{"deliver", 6, m.deliver}, {"look", 8, m.lookOnce}, {"fail", 4, m.fail}, {"taken", 2, m.taken}, {"renumber", 1, m.renumber},
		{"policy", 2, m.choose}, {"purge", 2, m.purge}, {"restart", 1, m.restart}, {"again", 1, m.deliverAgain}, {"ask", 1, m.askForSome},
	}
	total := 0
	for _, s := range steps {
		total += s.weight
	}
	at := m.r.IntN(total)
	for _, s := range steps {
		if at -= s.weight; at < 0 {
			m.log = append(m.log, s.name)
			s.do()
			return
		}
	}
}

func (m *model) deliver() {
	for range 1 + m.r.IntN(12) {
		m.mailbox.Deliver(letter(m.made, time.Now().Add(-time.Duration(m.made)*time.Minute)))
		m.made++
	}
}

// deliverAgain has the server list a message under a second unique id.
func (m *model) deliverAgain() {
	if all := m.mailbox.Messages(); len(all) > 0 {
		m.mailbox.Deliver(all[m.r.IntN(len(all))].Raw)
	}
}

// lookOnce collects; afterwards all that the server had is here, once, and all that was here before.
func (m *model) lookOnce() {
	before := m.mailbox.Messages()
	m.look()
	for _, msg := range before {
		if raw := string(msg.Raw); !m.purged[raw] {
			m.here[raw] = true
		}
	}
	m.verify()
}

func (m *model) verify() {
	m.t.Helper()
	count := map[string]int{}
	for _, raw := range m.stored() {
		count[raw]++
	}
	for raw := range m.here {
		if count[raw] != 1 {
			m.t.Fatalf("a message that was collected is here %d times, after %v: %q", count[raw], m.log, raw[:120])
		}
	}
	for raw := range count {
		if m.purged[raw] {
			m.t.Fatalf("a message that was deleted for good is here again, after %v: %q", m.log, raw[:120])
		}
	}
	if m.policy.Rule == cache.Keep && m.server.Seen("DELE") > m.deletedBefore() {
		m.t.Fatalf("DELE was sent under a policy that keeps, after %v", m.log)
	}
}

// deletedBefore is how many DELE other policies, and the person, may have sent.
func (m *model) deletedBefore() int {
	if slices.Contains(m.log, "policy") || slices.Contains(m.log, "ask") {
		return 1 << 30
	}
	return 0
}

// fail has a command go wrong in one session. Whatever happened, nothing that was here may have gone, and what the server
// no longer has is here.
func (m *model) fail() {
	actions := []pop3test.Action{pop3test.Close(), pop3test.Err("no"), pop3test.Err("[SYS/TEMP] later"), pop3test.Truncate(30), pop3test.Garbage()}
	verbs := []string{"PASS", "STAT", "LIST", "UIDL", "TOP", "RETR", "RETR", "RETR", "DELE", "QUIT"}
	before := m.mailbox.Messages()
	m.server.SetFaults(pop3test.Fault{Command: verbs[m.r.IntN(len(verbs))], Nth: 1 + m.r.IntN(6), Action: actions[m.r.IntN(len(actions))]})
	since := m.state().Since
	m.fleet.Kick(m.box.Person)
	m.await("a run has ended", func(s fetch.State) bool { return s.Phase == fetch.Idle && s.Since.After(since) })
	m.server.SetFaults()
	left := map[string]bool{}
	for _, msg := range m.mailbox.Messages() {
		left[string(msg.Raw)] = true
	}
	for _, msg := range before {
		if raw := string(msg.Raw); !left[raw] && !m.purged[raw] {
			m.here[raw] = true // we deleted it there
		}
	}
	m.verify()
}

// taken has another program delete messages that are here already.
func (m *model) taken() {
	for _, msg := range m.mailbox.Messages() {
		if m.r.IntN(4) == 0 && (m.here[string(msg.Raw)] || m.purged[string(msg.Raw)]) {
			m.mailbox.Remove(msg.UIDL)
		}
	}
}

func (m *model) renumber() {
	epoch := m.r.IntN(1 << 20)
	m.mailbox.Rename(func(msg pop3test.Message) string { return fmt.Sprintf("e%d-%d", epoch, msg.UID) })
}

func (m *model) choose() {
	policies := []cache.Policy{{}, {Rule: cache.DeleteWith}, {Rule: cache.DeleteAtOnce, SameSession: true}, {Rule: cache.DeleteAtOnce}, {Rule: cache.DeleteAfter, Days: 1}, {Rule: cache.DeleteLarge, Size: 200, SameSession: true}}
	m.policy = policies[m.r.IntN(len(policies))]
	m.house.policy(m.policy)
}

// some are a few of the messages that are here as a whole.
func (m *model) some(ctx context.Context, box *cache.Box) (ids []cache.ID, err error) {
	rows, err := box.Conversations(ctx, cache.Inbox, cache.Page{Limit: 20})
	for _, r := range rows.List {
		if m.r.IntN(5) == 0 && !r.Partial {
			ids = append(ids, r.ID)
		}
	}
	return ids, err
}

// askForSome has the person want some of what is here deleted on the server.
func (m *model) askForSome() {
	var ids []cache.ID
	m.inBox(func(ctx context.Context, box *cache.Box) (err error) {
		ids, err = m.some(ctx, box)
		return err
	})
	m.ask(ids...)
}

// purge deletes some of what is here for good.
func (m *model) purge() {
	m.inBox(func(ctx context.Context, box *cache.Box) error {
		ids, err := m.some(ctx, box)
		if err != nil {
			return err
		}
		for _, id := range ids {
			raw := m.raw(ctx, box, id)
			delete(m.here, raw)
			m.purged[raw] = true
		}
		if _, err := box.Act(ctx, cache.DoTrash, ids); err != nil {
			return err
		}
		_, err = box.EmptyTrash(ctx)
		return err
	})
}

// restart ends everything in the middle of a run and begins again.
func (m *model) restart() {
	m.fleet.Kick(m.box.Person)
	time.Sleep(time.Duration(m.r.IntN(3000)) * time.Microsecond)
	m.close()
	m.house.reopen()
	m.hold()
	m.fleet.Kick(m.box.Person)
	m.await("a run has ended", func(s fetch.State) bool { return s.Phase == fetch.Idle && !s.Checked.IsZero() && !s.Since.IsZero() })
}

// end looks until nothing changes: everything is where it must be.
func (m *model) end() {
	for range 3 {
		m.lookOnce()
	}
	m.close()
	m.consistent()
}
