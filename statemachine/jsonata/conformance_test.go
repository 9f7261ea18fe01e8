package jsonata

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"
)

// conformanceFolder is $STEPLOOM_CONFORMANCE or ../shared/conformance beside the project.
func conformanceFolder() string {
	root := os.Getenv("STEPLOOM_CONFORMANCE")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	if !filepath.IsAbs(root) {
		if _, err := os.Stat(root); err != nil {
			root = filepath.Join("..", "..", root)
		}
	}
	return root
}

// suiteFolder finds the upstream test suite: the conformance folder may be the suite itself or hold it.
func suiteFolder(t testing.TB) string {
	root := conformanceFolder()
	for _, folder := range []string{root, filepath.Join(root, "jsonata-2.0.6")} {
		if _, err := os.Stat(filepath.Join(folder, "groups")); err == nil {
			return folder
		}
	}
	if os.Getenv("STEPLOOM_CONFORMANCE") != "" || os.Getenv("STEPLOOM_REQUIRE_SERVERS") == "1" {
		t.Fatalf("no JSONata suite (a folder with groups and datasets) in %s", root)
	}
	t.Skipf("JSONata conformance suite: not found in %s; set STEPLOOM_CONFORMANCE", root)
	return ""
}

// suiteCase is one case of the upstream suite.
type suiteCase struct {
	name     string
	spec     *Object
	expr     string
	input    any
	bindings Variables
	depth    int
	limit    time.Duration
}

func (c *suiteCase) get(key string) (any, bool) { return c.spec.Get(key) }

func loadSuite(t testing.TB) []suiteCase {
	folder := suiteFolder(t)
	files, _ := filepath.Glob(filepath.Join(folder, "groups", "*", "*.json"))
	sort.Strings(files)
	var cases []suiteCase
	for _, file := range files {
		name := filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".json")
		v := readJSON(t, file)
		list, many := v.([]any)
		if !many {
			list = []any{v}
		}
		for i, item := range list {
			c := suiteCase{name: name, spec: item.(*Object)}
			if many {
				c.name = fmt.Sprintf("%s[%d]", name, i)
			}
			c.load(t, folder, filepath.Dir(file))
			cases = append(cases, c)
		}
	}
	return cases
}

func readJSON(t testing.TB, file string) any {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	v, err := Decode(b)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return v
}

func (c *suiteCase) load(t testing.TB, folder, group string) {
	if file, ok := c.get("expr-file"); ok {
		b, err := os.ReadFile(filepath.Join(group, file.(string)))
		if err != nil {
			t.Fatal(err)
		}
		c.expr = string(b)
	} else {
		expr, _ := c.get("expr")
		c.expr, _ = expr.(string)
	}
	c.input = Undefined
	if data, ok := c.get("data"); ok {
		c.input = data
	} else if set, _ := c.get("dataset"); set != nil {
		c.input = readJSON(t, filepath.Join(folder, "datasets", set.(string)+".json"))
	}
	c.bindings = Variables{}
	if b, ok := c.get("bindings"); ok && b != nil {
		for k, v := range b.(*Object).All() {
			c.bindings[k] = v
		}
	}
	if n, ok := c.get("depth"); ok {
		c.depth = int(n.(float64))
	}
	c.limit = 10 * time.Second
	if n, ok := c.get("timelimit"); ok {
		c.limit = time.Duration(n.(float64)) * time.Millisecond
	}
}

// evaluate compiles and evaluates the case's expression.
func (c *suiteCase) evaluate() (any, error) {
	e, err := Compile(c.expr, WithLimits(Limits{Depth: c.depth, Time: c.limit}))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.limit+5*time.Second)
	defer cancel()
	return e.Eval(ctx, c.input, c.bindings)
}

// check compares an outcome with what the case expects.
func (c *suiteCase) check(v any, err error) error {
	var e *Error
	if err != nil && !errors.As(err, &e) {
		return fmt.Errorf("error is no *Error: %w", err)
	}
	if code, ok := c.get("code"); ok {
		return c.checkCode(code.(string), v, e)
	}
	if want, ok := c.get("error"); ok {
		code, _ := want.(*Object).Get("code")
		if message, ok := want.(*Object).Get("message"); ok && e != nil && e.Message != message {
			return fmt.Errorf("message %q, want %q", e.Message, message)
		}
		return c.checkCode(code.(string), v, e)
	}
	if e != nil {
		return fmt.Errorf("error %s", e)
	}
	if _, ok := c.get("undefinedResult"); ok {
		if !IsUndefined(v) {
			return fmt.Errorf("got %s, want undefined", jsonText(v))
		}
		return nil
	}
	want, _ := c.get("result")
	if IsUndefined(v) || !c.same(v, want) {
		return fmt.Errorf("got %s, want %s", jsonText(v), jsonText(want))
	}
	return nil
}

func (c *suiteCase) checkCode(code string, v any, e *Error) error {
	if e == nil {
		return fmt.Errorf("got %s, want error %s", jsonText(v), code)
	}
	if e.Code != code {
		return fmt.Errorf("got %s, want error %s", e, code)
	}
	if token, ok := c.get("token"); ok && toText(token) != e.Token {
		return fmt.Errorf("token %q, want %q", e.Token, token)
	}
	return nil
}

func (c *suiteCase) same(v, want any) bool {
	if unordered, _ := c.get("unordered"); unordered == true {
		a, ok1 := v.([]any)
		b, ok2 := want.([]any)
		return ok1 && ok2 && len(a) == len(b) && sameValue(sortedTexts(a), sortedTexts(b))
	}
	return sameValue(v, want)
}

func sameValue(a, b any) bool {
	same, err := (&state{program: &Expression{}}).equal(a, b)
	return same && err == nil
}

func sortedTexts(items []any) any {
	var texts []string
	for _, item := range items {
		texts = append(texts, jsonText(item))
	}
	sort.Strings(texts)
	return convert(texts)
}

// TestConformance runs the upstream suite, all of it.
func TestConformance(t *testing.T) {
	cases := loadSuite(t)
	passed := 0
	for i := range cases {
		c := &cases[i]
		if err := c.check(c.evaluate()); err != nil {
			t.Errorf("%s: %s\n\t%v", c.name, c.expr, err)
			continue
		}
		passed++
	}
	fmt.Printf("conformance: %d of %d\n", passed, len(cases))
}
