package cache

import (
	"errors"
	"testing"
	"time"
)

// of lets the fixture store into another account.
func (f *fixture) of(a Account) *fixture {
	return &fixture{Box: f.Box, t: f.t, account: a, number: 1000 * int(a.ID)}
}

func (f *fixture) addAccount(user string) Account {
	f.t.Helper()
	a, err := f.AddAccount(f.t.Context(), "pop3s://mail.example.org", user)
	if err != nil {
		f.t.Fatal(err)
	}
	return a
}

func TestAClosedAccountKeepsItsMail(t *testing.T) {
	f := newFixture(t)
	other := f.of(f.addAccount("ana@work.example"))
	id := other.add(letter("bo@example.org", "report", "figures", noon.Add(-time.Hour)))[0]
	if err := f.CloseAccount(t.Context(), other.account.ID); err != nil {
		t.Fatal(err)
	}
	list, err := f.Accounts(t.Context())
	if err != nil || len(list) != 1 || list[0].ID != f.account.ID {
		t.Errorf("the accounts are %+v, %v", list, err)
	}
	if m := f.message(id); m.Subject != "report" {
		t.Errorf("its message is %+v", m)
	}
	if err := f.CloseAccount(t.Context(), other.account.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("closing it twice: %v", err)
	}
	if again := f.addAccount("ana@work.example"); again.ID != other.account.ID {
		t.Errorf("opened once more it is account %d, want %d", again.ID, other.account.ID)
	}
}

func TestAnErasedAccountLeavesTheOthersAlone(t *testing.T) {
	f := newFixture(t)
	mine := f.add(exchange()...)
	other := f.of(f.addAccount("ana@work.example"))
	ids := other.add(
		letter("bo@example.org", "report", "figures", noon.Add(-time.Hour), "Message-ID: <r@x>", "References: <h@x>"),
		letter("bo@example.org", "starred", "figures", noon.Add(-time.Minute)))
	f.do(DoStar, ids[1])
	f.do(Labelling("x"), ids...)
	if err := f.EraseAccount(t.Context(), other.account.ID); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		if _, err := f.Message(t.Context(), id); !errors.Is(err, ErrNotFound) {
			t.Errorf("message %d is still here: %v", id, err)
		}
	}
	for _, id := range mine {
		f.message(id)
	}
	if got := f.find("figures"); len(got) != 0 {
		t.Errorf("the index still finds %q", got)
	}
	f.checkTops()
	f.checkCounters()
	if v := f.verify(); v.Bad != 0 {
		t.Errorf("verifying finds %+v", v)
	}
	if got := other.add(letter("bo@example.org", "report", "figures", noon.Add(-time.Hour), "Message-ID: <r@x>"))[0]; got == 0 {
		t.Error("its mail cannot be collected again")
	}
}

func TestMailFromAnyOfThePersonsAddressesIsTheirOwn(t *testing.T) {
	f := newFixture(t)
	f.add(letter("bo@example.org", "q", "question", noon.Add(-3*time.Hour), "Message-ID: <q@x>"),
		letter("Ana <ANA@work.example>", "Re: q", "answer", noon.Add(-2*time.Hour), "In-Reply-To: <q@x>"))
	if got := f.find("is:replied"); len(got) != 0 {
		t.Errorf("before the account is there is:replied finds %q", got)
	}
	other := f.of(f.addAccount("ana@work.example"))
	if got := f.find("is:replied"); len(got) != 1 {
		t.Errorf("once it is there is:replied finds %q, want the question", got)
	}
	other.add(letter("bo@example.org", "p", "question", noon.Add(-time.Hour), "Message-ID: <p@x>"))
	f.add(letter("ana@work.example", "Re: p", "answer", noon.Add(-time.Minute), "In-Reply-To: <p@x>"))
	if got := f.find("is:replied"); len(got) != 2 {
		t.Errorf("across accounts is:replied finds %q, want both questions", got)
	}
}

func TestWhatCameToTwoAccountsIsOneInItsConversation(t *testing.T) {
	f := newFixture(t)
	other := f.of(f.addAccount("ana@work.example"))
	both := func(body string, via string) string {
		return letter("bo@example.org", "both", body, noon.Add(-time.Hour), "Message-ID: <both@x>", "Received: by "+via+"; "+noon.Add(-time.Hour).Format(time.RFC1123Z))
	}
	a, b := f.add(both("the same", "one"))[0], other.add(both("the same", "two"))[0]
	for _, id := range []ID{a, b} {
		list, err := f.Conversation(t.Context(), id)
		if err != nil || len(list) != 1 || list[0].ID != id || list[0].Also == 0 || list[0].Also == list[0].Account || list[0].Twin != a+b-id {
			t.Errorf("the conversation of %d is %+v, %v, want it alone, naming both accounts", id, list, err)
		}
	}
	if rows, err := f.Conversations(t.Context(), Inbox, Page{}); err != nil || len(rows.List) != 1 || rows.List[0].Count != 1 {
		t.Errorf("the inbox lists %+v, %v, want one message", rows.List, err)
	}
	// The same Message-ID is no reason to hide what says something else.
	other.add(letter("bo@example.org", "both", "another text", noon.Add(-time.Minute), "Message-ID: <both@x>"))
	if list, err := f.Conversation(t.Context(), a); err != nil || len(list) != 2 {
		t.Errorf("with another text there are %d messages, %v, want 2", len(list), err)
	}
}
