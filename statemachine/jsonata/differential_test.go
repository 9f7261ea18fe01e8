package jsonata

import (
	"bytes"
	"context"
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
		if d := differs(expr, input, nil, want); d != nil {
			if known := d.known(); known != "" {
				classes[known]++
				continue
			}
			classes[d.class]++
			if classes[d.class] <= 8 {
				t.Errorf("%d: %s\n\tover %s\n\t%s", i, expr, raw, d.detail)
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
		if d := differs(c.expr, c.input, c.bindings, want); d != nil {
			if known := d.known(); known != "" {
				classes[known]++
				continue
			}
			classes[d.class]++
			t.Errorf("%s: %s\n\t%s", c.name, c.expr, d.detail)
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

// difference is how our outcome differs from the reference's.
type difference struct {
	expr     string
	input    any
	bindings Bindings
	want     outcome
	class    string
	detail   string
}

// differs compares our outcome with the reference's; nil when they agree. An error that the reference reports without a code, an
// exception of JavaScript's, asks for any error or nothing.
func differs(expr string, input any, bindings Bindings, want outcome) *difference {
	before, _ := Encode(input)
	v, err := evaluateHere(expr, input, bindings)
	class, detail := "", ""
	if failed, ok := err.(*Error); ok {
		class, detail = errorDiffers(failed, want)
	} else {
		class, detail = valueDiffers(v, want)
	}
	if after, _ := Encode(input); !bytes.Equal(before, after) {
		class, detail = "input changed", fmt.Sprintf("the input is now %s", after)
	}
	if class == "" {
		return nil
	}
	return &difference{expr, input, bindings, want, class, detail}
}

func evaluateHere(expr string, input any, bindings Bindings) (any, error) {
	e, err := Compile(expr, WithLimits(Limits{Time: 10 * time.Second}))
	if err != nil {
		return nil, err
	}
	return e.Eval(context.Background(), input, bindings)
}

func errorDiffers(failed *Error, want outcome) (class, detail string) {
	switch {
	case want.Code == "JavaScript":
		return "", ""
	case want.Code == "":
		return "error instead of value", fmt.Sprintf("error %v, want %s", failed, want.Text)
	case want.Code != failed.Code:
		return "other error", fmt.Sprintf("error %v, want %s %s", failed, want.Code, want.Message)
	case want.Message != "" && want.Message != failed.Message:
		return "message of " + failed.Code, fmt.Sprintf("message %q, want %q", failed.Message, want.Message)
	case want.Position != 0 && want.Position != failed.Position:
		return "position of " + failed.Code, fmt.Sprintf("position %d, want %d", failed.Position, want.Position)
	}
	return "", ""
}

func valueDiffers(v any, want outcome) (class, detail string) {
	switch {
	case want.Code != "" && IsUndefined(v) && want.Code == "JavaScript":
		return "", ""
	case want.Code == "JavaScript":
		return "value instead of exception", fmt.Sprintf("got %s, want an exception: %s", short(marked(v)), want.Message)
	case want.Code != "":
		return "value instead of error", fmt.Sprintf("got %s, want error %s %s", marked(v), want.Code, want.Message)
	case IsUndefined(v) != want.Undefined:
		return "undefined", fmt.Sprintf("got %s, want %s", marked(v), want.Text)
	case !IsUndefined(v) && marked(v) != want.Text:
		return "value", fmt.Sprintf("got  %s\n\twant %s", marked(v), want.Text)
	}
	return "", ""
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

// short is the beginning of a long text.
func short(text string) string {
	if len(text) > 300 {
		return text[:300] + "…"
	}
	return text
}
