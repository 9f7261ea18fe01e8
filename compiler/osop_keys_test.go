package compiler_test

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/dialect/osop/nodes"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/internal/yamlkeys"
)

// mostKeys is how many keys are tried in each of the two directions.
const mostKeys = 500

// graphs are all process graphs at hand: those of the samples, and the repository's own.
func graphs(t *testing.T) []source.File {
	t.Helper()
	var files []source.File
	for _, root := range []string{os.Getenv("STEPLOOM_SAMPLES"), "../../shared/samples", "../workflows"} {
		if root == "" || len(files) > 10 && root != "../workflows" {
			continue
		}
		filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && (strings.HasSuffix(path, ".osop") || strings.HasSuffix(path, ".osop.yaml")) {
				if text, err := os.ReadFile(path); err == nil {
					files = append(files, source.File{Path: filepath.Base(path), Bytes: text})
				}
			}
			return nil
		})
	}
	return files
}

// allBound binds every type, so that as much as possible of a graph compiles.
func allBound() source.File {
	text := "lambdas:\n"
	for _, row := range nodes.Table() {
		text += "  " + row.Name + ": run-" + row.Name + "\n"
	}
	return source.File{Path: "steploom.yaml", Bytes: []byte(text)}
}

// emitGraph is emit for a process graph whose types are all bound.
func emitGraph(file source.File) emitted {
	output, found := compiler.Compile(source.Files{file, allBound()}, compiler.Options{Dialect: "osop"})
	one := emitted{lines: map[int]bool{}}
	for _, d := range found {
		one.told = append(one.told, d.Code+" "+d.Summary+" "+d.Detail)
		if d.Range.File == file.Path {
			one.lines[d.Range.Start.Line] = true
		}
	}
	slices.Sort(one.told)
	one.application = sync.OnceValue(func() string { return application(output, found) })
	if output.Workflow != nil {
		one.definitions = allFiles(output.Files) + places.ReplaceAllString(ir.Print(output.Workflow), "place")
	}
	return one
}

// documents are the paths of keys that document, and of what they hold.
func documents(key yamlkeys.Key) bool {
	return slices.ContainsFunc(key.Path, func(name string) bool { return slices.Contains(strings.Fields(codes.Documentation), name) })
}

// graphTrial is a key of a graph.
type graphTrial struct {
	file    source.File
	mapping yamlkeys.Mapping
	key     yamlkeys.Key
}

// told tells whether something is said about a key, or about one that holds it.
func (g graphTrial) told(before emitted) bool {
	for _, mapping := range yamlkeys.Mappings(g.file) {
		for _, key := range mapping.Keys {
			holds := len(key.Path) <= len(g.key.Path) && slices.Equal(key.Path, g.key.Path[:len(key.Path)])
			if holds && before.lines[key.Line] {
				return true
			}
		}
	}
	return false
}

// briefly is how many keys short tests try.
const briefly = 100

func graphTrials(t *testing.T) []graphTrial {
	t.Helper()
	var trials []graphTrial
	for _, file := range graphs(t) {
		for _, mapping := range yamlkeys.Mappings(file) {
			for _, key := range mapping.Keys {
				if !documents(key) {
					trials = append(trials, graphTrial{file, mapping, key})
				}
			}
		}
	}
	seed, err := strconv.ParseUint(os.Getenv(property.SeedVariable), 10, 64)
	if err != nil {
		seed = 20261122
	}
	t.Logf("%s=%d", property.SeedVariable, seed)
	random := rand.New(rand.NewPCG(seed, 0))
	random.Shuffle(len(trials), func(i, j int) { trials[i], trials[j] = trials[j], trials[i] })
	if testing.Short() && len(trials) > briefly {
		return trials[:briefly]
	}
	return trials
}

// TestNoGraphKeyWithoutEffect takes keys out of process graphs: something else is compiled, something is said about the key, or it documents. A key
// that says what is so without it must matter when it says something else.
func TestNoGraphKeyWithoutEffect(t *testing.T) {
	before := map[string]emitted{}
	for _, one := range graphTrials(t) {
		at := string(one.file.Bytes)
		if before[at].application == nil {
			before[at] = emitGraph(one.file)
		}
		without := one.key.Without(one.file)
		if one.told(before[at]) || !emitGraph(without).same(before[at]) {
			continue
		}
		matters := slices.ContainsFunc([]string{"zz9", "7", "false", "true", "[zz9]", "{zz9: 1}"}, func(value string) bool {
			changed, _ := one.mapping.With(without, one.key.Name, value)
			return !emitGraph(changed).same(before[at])
		})
		if !matters && one.key.Name != "inputs" { // an input that nobody reads is a declaration
			t.Errorf("%s:%d: %s has no effect, and nothing is said about it: %s", one.file.Path, one.key.Line, one.key, one.key.Value)
		}
	}
}

// TestStrayGraphKeys puts keys of process graphs where they do not belong: something is said about each, or it is compiled. Inputs are left out: one
// that nobody reads is a declaration.
func TestStrayGraphKeys(t *testing.T) {
	var names []string
	for _, one := range graphTrials(t) {
		if !slices.Contains(names, one.key.Name) && regexp.MustCompile(`^[a-z_]+$`).MatchString(one.key.Name) {
			names = append(names, one.key.Name)
		}
	}
	before := map[string]emitted{}
	for i, one := range graphTrials(t) {
		name := names[i%len(names)]
		at := string(one.file.Bytes)
		if before[at].application == nil {
			before[at] = emitGraph(one.file)
		}
		if name == "inputs" || one.told(before[at]) {
			continue // for the second, something is said about all that stands here
		}
		stray, line := one.mapping.With(one.file, name, "zz9")
		if after := emitGraph(stray); after.same(before[at]) && !after.lines[line] && !strings.HasPrefix(name, "x-") {
			t.Errorf("%s:%d: %s in %v has no effect, and nothing is said about it", one.file.Path, line, name, one.mapping.Path)
		}
	}
}
