package ir_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func x(source string) jsonata.Node {
	node, err := jsonata.Parse(source)
	if err != nil {
		panic(err)
	}
	return node
}

func head(label string) ir.Header {
	return ir.Header{Common: ir.Head{Label: label, Range: diag.Range{File: "specs/w.yaml", Start: diag.Pos{Line: 5, Column: 3}}}}
}

func TestReplaceLeavesBoundVariablesAlone(t *testing.T) {
	cases := map[string]string{
		"$a + $b":                              "$z + $b",
		"function($a) {$a + $b}":               "function($a) {$a + $b}",
		"($a := $a + 1; $a)":                   "($a := $z + 1; $a)",
		"($b := $a; $a) + $a":                  "($b := $z; $z) + $z",
		"($f := function($n) {$f($a)}; $f)":    "($f := function($n) {$f($z)}; $f)",
		"$a.rows[id = $a]":                     "$z.rows[id = $z]",
		"$map($a, function($v, $i) {$v & $a})": "$map($z, function($v, $i) {$v & $z})",
		"$a{$a.k: $a.v}":                       "$z{$z.k: $z.v}",
		"$a^(>$a)":                             "$z^(>$z)",
		"rows@$a.($a)":                         "rows@$a.($a)",
		"rows#$a[$a > 0]":                      "rows#$a[$a > 0]",
		"$a ? $a : [$a..$a]":                   "$z ? $z : [$z..$z]",
		"{'k': -$a, $a: $not($a)}":             "{'k': -$z, $z: $not($z)}",
		"$$ & $.x":                             "$$ & $.x",
		"$f(?, $a)":                            "$f(?, $z)",
		"$a ~> |$a|{'x': $a}, ['y']|":          "$z ~> |$z|{'x': $z}, ['y']|",
		"$a[]":                                 "$z[]",
	}
	for source, want := range cases {
		got := build.Replace(x(source), func(name string) jsonata.Node {
			if name == "a" {
				return build.Var("z")
			}
			return nil
		})
		if jsonata.Print(got) != jsonata.Print(x(want)) {
			t.Errorf("%s became %s, want %s", source, jsonata.Print(got), want)
		}
	}
}

func TestFreeVariables(t *testing.T) {
	value := []any{x("$b & $string($a)"), x("function($c) {$c & $states.input}"), "plain $text", nil}
	if diff := cmp.Diff([]string{"a", "b"}, ir.FreeVariables(value...)); diff != "" {
		t.Error(diff)
	}
}

func TestCheck(t *testing.T) {
	step := func(steps ...ir.Step) *ir.Operation { return &ir.Operation{Name: "op", Steps: steps} }
	loop := func(body ...ir.Step) *ir.Loop {
		return &ir.Loop{Header: head("l"), Items: x("[1]"), Variable: "i", Body: body}
	}
	cases := []struct {
		name      string
		operation *ir.Operation
		code      string
	}{
		{"break outside", step(&ir.Break{Header: head("")}), "IR002"},
		{"break out of a branch", step(loop(&ir.Parallel{Header: head("p"), Branches: []ir.ParallelBranch{{Body: []ir.Step{&ir.Break{Header: head("")}}}}})), "IR002"},
		{"break inside", step(loop(&ir.Break{Header: head("")})), ""},
		{"unbounded jump back", step(&ir.Assign{Header: head("a")}, &ir.Goto{Header: head("g"), Target: "a"}), "IR003"},
		{"negative bound", step(&ir.Assign{Header: head("a")}, &ir.Goto{Header: head("g"), Target: "a", Max: -1}), "IR003"},
		{"bounded jump back", step(&ir.Assign{Header: head("a")}, &ir.Goto{Header: head("g"), Target: "a", Max: 1}), ""},
		{"jump forward", step(&ir.Goto{Header: head("g"), Target: "a"}, &ir.Assign{Header: head("a")}), ""},
		{"jump to nowhere", step(&ir.Goto{Header: head("g"), Target: "b"}), "IR004"},
		{"jump to two", step(&ir.Goto{Header: head("g"), Target: "a"}, &ir.Assign{Header: head("a")}, &ir.Assign{Header: head("a")}), "IR004"},
		{"jump out of a branch", step(&ir.Parallel{Header: head("p"), Branches: []ir.ParallelBranch{{Body: []ir.Step{&ir.Goto{Header: head("g"), Target: "a"}}}}},
			&ir.Assign{Header: head("a")}), "IR004"},
		{"jump in a handler of a parallel", step(&ir.Parallel{Header: head("p"), OnError: []ir.Handler{{Errors: ir.Named("E"), Body: []ir.Step{
			&ir.Assign{Header: head("a")}, &ir.Goto{Header: head("g"), Target: "a", Max: 1}}}}}), ""},
		{"unknown operation", step(&ir.Invoke{Header: head("i"), Operation: "other"}), "IR005"},
		{"waiting in Express", step(&ir.Call{Header: head("c"), WaitForToken: true}), "IR006"},
		{"loop over nothing", step(&ir.Loop{Header: head("l")}), "IR007"},
		{"loop over two things", step(&ir.Loop{Header: head("l"), Items: x("[1]"), Count: x("1")}), "IR007"},
		{"until without bound", step(&ir.Loop{Header: head("l"), Until: x("true")}), "IR003"},
		{"name of a function", step(&ir.Call{Header: head("c"), Bind: "count"}), "IR008"},
		{"not a name", step(&ir.Assign{Header: head("a"), Bindings: []ir.Binding{{Name: "a-b"}}}), "IR008"},
		{"wait for nothing", step(&ir.Wait{Header: head("w")}), "IR009"},
		{"no error to retry", step(&ir.Call{Header: head("c"), Retry: ir.Native{{MaxAttempts: 1}}}), "IR011"},
		{"no such status", step(&ir.Call{Header: head("c"), OnError: []ir.Handler{{Errors: []ir.ErrorMatch{ir.Status(600)}}}}), "IR011"},
		{"no such class", step(&ir.Parallel{Header: head("p"), OnError: []ir.Handler{{Errors: []ir.ErrorMatch{ir.StatusClass(6)}}}}), "IR011"},
		{"wait for two things", step(&ir.Wait{Header: head("w"), Seconds: x("1"), Until: x("'2026-01-01T00:00:00Z'")}), "IR009"},
	}
	for _, test := range cases {
		found := ir.Check(&ir.Workflow{Operations: []*ir.Operation{test.operation}})
		switch {
		case test.code == "" && len(found) > 0:
			t.Errorf("%s: %v", test.name, found)
		case test.code != "" && (len(found) != 1 || found[0].Code != test.code || found[0].Range.Start.Line != 5):
			t.Errorf("%s: want %s, got %v", test.name, test.code, found)
		}
	}
	twice := ir.Check(&ir.Workflow{Operations: []*ir.Operation{step(), step()}})
	if len(twice) != 1 || twice[0].Code != "IR001" || len(twice[0].Notes) != 1 {
		t.Errorf("%v", twice)
	}
}

func TestRulesCoverTheChecks(t *testing.T) {
	var codes []string
	for _, rule := range ir.Rules() {
		codes = append(codes, rule.Code)
	}
	if !slices.IsSorted(codes) || len(codes) != 16 {
		t.Errorf("%v", codes)
	}
}

func TestPrint(t *testing.T) {
	body := jsonata.NewObject()
	body.Set("id", x("$news[0].id"))
	call := &ir.Call{Header: head("news"), Function: "sql", Arguments: body, Bind: "news", Result: x("$states.result.Payload.rows"), Writes: true, TimeoutSeconds: 5,
		Retry:   ir.Native{{Errors: ir.Named("Sql.Connect"), MaxAttempts: 2, IntervalSeconds: 1, BackoffRate: 1.5, Jitter: true}},
		OnError: []ir.Handler{{Errors: ir.Named("States.ALL"), Assign: []ir.Binding{{Name: "e", Value: ir.Error()}}, Body: []ir.Step{&ir.Break{Header: head("")}}}}}
	ids := schema.ListOf(schema.Of("integer").With("minimum", 1.0))
	ids.DefaultOrNil = []any{1.0}
	sent := &schema.Schema{Types: []string{"object"}, Properties: []schema.Property{{Name: "a", Required: true}}, Closed: true}
	workflow := &ir.Workflow{
		Name:            "shop",
		Connections:     []*ir.Connection{{Name: "db", Kind: ir.Database, URL: "jdbc:x", User: ir.Credential{Literal: "root"}, Password: ir.Credential{Ref: "DB"}}},
		Authentications: []*ir.Authentication{{Name: "auth", Method: access.Method{Kind: access.Basic}, Users: []ir.User{{Password: ir.Credential{Literal: "hidden"}}}}},
		Operations: []*ir.Operation{{Name: "GET /news", Mode: ir.Standard, Reason: ir.Reason{Text: "it may take 600 s"}, TimeoutSeconds: 60,
			Triggers: []ir.Trigger{&ir.HTTP{Method: "GET", Path: "/news"}, &ir.Schedule{Expression: "rate(1 day)", Zone: "UTC"}, &ir.Manual{},
				&ir.Stream{Topics: []string{"orders", "returns"}, Format: "avro", Group: "shop"}, &ir.HTTP{Method: "POST", Path: "/news", Async: true}},
			Parameters: []ir.Parameter{{Name: "ids", In: "query", Schema: ids, Separator: ",", Required: true}},
			BodyOrNil:  &ir.RequestBody{Contents: []ir.Content{{MediaType: "application/json", Schema: sent}}},
			Steps: []ir.Step{
				&ir.Loop{Header: head("each"), Items: x("[1]"), Variable: "i", IndexOrEmpty: "n", Concurrency: 4, Body: []ir.Step{call},
					Collect: []ir.Collect{{Name: "all", Key: x("$i"), Value: x("$news")}}},
				&ir.Branch{Header: head("which"), Cases: []ir.Case{{Label: "one", When: x("$i = 1"), Body: []ir.Step{&ir.Wait{Header: head("w"), Seconds: x("1")}}}},
					Else: []ir.Step{&ir.Fail{Header: head("f"), Error: "E", Cause: x("$e.Cause")}}},
				&ir.Parallel{Header: head("p"), Branches: []ir.ParallelBranch{{Label: "left", Body: []ir.Step{&ir.Invoke{Header: head("i"), Operation: "other", Bind: "o"}}}}},
				&ir.Call{Header: head("http"), Function: "http", Retry: &ir.Budget{Total: ir.Allowance{Limited: true, Max: 3}, Read: ir.Allowance{Never: true},
					AllowedMethods: []string{"GET", "PUT"}, StatusForcelist: []int{502, 503}, BackoffFactor: 0.5, BackoffMax: 120, RespectRetryAfter: true, RaiseOnStatus: true,
					RemoveHeadersOnRedirect: []string{"Cookie"}},
					OnError: []ir.Handler{{Errors: []ir.ErrorMatch{ir.Status(404), ir.StatusClass(5)}}}},
				&ir.Goto{Header: head("g"), Target: "each", Max: 3, Counter: "rounds"},
				&ir.Return{Header: head("Response"), Status: 200.0, Body: "x", HasBody: true},
			}}},
	}
	want := `workflow shop
connection db db jdbc:x user=literal password=secret(DB)
authentication auth basic password=literal
operation "GET /news" standard timeout 60
  standard because it may take 600 s
  on http GET /news
  on schedule rate(1 day) UTC
  on demand
  on stream orders, returns format avro group shop
  on http POST /news async
  parameter ids: array of integer minimum 1 default [1] required in query separated by ","
  request body application/json: object closed
    property a: any required
  loop $i, $n over [1] concurrency 4 "each"  # w.yaml:5
    call sql "news"  # w.yaml:5
      arguments {"id": $news[0].id}
      bind $news = $states.result.Payload.rows
      timeout 5
      writes
      retry Sql.Connect attempts 2 interval 1 backoff 1.5 jitter
      on error States.ALL
        $e = $states.errorOutput
        break  # w.yaml:5
    collect $all by $i = $news
  branch "which"  # w.yaml:5
    when $i = 1 "one"
      wait seconds 1 "w"  # w.yaml:5
    else
      fail "E" $e.Cause "f"  # w.yaml:5
  parallel "p"  # w.yaml:5
    branch "left"
      invoke "other" -> $o "i"  # w.yaml:5
        input null
  call http "http"  # w.yaml:5
    arguments null
    retry budget total 3 read never methods GET,PUT statuses 502,503 backoff 0.5 at most 120 retry-after raise-on-status remove-on-redirect Cookie
    on error status 404, status 5xx
  goto "each" max 3 count in $rounds "g"  # w.yaml:5
  return status 200 body "x" "Response"  # w.yaml:5
`
	if diff := cmp.Diff(want, ir.Print(workflow)); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(ir.Print(workflow), "hidden") {
		t.Error("a password is printed")
	}
}
