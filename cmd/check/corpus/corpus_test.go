package corpus

import (
	"strings"
	"testing"
)

func TestEveryAcceptedDifferenceHasOneReason(t *testing.T) {
	known := map[string]bool{}
	for line := range strings.Lines(accepted) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 3 || fields[0] == "" || fields[1] == "" || len(fields[2]) < 20 {
			t.Errorf("%q has no kind, case and reason", line)
			continue
		}
		if key := fields[0] + "\t" + fields[1]; known[key] {
			t.Errorf("%q is there twice", key)
		} else {
			known[key] = true
		}
	}
}

func TestWhatIsAMessageOfTheCorpus(t *testing.T) {
	for path, want := range map[string]bool{
		"mime/a.eml": true, "mime/b": true, "mime/c.txt": true, "mime/a.json": false, "mime/x_decoded_1.txt": false, "mime/y.mbox": false, "mime/mbox.rlug-1": false,
	} {
		if got := isMail(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestAShareIsEverySomeManyth(t *testing.T) {
	t.Setenv("RESTANTE_ALL", "")
	if Whole() || Step(7) != 7 {
		t.Errorf("whole %v, step %d", Whole(), Step(7))
	}
	t.Setenv("RESTANTE_ALL", "1")
	if Whole() == racing || Step(7) == 1 == racing {
		t.Errorf("whole %v, step %d", Whole(), Step(7))
	}
}

func TestAProofCounts(t *testing.T) {
	var p *Proof
	t.Run("proof", func(t *testing.T) {
		p = Prove(t, "a kind of its own")
		p.accepted["b"] = false
		p.Case("a")
		p.Case("b", "it differs")
		p.Case("c", "", "")
		p.All(3)
	})
	if p.cases != 6 || p.passes != 5 || p.allowed != 1 || !p.accepted["b"] {
		t.Errorf("%+v", p)
	}
}
