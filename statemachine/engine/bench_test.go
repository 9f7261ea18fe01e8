package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// chain is a machine of n Pass states.
func chain(n int) string {
	var states strings.Builder
	for i := 1; i < n; i++ {
		fmt.Fprintf(&states, `"S%d":{"Type":"Pass","Next":"S%d"},`, i, i+1)
	}
	fmt.Fprintf(&states, `"S%d":{"Type":"Pass","End":true}`, n)
	return `{"QueryLanguage":"JSONata","StartAt":"S1","States":{` + states.String() + `}}`
}

const mapOfTasks = `{"QueryLanguage":"JSONata","StartAt":"M","States":{"M":{"Type":"Map","End":true,"Items":"{% $states.input.items %}",
	"ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:111122223333:function:f","End":true}}}}}}`

const choiceAndParallel = `{"QueryLanguage":"JSONata","StartAt":"C","States":{"C":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.a = 1 %}","Next":"P"}],"Default":"F"},
	"F":{"Type":"Fail"},"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"B1","States":{"B1":{"Type":"Pass","End":true}}},
		{"StartAt":"B2","States":{"B2":{"Type":"Pass","End":true}}},
		{"StartAt":"B3","States":{"B3":{"Type":"Pass","End":true}}}]}}}`

func double(_ context.Context, task engine.Task) (any, error) {
	n, _ := task.Payload.(float64)
	return n * 2, nil
}

func thousand() *jsonata.Object {
	items := make([]any, 1000)
	for i := range items {
		items[i] = float64(i)
	}
	return object("items", items)
}

func object(key string, value any) *jsonata.Object {
	o := jsonata.NewObject()
	o.Set(key, value)
	return o
}

// BenchmarkEngine measures whole executions: states, iterations or executions per second are reported beside the time.
func BenchmarkEngine(b *testing.B) {
	for _, history := range []string{"history", "no-history"} {
		options := engine.Options{NoHistory: history == "no-history", Express: true}
		b.Run("chain10/"+history, func(b *testing.B) { measure(b, chain(10), object("a", 1.0), options, 10, "states/s") })
		b.Run("map1000/"+history, func(b *testing.B) { measure(b, mapOfTasks, thousand(), options, 1000, "iterations/s") })
		b.Run("choice+parallel/"+history, func(b *testing.B) {
			measure(b, choiceAndParallel, object("a", 1.0), options, 1, "executions/s")
		})
	}
}

func measure(b *testing.B, definition string, input any, options engine.Options, units int, unit string) {
	program, err := engine.PrepareJSON([]byte(definition))
	if err != nil {
		b.Fatal(err)
	}
	host := engine.Host{Invoker: engine.InvokerFunc(double)}
	b.ReportAllocs()
	for b.Loop() {
		if result := engine.Run(b.Context(), program, input, host, options); result.Status != engine.Succeeded {
			b.Fatalf("%s: %s %s", result.Status, result.Error, result.Cause)
		}
	}
	b.ReportMetric(float64(b.N*units)/b.Elapsed().Seconds(), unit)
}
