package cache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// erasing is what the name of a folder ends with whose person wanted it gone.
const erasing = ".erasing"

// eraseWait is how long passes between two looks whether a box that is to go is still used.
const eraseWait = 10 * time.Millisecond

// Erase takes a person's folder away for good, once nobody uses their box any more; ctx bounds the wait. Who calls it has
// made sure that nobody opens it anew. Being stopped half-way leaves a folder that Erased finds: from when it returns nil,
// all is gone but for [Pool.Forget].
//
// The caller then forgets the person, and calls Forget. In this order nothing is ever deleted that somebody still owns, and
// whoever is stopped in between goes on from what Erased returns.
func (p *Pool) Erase(ctx context.Context, person string) error {
	for {
		done, err := p.closeUnused(person)
		if err != nil {
			return err
		}
		if done {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("erasing: %w", ctx.Err())
		case <-time.After(eraseWait):
		}
	}
	if p.dir == "" {
		return nil // it is gone
	}
	folder := filepath.Join(p.dir, person)
	if err := os.Rename(folder, folder+erasing); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("erasing: %w", err)
	}
	return nil
}

// closeUnused closes a person's box unless it is used; done is false where it is.
func (p *Pool) closeUnused(person string) (done bool, err error) {
	err = p.shut(func(e *pooled) bool { return e.person == person && e.users == 0 })
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.boxes[person] == nil, err
}

// Forget deletes the folder that Erase has taken away.
func (p *Pool) Forget(person string) error {
	if p.dir == "" {
		return nil
	}
	if err := os.RemoveAll(filepath.Join(p.dir, person+erasing)); err != nil {
		return fmt.Errorf("erasing: %w", err)
	}
	return nil
}

// Erased are the people whose folders were taken away and are still there: the process was stopped meanwhile.
func (p *Pool) Erased() ([]string, error) {
	if p.dir == "" {
		return nil, nil
	}
	entries, err := os.ReadDir(p.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("erasing: %w", err)
	}
	var people []string
	for _, e := range entries {
		if person, ok := strings.CutSuffix(e.Name(), erasing); ok {
			people = append(people, person)
		}
	}
	return people, nil
}
