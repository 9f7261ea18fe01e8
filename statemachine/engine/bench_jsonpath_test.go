package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/steploom/steploom/statemachine/engine"
)

// twins are machines that do the same in both query languages: the first definition is in JSONPath mode.
func twins() map[string][2]string {
	repeated := func(language, fields string) string {
		var states strings.Builder
		for i := range 9 {
			fmt.Fprintf(&states, `"S%d":{"Type":"Pass",%s,"Next":"S%d"},`, i, fields, i+1)
		}
		return `{"QueryLanguage":"` + language + `","StartAt":"S0","States":{` + states.String() + `"S9":{"Type":"Pass",` + fields + `,"End":true}}}`
	}
	// kept adds a field to the input, given as a path or a call and as an expression.
	kept := func(path, expression string) [2]string {
		return [2]string{
			repeated("JSONPath", `"Parameters":{"a.$":"$.a","items.$":"$.items","x.$":"`+path+`"}`),
			repeated("JSONata", `"Output":{"a":"{% $states.input.a %}","items":"{% $states.input.items %}","x":"{% `+expression+` %}"}`),
		}
	}
	return map[string][2]string{
		"filter":         kept("$.items[?(@.n > 12)].n", "[$states.input.items[n > 12].n]"),
		"filter of two":  kept("$.items[?(@.n > 2 && @.n != 7)].n", "[$states.input.items[n > 2 and n != 7].n]"),
		"deep scan":      kept("$..n", "[$states.input.**.n]"),
		"wildcard":       kept("$.items[*].n", "[$states.input.items.n]"),
		"slice":          kept("$.items[3:7].n", "[$states.input.items[[3..6]].n]"),
		"ArrayContains":  kept("States.ArrayContains($.items[*].n, 7)", "7 in $states.input.items.n"),
		"ArrayUnique":    kept("States.ArrayUnique($.items[*].n)", "$distinct($states.input.items.n)"),
		"ArrayRange":     kept("States.ArrayRange(1, 50, 1)", "[1..50]"),
		"ArrayPartition": kept("States.ArrayPartition($.items, 4)", "$partition($states.input.items, 4)"),
		"JsonMerge":      kept("States.JsonMerge($.items[0], $.items[1], false)", "$merge([$states.input.items[0], $states.input.items[1]])"),
		"JsonToString":   kept("States.JsonToString($.items)", "$string($states.input.items)"),
		"StringToJson":   kept("States.StringToJson('[1,2,3]')", "$parse('[1,2,3]')"),
		"StringSplit":    kept("States.StringSplit('a,b,c,d', ',')", "$split('a,b,c,d', ',')"),
		"Hash":           kept("States.Hash($.a, 'SHA-256')", "$hash($states.input.a, 'SHA-256')"),
		"Format":         kept("States.Format('{} {}', $.items, $.items[0])", "$string($states.input.items) & ' ' & $string($states.input.items[0])"),
		"ResultPath": {
			repeated("JSONPath", `"Parameters":{"x.$":"$.a"},"ResultPath":"$.r.s"`),
			repeated("JSONata", `"Output":"{% $merge([$states.input, {'r': {'s': {'x': $states.input.a}}}]) %}"`)},
		"Pass": {strings.Replace(chain(10), "JSONata", "JSONPath", 1), chain(10)},
		"Parameters": {
			repeated("JSONPath", `"Parameters":{"a.$":"$.a","items.$":"$.items","deep":{"first.$":"$.items[0].n"}}`),
			repeated("JSONata", `"Output":{"a":"{% $states.input.a %}","items":"{% $states.input.items %}","deep":{"first":"{% $states.input.items[0].n %}"}}`)},
		"paths": {
			repeated("JSONPath", `"InputPath":"$.items","ResultPath":"$.again","OutputPath":"$"`),
			repeated("JSONata", `"Output":"{% $merge([$states.input, {'again': $states.input.items}]) %}"`)},
		"Assign": {
			repeated("JSONPath", `"Assign":{"v.$":"$.items[1].n","w.$":"$.a"}`),
			repeated("JSONata", `"Assign":{"v":"{% $states.input.items[1].n %}","w":"{% $states.input.a %}"}`)},
		"Choice": {
			`{"StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Variable":"$.a","StringEquals":"no","Next":"S"},{"And":[{"Variable":"$.a","IsString":true},{"Variable":"$.items[3].n","NumericGreaterThan":2}],"Next":"S"}]},"S":{"Type":"Succeed"}}}`,
			`{"QueryLanguage":"JSONata","StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.a = 'no' %}","Next":"S"},{"Condition":"{% $type($states.input.a) = 'string' and $states.input.items[3].n > 2 %}","Next":"S"}]},"S":{"Type":"Succeed"}}}`},
		"functions": {
			repeated("JSONPath", `"Parameters":{"t.$":"States.Format('{} of {}', $.a, States.ArrayLength($.items))","a.$":"$.a","items.$":"$.items"}`),
			repeated("JSONata", `"Output":{"t":"{% $states.input.a & ' of ' & $count($states.input.items) %}","a":"{% $states.input.a %}","items":"{% $states.input.items %}"}`)},
		"invoke": {
			`{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload":{"a.$":"$.a"}},"ResultSelector":{"p.$":"$.Payload"},"ResultPath":"$.r","End":true}}}`,
			`{"QueryLanguage":"JSONata","StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f","Payload":{"a":"{% $states.input.a %}"}},"Output":"{% $merge([$states.input, {'r': {'p': $states.result.Payload}}]) %}","End":true}}}`},
		"Map": {
			`{"StartAt":"M","States":{"M":{"Type":"Map","ItemsPath":"$.items","ItemSelector":{"n.$":"$$.Map.Item.Value.n","a.$":"$.a"},
				"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","Parameters":{"n.$":"$.n"},"End":true}}},"End":true}}}`,
			`{"QueryLanguage":"JSONata","StartAt":"M","States":{"M":{"Type":"Map","Items":"{% $states.input.items %}","ItemSelector":{"n":"{% $states.context.Map.Item.Value.n %}","a":"{% $states.input.a %}"},
				"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Pass","Output":{"n":"{% $states.input.n %}"},"End":true}}},"End":true}}}`},
	}
}

func twinInput(items int) any {
	list := make([]any, items)
	for i := range list {
		list[i] = object("n", float64(i))
	}
	input := object("items", list)
	input.Set("a", "text")
	return input
}

// BenchmarkQueryLanguages measures machines in JSONPath mode and reports how many times as long they take as their twins in JSONata mode, measured in
// turn in the same run.
func BenchmarkQueryLanguages(b *testing.B) {
	for name, pair := range twins() {
		b.Run(name, func(b *testing.B) {
			var spent [2][]time.Duration
			for b.Loop() {
				for i, definition := range pair {
					spent[i] = append(spent[i], timed(b, definition))
				}
			}
			b.ReportMetric(float64(middle(spent[0]))/float64(middle(spent[1])), "x-JSONata")
		})
	}
}

// timed runs a machine some times and answers how long that takes.
func timed(b *testing.B, definition string) time.Duration {
	program, err := engine.PrepareJSON([]byte(definition))
	if err != nil {
		b.Fatal(err)
	}
	input := twinInput(20)
	host := engine.Host{Invoker: engine.InvokerFunc(func(_ context.Context, task engine.Task) (any, error) { return task.Payload, nil })}
	begun := time.Now()
	for range 50 {
		if r := engine.Run(b.Context(), program, input, host, engine.Options{NoHistory: true, Express: true}); r.Status != engine.Succeeded {
			b.Fatalf("%s %s", r.Error, r.Cause)
		}
	}
	return time.Since(begun)
}

func middle(spent []time.Duration) time.Duration {
	slices.Sort(spent)
	return spent[len(spent)/2]
}
