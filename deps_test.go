package steploom_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/steploom/steploom/"

// lattice lists the layers, lowest first. A package may import packages of lower layers and, where within says so, of
// its own. Everything named here includes the packages below it; the longest match counts.
var lattice = []struct {
	packages []string
	within   bool // packages of the layer may import each other
}{
	{packages: []string{"shared/executions"}}, // how whoever runs machines is asked to
	{packages: []string{"shared/diag", "shared/shelltext", "shared/javatime", "shared/jinja", "shared/jqtext", "shared/jsonpathng", "shared/pyregexp", "shared/pytext", "shared/strformat", "shared/requests", "shared/retry", "shared/task", "shared/format", "shared/mappings", "shared/pause", "shared/httpevent", "shared/job", "shared/jobtable", "shared/secret", "shared/blob", "shared/lambda", "shared/aws", "shared/sqltext", "shared/testserver", "shared/kafka"}, within: true},
	{packages: []string{"shared/access"}}, // also the model of a workflow reads it
	{packages: []string{"compiler/report"}},
	{packages: []string{"statemachine/jsonata"}, within: true},
	{packages: []string{"statemachine/jsonata/build"}},
	{packages: []string{"statemachine/jsonpath"}},
	{packages: []string{"statemachine/intrinsic", "statemachine/choice"}},
	{packages: []string{"statemachine/asl"}},
	{packages: []string{"compiler/source"}},
	{packages: []string{"compiler/schema"}},
	{packages: []string{"statemachine/engine", "compiler/ir", "compiler/expr", "compiler/schedule", "compiler/sam/cfn"}},
	{packages: []string{"compiler/convert"}},
	{packages: []string{"statemachine/endpoint"}},
	{packages: []string{"compiler/duration", "compiler/failure"}},
	// what dialects say in words of their own, in the terms of the functions and of the model
	{packages: []string{"compiler/eventpattern", "compiler/httprequest", "compiler/inputs", "compiler/jqrequest", "compiler/question", "compiler/retrypolicy", "compiler/sheetrequest", "compiler/sqlrequest"}},
	{packages: []string{"functions"}, within: true},
	// the stages of the lowering, in the order in which values go through them
	{packages: []string{"compiler/lower/known"}},
	{packages: []string{"compiler/lower/simplify"}},
	{packages: []string{"compiler/lower/analyse"}},
	{packages: []string{"compiler/lower/plan"}},
	{packages: []string{"compiler/lower/emit"}},
	{packages: []string{"compiler/dialect", "compiler/credentials", "compiler/lower", "compiler/sam"}, within: true},
	{packages: []string{"compiler"}},
	{packages: []string{"local"}, within: true},
	{packages: []string{"cli"}, within: true},
	{packages: []string{"cmd", "internal"}, within: true},
}

// never lists imports that the layers would allow.
var never = []struct{ from, to, why string }{
	{"statemachine/engine", "compiler", "a local run must be evidence about the deployed definition"},
	{"statemachine", "shared", "the state machine packages are importable by others"},
	{"compiler/lower", "compiler/dialect", "one lowering serves every dialect"},
	{"shared/task", "shared", "the function contract needs the standard library only"},
	{"compiler/dialect", "compiler/lower", "a dialect knows the IR, not what becomes of it"},
	{"compiler/dialect", "compiler/sam", "a dialect knows the IR, not what becomes of it"},
	{"compiler/dialect", "functions", "a dialect names functions, it does not link them"},
	{"compiler/lower", "functions", "the lowering names functions, it does not link them"},
	{"compiler/sam", "functions", "a function is what its row in the catalogue says"},
}

// rooms lists folders that are made of packages in a fixed order, lowest first: each imports only those before it. "" is the folder itself.
var rooms = []house{
	{"compiler/dialect/osop", []string{
		"codes", "ast", "edges", "condition", "flow", "parse", "model", "names", "nodes", "routes", "triggers", "steps", "",
	}},
	{"compiler/lower", []string{"known", "simplify", "analyse", "plan", "emit", ""}},
}

type house struct {
	folder string
	order  []string
}

// place is where a package stands in the order.
func (h house) place(t *testing.T, name string) int {
	place := slices.Index(h.order, strings.TrimPrefix(strings.TrimPrefix(name, h.folder), "/"))
	if place < 0 {
		t.Errorf("%s has no place in the order of %s", name, h.folder)
	}
	return place
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestImportLattice(t *testing.T) {
	for _, p := range listPackages(t) {
		from := strings.TrimPrefix(p.ImportPath, module)
		if layerOf(from) < 0 {
			t.Errorf("%s is in no layer: add it to the lattice", from)
			continue
		}
		for _, imported := range p.Imports {
			if to, ours := strings.CutPrefix(imported, module); ours {
				checkImport(t, from, to)
			}
		}
	}
}

func checkImport(t *testing.T, from, to string) {
	a, b := layerOf(from), layerOf(to)
	if b > a || b == a && !lattice[a].within && !below(from, to) && !below(to, from) {
		t.Errorf("%s must not import %s: it lies in a layer that is not lower", from, to)
	}
	for _, rule := range never {
		if below(from, rule.from) && below(to, rule.to) && !below(to, rule.from) {
			t.Errorf("%s must not import %s: %s", from, to, rule.why)
		}
	}
	for _, house := range rooms {
		if below(from, house.folder) && below(to, house.folder) && house.place(t, to) >= house.place(t, from) {
			t.Errorf("%s must not import %s: it stands behind it in the order of %s", from, to, house.folder)
		}
	}
	if x, y := functionOf(from), functionOf(to); x != "" && y != "" && x != y {
		t.Errorf("%s must not import %s: each function is built on its own", from, to)
	}
}

// layerOf gives the layer of a package, -1 when it has none.
func layerOf(name string) int {
	layer, longest := -1, -1
	for i, l := range lattice {
		for _, prefix := range l.packages {
			if below(name, prefix) && len(prefix) > longest {
				layer, longest = i, len(prefix)
			}
		}
	}
	return layer
}

func below(name, prefix string) bool { return name == prefix || strings.HasPrefix(name, prefix+"/") }

// functionOf is the x of functions/x and of the packages below it.
func functionOf(name string) string {
	rest, ok := strings.CutPrefix(name, "functions/")
	if !ok {
		return ""
	}
	first, _, _ := strings.Cut(rest, "/")
	return first
}

func listPackages(t *testing.T) []goPackage {
	output, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	for decoder := json.NewDecoder(strings.NewReader(string(output))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		if p.ImportPath != path.Clean(module) {
			packages = append(packages, p)
		}
	}
}

// TestLatticeIsCurrent refuses rows of the lattice that name nothing.
func TestLatticeIsCurrent(t *testing.T) {
	packages := listPackages(t)
	for _, layer := range lattice {
		for _, prefix := range layer.packages {
			used := slices.ContainsFunc(packages, func(p goPackage) bool {
				return below(strings.TrimPrefix(p.ImportPath, module), prefix)
			})
			if !used {
				t.Errorf("the lattice names %s, which does not exist", prefix)
			}
		}
	}
}

// handmade finds a syntax tree node that is written out.
var handmade = regexp.MustCompile(`&jsonata\.[A-Z][A-Za-z]*\{`)

// TestExpressionsAreBuilt looks for syntax tree nodes made by hand: outside jsonata and its builders there are none.
func TestExpressionsAreBuilt(t *testing.T) {
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || below(filepath.ToSlash(name), "statemachine/jsonata") {
			return err
		}
		text, err := os.ReadFile(name)
		for at, line := range strings.Split(string(text), "\n") {
			if handmade.MatchString(line) {
				t.Errorf("%s:%d: nodes are made by package build", name, at+1)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// errorName is a text that is the name of an error, or begins one, and nothing else.
var errorName = regexp.MustCompile(`^(States|Lambda|Sandbox|Http|Sql|Ftp|Filter|Secret|Blob|Payload|Format|Request|Approval|Stream|Function|Runtime)\.[A-Z][A-Za-z.0-9]*$`)

// errorTables are the files that may spell error names: the language's own, and those of functions and of Lambda.
var errorTables = []string{"statemachine/asl/errors.go", "shared/task/names.go"}

// TestErrorNamesAreWrittenOnce looks for string literals that are names of errors outside their tables.
func TestErrorNamesAreWrittenOnce(t *testing.T) {
	eachLiteral(t, func(name string, line int, text string) {
		if errorName.MatchString(text) && !slices.Contains(errorTables, name) {
			t.Errorf("%s:%d: %q is a constant of shared/task or asl", name, line, text)
		}
	})
}

// taskResource is the Resource of a task that an integration of Step Functions carries out, or a part that says how it waits.
var taskResource = regexp.MustCompile(`arn:aws:states:::|\.waitForTaskToken|^\.sync(:2)?$`)

// TestTaskResourcesAreWrittenOnce looks for string literals of resources outside asl.
func TestTaskResourcesAreWrittenOnce(t *testing.T) {
	eachLiteral(t, func(name string, line int, text string) {
		if taskResource.MatchString(text) && name != "statemachine/asl/resource.go" {
			t.Errorf("%s:%d: %q is a constant of asl", name, line, text)
		}
	})
}

// spelledAnswer is a member of a function's answer that is written out. What people answer to a question has members of its own.
var spelledAnswer = regexp.MustCompile(`ir\.(Result|Answer)\(\), "`)

// TestAnswersAreNamed looks for members of answers that are spelled where shared/task has a name for them.
func TestAnswersAreNamed(t *testing.T) {
	eachFile(t, func(name string, text []byte) {
		for at, line := range strings.Split(string(text), "\n") {
			if spelledAnswer.MatchString(line) && name != "compiler/question/question.go" {
				t.Errorf("%s:%d: members of answers are constants of shared/task", name, at+1)
			}
		}
	})
}

// eachLiteral visits every string literal of the module outside tests.
func eachLiteral(t *testing.T, visit func(file string, line int, text string)) {
	t.Helper()
	files := token.NewFileSet()
	eachFile(t, func(name string, content []byte) {
		syntax, err := parser.ParseFile(files, name, content, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(syntax, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				if err == nil {
					visit(name, files.Position(literal.Pos()).Line, text)
				}
			}
			return true
		})
	})
}

// eachFile visits every Go file of the module outside tests.
func eachFile(t *testing.T, visit func(name string, content []byte)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		content, err := os.ReadFile(name)
		if err == nil {
			visit(filepath.ToSlash(name), content)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
