package lower_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/lower"
	"github.com/steploom/steploom/statemachine/engine"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func TestAssignmentsFuse(t *testing.T) {
	machine := compile(t, operation(
		set("a", 1.0),
		set("b", 2.0),
		set("c", x("$a + $b")),  // reads what was just set: literals are written out
		set("d", x("$c * 10")),  // reads a computed value: needs a state of its own
		set("a", x("$a + 100")), // set twice
		answer("[$a, $b, $c, $d]"),
	))
	expect(t, run(t, machine, `{}`, nil), `[101,2,3,30]`)
	if types := stateTypes(t, machine); len(types) != 3 {
		t.Errorf("want two states that assign and the response, got %v", types)
	}
}

func TestAssignmentAfterCallJoinsIt(t *testing.T) {
	machine := compile(t, operation(
		echo("news", "{'rows': [1, 2, 3]}"),
		set("total", x("$count($news.rows)")),
		answer("[$total, $news.rows]"),
	))
	expect(t, run(t, machine, `{}`, nil), `[3,1,2,3]`)
	if types := stateTypes(t, machine); len(types) != 2 {
		t.Errorf("want the call and the response, got %v", types)
	}
}

func TestAssignmentAfterCallWithHandlerRunsAfterTheHandler(t *testing.T) {
	call := echo("news", "{'n': 1}")
	call.OnError = []ir.Handler{{Errors: ir.Named("States.ALL"), Assign: []ir.Binding{{Name: "failed", Value: true}}}}
	machine := compile(t, operation(call, set("after", "yes"), answer("[$after, $failed, $news]")))
	host := &functions{fail: map[int]*engine.TaskError{1: {Name: "Http.Connect", Cause: "x"}}}
	expect(t, run(t, machine, `{}`, host), `["yes",true,null]`)
}

func TestConditionalBindingKeepsItsValue(t *testing.T) {
	keep := &ir.Assign{Header: head("keep"), Bindings: []ir.Binding{
		{Name: "a", Value: 2.0, IfOrNil: x("$states.context.Execution.Input.go")},
		{Name: "b", Value: 2.0, IfOrNil: x("$states.context.Execution.Input.go")},
	}}
	machine := compile(t, operation(set("a", 1.0), keep, answer("[$a, $b]")))
	expect(t, run(t, machine, `{"go": true}`, nil), `[2,2]`)
	expect(t, run(t, machine, `{"go": false}`, nil), `[1,null]`)
	expect(t, run(t, machine, `{}`, nil), `[1,null]`)
}

func TestBranch(t *testing.T) {
	machine := compile(t, operation(
		&ir.Branch{Header: head("which"),
			Cases: []ir.Case{
				{When: x("$states.context.Execution.Input.n > 10"), Body: []ir.Step{set("size", "big")}},
				{When: x("$states.context.Execution.Input.n > 5"), Body: []ir.Step{set("size", "middle"), answer("'early ' & $size")}},
			},
			Else: []ir.Step{&ir.Branch{Header: head("other"),
				Cases: []ir.Case{{When: x("$states.context.Execution.Input.n = 0"), Body: []ir.Step{set("size", "none")}}},
				Else:  []ir.Step{set("size", "small")},
			}},
		},
		answer("$size"),
	))
	for input, want := range map[string]string{`{"n": 11}`: `"big"`, `{"n": 6}`: `"early middle"`, `{"n": 0}`: `"none"`, `{"n": 1}`: `"small"`, `{}`: `"small"`} {
		expect(t, run(t, machine, input, nil), want)
	}
	if types := stateTypes(t, machine); types["which"] != "Choice" || len(types) != 3 {
		t.Errorf("assignments belong into the rules and the inner branch into the outer: %v", types)
	}
}

func TestVariableThatMayBeUnsetIsNull(t *testing.T) {
	machine := compile(t, operation(
		&ir.Branch{Header: head("if"), Cases: []ir.Case{{
			When: x("$states.context.Execution.Input.go = true"), Body: []ir.Step{echo("news", "{'n': 1}")}}}},
		answer("[$news, $never]"),
	))
	expect(t, run(t, machine, `{"go": true}`, nil), `[{"n":1},null]`)
	expect(t, run(t, machine, `{}`, nil), `[null,null]`)
}

func TestUndefinedResultsAreNull(t *testing.T) {
	got := runSteps(t, echo("a", "{'n': {'m': 1}}"), set("b", x("$a.missing")), echo("c", "{'v': $a.nothing.at.all}"),
		&ir.Return{Header: head("r"), Body: object("b", x("$b"), "c", x("$c"), "d", x("$a.n.x"), "e", x("$a.n.m"))})
	expect(t, got, `{"b":null,"c":{},"d":null,"e":1}`)
}

func TestLoops(t *testing.T) {
	gather := func(variable, index string) *ir.Loop {
		return &ir.Loop{Header: head("each"), Variable: variable, IndexOrEmpty: index}
	}
	type shape struct {
		items, count string
		body         []ir.Step
		collect      []ir.Collect
		index        string
	}
	list := []ir.Collect{{Name: "all", Value: x("$item")}}
	cases := map[string]struct {
		shape
		want string
		kind string
	}{
		"items":           {shape{items: "[1, 2, 3]", collect: list}, `[1,2,3]`, "Map"},
		"one item":        {shape{items: "[7]", collect: list}, `[7]`, "Map"},
		"no items":        {shape{items: "[]", collect: list}, `[]`, "Map"},
		"null":            {shape{items: "null", collect: list}, `[]`, "Map"},
		"nothing":         {shape{items: "$states.context.Execution.Input.none", collect: list}, `[]`, "Map"},
		"one that is not": {shape{items: "$states.context.Execution.Input.one", collect: list}, `[5]`, "Map"},
		"null items":      {shape{items: "[1, null, 3]", collect: list}, `[1,null,3]`, "Map"},
		"arrays":          {shape{items: "[[1, 2], [3]]", collect: list}, `[[1,2],[3]]`, "Map"},
		"object":          {shape{items: "{'a': 1, 'b': null}", collect: list}, `[{"key":"a","val":1},{"key":"b","val":null}]`, "Map"},
		"count":           {shape{count: "3", collect: list}, `[0,1,2]`, "Map"},
		"count 0":         {shape{count: "0", collect: list}, `[]`, "Map"},
		"computed count":  {shape{count: "$states.context.Execution.Input.one", collect: list}, `[0,1,2,3,4]`, "Map"},
		"index": {shape{items: "['a', 'b']", index: "i", collect: []ir.Collect{{Name: "all", Value: x("$item & $i")}}},
			`["a0","b1"]`, "Map"},
		"keyed": {shape{items: "[{'id': 1, 'v': 'x'}, {'id': 2, 'v': null}]", collect: []ir.Collect{{Name: "all", Key: x("$item.id"), Value: x("$item.v")}}},
			`{"1":"x","2":null}`, "Map"},
		"call": {shape{items: "[1, 2]", body: []ir.Step{echo("got", "{'n': $item}")}, collect: []ir.Collect{{Name: "all", Value: x("$got.n")}}},
			`[1,2]`, "Map"},
		"break": {shape{items: "[1, 2, 3, 4]", body: []ir.Step{
			&ir.Branch{Header: head("stop"), Cases: []ir.Case{{When: x("$item = 3"), Body: []ir.Step{&ir.Break{Header: head("")}}}}},
		}, collect: list}, `[1,2]`, "Pass"},
		"break and null items": {shape{items: "[null, [], [1], {'a': 1}]", body: []ir.Step{
			&ir.Branch{Header: head("stop"), Cases: []ir.Case{{When: x("$item = 3"), Body: []ir.Step{&ir.Break{Header: head("")}}}}},
		}, collect: list}, `[null,[],[1],{"a":1}]`, "Pass"},
		"break, keyed": {shape{items: "{'a': 1, 'b': 2, 'c': 3}", index: "i", body: []ir.Step{
			&ir.Branch{Header: head("stop"), Cases: []ir.Case{{When: x("$i = 2"), Body: []ir.Step{&ir.Break{Header: head("")}}}}},
		}, collect: []ir.Collect{{Name: "all", Key: x("$item.key"), Value: x("[$item.val]")}}}, `{"a":[1],"b":[2]}`, "Pass"},
		"break, counted": {shape{count: "$states.context.Execution.Input.one", body: []ir.Step{
			&ir.Branch{Header: head("stop"), Cases: []ir.Case{{When: x("$item = 2"), Body: []ir.Step{&ir.Break{Header: head("")}}}}},
		}, collect: list}, `[0,1]`, "Pass"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			loop := gather("item", test.index)
			if test.items != "" {
				loop.Items = x(test.items)
			}
			if test.count != "" {
				loop.Count = x(test.count)
			}
			loop.Body, loop.Collect = test.body, test.collect
			machine := compile(t, operation(loop, answer("$all")))
			expect(t, run(t, machine, `{"one": 5}`, nil), test.want)
			if got := stateTypes(t, machine)["each"]; got != test.kind {
				t.Errorf("the loop is a %s, want %s", got, test.kind)
			}
		})
	}
}

func TestSeveralCollections(t *testing.T) {
	for _, stop := range []bool{false, true} {
		loop := &ir.Loop{Header: head("each"), Items: x("[[1, 2], null, 3]"), Variable: "item", IndexOrEmpty: "i",
			Collect: []ir.Collect{
				{Name: "list", Value: x("$item")},
				{Name: "byIndex", Key: x("$i"), Value: x("$item")},
			}}
		if stop { // the same as a counted loop
			loop.Body = []ir.Step{&ir.Branch{Header: head("stop"), Cases: []ir.Case{{When: x("$i = 9"), Body: []ir.Step{&ir.Break{Header: head("")}}}}}}
		}
		expect(t, runSteps(t, loop, answer("{'list': $list, 'byIndex': $byIndex}")),
			`{"list":[[1,2],null,3],"byIndex":{"0":[1,2],"1":null,"2":3}}`)
	}
}

func TestOutwardAssignmentMakesLoopCounted(t *testing.T) {
	machine := compile(t, operation(
		set("total", 0.0),
		&ir.Loop{Header: head("each"), Items: x("[1, 2, 3]"), Variable: "item", Concurrency: 5, Body: []ir.Step{
			set("double", x("$item * 2")),
			set("total", x("$total + $double")),
		}},
		answer("$total"),
	))
	expect(t, run(t, machine, `{}`, nil), `12`)
	if got := stateTypes(t, machine)["each"]; got != "Choice" {
		t.Errorf("a loop that sets a variable for later is a %s", got)
	}
}

func TestSiblingAndNestedLoopsShareNames(t *testing.T) {
	inner := func(label string) *ir.Loop {
		return &ir.Loop{Header: head(label), Items: x("$item.parts"), Variable: "part", Body: []ir.Step{echo("stock", "{'sku': $part, 'of': $item.id}")},
			Collect: []ir.Collect{{Name: "stocks", Value: x("$stock.of & $stock.sku")}}}
	}
	outer := func(label, into string) *ir.Loop {
		return &ir.Loop{Header: head(label), Items: x("[{'id': 'a', 'parts': [1, 2]}, {'id': 'b', 'parts': []}]"), Variable: "item",
			Body: []ir.Step{inner(label + " inner")}, Collect: []ir.Collect{{Name: into, Value: x("$stocks")}}}
	}
	machine := compile(t, operation(outer("first", "one"), echo("stock", "{'sku': 'outside'}"), set("outside", x("$stock.sku")), outer("second", "two"), answer("[$one, $two, $outside]")))
	expect(t, run(t, machine, `{}`, nil), `[["a1","a2"],[],["a1","a2"],[],"outside"]`)
	for name, kind := range stateTypes(t, machine) {
		if strings.HasPrefix(name, "first") && kind == "Choice" {
			t.Errorf("%s should be a Map", name)
		}
	}
}

func TestReturnInLoopEndsTheOperation(t *testing.T) {
	got := runSteps(t,
		&ir.Loop{Header: head("each"), Items: x("[1, 2, 3]"), Variable: "item", Body: []ir.Step{
			&ir.Loop{Header: head("inner"), Items: x("[1, 2, 3]"), Variable: "other", Body: []ir.Step{
				&ir.Branch{Header: head("found"), Cases: []ir.Case{{When: x("$item = 2 and $other = 3"), Body: []ir.Step{answer("[$item, $other]")}}}},
			}},
		}},
		answer("'none'"))
	expect(t, got, `[2,3]`)
}

func TestUntilLoop(t *testing.T) {
	poll := func(limit int) []ir.Step {
		return []ir.Step{
			&ir.Loop{Header: head("poll"), Until: x("$last.n >= 3"), Max: limit, Variable: "n", Body: []ir.Step{
				&ir.Wait{Header: head("pause"), Seconds: x("2")},
				echo("last", "{'n': $n}"),
			}},
			answer("$last.n"),
		}
	}
	got := runSteps(t, poll(10)...)
	expect(t, got, `3`)
	if got.took != 8*time.Second {
		t.Errorf("took %v", got.took)
	}
	expect(t, runSteps(t, poll(2)...), `1`)
}

func TestWaitRoundsUp(t *testing.T) {
	for seconds, want := range map[string]time.Duration{"0.3": time.Second, "2": 2 * time.Second, "0": 0, "-1": 0, "1 + 0.5": 2 * time.Second, "0 - 1": 0} {
		got := runSteps(t, &ir.Wait{Header: head("pause"), Seconds: x(seconds)}, answer("'done'"))
		expect(t, got, `"done"`)
		if got.took != want {
			t.Errorf("%s: waited %v, want %v", seconds, got.took, want)
		}
	}
	until := runSteps(t, &ir.Wait{Header: head("pause"), Until: x("'2026-01-02T03:05:05Z'")}, answer("'done'"))
	if until.took != time.Minute {
		t.Errorf("waited %v until a minute later", until.took)
	}
}

func TestParallelHandsVariablesOut(t *testing.T) {
	machine := compile(t, operation(
		set("a", "old"), set("b", "old"),
		&ir.Parallel{Header: head("both"), Branches: []ir.ParallelBranch{
			{Label: "left", Body: []ir.Step{set("a", x("$a & ' left'")), echo("x", "{'v': $a}"), set("inner", 1.0)}},
			{Label: "right", Body: []ir.Step{
				&ir.Branch{Header: head("maybe"), Cases: []ir.Case{{When: x("$states.context.Execution.Input.go = true"), Body: []ir.Step{set("b", "new")}}}},
				set("inner", 2.0),
			}},
			{Label: "empty"},
		}},
		answer("[$a, $b, $x.v]"),
	))
	expect(t, run(t, machine, `{"go": true}`, nil), `["old left","new","old left"]`)
	expect(t, run(t, machine, `{}`, nil), `["old left","old","old left"]`)
}

// TestParallelKeepsWhatOneBranchSet: a branch that does not set a variable leaves what another branch sets.
func TestParallelKeepsWhatOneBranchSet(t *testing.T) {
	branch := func(goes string) ir.ParallelBranch {
		when := x("$states.context.Execution.Input." + goes + " = true")
		return ir.ParallelBranch{Label: goes, Body: []ir.Step{&ir.Branch{Header: head("if " + goes), Cases: []ir.Case{{When: when, Body: []ir.Step{set("a", goes)}}}}}}
	}
	machine := compile(t, operation(
		&ir.Parallel{Header: head("both"), Branches: []ir.ParallelBranch{branch("one"), branch("two"), branch("three")}},
		answer("$a"),
	))
	expect(t, run(t, machine, `{"one": true}`, nil), `"one"`)
	expect(t, run(t, machine, `{"two": true}`, nil), `"two"`)
	expect(t, run(t, machine, `{"three": true}`, nil), `"three"`)
	expect(t, run(t, machine, `{"one": true, "two": true}`, nil), `"two"`)
	expect(t, run(t, machine, `{}`, nil), `null`)
}

func TestReturnInParallel(t *testing.T) {
	early := &ir.Return{Header: head("early"), Status: 409.0, Body: object("list", x("[[1]]"), "text", "a"), HasBody: true}
	both := func(inside ...ir.Step) *ir.Parallel {
		return &ir.Parallel{Header: head("both"), Branches: []ir.ParallelBranch{
			{Label: "left", Body: inside}, {Label: "right", Body: []ir.Step{&ir.Wait{Header: head("pause"), Seconds: x("1")}}},
		}, Retry: ir.Native{{Errors: ir.Named("States.ALL"), MaxAttempts: 3, IntervalSeconds: 60}},
			OnError: []ir.Handler{{Errors: ir.Named("States.ALL"), Assign: []ir.Binding{{Name: "failed", Value: true}}}}}
	}
	want := `{"statusCode":409,"body":{"list":[[1]],"text":"a"}}`
	got := runSteps(t, both(early), answer("'went on'"))
	expect(t, got, want)
	if got.took > time.Minute {
		t.Error("the end of the operation was retried")
	}
	nested := both(both(early))
	nested.Common.Label = "outer"
	expect(t, runSteps(t, nested, answer("'went on'")), want)
	loop := &ir.Loop{Header: head("each"), Items: x("[1]"), Variable: "item", Body: []ir.Step{both(early)}}
	expect(t, runSteps(t, loop, answer("'went on'")), want)
	expect(t, runSteps(t, both(&ir.Fail{Header: head("bad"), Error: "Custom"}), answer("$failed")), `true`)
}

func TestHandlers(t *testing.T) {
	call := echo("got", "{'n': 1}")
	call.OnError = []ir.Handler{
		{Errors: ir.Named("Http.Status.404"), Assign: []ir.Binding{{Name: "e", Value: "missing"}}},
		{Errors: ir.Named("Sql.Constraint", "Sql.Data"), Body: []ir.Step{answer("'conflict'")}},
		{Errors: ir.Named("States.ALL"), Assign: []ir.Binding{{Name: "e", Value: x("$states.errorOutput.Error & '/' & $states.errorOutput.Cause")}},
			Body: []ir.Step{echo("logged", "$e")}},
	}
	machine := compile(t, operation(call, answer("[$e, $got = null]")))
	for name, want := range map[string]string{"Http.Status.404": `["missing",true]`, "Sql.Data": `"conflict"`, "Other": `["Other/why",true]`} {
		host := &functions{fail: map[int]*engine.TaskError{1: {Name: name, Cause: "why"}}}
		expect(t, run(t, machine, `{}`, host), want)
	}
	expect(t, run(t, machine, `{}`, nil), `[null,false]`)
}

func TestRetries(t *testing.T) {
	service := &engine.TaskError{Name: "Lambda.ServiceException"}
	throttled := &engine.TaskError{Name: "Lambda.TooManyRequestsException"}
	attempts := func(writes bool, retry ir.Native, failure *engine.TaskError) int {
		call := echo("got", "{'n': 1}")
		call.Writes, call.Retry = writes, retry
		fail := map[int]*engine.TaskError{}
		for i := range 20 {
			fail[i] = failure
		}
		return len(run(t, compile(t, operation(call, answer("$got.n"))), `{}`, &functions{fail: fail}).calls)
	}
	cases := map[string]struct{ got, want int }{
		"a read is repeated after a fault of the service": {attempts(false, nil, service), 4},
		"a write is not":                             {attempts(true, nil, service), 1},
		"a write that never ran is":                  {attempts(true, nil, throttled), 6},
		"other errors are not":                       {attempts(false, nil, &engine.TaskError{Name: "Sql.Syntax"}), 1},
		"the author's retry for all errors is alone": {attempts(true, ir.Native{{Errors: ir.Named("States.ALL"), MaxAttempts: 2}}, service), 3},
		"a class of statuses has every status":       {attempts(true, ir.Native{{Errors: []ir.ErrorMatch{ir.StatusClass(5)}, MaxAttempts: 2}}, &engine.TaskError{Name: "Http.Status.529"}), 3},
		"and no other":                               {attempts(true, ir.Native{{Errors: []ir.ErrorMatch{ir.StatusClass(5)}, MaxAttempts: 2}}, &engine.TaskError{Name: "Http.Status.499"}), 1},
		"the author's retry comes first":             {attempts(false, ir.Native{{Errors: ir.Named("Lambda.ServiceException"), MaxAttempts: 0}}, service), 1},
	}
	for name, test := range cases {
		if test.got != test.want {
			t.Errorf("%s: %d attempts, want %d", name, test.got, test.want)
		}
	}
}

func TestJumps(t *testing.T) {
	steps := func(limit int, exhausted ...ir.Step) []ir.Step {
		return []ir.Step{
			set("n", 0.0),
			&ir.Assign{Header: head("again"), Bindings: []ir.Binding{{Name: "n", Value: x("$n + 1")}}},
			&ir.Branch{Header: head("enough"), Cases: []ir.Case{{When: x("$n < 5"),
				Body: []ir.Step{&ir.Goto{Header: head("back"), Target: "again", Max: limit, Exhausted: exhausted}}}}},
			answer("$n"),
		}
	}
	expect(t, runSteps(t, steps(10)...), `5`)
	expect(t, runSteps(t, steps(2)...), `Steploom.TooManyVisits: again was reached 2 times again`)
	expect(t, runSteps(t, steps(2, answer("'gave up'"))...), `"gave up"`)
	expect(t, runSteps(t, steps(2, set("n", -1.0))...), `-1`)
}

func TestBranchesJumpOnTheirOwn(t *testing.T) {
	branch := func(variable string, times string) ir.ParallelBranch {
		return ir.ParallelBranch{Label: variable, Body: []ir.Step{
			&ir.Assign{Header: head("again"), Bindings: []ir.Binding{{Name: variable, Value: x("($" + variable + " = null ? 0 : $" + variable + ") + 1")}}},
			&ir.Branch{Header: head("enough"), Cases: []ir.Case{{When: x("$" + variable + " < " + times),
				Body: []ir.Step{&ir.Goto{Header: head("back"), Target: "again", Max: 10}}}}},
		}}
	}
	got := runSteps(t, &ir.Parallel{Header: head("both"), Branches: []ir.ParallelBranch{branch("a", "3"), branch("b", "5")}}, answer("[$a, $b]"))
	expect(t, got, `[3,5]`)
}

func TestFailureIsPassedOn(t *testing.T) {
	call := echo("got", "1")
	call.OnError = []ir.Handler{{Errors: ir.Named("States.ALL"), Assign: []ir.Binding{{Name: "failure", Value: ir.Error()}},
		Body: []ir.Step{&ir.Fail{Header: head("failed"), Error: x("$failure.Error"), Cause: x("$failure.Cause")}}}}
	machine := compile(t, operation(call, answer("$got")))
	expect(t, run(t, machine, `{}`, &functions{fail: map[int]*engine.TaskError{1: {Name: "Custom", Cause: "why"}}}), `Custom: why`)
	if text := definition(t, machine); !strings.Contains(text, `"{% $failure.Error %}"`) {
		t.Error(text)
	}
}

func TestJumpForward(t *testing.T) {
	machine := compile(t, operation(
		&ir.Branch{Header: head("skip"), Cases: []ir.Case{{When: x("$states.context.Execution.Input.skip = true"),
			Body: []ir.Step{&ir.Goto{Header: head("ahead"), Target: "last"}}}}},
		set("a", 1.0),
		&ir.Assign{Header: head("last"), Bindings: []ir.Binding{{Name: "b", Value: x("$a")}}},
		answer("[$a, $b]"),
	))
	expect(t, run(t, machine, `{"skip": true}`, nil), `[null,null]`)
	expect(t, run(t, machine, `{}`, nil), `[1,1]`)
}

func TestTextsThatMeanSomethingElsewhereSurvive(t *testing.T) {
	strange := []string{"${HOME}", "a ${b} c", "{% $x %}", "{%", "%}", "100 %}", "${", "$${x}", "it's {% ${y} %}", `back\slash ${z}`, "{% {% %} %}"}
	keys := object("${k}", x("'v'"), "x.$", []any{x("[1]"), 2.0, nil, "${z}"}, "plain", "{% 1 %}")
	for _, value := range strange {
		machine := compile(t, operation(
			set("a", value),
			set("b", build.Binary(build.Text(value), "&", build.Text(""))),
			&ir.Return{Header: head("${x} Response"), Body: []any{value, x("$a"), x("$b"), x(`$replace('${', /\$\{/, 'ok')`), keys}}))
		text := definition(t, machine)
		if strings.Contains(text, "${") {
			t.Errorf("the definition of %q holds a substitution:\n%s", value, text)
		}
		got := run(t, machine, `{}`, nil)
		want := fmt.Sprintf(`[%[1]s,%[1]s,%[1]s,"ok",{"${k}":"v","x.$":[[1],2,null,"${z}"],"plain":"{%% 1 %%}"}]`, jsonText(value))
		expect(t, got, want)
	}
}

func jsonText(value string) string { return text(value) }

func TestResponseForms(t *testing.T) {
	full := &ir.Return{Header: head("full"), Status: 201.0, Headers: object("Location", x("'/x/' & 1")), Body: x("[1]"), HasBody: true}
	expect(t, runSteps(t, full), `{"statusCode":201,"headers":{"Location":"/x/1"},"body":[1]}`)
	expect(t, runSteps(t, &ir.Return{Header: head("none"), Status: 204.0}), `{"statusCode":204}`)
	expect(t, runSteps(t, &ir.Return{Header: head("null"), Body: nil}), `null`)
	expect(t, runSteps(t, &ir.Fail{Header: head("f"), Error: "Custom.Error", Cause: x("1 + 1")}), `Custom.Error: 2`)
	expect(t, runSteps(t), `{}`)
	expect(t, runSteps(t, echo("", "{'a': 1}")), `{}`)
}

func TestUnreadResultsAreNotKept(t *testing.T) {
	text := definition(t, compile(t, operation(echo("unread", "{'a': 1}"), answer("'x'"))))
	if strings.Contains(text, `"unread":`) {
		t.Error(text)
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("é", 100)
	machine := compile(t, operation(echo("a", "1"), echo("a", "2"), &ir.Call{Header: head(long), Function: "echo"}, &ir.Call{Header: head(long), Function: "echo"},
		&ir.Call{Header: head(" tab\there\n"), Function: "echo"}, &ir.Call{Header: head(""), Function: "echo"}, answer("$a")))
	names := slices.Sorted(maps.Keys(stateTypes(t, machine)))
	want := []string{"Response", "call echo", "echo a", "echo a 2", "tab here", strings.Repeat("é", 78) + " 2", strings.Repeat("é", 80)}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}

func TestOutputIsDeterministic(t *testing.T) {
	build := func() string {
		steps := []ir.Step{&ir.Parallel{Header: head("p"), Branches: []ir.ParallelBranch{
			{Label: "l", Body: []ir.Step{set("a", x("$b")), set("c", x("$d & $e"))}}, {Label: "r", Body: []ir.Step{set("b", x("$a")), set("f", x("$g"))}}}},
			answer("[$a, $b, $c, $f]")}
		return definition(t, compile(t, operation(steps...)))
	}
	first := build()
	for range 20 {
		if build() != first {
			t.Fatal("two runs differ")
		}
	}
}

func TestLoweringLeavesTheModelAlone(t *testing.T) {
	made := operation(set("a", 1.0), set("b", 2.0), &ir.Loop{Header: head("l"), Items: x("[1]"), Variable: "i",
		Body: []ir.Step{echo("e", "$i"), set("a", x("$i"))}, Collect: []ir.Collect{{Name: "c", Value: x("$e")}}}, answer("[$a, $c]"))
	before := ir.Print(&ir.Workflow{Operations: []*ir.Operation{made}})
	compile(t, made)
	if after := ir.Print(&ir.Workflow{Operations: []*ir.Operation{made}}); after != before {
		t.Error(cmp.Diff(before, after))
	}
}

func TestStepsAfterTheEndAreLeftOut(t *testing.T) {
	machine := compile(t, operation(
		&ir.Branch{Header: head("if"), Cases: []ir.Case{{When: x("$states.context.Execution.Input.n = 1"), Body: []ir.Step{answer("'one'")}}},
			Else: []ir.Step{answer("'other'")}},
		echo("never", "{'a': 1}"),
		answer("$never"),
	))
	expect(t, run(t, machine, `{"n": 1}`, nil), `"one"`)
	if types := stateTypes(t, machine); types["echo never"] != "" {
		t.Errorf("unreachable states: %v", types)
	}
}

func TestWritingOutMindsNamesOfTheExpression(t *testing.T) {
	got := runSteps(t,
		set("a", 5.0), &ir.Wait{Header: head("w"), Seconds: x("1")},
		set("b", x("$a")),
		set("c", x("(function($a) {$a + $b})(100)")),
		answer("$c"))
	expect(t, got, `105`)
}

func TestWhatCannotBeWrittenIsReported(t *testing.T) {
	workflow := &ir.Workflow{Operations: []*ir.Operation{operation(set("a", x("{'x': 1}")), answer("$a.`${x}`"))}}
	_, found := lower.Operation(workflow, workflow.Operations[0], catalogue())
	if len(found) != 1 || found[0].Code != "LOW002" || found[0].Range.Start.Line != 7 {
		t.Errorf("%v", found)
	}
}

func TestAnchorBeforeBraces(t *testing.T) {
	text := definition(t, compile(t, operation(answer(`$contains('a', /^a${x}/)`))))
	if strings.Contains(text, "${") {
		t.Error(text)
	}
}

func TestProblemsAreShownAtTheirStep(t *testing.T) {
	call := echo("a", "1")
	call.Common.Range.Start.Line = 42
	call.Retry = ir.Native{{Errors: ir.Named("States.ALL"), MaxAttempts: 1}, {Errors: ir.Named("Late"), MaxAttempts: 1}}
	loop := &ir.Loop{Header: head("a/b~c"), Items: x("[1]"), Variable: "i", Body: []ir.Step{call}}
	workflow := &ir.Workflow{Operations: []*ir.Operation{operation(loop, answer("1"))}}
	_, found := lower.Operation(workflow, workflow.Operations[0], catalogue())
	if len(found) == 0 || found[0].Code != "LOW001" || found[0].Range.Start.Line != 42 {
		t.Errorf("%v", found)
	}
}

// TestSize refuses an operation whose definition is larger than Step Functions takes, at the operation, and not as a fault of the compiler.
func TestSize(t *testing.T) {
	for _, size := range []int{1_000_000, 1_100_000} {
		workflow := &ir.Workflow{Operations: []*ir.Operation{operation(set("a", strings.Repeat("x", size)), answer("$a"))}}
		_, found := lower.Operation(workflow, workflow.Operations[0], catalogue())
		tooLarge := len(found) == 1 && found[0].Code == "LOW005" && found[0].Fix != ""
		if tooLarge != (size > 1<<20) || !tooLarge && found.HasErrors() {
			t.Errorf("%d: %v", size, found)
		}
	}
}

// TestDepth refuses what nests too deeply at the step that causes it, and compiles chains of any length that can be made flat.
func TestDepth(t *testing.T) {
	sum := "$a" + strings.Repeat(" + $a", 78)
	expect(t, runSteps(t, set("a", x("$count([1])")), &ir.Wait{Header: head("w"), Seconds: x("1")}, answer(sum)), "79")
	deep := echo("sent", sum+" + $a + $a")
	deep.Common.Range.Start.Line = 42
	branch := &ir.Branch{Header: head("if"), Cases: []ir.Case{{When: x("$a = 1"), Body: []ir.Step{deep}}}}
	workflow := &ir.Workflow{Operations: []*ir.Operation{operation(set("a", x("$count([1])")), branch, answer("1"))}}
	_, found := lower.Operation(workflow, workflow.Operations[0], catalogue())
	if len(found) != 1 || found[0].Code != "LOW004" || found[0].Range.Start.Line != 42 || found[0].Fix == "" || !strings.Contains(found[0].Summary, "81 levels") {
		t.Errorf("%v", found)
	}
	text := strings.Repeat("${x}{%%}", 1000)
	expect(t, runSteps(t, set("a", text), &ir.Wait{Header: head("w"), Seconds: x("1")}, answer("$length($a)")), "8000")
	var many []ir.Step
	for i := range 300 {
		many = append(many, set(fmt.Sprint("a", i), x(fmt.Sprintf("$exists($a%d) ? 'y' : 'n'", i+1))))
	}
	expect(t, runSteps(t, append(many, answer("$a299"))...), `"y"`)
}

// TestConditionalAssignmentOfTheItem keeps the item where the condition fails: it has no variable yet.
func TestConditionalAssignmentOfTheItem(t *testing.T) {
	keep := func() *ir.Assign {
		return &ir.Assign{Header: head("keep"), Bindings: []ir.Binding{{Name: "i", Value: "even", IfOrNil: x("$i % 2 = 0")}}}
	}
	cases := map[string]struct {
		body    []ir.Step
		indexed bool
		want    string
	}{
		"first in the body":  {body: []ir.Step{keep()}, want: `[1,"even",3]`},
		"with the position":  {body: []ir.Step{keep()}, indexed: true, want: `[1,"even",3]`},
		"read by a call":     {body: []ir.Step{keep(), echo("r", "$i")}, want: `[1,"even",3]`},
		"after a call":       {body: []ir.Step{echo("r", "$i"), keep()}, want: `[1,"even",3]`},
		"in a counted round": {body: []ir.Step{keep(), &ir.Branch{Header: head("b"), Cases: []ir.Case{{When: x("$i = 9"), Body: []ir.Step{&ir.Break{}}}}}}, want: `[1,"even",3]`},
	}
	for name, test := range cases {
		loop := &ir.Loop{Header: head("each"), Items: x("[1, 2, 3]"), Variable: "i", Body: test.body, Collect: []ir.Collect{{Name: "all", Value: x("$i")}}}
		if test.indexed {
			loop.IndexOrEmpty, loop.Collect[0].Value = "n", x("[$n, $i][1]")
		}
		t.Run(name, func(t *testing.T) { expect(t, runSteps(t, loop, answer("$all")), test.want) })
	}
	unread := &ir.Loop{Header: head("each"), Items: x("[1, 2]"), Variable: "i", Body: []ir.Step{
		&ir.Assign{Header: head("keep"), Bindings: []ir.Binding{{Name: "i", Value: "x", IfOrNil: x("false")}}}, echo("r", "1")}}
	expect(t, runSteps(t, unread, answer("1")), `1`)
}
