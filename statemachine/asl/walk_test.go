package asl_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func read(t *testing.T, text string) *asl.Machine {
	t.Helper()
	machine, err := asl.Unmarshal([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return machine
}

// resolve follows a JSON pointer.
func resolve(document any, pointer string) any {
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		switch value := document.(type) {
		case map[string]any:
			document = value[token]
		case []any:
			i, _ := strconv.Atoi(token)
			document = value[i]
		}
	}
	return document
}

const nestedMachine = `{"QueryLanguage": "JSONata", "StartAt": "a/b", "States": {
	"a/b": {"Type": "Map", "Next": "P", "ItemProcessor": {"StartAt": "x", "States": {
		"x": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "x1", "States": {"x1": {"Type": "Pass", "End": true}}}]},
		"x~": {"Type": "Succeed"}}}},
	"P": {"Type": "Parallel", "End": true, "Branches": [
		{"StartAt": "p1", "States": {"p1": {"Type": "Fail"}}}, {"StartAt": "p2", "States": {"p2": {"Type": "Pass", "End": true}}}]}}}`

func TestWalk(t *testing.T) {
	var document any
	if err := json.Unmarshal([]byte(nestedMachine), &document); err != nil {
		t.Fatal(err)
	}
	var got []string
	for at := range asl.Walk(read(t, nestedMachine)) {
		got = append(got, strings.Join(append(slices.Clone(at.Path), at.Name), " > "))
		object, _ := resolve(document, at.Pointer).(map[string]any)
		if object["Type"] != at.State.Type() {
			t.Errorf("%s points at %v, not at a %s", at.Pointer, object, at.State.Type())
		}
		if own, ok := at.Machine.States.Get(at.Name); !ok || own != at.State {
			t.Errorf("%s is not of its machine", at.Pointer)
		}
	}
	want := []string{"a/b", "a/b > x", "a/b > x > x1", "a/b > x~", "P", "P > p1", "P > p2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for range asl.Walk(nil) {
		t.Error("nil has a state")
	}
	count := 0
	for at := range asl.Walk(read(t, nestedMachine)) {
		if count++; at.Name == "x1" {
			break
		}
	}
	if count != 3 {
		t.Errorf("%d states before the walk was left", count)
	}
}

// filled gives every field of a struct that can hold an expression one of its own, and every text the value next.
func filled(v reflect.Value, next string) {
	for i := range v.NumField() {
		name, field := v.Type().Field(i).Name, v.Field(i)
		switch field.Interface().(type) {
		case string:
			if name == "Next" || name == "Default" {
				field.SetString(next)
			}
		case *jsonata.Object:
			object := jsonata.NewObject()
			object.Set("variable", []any{asl.Expression(build.Text(name)), "constant"})
			field.Set(reflect.ValueOf(object))
		case []asl.Rule, []asl.Catcher:
			field.Set(reflect.MakeSlice(field.Type(), 2, 2))
			filled(field.Index(0), next+"0")
			filled(field.Index(1), next+"1")
		case *asl.ItemReader, *asl.ReaderConfig, *asl.ItemBatcher, *asl.ResultWriter:
			field.Set(reflect.New(field.Type().Elem()))
			filled(field.Elem(), next)
		case *asl.Machine, *asl.WriterConfig, bool, []string, []asl.Retrier, []*asl.Machine, asl.Processing, asl.Path, *asl.Test:
		case asl.Number:
			field.Set(reflect.ValueOf(asl.Computed[float64](build.Text(name))))
		case asl.Text:
			field.Set(reflect.ValueOf(asl.Computed[string](build.Text(name))))
		case asl.Boolean:
			field.Set(reflect.ValueOf(asl.Computed[bool](build.Text(name))))
		default:
			if name != "Parameters" && name != "Result" { // of JSONPath mode
				field.Set(reflect.ValueOf(asl.Expression(build.Text(name))))
			}
		}
	}
}

// expressionsOf are the pointers of all texts with delimiters in JSON, in order.
func expressionsOf(pointer string, value any) []string {
	var found []string
	switch value := value.(type) {
	case string:
		if strings.HasPrefix(value, "{%") {
			found = append(found, pointer)
		}
	case []any:
		for i, item := range value {
			found = append(found, expressionsOf(fmt.Sprintf("%s/%d", pointer, i), item)...)
		}
	case *jsonata.Object:
		for key, member := range value.All() {
			found = append(found, expressionsOf(pointer+"/"+key, member)...)
		}
	}
	return found
}

// TestExpressionsOfEveryField fills every field of every state type; what the JSON of the state shows must be found.
func TestExpressionsOfEveryField(t *testing.T) {
	for _, state := range []asl.State{&asl.Pass{}, &asl.Task{}, &asl.Choice{}, &asl.Wait{}, &asl.Succeed{}, &asl.Fail{}, &asl.Parallel{}, &asl.Map{}} {
		filled(reflect.ValueOf(state).Elem(), "to")
		machine := &asl.Machine{QueryLanguage: asl.JSONata, StartAt: "s", States: asl.NewStates()}
		machine.States.Set("s", state)
		text, err := asl.Marshal(machine)
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonata.Decode(text)
		if err != nil {
			t.Fatal(err)
		}
		object, _ := document.(*jsonata.Object).Get("States")
		object, _ = object.(*jsonata.Object).Get("s")
		var got []string
		for formula := range (asl.Located{State: state, QueryLanguage: asl.JSONata}).Expressions() {
			got = append(got, formula.Pointer)
			if formula.Err != nil || formula.Node == nil {
				t.Errorf("%s: %v", formula.Pointer, formula.Err)
			}
		}
		want := expressionsOf("", object)
		slices.Sort(got)
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", state.Type(), diff)
		}
		checkWays(t, state, object)
	}
}

// checkWays compares the ways out of a filled state with the texts of its JSON that begin with "to".
func checkWays(t *testing.T, state asl.State, object any) {
	t.Helper()
	text, err := jsonata.Encode(object)
	if err != nil {
		t.Fatal(err)
	}
	ways := asl.Next(state)
	if want := strings.Count(string(text), `"to`); len(ways) != want {
		t.Errorf("%s has %d ways out, found %v", state.Type(), want, ways)
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	for _, way := range ways {
		if got := resolve(document, way.Pointer); got != way.Target {
			t.Errorf("%s: %s is %v, not %s", state.Type(), way.Pointer, got, way.Target)
		}
	}
}

func TestExpressionsOutside(t *testing.T) {
	jsonPath := &asl.Pass{QueryLanguage: asl.JSONPath, Output: "{% 1 %}"}
	for formula := range (asl.Located{State: jsonPath, QueryLanguage: asl.JSONPath}).Expressions() {
		t.Errorf("a state in JSONPath mode has the expression %s", formula.Source)
	}
	broken := &asl.Pass{Comment: "{% 1 %}", Output: []any{"{% 1 + %}", "{% x", 7.0, map[string]any{"k": "{%$x%}"}}}
	var got []string
	for formula := range (asl.Located{State: broken, QueryLanguage: asl.JSONata}).Expressions() {
		got = append(got, fmt.Sprintf("%s %s %t", formula.Pointer, formula.Source, formula.Err == nil))
	}
	if diff := cmp.Diff([]string{"/Output/0 1 + false", "/Output/3/k $x true"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReached(t *testing.T) {
	next := map[string][]string{"a": {"b", "c"}, "b": {"a"}, "c": {"d", "d"}, "e": {"a"}}
	got := asl.Reached("a", func(name string) []string { return next[name] })
	if diff := cmp.Diff(map[string]bool{"a": true, "b": true, "c": true, "d": true}, got); diff != "" {
		t.Error(diff)
	}
}
