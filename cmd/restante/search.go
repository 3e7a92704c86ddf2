package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"restante/cache"
	"restante/cache/query"
)

// searchCommand searches collected mail.
type searchCommand struct {
	mailboxFlags
	Query []string `arg:"" name:"QUERY" help:"What to look for, in the words of the site's search box. Behind -- it may begin with a minus."`
	Limit int      `default:"50" placeholder:"N" help:"At most so many messages, newest first; 0: all. Default: ${default}."`
	JSON  bool     `name:"json" help:"One JSON object a message and line."`
}

// hit is a message that was found; its fields are a promise to scripts.
type hit struct {
	ID      string `json:"id"`
	Date    string `json:"date"` // when it was received, RFC 3339
	From    string `json:"from"`
	Subject string `json:"subject"`
	Snippet string `json:"snippet"`
}

// Run prints what is found, newest first.
func (c *searchCommand) Run(ctx context.Context, std streams) (err error) {
	box, _, err := c.read(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, box.Close()) }()
	q := query.Parse(strings.Join(c.Query, " "), time.Local)
	for _, h := range q.Hints {
		fmt.Fprintln(std.err, "restante: "+hintText(h))
	}
	if stale, err := box.Stale(ctx); err == nil && stale {
		fmt.Fprintln(std.err, "restante: after an update some of the mail has not been read again yet, and may not be found; restante verify reads it")
	}
	if len(q.Terms) == 0 {
		return usageError{errors.New("there is nothing to look for")}
	}
	return c.each(ctx, box, q, func(h cache.Hit) error { return c.print(std.out, h) })
}

// each calls fn for what is found, as far as the limit.
func (c *searchCommand) each(ctx context.Context, box *cache.Box, q query.Query, fn func(cache.Hit) error) error {
	left := c.Limit
	for page := (cache.Page{}); ; {
		found, err := box.Search(ctx, q, page)
		if err != nil {
			return err
		}
		for _, h := range found.Hits {
			if err := fn(h); err != nil {
				return err
			}
			if left--; left == 0 {
				return nil
			}
			page.Before = h.ID
		}
		if !found.Older {
			return nil
		}
	}
}

func (c *searchCommand) print(w io.Writer, found cache.Hit) error {
	h := hit{ID: found.ID.String(), Date: found.Received.Local().Format(time.RFC3339), Subject: found.Row.Subject, Snippet: plain(found.Snippet)}
	for _, p := range found.From {
		h.From = strings.TrimSpace(p.Name + " <" + p.Addr + ">")
	}
	if c.JSON {
		out := json.NewEncoder(w)
		out.SetEscapeHTML(false)
		return out.Encode(h)
	}
	_, err := fmt.Fprintf(w, "%s  %s\n  %s\n  %s\n", found.Received.Local().Format(time.DateTime), h.From, h.Subject, h.Snippet)
	return err
}

func plain(spans []cache.Span) string {
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// hintText says what of a query was not understood.
func hintText(h query.Hint) string {
	switch {
	case h.Kind == query.TooLong:
		return "the query is too long: its end was left out"
	case h.DidYouMean != "":
		return fmt.Sprintf("%s is not known; did you mean %s?", h.Operator+h.Value, h.DidYouMean)
	}
	return fmt.Sprintf("%s is not known, and %q was searched as a word", h.Operator+h.Value, h.Value)
}
