package jsonata

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	stdregexp "regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestDifferential evaluates generated expressions over generated data here and with the reference, which must give the same
// value, key for key, or the same error code. STEPLOOM_DIFFERENTIAL sets how many, STEPLOOM_SEED which.
func TestDifferential(t *testing.T) {
	ref := startReference(t, "evaluate")
	count, seed := envNumber("STEPLOOM_DIFFERENTIAL", 4000), envNumber("STEPLOOM_SEED", 1)
	g := &expressionGenerator{rand.New(rand.NewPCG(uint64(seed), 2))}
	classes := map[string]int{}
	var values, nothing, errs int
	for i := range count {
		input, expr := g.document(), g.statement()
		raw, err := Encode(input)
		if err != nil {
			t.Fatal(err)
		}
		want := ref.ask(t, map[string]any{"expr": expr, "input": input})
		switch {
		case want.Code != "":
			errs++
		case want.Undefined:
			nothing++
		default:
			values++
		}
		if class, detail := differs(expr, input, nil, want); class != "" {
			if known := knownDifference(expr, class, detail, want); known != "" {
				classes[known]++
				continue
			}
			classes[class]++
			if classes[class] <= 8 {
				t.Errorf("%d: %s\n\tover %s\n\t%s", i, expr, raw, detail)
			}
		}
	}
	fmt.Printf("differential: %d expressions: %d values, %d undefined, %d errors; differences: %s\n", count, values, nothing, errs, classList(classes))
}

// TestSuiteAgainstReference compares texts and positions of errors, and the order of keys, which the suite itself does not look at.
func TestSuiteAgainstReference(t *testing.T) {
	cases := loadSuite(t)
	ref := startReference(t, "evaluate")
	classes := map[string]int{}
	for _, c := range cases {
		if c.depth > 0 || volatile.MatchString(c.expr) {
			continue
		}
		want := ref.ask(t, map[string]any{"expr": c.expr, "input": c.input, "bindings": map[string]any(c.bindings)})
		if class, detail := differs(c.expr, c.input, c.bindings, want); class != "" {
			if known := knownDifference(c.expr, class, detail, want); known != "" {
				classes[known]++
				continue
			}
			classes[class]++
			t.Errorf("%s: %s\n\t%s", c.name, c.expr, detail)
		}
	}
	fmt.Printf("suite against reference: differences: %s\n", classList(classes))
}

// volatile expressions give something else each time.
var volatile = stdregexp.MustCompile(`\$now|\$millis|\$random|\$shuffle|\$toMillis\(\$`)

func envNumber(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

func classList(classes map[string]int) string {
	if len(classes) == 0 {
		return "none"
	}
	var list []string
	for c, n := range classes {
		list = append(list, fmt.Sprintf("%s: %d", c, n))
	}
	sort.Strings(list)
	return strings.Join(list, ", ")
}

// differs tells how our outcome differs from the reference's. An error that the reference reports without a code, an exception of
// JavaScript's, asks for any error or nothing.
func differs(expr string, input any, bindings Bindings, want outcome) (class, detail string) {
	var v any
	e, err := Compile(expr, WithLimits(Limits{Time: 10 * time.Second}))
	if err == nil {
		v, err = e.Eval(context.Background(), input, bindings)
	}
	var failed *Error
	if errors.As(err, &failed) {
		switch want.Code {
		case failed.Code:
			if want.Message != "" && want.Message != failed.Message {
				return "message of " + failed.Code, fmt.Sprintf("message %q, want %q", failed.Message, want.Message)
			}
			if want.Position != 0 && want.Position != failed.Position {
				return "position of " + failed.Code, fmt.Sprintf("position %d, want %d", failed.Position, want.Position)
			}
			return "", ""
		case "JavaScript":
			return "", ""
		case "":
			return "error instead of value", fmt.Sprintf("error %v, want %s", failed, want.Text)
		}
		return "other error", fmt.Sprintf("error %v, want %s %s", failed, want.Code, want.Message)
	}
	got := marked(v)
	switch {
	case want.Code == "JavaScript":
		return "", ""
	case want.Code != "":
		return "value instead of error", fmt.Sprintf("got %s, want error %s %s", got, want.Code, want.Message)
	case IsUndefined(v) != want.Undefined:
		return "undefined", fmt.Sprintf("got %s, want %s", got, want.Text)
	case !IsUndefined(v) && got != want.Text:
		return "value", fmt.Sprintf("got  %s\n\twant %s", got, want.Text)
	}
	return "", ""
}

// knownDifference names the known difference that an outcome shows; docs/jsonata.md lists them.
func knownDifference(expr, class, detail string, want outcome) string {
	tree, err := Parse(expr)
	if err != nil {
		return ""
	}
	several, partial, lambda, eval := false, false, false, false
	Walk(tree, func(n Node) bool {
		switch n := n.(type) {
		case *ArrayConstructor:
			several = several || len(n.Items) > 1
		case *ObjectConstructor:
			several = several || len(n.Pairs) > 1
		case *Group:
			several = several || len(n.Pairs) > 1
		case *Placeholder:
			partial = true
		case *Lambda:
			lambda = true
		case *Variable:
			eval = eval || n.Name == "eval"
		}
		return true
	})
	switch {
	case partial && (class == "other error" || class == "error instead of value"):
		return "partial application (known)"
	case several && (class == "other error" || strings.HasPrefix(class, "position of") || strings.HasPrefix(class, "message of")):
		return "which of several errors (known)"
	case strings.HasPrefix(class, "message of T041") && functionName.ReplaceAllString(detail, "") == functionName.ReplaceAllString(sameMessage(detail), ""):
		return "name of the function (known)"
	case want.Changed:
		return "the reference changes its input (known)"
	case lambda && eval:
		return "$eval at the end of a function (known)"
	case class == "error instead of value" && strings.Contains(detail, "error D3012"):
		return "source text of a function (known)"
	case class == "value" && wholeNumberKey.MatchString(want.Text) && sameLetters(detail):
		return "whole-number keys (known)"
	}
	return ""
}

var functionName = stdregexp.MustCompile(`function \\?"?\w+\\?"?`)

// sameMessage is a detail about messages in which ours stands for both.
func sameMessage(detail string) string {
	ours, _, _ := strings.Cut(strings.TrimPrefix(detail, "message "), ", want ")
	return "message " + ours + ", want " + ours
}

var wholeNumberKey = stdregexp.MustCompile(`"[0-9]+\\*":|\["[0-9]+"`)

// sameLetters tells whether both values of a detail differ only in the order of their letters.
func sameLetters(detail string) bool {
	got, want, _ := strings.Cut(strings.TrimPrefix(detail, "got  "), "\n\twant ")
	a, b := []byte(got), []byte(want)
	slices.Sort(a)
	slices.Sort(b)
	return string(a) == string(b)
}

// marked is a value as JSON text in which what JSON cannot hold is marked as reference.js does.
func marked(v any) string {
	if _, err := appendJSON(nil, v, writeLoose); err != nil {
		return err.Error() // nested without end, or so deep that mark would not end
	}
	b, err := Encode(mark(v))
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func mark(v any) any {
	switch v := v.(type) {
	case *Function:
		return &Object{keys: []string{"$function"}, values: []any{true}}
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &Object{keys: []string{"$number"}, values: []any{numberText(v)}}
		}
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = mark(item)
		}
		return items
	case *Object:
		o := NewObject()
		for _, k := range javascriptOrder(v) {
			member, _ := v.Get(k)
			o.Set(k, mark(member))
		}
		return o
	case *undefined:
		return nil
	}
	return v
}

// javascriptOrder gives the keys as JavaScript lists them: whole numbers first, in their order. Ours stay where they were.
func javascriptOrder(o *Object) []string {
	keys := slices.Collect(o.Keys())
	slices.SortStableFunc(keys, func(a, b string) int {
		x, isX := arrayIndex(a)
		y, isY := arrayIndex(b)
		switch {
		case isX && isY:
			return x - y
		case isX:
			return -1
		case isY:
			return 1
		}
		return 0
	})
	return keys
}

func arrayIndex(key string) (int, bool) {
	n, err := strconv.Atoi(key)
	return n, err == nil && n >= 0 && n < 1<<32-1 && strconv.Itoa(n) == key
}
