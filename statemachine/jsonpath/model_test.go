package jsonpath_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// The model lists every value of a document with its place, in the order of the text, and asks of each place whether the steps lead to it. It knows names,
// indexes, slices, wildcards and .. in front of one name.

// placed is a value and its place: names and indexes from the root, with the length of each list on the way.
type placed struct {
	at      []any
	lengths []int
	value   any
}

func places(value any, at []any, lengths []int) []placed {
	all := []placed{{slices.Clone(at), slices.Clone(lengths), value}}
	switch value := value.(type) {
	case []any:
		for i, item := range value {
			all = append(all, places(item, append(at, i), append(lengths, len(value)))...)
		}
	case *jsonata.Object:
		for name, field := range value.All() {
			all = append(all, places(field, append(at, name), append(lengths, -1))...)
		}
	}
	return all
}

// leads tells whether steps lead to a place.
func leads(steps []jsonpath.Step, p placed) bool {
	switch {
	case len(steps) == 0:
		return len(p.at) == 0
	case len(p.at) == 0:
		return false
	}
	rest := placed{p.at[1:], p.lengths[1:], p.value}
	if descend, ok := steps[0].(*jsonpath.Descend); ok {
		return leads(append([]jsonpath.Step{descend.Step}, steps[1:]...), p) || leads(steps, rest)
	}
	return meets(steps[0], p.at[0], p.lengths[0]) && leads(steps[1:], rest)
}

// meets tells whether a step leads to a name or an index.
func meets(step jsonpath.Step, at any, length int) bool {
	name, isName := at.(string)
	index, _ := at.(int)
	switch step := step.(type) {
	case *jsonpath.Child:
		return isName && slices.Contains(step.Names, name)
	case *jsonpath.Index:
		return !isName && (slices.Contains(step.Indexes, index) || slices.Contains(step.Indexes, index-length))
	case *jsonpath.Slice:
		from, to := 0, length
		if step.From != nil {
			from = *step.From
		}
		if step.To != nil {
			to = *step.To
		}
		return !isName && index >= from && index < to
	default:
		return true
	}
}

// TestModel compares random paths over random documents with the model.
func TestModel(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 20_000 {
		doc := randomDocument(random, 4)
		text := randomPath(random)
		path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		want := []any{}
		for _, p := range places(doc, nil, nil) {
			if leads(path.Steps, p) {
				want = append(want, p.value)
			}
		}
		got, err := path.Evaluate(jsonpath.Roots{Document: doc})
		list, _ := got.([]any)
		if path.Definite() {
			list = []any{got}
		}
		if err != nil {
			list = []any{}
		}
		found += len(list)
		if strings.Contains(text, "..") { // Jayway takes the step at an object before it goes down, the model lists in the order of the text
			list, want = sorted(t, list), sorted(t, want)
		}
		if !jsonata.Equal(list, want) {
			t.Fatalf("%s over %s gives %s, %v, the model %s", text, encoded(t, doc), encoded(t, list), err, encoded(t, want))
		}
	}
	if found < 5_000 {
		t.Errorf("the paths find %d values only", found)
	}
}

func sorted(t *testing.T, list []any) []any {
	texts := make([]string, len(list))
	for i, value := range list {
		texts[i] = encoded(t, value)
	}
	slices.Sort(texts)
	result := make([]any, len(texts))
	for i, text := range texts {
		result[i] = text
	}
	return result
}

func randomPath(random *rand.Rand) string {
	var path strings.Builder
	path.WriteString("$")
	last := random.IntN(4) + 1
	for range last {
		switch n := random.IntN(4); random.IntN(7) {
		case 0, 1:
			fmt.Fprintf(&path, ".%c", 'a'+n)
		case 2:
			fmt.Fprintf(&path, "['%c']", 'a'+n)
		case 3:
			fmt.Fprintf(&path, "[%d]", n-1)
		case 4:
			path.WriteString("[*]")
		case 5:
			fmt.Fprintf(&path, "[%d:%d]", n, n+random.IntN(3))
		case 6:
			if !strings.Contains(path.String(), "..") {
				fmt.Fprintf(&path, "..%c", 'a'+n)
			}
		}
	}
	return path.String()
}

func randomDocument(random *rand.Rand, depth int) any {
	switch kind := random.IntN(8); {
	case depth == 4 || depth > 0 && kind < 3:
		object := jsonata.NewObject()
		for range random.IntN(4) + 1 {
			object.Set(string(rune('a'+random.IntN(4))), randomDocument(random, depth-1))
		}
		return object
	case depth > 0 && kind < 6:
		list := make([]any, random.IntN(4))
		for i := range list {
			list[i] = randomDocument(random, depth-1)
		}
		return list
	default:
		return float64(random.IntN(100))
	}
}

// FuzzEvaluate evaluates whatever can be read, over a document, for crashes and for the time that long paths take.
func FuzzEvaluate(f *testing.F) {
	for _, path := range []string{"$.items[?(@.qty > 0 && !(@.tags contains 'new'))].sku", "$..a[*]", "$.items[-2:]['sku','qty']", "$.d..x.length()", "$.items[?(@.sku =~ /[a-b]+/i)]",
		"$.items[?(@.qty in [1,2])].tags.concat(\"a\", $.want)", "$..items[0].tags[1]", "$$.a", "$v[0]", "$.items.append($.d..a)"} {
		f.Add(path)
	}
	on := document(f, shop)
	f.Fuzz(func(t *testing.T, text string) {
		roots := jsonpath.Roots{Document: on, Context: on, Variable: func(string) (any, bool) { return on, true }}
		pace.Linear(t, text, func(long string) { _, _ = jsonpath.Parse(long, jsonpath.StepFunctions) })
		path, err := jsonpath.Parse(text, jsonpath.StepFunctions)
		if err != nil {
			return
		}
		if value, err := path.Evaluate(roots); err == nil {
			encoded(t, value)
		}
		if changed, err := path.Set(on, "new"); err == nil {
			encoded(t, changed)
			if back, err := path.Evaluate(jsonpath.Roots{Document: changed}); err != nil || back != "new" {
				t.Errorf("what %q sets it does not find: %v, %v", text, back, err)
			}
		}
	})
}
