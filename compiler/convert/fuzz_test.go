package convert_test

import (
	"testing"

	"github.com/steploom/steploom/compiler/convert"
	"github.com/steploom/steploom/statemachine/asl"
)

// FuzzMachine: whatever the machine, converting it ends, leaves none of its states out, and makes nothing that is refused of one that is accepted.
func FuzzMachine(f *testing.F) {
	for _, fields := range []string{onePass + `"Parameters":{"a.$":"States.Format('{} {}', $.a[0], $$.x)"},"OutputPath":"$.b"`, oneTask + `"ResultPath":"$.a.b","Catch":[{"ErrorEquals":["E"],"Next":"Z"}]`,
		oneMap + `"ItemsPath":"$.l","ItemBatcher":{"MaxItemsPerBatchPath":"$.n"}`, `"Type":"Choice","Choices":[{"Not":{"Variable":"$.a","TimestampEqualsPath":"$.b"},"Next":"Z"},{"Next":"Z"}]`,
		onePass + `"Parameters":{"x.$":"$..a[?(@.b == c)].d"},"ResultPath":"$.y","OutputPath":"$.y.x[1:]"`, onePass + `"Result":[1,{"a":"{%"}],"OutputPath":"$[1].a"`} {
		f.Add(`{"StartAt":"A","States":{"A":{` + fields + `},"Z":{"Type":"Succeed"}}}`)
	}
	f.Fuzz(func(t *testing.T, definition string) {
		machine, err := asl.Unmarshal([]byte(definition))
		if err != nil {
			return
		}
		accepted := len(asl.Errors(asl.CheckJSON([]byte(definition), asl.Options{}))) == 0
		converted, states := convert.Machine(machine)
		before, after := 0, 0
		for range asl.Walk(machine) {
			before++
		}
		for range asl.Walk(converted) {
			after++
		}
		if before != after || len(states) > before {
			t.Errorf("%s: %d states became %d", definition, before, after)
		}
		if problems := asl.Errors(asl.Check(converted, asl.Options{})); accepted && len(problems) > 0 {
			text, _ := asl.Marshal(converted)
			t.Errorf("%s is accepted, %s is not: %v", definition, text, problems)
		}
	})
}
