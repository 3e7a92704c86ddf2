package cache

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// threads are the conversations of messages, as the smallest index among those together.
func (f *fixture) threads(ids []ID) []int {
	f.t.Helper()
	first := map[ID]int{}
	var out []int
	for i, id := range ids {
		var thread ID
		if err := f.file.Read.QueryRow(`SELECT thread FROM messages WHERE id = ?`, id).Scan(&thread); err != nil {
			f.t.Fatal(err)
		}
		if _, ok := first[thread]; !ok {
			first[thread] = i
		}
		out = append(out, first[thread])
	}
	return out
}

// checkTops fails unless exactly the newest message of each conversation in each place has the mark.
func (f *fixture) checkTops() {
	f.t.Helper()
	var wrong int
	err := f.file.Read.QueryRow(`SELECT count(*) FROM messages m WHERE top <>
		(id = (SELECT max(id) FROM messages n WHERE n.thread = m.thread AND n.place = m.place))`).Scan(&wrong)
	if err != nil {
		f.t.Fatal(err)
	}
	if wrong > 0 {
		f.t.Errorf("%d messages have a wrong top mark", wrong)
	}
}

// checkCounters fails unless the counters say what is there.
func (f *fixture) checkCounters() {
	f.t.Helper()
	counters, err := f.Counters(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	for place := Inbox; place <= Trash; place++ {
		var want Counter
		err := f.file.Read.QueryRow(`SELECT count(*), coalesce(sum(unread), 0) FROM messages WHERE place = ?`, place).Scan(&want.Total, &want.Unread)
		if err != nil {
			f.t.Fatal(err)
		}
		if counters[place] != want {
			f.t.Errorf("%v: counters say %+v, want %+v", place, counters[place], want)
		}
	}
}

// exchange is a conversation of three, and two letters that do not belong to it.
func exchange() []string {
	at := func(h int) time.Time { return noon.Add(-time.Duration(h) * time.Hour) }
	return []string{
		letter("bo@example.org", "garden", "question", at(9), "Message-ID: <q@x>"),
		letter("ana@example.org", "Re: garden", "answer", at(8), "Message-ID: <a@x>", "In-Reply-To: <q@x>"),
		letter("bo@example.org", "Re: garden", "thanks", at(7), "Message-ID: <t@x>", "References: <q@x> <a@x>"),
		letter("cy@example.org", "garden", "another garden", at(6), "Message-ID: <o@x>"),
		letter("cy@example.org", "Hello", "hi", at(5), "Message-ID: <h@x>"),
	}
}

func TestConversationsDoNotDependOnTheOrderOfArrival(t *testing.T) {
	messages := exchange()
	for trial := range 20 {
		order := rand.New(rand.NewPCG(uint64(trial), 1)).Perm(len(messages))
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			f := newFixture(t)
			ids := make([]ID, len(messages))
			for _, i := range order {
				ids[i] = f.add(messages[i])[0]
			}
			if got, want := fmt.Sprint(f.threads(ids)), "[0 0 0 3 4]"; got != want {
				t.Errorf("conversations are %s, want %s", got, want)
			}
			f.checkTops()
		})
	}
}

func TestAMessageThatNamesTwoConversationsJoinsThem(t *testing.T) {
	f := newFixture(t)
	ids := f.add(
		letter("bo@example.org", "one", "1", noon.Add(-9*time.Hour), "Message-ID: <1@x>"),
		letter("bo@example.org", "two", "2", noon.Add(-8*time.Hour), "Message-ID: <2@x>"),
	)
	if _, err := f.Act(t.Context(), DoArchive, ids[:1]); err != nil {
		t.Fatal(err)
	}
	ids = append(ids, f.add(letter("ana@example.org", "both", "3", noon.Add(-7*time.Hour), "Message-ID: <3@x>", "References: <1@x> <2@x>"))...)
	if got := fmt.Sprint(f.threads(ids)); got != "[0 0 0]" {
		t.Errorf("conversations are %s, want one", got)
	}
	f.checkTops()
}

func TestAReplyWithoutReferencesFollowsSubjectAndPeople(t *testing.T) {
	day := 24 * time.Hour
	question := letter("bo@example.org", "Kaffee?", "morgen", noon.Add(-3*day), "Message-ID: <q@x>")
	reply := "From: Ana <ana@example.org>\r\nTo: bo@example.org\r\nSubject: AW: Kaffee?\r\nDate: " + noon.Add(-2*day).Format(time.RFC1123Z) + "\r\n\r\ngern\r\n"
	stranger := "From: Eve <eve@example.net>\r\nTo: bob@example.net\r\nSubject: Re: Kaffee?\r\nDate: " + noon.Add(-day).Format(time.RFC1123Z) + "\r\n\r\nnein\r\n"
	late := "From: Ana <ana@example.org>\r\nTo: bo@example.org\r\nSubject: Re: Kaffee?\r\nDate: " + noon.Add(200*day).Format(time.RFC1123Z) +
		"\r\nReceived: from x by y; " + noon.Add(-200*day).Format(time.RFC1123Z) + "\r\n\r\nfrüher\r\n"
	for name, order := range map[string][]string{"question first": {question, reply, stranger, late}, "question last": {late, stranger, reply, question}} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			ids := map[string]ID{}
			for _, m := range order {
				ids[m] = f.add(m)[0]
			}
			if got := fmt.Sprint(f.threads([]ID{ids[question], ids[reply], ids[stranger], ids[late]})); got != "[0 0 2 3]" {
				t.Errorf("conversations are %s, want question and reply together, the stranger and the one of another year apart", got)
			}
		})
	}
}

func TestAListShowsAConversationOnce(t *testing.T) {
	f := newFixture(t)
	ids := f.add(exchange()...)
	rows, err := f.Conversations(t.Context(), Inbox, Page{})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows.List) != 3 {
		t.Fatalf("%d rows, want 3", len(rows.List))
	}
	r := rows.List[2]
	if r.ID != ids[2] || r.Count != 3 || len(r.From) != 2 || r.From[1].Addr != "bo@example.org" {
		t.Errorf("the row of the conversation is %+v, want the newest message %v, 3 messages of 2 people, bo last", r, ids[2])
	}
	thread, err := f.Conversation(t.Context(), ids[0])
	if err != nil || len(thread) != 3 || thread[0].ID != ids[2] {
		t.Errorf("the conversation is %v (%v), want 3 messages, newest first", thread, err)
	}
}

func TestALongConversationHoldsTheMessageThatWasAskedFor(t *testing.T) {
	f := newFixture(t)
	var messages []string
	for i := range maxConversation + 20 {
		messages = append(messages, letter("bo@example.org", "long", fmt.Sprint(i), noon.Add(-time.Duration(i)*time.Minute), "References: <root@x>"))
	}
	ids := f.add(messages...)
	oldest := ids[len(ids)-1]
	list, err := f.Conversation(t.Context(), oldest)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(list); n != maxConversation || list[n-1].ID != oldest || list[0].ID != ids[0] || list[n-2].ID != ids[maxConversation-2] {
		t.Errorf("%d messages from %v to %v, want the %d newest and the one asked for, %v", n, list[0].ID, list[n-1].ID, maxConversation-1, oldest)
	}
}

func TestAListNamesAPersonOnce(t *testing.T) {
	f := newFixture(t)
	f.add(
		letter("Bo <bo@example.org>", "garden", "1", noon.Add(-3*time.Hour), "Message-ID: <1@x>"),
		letter("Cy <cy@example.org>", "garden", "2", noon.Add(-2*time.Hour), "References: <1@x>"),
		letter("Bo Berg <Bo@Example.org>", "garden", "3", noon.Add(-1*time.Hour), "References: <1@x>"),
	)
	rows, err := f.Conversations(t.Context(), Inbox, Page{})
	if err != nil || len(rows.List) != 1 {
		t.Fatalf("%d rows, %v, want one", len(rows.List), err)
	}
	if got := fmt.Sprint(rows.List[0].From); got != "[{Cy cy@example.org} {Bo Berg Bo@Example.org}]" {
		t.Errorf("the senders are %s", got)
	}
}
