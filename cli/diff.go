package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/local"
)

// diffFlags are the flags of diff.
type diffFlags struct {
	deployFlags
	out             string
	summary, asJSON bool
}

func newDiff(std *Std) *cobra.Command {
	var flags diffFlags
	command := &cobra.Command{
		Use:   "diff DIR",
		Short: "Show how the application would change against what was built last",
		Long: `Compile a workflow and compare what would be written with what the last build wrote: which resources and which states are
new, changed or gone, then the differences of each file. Nothing is written. The exit code is 0 in either case.`,
		Example: `  steploom diff workflows/newsroom
  steploom diff workflows/newsroom --out . --summary`,
		Args: takes(folderArgument()),
		RunE: func(_ *cobra.Command, args []string) error { return diff(std, args[0], flags) },
	}
	flags.register(command)
	command.Flags().StringVar(&flags.out, "out", "", "the `FOLDER` of the last build (default dist/NAME)")
	command.Flags().BoolVar(&flags.summary, "summary", false, "show resources and states only")
	command.Flags().BoolVar(&flags.asJSON, "json", false, "print the summary as JSON")
	return command
}

// change is one thing that a build would change.
type change struct {
	Kind string `json:"kind"` // resource, state or file
	Name string `json:"name"`
	What string `json:"what"` // new, changed or gone
}

func diff(std *Std, path string, flags diffFlags) error {
	folder := flags.out
	if folder == "" {
		folder = defaultFolder(path)
	}
	w, output, options, err := deployable(std, path, flags.deployFlags, folder)
	if err != nil {
		return err
	}
	files, list := sam.Generate(w.application(output), options)
	if list.HasErrors() {
		return w.refused(std, list)
	}
	old, err := lastBuild(folder, files)
	if err != nil {
		return failed(err)
	}
	changes, err := compare(old, files)
	if err != nil {
		return failed(err)
	}
	if flags.asJSON {
		return failed(writeJSON(std.Out, changes))
	}
	for _, c := range changes {
		fmt.Fprintf(std.Out, "%-8s %-9s %s\n", c.What, c.Kind, c.Name)
	}
	if len(changes) == 0 {
		fmt.Fprintln(std.Out, "nothing would change")
	}
	if flags.summary {
		return nil
	}
	for _, name := range names(old, files) {
		fmt.Fprint(std.Out, udiff.Unified("built/"+name, "new/"+name, string(old[name]), string(files[name])))
	}
	return nil
}

// lastBuild reads what a build wrote: the files that steploom.sum lists, and those that would be written now.
func lastBuild(folder string, files map[string][]byte) (map[string][]byte, error) {
	sums, err := readSums(filepath.Join(folder, sumFile))
	if err != nil {
		return nil, err
	}
	old := map[string][]byte{}
	for _, name := range slices.Compact(slices.Sorted(maps.Keys(union(sums, files)))) {
		content, err := local.ReadFile(filepath.Join(folder, name), writtenLimit)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(name, "bin/") {
			continue // executables are compared by nobody
		}
		old[name] = content
	}
	return old, nil
}

func union[A, B any](a map[string]A, b map[string]B) map[string]struct{} {
	all := map[string]struct{}{}
	for key := range a {
		all[key] = struct{}{}
	}
	for key := range b {
		all[key] = struct{}{}
	}
	return all
}

func names(old, files map[string][]byte) []string { return slices.Sorted(maps.Keys(union(old, files))) }

// compare lists the changed resources of the template, the changed states of each definition, and the other changed files.
func compare(old, files map[string][]byte) ([]change, error) {
	changes := []change{}
	for _, name := range names(old, files) {
		if bytes.Equal(old[name], files[name]) {
			continue
		}
		found, err := compareFile(name, old[name], files[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		changes = append(changes, found...)
	}
	return changes, nil
}

func compareFile(name string, old, new []byte) ([]change, error) {
	var before, after map[string]string
	var err error
	kind, prefix := "resource", ""
	switch {
	case name == sam.TemplateFile:
		before, after, err = both(old, new, cfn.Texts)
	case strings.HasSuffix(name, ".asl.json"):
		kind, prefix = "state", strings.TrimSuffix(filepath.Base(name), ".asl.json")+": "
		before, after, err = both(old, new, stateTexts)
	default:
		kind, before, after = "file", texts(name, old), texts(name, new)
	}
	if err != nil {
		return nil, err
	}
	var changes []change
	for _, key := range slices.Sorted(maps.Keys(union(before, after))) {
		if what := whatHappened(before, after, key); what != "" {
			changes = append(changes, change{Kind: kind, Name: prefix + key, What: what})
		}
	}
	return changes, nil
}

func whatHappened(before, after map[string]string, key string) string {
	was, had := before[key]
	is, has := after[key]
	switch {
	case !had:
		return "new"
	case !has:
		return "gone"
	case was != is:
		return "changed"
	}
	return ""
}

func texts(name string, content []byte) map[string]string {
	if content == nil {
		return nil
	}
	return map[string]string{name: string(content)}
}

func both(old, new []byte, read func([]byte) (map[string]string, error)) (before, after map[string]string, err error) {
	if old != nil {
		if before, err = read(old); err != nil {
			return nil, nil, err
		}
	}
	if new != nil {
		after, err = read(new)
	}
	return before, after, err
}

// stateTexts gives each state of a definition as text, without comments: lines that moved are no change. States of branches and
// processors count to the state around them.
func stateTexts(content []byte) (map[string]string, error) {
	var machine struct {
		StartAt string
		States  map[string]any
	}
	if err := json.Unmarshal(content, &machine); err != nil {
		return nil, err
	}
	texts := map[string]string{"(start)": machine.StartAt}
	for name, state := range machine.States {
		dropComments(state)
		text, err := json.Marshal(state)
		if err != nil {
			return nil, err
		}
		texts[name] = string(text)
	}
	return texts, nil
}

// dropComments takes the comments of states and machines away, not members of data that happen to have that name.
func dropComments(value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			dropComments(item)
		}
	case map[string]any:
		_, isState := value["Type"]
		_, isMachine := value["StartAt"]
		_, isRule := value["Condition"]
		if isState || isMachine || isRule {
			delete(value, "Comment")
		}
		for _, member := range value {
			dropComments(member)
		}
	}
}
