package local

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/secret"
)

const (
	adminVariable = "ADMIN_PW"
	// adminPassword and sealingKey are secrets of a local run that has jobs, and files of the same names below .steploom.
	adminPassword = "steploom-admin-password"
	sealingKey    = "steploom-sealing-key"
)

// jobSettings gives the functions what the workflow says about all jobs, unless the environment has its own. known is false for the password of the job
// API where neither says one: then it is made up, and the same in every run.
func (w *surroundings) jobSettings(jobs *ir.Jobs) (password string, known bool, err error) {
	for _, all := range []map[string]string{jobs.Settings, jobs.Secrets} {
		for name, value := range all {
			if !isGiven(w.outer.Lookup, name) {
				w.variables[name] = value
			}
		}
	}
	if err := w.keepSealing(); err != nil {
		return "", false, err
	}
	return w.admit()
}

// isGiven tells whether a setting of jobs is set, by any of its names.
func isGiven(lookup func(string) (string, bool), name string) bool {
	names := []string{name}
	for _, row := range job.SettingRows() {
		if row.Variable == name {
			names = append(names, row.Others...)
		}
	}
	return slices.ContainsFunc(names, func(name string) bool { value, ok := lookup(name); return ok && value != "" })
}

// keepSealing makes the key that credentials of jobs are sealed by one that outlives the run, as the jobs do.
func (w *surroundings) keepSealing() error {
	if _, ok := w.outer.Lookup(secret.CallerKeyVariable); ok {
		return nil
	}
	key, err := w.kept(sealingKey)
	if err != nil {
		return err
	}
	w.settings.Mask.Add(key)
	w.variables[secret.CallerKeyVariable] = sealingKey
	w.variables[secret.Variable(sealingKey)] = key
	return nil
}

// admit gives function jobs a reference of the password: the environment may hold one, or the password itself.
func (w *surroundings) admit() (password string, known bool, err error) {
	given := w.environment().Value(adminVariable)
	if given == "" {
		if password, err = w.kept(adminPassword); err != nil {
			return "", false, err
		}
		w.variables[adminVariable], w.variables[secret.Variable(adminPassword)] = adminPassword, password
		return password, false, nil
	}
	name, _ := secret.Split(given)
	if _, isReference := w.environment().Lookup(secret.Variable(name)); !isReference {
		w.settings.Mask.Add(given)
		w.variables[adminVariable], w.variables[secret.Variable(adminPassword)] = adminPassword, given
	}
	return "", true, nil
}

// kept is a random text in a file that nobody else may read: it is made once, whoever else makes it at the same time.
func (w *surroundings) kept(name string) (string, error) {
	state, err := w.project.State()
	if err != nil {
		return "", err
	}
	path := filepath.Join(state, name)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := makeOnce(path, rand.Text()); err != nil {
			return "", err
		}
	}
	text, err := os.ReadFile(path)
	if err == nil && len(bytes.TrimSpace(text)) == 0 {
		err = fmt.Errorf("%s is empty: delete it, and another one is made", path)
	}
	return strings.TrimSpace(string(text)), err
}

// makeOnce makes a file that nobody else may read, whole or not at all. One that is there by then stays as it is.
func makeOnce(path, text string) error {
	draft, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(draft.Name())
	_, err = draft.WriteString(text)
	if err := errors.Join(err, draft.Close()); err != nil {
		return err
	}
	if err := os.Link(draft.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return os.Rename(draft.Name(), path) // a file system without links
	}
	return nil
}
