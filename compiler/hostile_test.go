package compiler_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

const longAPICHAP = `operations:
  'get /x':
    fulfillments:
      - {type: if, if: 'CONDITION', then: [{type: generic}]}
    responses:
      - {name: success, statuscode: 200, default: true, schema: {text: 'TEXT'}}
`

const longOSOP = `osop_version: "2.0"
id: x
inputs: {a: {type: integer}}
nodes:
  - {id: one, type: system}
  - {id: two, type: system}
edges:
  - {from: one, to: two, mode: conditional, when: 'CONDITION'}
`

// TestLongExpressions compiles chains of hundreds of parts, and refuses at its line what must nest deeper than Step Functions evaluates.
func TestLongExpressions(t *testing.T) {
	for _, test := range []struct {
		name, source, condition string
		refused                 bool
	}{
		{"a.yaml", longAPICHAP, strings.Repeat("PARAM(a) == INTEGER(1) && ", 300) + "PARAM(a) == INTEGER(2)", false},
		{"a.yaml", longAPICHAP, strings.Repeat("PARAM(a) == INTEGER(1) || ", 300) + "PARAM(a) == INTEGER(2)", false},
		{"x.osop.yaml", longOSOP, strings.Repeat("a > 1 && ", 300) + "a < 9", false},
		{"x.osop.yaml", longOSOP, strings.Repeat("a > 1 || ", 300) + "a < 9", false},
		{"x.osop.yaml", longOSOP, strings.Repeat("a + ", 30) + "a > 9", false},
		{"x.osop.yaml", longOSOP, strings.Repeat("a + ", 150) + "a > 9", true},
		{"x.osop.yaml", longOSOP, strings.Repeat("a == 1 ? true : ", 150) + "false", true},
	} {
		text := strings.NewReplacer("CONDITION", test.condition, "'TEXT'", `'TEXT("x")`+strings.Repeat(` . PARAM(a) . TEXT("x")`, 300)+"'").Replace(test.source)
		_, found := compiler.Compile(source.Files{{Path: test.name, Bytes: []byte(text)}}, compiler.Options{})
		deep := false
		for _, d := range found {
			if d.Severity != diag.Error {
				continue
			}
			deep = deep || d.Code == "LOW004"
			if d.Code != "LOW004" || d.Range.Start.Line == 0 || d.Fix == "" {
				t.Errorf("%.40s…: %v", test.condition, d)
			}
		}
		if deep != test.refused {
			t.Errorf("%.40s…: refused %v, want %v", test.condition, deep, test.refused)
		}
	}
}
