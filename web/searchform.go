package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"restante/cache/query"
	"restante/views"
)

// Fields of the form that asks for a search piece by piece.
const (
	formAsked = "form" // says that the form was sent
	formWords = "words"
	formNot   = "not"
)

// formField is a field whose text an operator takes as it is.
type formField struct {
	name  string
	field query.Field
}

var formFields = []formField{{"from", query.From}, {"to", query.To}, {"subject", query.Subject}, {"after", query.After}, {"before", query.Before}, {"larger", query.Larger}, {"has", query.Has}, {"in", query.In}}

// composed is the search that the form asks for, as a line.
func composed(form url.Values) string {
	pieces := []string{strings.TrimSpace(form.Get(formWords))}
	for _, f := range formFields {
		if text := strings.TrimSpace(form.Get(f.name)); text != "" {
			pieces = append(pieces, query.Term{Field: f.field, Text: text}.String())
		}
	}
	for word := range strings.FieldsSeq(form.Get(formNot)) {
		pieces = append(pieces, query.Term{Text: strings.TrimPrefix(word, "-"), Not: true}.String())
	}
	return strings.TrimSpace(strings.Join(pieces, " "))
}

// searchForm is the form, filled with what a search asks for as far as the form can say it.
func (s site) searchForm(q query.Query) *views.SearchForm {
	w, said := s.Words, map[string]string{}
	var words, not []string
	for _, t := range q.Terms {
		i := slices.IndexFunc(formFields, func(f formField) bool { return f.field == t.Field && said[f.name] == "" && !t.Not })
		switch {
		case i >= 0 && (t.At.IsZero() || len(t.Text) == len(time.DateOnly)): // a field for dates takes whole ones
			said[formFields[i].name] = t.Text
		case t.Field == query.Any && t.Not && !t.Phrase:
			not = append(not, t.Text)
		default:
			words = append(words, t.String())
		}
	}
	options := func(name string, list ...views.Option) (out []views.Option) {
		for _, o := range list {
			o.Selected = o.Value == said[name]
			out = append(out, o)
		}
		return out
	}
	return &views.SearchForm{
		Words: strings.Join(words, " "), From: said["from"], To: said["to"], Subject: said["subject"], Not: strings.Join(not, " "), After: said["after"], Before: said["before"],
		Larger: options("larger", views.Option{Text: w.AnySize()}, views.Option{Value: "1M", Text: w.Size(1_000_000)}, views.Option{Value: "5M", Text: w.Size(5_000_000)}, views.Option{Value: "25M", Text: w.Size(25_000_000)}),
		Has: options("has", views.Option{Text: w.AnyContent()}, views.Option{Value: query.Attachment, Text: w.OnlyWithFiles()}, views.Option{Value: query.Image, Text: w.SortPictures()},
			views.Option{Value: query.PDF, Text: w.SortPDFs()}, views.Option{Value: query.Invite, Text: w.Invitations()}, views.Option{Value: query.Link, Text: w.WithLinks()}),
		In: options("in", views.Option{Text: w.AnyPlace()}, views.Option{Value: query.Inbox, Text: w.Inbox()}, views.Option{Value: query.Archive, Text: w.Archive()},
			views.Option{Value: query.Spam, Text: w.Spam()}, views.Option{Value: query.Trash, Text: w.Trash()}, views.Option{Value: query.Anywhere, Text: w.EveryPlace()}),
	}
}
