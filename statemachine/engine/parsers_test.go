package engine

import (
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// FuzzParseMocks: a mock file is read in linear time, and what is read answers or refuses each of its cases.
func FuzzParseMocks(f *testing.F) {
	f.Add(`{"StateMachines": {"m": {"TestCases": {"c": {"S": "r"}}}}, "MockedResponses": {"r": {"0": {"Return": {}}, "1-2": {"Throw": {"Error": "E", "Cause": "c"}}}}}`)
	f.Add(`{"StateMachines": {"m": {"TestCases": {"c": {"S": "missing"}}}}}`)
	f.Add(`{"StateMachines": [], "MockedResponses": 1}`)
	f.Add(`{"StateMachines": {"m": {"TestCases": {"c": {"S": "r"}}}}, "MockedResponses": {"r": {"9999999999-1": {"Return": 1}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		pace.Linear(t, text, func(text string) { _, _ = ParseMocks([]byte(text)) })
		mocks, err := ParseMocks([]byte(text))
		if err != nil {
			return
		}
		value, _ := jsonata.Decode([]byte(text))
		for machine, about := range entries(value.(*jsonata.Object), "StateMachines") {
			for name := range entries(object(about), "TestCases") {
				_, _ = mocks.Invoker(machine, name)
			}
		}
	})
}

// FuzzItems: the items of a file are read in linear time, and all of them can be written as JSON.
func FuzzItems(f *testing.F) {
	f.Add("JSON", "/a/b~1", `{"a": {"b/": [1, {"c": null}]}}`)
	f.Add("JSONL", "", "{}\n\n[1]\n")
	f.Add("CSV", "", "a,b\n1,2\n\"x\"\"\ny\",3,4\n5")
	f.Add("CSV", "", "a,a\n")
	f.Add("CSV", "", "\ufeff\"")
	f.Fuzz(func(t *testing.T, kind, pointer, text string) {
		r := &itemReader{config: asl.ReaderConfig{InputType: kind, ItemsPointer: pointer}}
		read := func(text string) ([]any, error) {
			switch kind {
			case "CSV":
				return r.csv([]byte(text))
			case "JSONL":
				return jsonLines([]byte(text))
			}
			return r.json([]byte(text))
		}
		pace.Linear(t, text, func(text string) { _, _ = read(text) })
		items, err := read(text)
		if err != nil {
			return
		}
		if _, err := jsonata.Encode(items); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	})
}
