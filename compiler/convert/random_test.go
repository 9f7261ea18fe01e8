package convert_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/compiler/convert"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/engine"
)

// machines makes random machines in JSONPath mode and random inputs that fit them more often than not.
type machines struct {
	*rapid.T
	states map[string]any
	count  int
}

func (m *machines) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(m.T, label)
}

func (m *machines) coin(label string) bool { return rapid.Bool().Draw(m.T, label) }

// moments are timestamps near to each other, in several forms.
var moments = []string{"2020-02-29T12:00:00Z", "2020-02-29T12:00:00.000Z", "2020-02-29T12:00:00.0000001Z", "2020-02-29T13:00:00+01:00", "2020-02-29T11:59:59.9999Z", "2020-02-29T12:00:00.1234567891Z", "2020-02-29T12:00:00.123Z"}

// value is a JSON value of some depth.
func (m *machines) value(depth int) any {
	most := 7
	if depth == 0 {
		most = 4
	}
	switch rapid.IntRange(0, most).Draw(m.T, "kind") {
	case 0:
		return nil
	case 1:
		return m.coin("bool")
	case 2:
		return rapid.SampledFrom([]any{0, 1, -2, 2.5, 7}).Draw(m.T, "number")
	case 3, 4:
		return m.pick("text", "", "x", "abc", "1", "true", "a,b", "{% 1 %}", `{"k":[1]}`)
	case 5:
		list := make([]any, rapid.IntRange(0, 3).Draw(m.T, "length"))
		for i := range list {
			list[i] = m.value(depth - 1)
		}
		return list
	default:
		object := map[string]any{}
		for _, key := range []string{"a", "b", "c"} {
			if rapid.IntRange(0, 3).Draw(m.T, "there") > 0 {
				object[key] = m.value(depth - 1)
			}
		}
		return object
	}
}

// document is an input: an object, nearly always.
func (m *machines) document() any {
	object := map[string]any{"l": []any{m.value(2), m.value(1)}, "o": map[string]any{"a": m.value(2), "b": m.value(1)}, "n": 3, "t": "abc", "m": m.pick("moment", append(moments, "2020-02-30T00:00:00Z", "2020-01-01")...), "w": m.pick("moment", moments...)}
	for _, key := range []string{"a", "b", "c"} {
		object[key] = m.value(3)
	}
	return object
}

func (m *machines) path() string {
	path := m.pick("root", "$", "$", "$", "$", "$$", "$v")
	if path == "$$" {
		return m.pick("context", "$$.Execution.Input.a", "$$.State.Name", "$$.Execution.Input", "$$.Execution.Name")
	}
	if path == "$v" {
		return m.pick("variable", "$v", "$v.a", "$v[0]", "$text", "$value", "$found[*].a", "$moment")
	}
	for range rapid.IntRange(0, 3).Draw(m.T, "steps") {
		path += m.pick("step", ".a", ".b", ".c", ".o", ".l", ".a", ".t", ".n", "['b']", "[0]", "[-1]", "[*]", "..a", "[0].length()", "[0:1]", "[?(@.a)]", "[?(@.a == 1)]", "[?(@.a == null)]", "[?(@.a != 1)]", "[?(!@.b)]", "[?(@.a == x)]", ".*", "['a','b']")
	}
	return path
}

func (m *machines) reference() string {
	path := "$"
	for range rapid.IntRange(1, 2).Draw(m.T, "steps") {
		path += m.pick("name", ".a", ".b", ".o", ".r")
	}
	return path
}

func (m *machines) argument(depth int) string {
	switch rapid.IntRange(0, 5).Draw(m.T, "argument") {
	case 0:
		return m.pick("literal", "1", "0", "2.5", "'x'", "'a,b'", "true", "null", "'abc'")
	case 1:
		if depth > 0 {
			return m.call(depth - 1)
		}
	}
	return m.path()
}

func (m *machines) call(depth int) string {
	name := m.pick("function", "Array", "ArrayPartition", "ArrayContains", "ArrayRange", "ArrayGetItem", "ArrayLength", "Hash", "JsonMerge", "StringToJson", "JsonToString",
		"MathAdd", "StringSplit", "Format", "Base64Encode")
	x, y := m.argument(depth), m.argument(depth)
	arguments := ""
	switch name {
	case "Array":
		arguments = m.pick("arity", "", x, x+", "+y, x+", "+y+", 1")
	case "ArrayLength", "StringToJson", "JsonToString", "Base64Encode":
		arguments = x
	case "Hash":
		arguments = x + ", '" + m.pick("algorithm", "MD5", "SHA-1", "SHA-256") + "'"
	case "JsonMerge":
		arguments = x + ", " + y + ", false"
	case "StringSplit":
		arguments = x + ", '" + m.pick("splitters", ",", "b", ",b", "]-^") + "'"
	case "ArrayRange":
		arguments = m.pick("range", "0, 4, 2", "1, 1, 1", "3, 0, -1", x+", 5, 1", "0, 3, "+x)
	case "ArrayPartition", "ArrayGetItem":
		arguments = x + ", " + m.pick("index", "0", "1", "2", y)
	case "Format":
		arguments = m.pick("template", `'{}', `+x, `'a {} b {}', `+x+", "+y, `'\{{}\} it\'s', `+x)
	default:
		arguments = x + ", " + y
	}
	return "States." + name + "(" + arguments + ")"
}

func (m *machines) template() any {
	object := map[string]any{"k": m.value(1)}
	for _, name := range []string{"a", "b", "l"} {
		switch rapid.IntRange(0, 3).Draw(m.T, "member") {
		case 0:
			object[name+".$"] = m.call(1)
		case 1:
			object[name] = map[string]any{"x.$": m.path()}
		default:
			object[name+".$"] = m.path()
		}
	}
	return object
}

func (m *machines) test(depth int) map[string]any {
	switch kind := rapid.IntRange(0, 6).Draw(m.T, "test"); {
	case kind == 0 && depth > 0:
		return map[string]any{"Not": m.test(depth - 1)}
	case kind == 1 && depth > 0:
		return map[string]any{"And": []any{m.test(depth - 1), m.test(depth - 1)}}
	case kind == 2 && depth > 0:
		return map[string]any{"Or": []any{m.test(depth - 1), m.test(depth - 1)}}
	case kind == 3:
		variable := m.definite()
		return map[string]any{"And": []any{map[string]any{"Variable": variable, "IsPresent": true}, m.comparison(variable)}}
	}
	return m.comparison(m.definite())
}

func (m *machines) definite() string {
	return m.pick("definite", "$.a", "$.b", "$.n", "$.t", "$.o.a", "$.a.b", "$.l[0]", "$.a[0]", "$.a.b.c", "$.m", "$.w", "$.m", "$$.Execution.Name", "$v", "$value", "$moment", "$.no")
}

func (m *machines) comparison(variable string) map[string]any {
	operator := m.pick("operator", "StringEquals", "StringLessThan", "NumericEquals", "NumericGreaterThanEquals", "BooleanEquals", "IsNull", "IsPresent", "IsNumeric", "IsString",
		"IsBoolean", "StringMatches", "TimestampEquals", "TimestampLessThan", "TimestampGreaterThanEqualsPath", "TimestampEqualsPath", "IsTimestamp", "StringEqualsPath", "NumericLessThanPath", "BooleanEqualsPath", "NumericEqualsPath", "StringGreaterThanPath")
	var operand any
	switch {
	case strings.HasSuffix(operator, "Path"):
		operand = m.definite()
	case strings.HasPrefix(operator, "Timestamp"):
		operand = m.pick("moment", moments...)
	case operator == "StringMatches":
		operand = m.pick("pattern", "a*", "*c", "*b*", "a*c", "abc", "*", `a\*`, "a.c", "(*)*")
	case strings.HasPrefix(operator, "String"):
		operand = m.pick("text", "", "abc", "x", "1")
	case strings.HasPrefix(operator, "Numeric"):
		operand = rapid.SampledFrom([]any{0, 1, 2.5, 3}).Draw(m.T, "number")
	default:
		operand = m.coin("operand")
	}
	return map[string]any{"Variable": variable, operator: operand}
}

// processing gives a state some of the fields of its data flow.
func (m *machines) processing(state map[string]any, names ...string) {
	for _, name := range names {
		if !m.coin(name) {
			continue
		}
		switch name {
		case "InputPath", "OutputPath":
			state[name] = m.path()
			if rapid.IntRange(0, 5).Draw(m.T, "null") == 0 {
				state[name] = nil
			}
		case "ResultPath":
			state[name] = m.reference()
			if rapid.IntRange(0, 5).Draw(m.T, "null") == 0 {
				state[name] = nil
			}
		case "Parameters", "ResultSelector", "ItemSelector":
			state[name] = m.template()
		case "Result":
			state[name] = m.value(2)
		case "Assign":
			state[name] = map[string]any{"v.$": m.path()}
		}
	}
}

// chain adds states that follow one another, and answers the first.
func (m *machines) chain(states map[string]any, depth int) string {
	first := ""
	var last map[string]any
	for range rapid.IntRange(1, 3).Draw(m.T, "length") {
		m.count++
		name := fmt.Sprintf("S%d", m.count)
		state := m.state(depth)
		states[name] = state
		if last != nil {
			follow(last, name)
		} else {
			first = name
		}
		last = state
	}
	m.count++
	end := fmt.Sprintf("S%d", m.count)
	states[end] = map[string]any{"Type": "Pass", "End": true}
	follow(last, end)
	return first
}

func follow(state map[string]any, next string) {
	if state["Type"] == "Choice" {
		state["Default"] = next
		for _, rule := range state["Choices"].([]any) {
			rule.(map[string]any)["Next"] = next
		}
		return
	}
	state["Next"] = next
}

func (m *machines) state(depth int) map[string]any {
	kinds := []string{"Pass", "Pass", "Pass", "Choice", "Wait"}
	if depth > 0 {
		kinds = append(kinds, "Map", "Parallel")
	}
	state := map[string]any{"Type": m.pick("type", kinds...)}
	switch state["Type"] {
	case "Pass":
		m.processing(state, "InputPath", "Parameters", "ResultPath", "Assign")
		if m.coin("out") {
			m.processing(state, "OutputPath", "Result")
		}
	case "Wait":
		state["Seconds"] = 1
		m.processing(state, "InputPath", "Assign")
	case "Choice":
		var rules []any
		for i := range rapid.IntRange(1, 3).Draw(m.T, "rules") {
			rule := m.test(2)
			rule["Assign"] = map[string]any{"rule": i}
			rules = append(rules, rule)
		}
		state["Choices"], state["Assign"] = rules, map[string]any{"rule": "default"}
	case "Map":
		state["ItemsPath"] = m.pick("items", "$.l", "$.a", "$.b", "$.o.a", "$")
		inner := map[string]any{}
		state["ItemProcessor"] = map[string]any{"StartAt": m.chain(inner, depth-1), "States": inner}
		m.processing(state, "ResultPath", "ItemSelector")
	case "Parallel":
		inner := map[string]any{}
		state["Branches"] = []any{map[string]any{"StartAt": m.chain(inner, depth-1), "States": inner}}
		m.processing(state, "InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath")
	}
	return state
}

func (m *machines) machine() []byte {
	states := map[string]any{"Begin": map[string]any{"Type": "Pass", "Assign": map[string]any{"v.$": "$.a", "text.$": "$.b", "value.$": "$.o", "found.$": "$.l", "moment.$": "$.m", "rule": "none"}}}
	follow(states["Begin"].(map[string]any), m.chain(states, 2))
	// the rule that was chosen last is part of the output
	end := fmt.Sprintf("S%d", m.count)
	states[end] = map[string]any{"Type": "Pass", "Parameters": map[string]any{"rule.$": "$rule", "out.$": "$"}, "End": true}
	text, err := json.Marshal(map[string]any{"StartAt": "Begin", "States": states})
	if err != nil {
		panic(err)
	}
	return text
}

// TestRandomMachines runs random machines in both forms. What goes well in JSONPath mode goes the same way, with the same data; what fails there fails, but
// for the few that the package's documentation tells of.
func TestRandomMachines(t *testing.T) {
	ran, succeeded, converted, looser := 0, 0, 0, 0
	property.Check(t, func(rt *rapid.T) {
		m := &machines{T: rt}
		definition := m.machine()
		input, err := json.Marshal(m.document())
		if err != nil {
			rt.Fatal(err)
		}
		machine, err := asl.Unmarshal(definition)
		if err != nil {
			rt.Fatal(err)
		}
		if len(asl.Errors(asl.CheckJSON(definition, asl.Options{}))) > 0 {
			rt.Skip()
		}
		other, states := convert.Machine(machine)
		for _, state := range states {
			if state.Reason == "" {
				converted++
			}
		}
		if problems := asl.Errors(asl.Check(other, asl.Options{})); len(problems) > 0 {
			rt.Fatalf("%s\n%v", definition, problems)
		}
		before, after := execute(t, machine, input), execute(t, other, input)
		ran++
		switch {
		case before.Status == engine.Succeeded:
			succeeded++
			if after.Status != engine.Succeeded || encode(t, before.Output) != encode(t, after.Output) {
				text, _ := asl.Marshal(other)
				rt.Fatalf("%s\ninput %s\ngives %s\nconverted: %s %s %s %s\n%s", definition, input, encode(t, before.Output), after.Status, encode(t, after.Output), after.Error, after.Cause, text)
			}
		case after.Status == engine.Succeeded:
			looser++
		}
	})
	if succeeded*5 < ran || converted < ran {
		t.Errorf("only %d of %d machines succeed, with %d states converted", succeeded, ran, converted)
	}
	fmt.Printf("random machines: %d, %d of them succeed, %d states converted; %d fail in JSONPath mode alone\n", ran, succeeded, converted, looser)
}

func execute(t *testing.T, machine *asl.Machine, input []byte) engine.Result {
	program, err := engine.Prepare(machine)
	if err != nil {
		return engine.Result{Status: engine.Failure, Error: "not prepared", Cause: err.Error()}
	}
	host := engine.Host{Clock: engine.NewVirtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), Random: func() float64 { return 0.25 }}
	return engine.Run(context.Background(), program, parsed(input), host, engine.Options{Name: "execution"})
}
