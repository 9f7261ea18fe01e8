package compiler_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/internal/yamlkeys"
	"github.com/steploom/steploom/shared/diag"
)

// emitted is what a compilation gives: definitions, what local runs connect to, the application, and what is told. Places are left out of all,
// for a file with a key less has them elsewhere.
type emitted struct {
	definitions string
	told        []string
	lines       map[int]bool // of the file under test, at which something is told
	application func() string
}

var places = regexp.MustCompile(`[\w.-]+\.ya?ml:\d+(:\d+)?`)

func emit(files source.Files, path string) emitted {
	output, found := compiler.Compile(files, compiler.Options{Dialect: "apichap"})
	one := emitted{lines: map[int]bool{}}
	for _, d := range found {
		one.told = append(one.told, d.Code+" "+d.Summary)
		if d.Range.File == path && d.Severity != diag.Note {
			one.lines[d.Range.Start.Line] = true
		}
	}
	slices.Sort(one.told)
	one.application = sync.OnceValue(func() string { return application(output, found) })
	if !found.HasErrors() {
		one.definitions = allFiles(output.Files)
		for _, connection := range output.Workflow.Connections {
			one.definitions += fmt.Sprint(connection.Name, connection.URL, connection.User, connection.Password)
		}
		for _, authentication := range output.Workflow.Authentications { // secrets of the stack, which are put into it by hand
			one.definitions += fmt.Sprint(authentication.Name, authentication.Users, authentication.Keys)
		}
	}
	return one
}

func application(output compiler.Output, found diag.List) string {
	if found.HasErrors() {
		return ""
	}
	files, problems := sam.Generate(output.Application("sample"), sam.Options{})
	return allFiles(files) + fmt.Sprint(problems)
}

func allFiles(files map[string][]byte) string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&text, "%s\n%s\n", name, files[name])
	}
	return places.ReplaceAllString(text.String(), "place")
}

func (e emitted) same(other emitted) bool {
	return slices.Equal(e.told, other.told) && e.definitions == other.definitions && e.application() == other.application()
}

// apichapProjects are the files of the samples and of the golden features, by name.
func apichapProjects(t *testing.T) map[string]source.Files {
	t.Helper()
	projects := map[string]source.Files{}
	samples := cmp.Or(os.Getenv("STEPLOOM_SAMPLES"), "../../shared/samples")
	folders, _ := filepath.Glob(samples + "/apichap/*/specs")
	for _, folder := range append(folders, "../workflows/newsroom/specs") {
		paths, _ := filepath.Glob(folder + "/*.yaml")
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Base(filepath.Dir(folder))
			projects[name] = append(projects[name], source.File{Path: filepath.Base(path), Bytes: content})
		}
	}
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range archives {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			if name, ours := strings.CutPrefix(file.Name, "apichap/"); ours {
				projects[filepath.Base(path)] = append(projects[filepath.Base(path)], source.File{Path: name, Bytes: file.Data})
			}
		}
	}
	return projects
}

// replaced gives files with one of them changed.
func replaced(files source.Files, changed source.File) source.Files {
	files = slices.Clone(files)
	files[slices.IndexFunc(files, func(f source.File) bool { return f.Path == changed.Path })] = changed
	return files
}

// describing is a key that only describes, with all that is in it: a stretch of a path, in which * is any name or number.
type describing struct{ file, path string }

// describingKeys are those that docs/apichap.md lists, in the form `path`, or `file: path`.
func describingKeys(t *testing.T) []describing {
	t.Helper()
	content, err := os.ReadFile("../docs/apichap.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(string(content), "<!-- keys that describe -->\n")
	list, _, closed := strings.Cut(list, "<!-- end of keys -->")
	if !found || !closed {
		t.Fatal("docs/apichap.md does not list the keys that describe")
	}
	var keys []describing
	for _, match := range regexp.MustCompile("`(?:([^`]+): )?([^`]+)`").FindAllStringSubmatch(list, -1) {
		keys = append(keys, describing{match[1], "/" + match[2] + "/"})
	}
	return keys
}

// covers tells whether a path of a file leads to the key or into it.
func (d describing) covers(file string, path []string) bool {
	escaped := make([]string, len(path))
	for i, name := range path {
		escaped[i] = strings.ReplaceAll(name, "/", "|")
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(d.path), `\*`, "[^/]+")
	return (d.file == "" || d.file == file) && regexp.MustCompile(pattern).MatchString("/"+strings.Join(escaped, "/")+"/")
}

func describes(file string, path []string, keys []describing) bool {
	return slices.ContainsFunc(keys, func(key describing) bool { return key.covers(file, path) })
}

// briefKeys is how many keys there are for each that a short run tries.
const briefKeys = 16

// keySeed chooses what is tried of many keys: the same in every run, and others where a seed is given.
func keySeed(t *testing.T) *rand.Rand {
	seed, err := strconv.ParseUint(os.Getenv(property.SeedVariable), 10, 64)
	if err != nil {
		seed = 20261125
	}
	t.Logf("keys of seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// isTypeOfFile tells whether a key is the type of a schema whose format says that it is a file.
func isTypeOfFile(of yamlkeys.Mapping, key yamlkeys.Key) bool {
	return key.Name == "type" && slices.ContainsFunc(of.Keys, func(k yamlkeys.Key) bool { return k.Name == "format" && k.Value == "binary" })
}

// TestNoKeyWithoutEffect: an application without one of its keys is another one, or something else is told about it, unless the documentation
// lists the key as one that only describes.
func TestNoKeyWithoutEffect(t *testing.T) {
	describing := describingKeys(t)
	met, tried := 0, 0
	projects := apichapProjects(t)
	for _, name := range slices.Sorted(maps.Keys(projects)) {
		files := projects[name]
		for _, file := range files {
			whole := emit(files, file.Path)
			for _, mapping := range yamlkeys.Mappings(file) {
				for _, key := range mapping.Keys {
					if met++; testing.Short() && met%briefKeys > 0 || key.Value == "{}" || isTypeOfFile(mapping, key) || describes(file.Path, key.Path, describing) {
						continue
					}
					tried++
					if whole.same(emit(replaced(files, key.Without(file)), file.Path)) {
						t.Errorf("%s/%s:%d: %s: %s has no effect", name, file.Path, key.Line, key, key.Value)
					}
				}
			}
		}
	}
	t.Logf("%d keys", tried)
}
