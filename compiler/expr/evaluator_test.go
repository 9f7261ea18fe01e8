package expr_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// TestEvaluator compares the JSONata that paths become with the evaluator of package jsonpath, over random paths with filters and random documents: both say
// what Jayway means.
func TestEvaluator(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	compared, found := 0, 0
	for range 2_000 {
		text, document := filterPath(random), filterDocument(random, 3)
		path, err := jsonpath.Parse(text, jsonpath.Jayway)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		lowered, err := expr.ParseJSONPath(text)
		if err != nil {
			continue // it cannot be said in JSONata
		}
		want, err := path.Evaluate(jsonpath.Roots{Document: document})
		var missing *jsonpath.Missing
		switch {
		case errors.As(err, &missing) && strings.Contains(missing.Reason, "ArrayList"):
			continue // a name looks through a list in JSONata, where Jayway fails
		case errors.As(err, &missing):
			want = jsonata.Undefined
		case err != nil:
			continue // where Jayway fails, JSONata gives nothing
		}
		node := lowered.Value(expr.Root{Node: build.Var("document")})
		if !path.Definite() {
			node = lowered.List(expr.Root{Node: build.Var("document")})
		}
		compiled, err := jsonata.Compile(jsonata.Print(node), jsonata.AWS())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		got, err := compiled.Eval(t.Context(), nil, jsonata.Variables{"document": document})
		if err != nil || !sameJSON(t, got, want) {
			t.Errorf("%s over %s gives %s, %v, the evaluator %s", text, encode(t, document), encode(t, got), err, encode(t, want))
		}
		compared++
		if list, ok := want.([]any); ok {
			found += len(list)
		}
	}
	t.Logf("the evaluator and JSONata agree on %d paths, with %d values", compared, found)
	if compared < 1_500 || found < 300 {
		t.Error("the paths find too little to compare")
	}
}

func filterPath(random *rand.Rand) string {
	names := []string{"a", "b", "c"}
	name := func() string { return names[random.IntN(len(names))] }
	var path strings.Builder
	path.WriteString("$")
	for range random.IntN(3) + 1 {
		switch random.IntN(9) {
		case 0, 1:
			fmt.Fprintf(&path, ".%s", name())
		case 2:
			fmt.Fprintf(&path, "[%d]", random.IntN(4)-1)
		case 3:
			path.WriteString("[*]")
		case 4:
			fmt.Fprintf(&path, "[%d:]", random.IntN(3))
		case 5:
			fmt.Fprintf(&path, "..%s", name())
		default:
			fmt.Fprintf(&path, "[?(%s)]", filterCondition(random, name, 2))
		}
	}
	return path.String()
}

func filterCondition(random *rand.Rand, name func() string, depth int) string {
	values := []string{"1", "2", "'1'", "'x'", "true", "null", "0.5"}
	value := values[random.IntN(len(values))]
	operators := []string{"==", "!=", "<", "<=", ">", ">=", "===", "!=="}
	operator := operators[random.IntN(len(operators))]
	switch kind := random.IntN(10); {
	case kind == 0 && depth > 0:
		return "(" + filterCondition(random, name, depth-1) + ") && " + filterCondition(random, name, depth-1)
	case kind == 1 && depth > 0:
		return filterCondition(random, name, depth-1) + " || (" + filterCondition(random, name, depth-1) + ")"
	case kind == 2 && depth > 0:
		return "!(" + filterCondition(random, name, depth-1) + ")"
	case kind == 3:
		return "@." + name()
	case kind == 4:
		return "!@." + name()
	case kind == 5:
		return "@." + name() + " in [1, 'x', null]"
	case kind == 6:
		return "@ " + operator + " " + value
	case kind == 7:
		return "@." + name() + " " + operator + " @." + name()
	default:
		return "@." + name() + " " + operator + " " + value
	}
}

func filterDocument(random *rand.Rand, depth int) any {
	switch kind := random.IntN(9); {
	case kind < 3 && depth > 0, depth == 3:
		object := jsonata.NewObject()
		for range random.IntN(3) + 1 {
			object.Set(string(rune('a'+random.IntN(3))), filterDocument(random, depth-1))
		}
		return object
	case kind < 6 && depth > 0:
		list := make([]any, random.IntN(4))
		for i := range list {
			list[i] = filterDocument(random, depth-1)
		}
		return list
	default:
		return []any{1.0, 2.0, "1", "x", true, false, nil, 0.5, ""}[random.IntN(9)]
	}
}
