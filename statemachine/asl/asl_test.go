package asl_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/asl"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

const everything = `{
  "Comment": "all fields",
  "QueryLanguage": "JSONata",
  "Version": "1.0",
  "TimeoutSeconds": 60,
  "StartAt": "Pass",
  "States": {
    "Pass": {
      "Type": "Pass",
      "Comment": "flow.yaml:1",
      "Assign": {
        "b": 1,
        "a": "{% $states.input %}"
      },
      "Output": null,
      "Next": "Task"
    },
    "Task": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Arguments": {
        "FunctionName": "${HttpFunctionArn}"
      },
      "Credentials": {
        "RoleArn": "arn:aws:iam::111122223333:role/r"
      },
      "TimeoutSeconds": 5,
      "HeartbeatSeconds": "{% 2 %}",
      "Retry": [
        {
          "ErrorEquals": [
            "Http.Timeout"
          ],
          "IntervalSeconds": 2,
          "MaxAttempts": 0,
          "BackoffRate": 1.5,
          "MaxDelaySeconds": 10,
          "JitterStrategy": "FULL"
        }
      ],
      "Catch": [
        {
          "ErrorEquals": [
            "States.ALL"
          ],
          "Assign": {
            "e": "{% $states.errorOutput %}"
          },
          "Output": {},
          "Next": "Choice"
        }
      ],
      "Next": "Choice"
    },
    "Choice": {
      "Type": "Choice",
      "Choices": [
        {
          "Condition": true,
          "Output": "x",
          "Next": "Wait"
        },
        {
          "Condition": "{% $b = 1 %}",
          "Next": "Parallel"
        }
      ],
      "Default": "Fail",
      "Output": "y"
    },
    "Wait": {
      "Type": "Wait",
      "Seconds": 1,
      "Next": "Until"
    },
    "Until": {
      "Type": "Wait",
      "Timestamp": "2026-01-01T00:00:00Z",
      "Next": "Map"
    },
    "Parallel": {
      "Type": "Parallel",
      "Arguments": [],
      "Branches": [
        {
          "StartAt": "Inner",
          "States": {
            "Inner": {
              "Type": "Succeed",
              "Output": 1
            }
          }
        }
      ],
      "Next": "Map"
    },
    "Map": {
      "Type": "Map",
      "Label": "label",
      "Items": [
        1,
        2
      ],
      "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject",
        "Arguments": {
          "Bucket": "b"
        },
        "ReaderConfig": {
          "InputType": "CSV",
          "CSVHeaderLocation": "GIVEN",
          "CSVHeaders": [
            "a"
          ],
          "MaxItems": 3
        }
      },
      "ItemSelector": {
        "i": "{% $states.context.Map.Item.Index %}"
      },
      "ItemBatcher": {
        "MaxItemsPerBatch": 10,
        "BatchInput": {}
      },
      "MaxConcurrency": 0,
      "ToleratedFailureCount": "{% 1 %}",
      "ToleratedFailurePercentage": 5,
      "ItemProcessor": {
        "ProcessorConfig": {
          "Mode": "DISTRIBUTED",
          "ExecutionType": "EXPRESS"
        },
        "StartAt": "Each",
        "States": {
          "Each": {
            "Type": "Pass",
            "End": true
          }
        }
      },
      "ResultWriter": {
        "Resource": "arn:aws:states:::s3:putObject",
        "Arguments": {
          "Bucket": "b"
        },
        "WriterConfig": {
          "Transformation": "NONE",
          "OutputType": "JSONL"
        }
      },
      "End": true
    },
    "Fail": {
      "Type": "Fail",
      "Error": "E",
      "Cause": "{% 'c' %}"
    }
  }
}
`

func TestRoundTrip(t *testing.T) {
	machine, err := asl.Unmarshal([]byte(everything))
	if err != nil {
		t.Fatal(err)
	}
	text, err := asl.Marshal(machine)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(everything, string(text)); diff != "" {
		t.Errorf("Marshal(Unmarshal(x)) differs from x:\n%s", diff)
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	cases := []struct{ definition, want string }{
		{`[]`, "/: expected an object, found array"},
		{`{"States":[]}`, "/States: expected an object, found array"},
		{`{"States":{"A/b":{"Type":"Loop"}}}`, `/States/A~1b/Type: unknown state type "Loop"`},
		{`{"States":{"A":{"Type":"Pass","End":"yes"}}}`, "/States/A/End: expected a boolean, found string"},
		{`{"States":{"A":{"Type":"Pass","Assign":1}}}`, "/States/A/Assign: expected an object, found number"},
		{`{"States":{"A":{"Type":"Task","Retry":[{"MaxAttempts":1.5}]}}}`, "/States/A/Retry/0/MaxAttempts: expected a whole number, found 1.5"},
		{`{"States":{"A":{"Type":"Task","Catch":[{"ErrorEquals":[1]}]}}}`, "/States/A/Catch/0/ErrorEquals/0: expected a string, found number"},
	}
	for _, c := range cases {
		_, err := asl.Unmarshal([]byte(c.definition))
		if err == nil || err.Error() != c.want {
			t.Errorf("Unmarshal(%s) = %v, want %s", c.definition, err, c.want)
		}
	}
}

func TestSource(t *testing.T) {
	cases := []struct {
		text, source string
		expression   bool
	}{
		{"{% $a %}", "$a", true},
		{"{%$a%}", "$a", true},
		{"{%%}", "", true},
		{"{%}", "", false},
		{" {% $a %}", "", false},
		{"plain", "", false},
	}
	for _, c := range cases {
		if source, ok := asl.Source(c.text); source != c.source || ok != c.expression {
			t.Errorf("Source(%q) = %q, %v; want %q, %v", c.text, source, ok, c.source, c.expression)
		}
	}
}

func TestExpression(t *testing.T) {
	node := build.Path(build.Var("states"), "input")
	if got := asl.Expression(node); got != "{% $states.input %}" {
		t.Errorf("Expression = %s", got)
	}
}

// conformance is the folder of recorded cases; a missing one skips the test by name.
func conformance(t *testing.T, folder string) string {
	root := os.Getenv("STEPLOOM_CONFORMANCE")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "conformance")
	}
	path := filepath.Join(root, folder)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("conformance cases %s are absent (set STEPLOOM_CONFORMANCE)", folder)
	}
	return path
}

// TestTwins checks how states in JSONPath mode read in JSONata mode.
func TestTwins(t *testing.T) {
	cases := []struct{ state, want string }{
		{`{"Type":"Pass","Parameters":{"a.$":"$.x.y","b":-1,"c":[true,null,"s"]},"End":true}`, `{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% {'a': $states.input.x.y, 'b': -1, 'c': [true, null, 's']} %}","End":true}`},
		{`{"Type":"Pass","Result":{"r.$":"$"},"ResultPath":"$.a.b","Next":"Z"}`, `{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% $merge([$states.input, {'a': $merge([$states.input.a, {'b': {'r.$': '$'}}])}]) %}","Next":"Z"}`},
		{`{"Type":"Pass","InputPath":"$.a[0]['b c']","OutputPath":"$.d","End":true}`, strings.ReplaceAll(`{"Type":"Pass","QueryLanguage":"JSONata","Output":"{% ($states.input.a)[0].~b c~.d %}","End":true}`, "~", "`")},
		{`{"Type":"Pass","Assign":{"v.$":"$$.Execution.Id","w":{"x.$":"$v.y"}},"End":true}`, `{"Type":"Pass","QueryLanguage":"JSONata","Assign":{"v":"{% $states.context.Execution.Id %}","w":"{% {'x': $v.y} %}"},"End":true}`},
		{`{"Type":"Task","Resource":"arn:r","Parameters":{"p.$":"$"},"ResultSelector":{"s.$":"$.t"},"ResultPath":null,"End":true}`, `{"Type":"Task","QueryLanguage":"JSONata","Resource":"arn:r","Arguments":"{% {'p': $states.input} %}","Output":"{% $states.input %}","End":true}`},
		{`{"Type":"Task","Resource":"arn:r","End":true}`, `{"Type":"Task","QueryLanguage":"JSONata","Resource":"arn:r","Arguments":"{% $states.input %}","End":true}`},
		{`{"Type":"Pass","Assign":{"v":1},"End":true}`, `{"Type":"Pass","Assign":{"v":1},"End":true}`},
	}
	for _, c := range cases {
		machine, err := asl.Unmarshal([]byte(`{"StartAt":"A","States":{"A":` + c.state + `,"Z":{"Type":"Succeed"}}}`))
		if err != nil {
			t.Errorf("%s: %v", c.state, err)
			continue
		}
		state, _ := machine.States.Get("A")
		text, err := asl.Marshal(&asl.Machine{States: only(state)})
		if err != nil {
			t.Fatal(err)
		}
		var compact bytes.Buffer
		if err := json.Compact(&compact, text); err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSuffix(strings.TrimPrefix(compact.String(), `{"States":{"A":`), "}}"); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.state, got, c.want)
		}
	}
}

func only(state asl.State) *asl.States {
	states := asl.NewStates()
	states.Set("A", state)
	return states
}
