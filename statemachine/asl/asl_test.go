package asl_test

import (
	"os"
	"path/filepath"
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

// everythingInPaths has every field of JSONPath mode.
const everythingInPaths = `{
  "StartAt": "Pass",
  "States": {
    "Pass": {
      "Type": "Pass",
      "InputPath": null,
      "Parameters": {
        "b.$": "$$.Execution.Id",
        "a": "{% no expression %}"
      },
      "Result": null,
      "ResultPath": null,
      "OutputPath": null,
      "Assign": {
        "v.$": "$.x"
      },
      "Next": "Task"
    },
    "Task": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "InputPath": "$.a",
      "Parameters": {
        "FunctionName.$": "$.f"
      },
      "Credentials": {
        "RoleArn.$": "$.role"
      },
      "TimeoutSecondsPath": "$.t",
      "HeartbeatSecondsPath": "$.h",
      "ResultSelector": {
        "p.$": "$.Payload"
      },
      "ResultPath": "$.r",
      "OutputPath": "$.o",
      "Catch": [
        {
          "ErrorEquals": [
            "States.ALL"
          ],
          "ResultPath": null,
          "Next": "Fail"
        }
      ],
      "Next": "Choice"
    },
    "Choice": {
      "Type": "Choice",
      "InputPath": "$",
      "Choices": [
        {
          "Comment": "first",
          "And": [
            {
              "Comment": "inner",
              "Variable": "$.a",
              "NumericLessThanEqualsPath": "$.b"
            },
            {
              "Not": {
                "Variable": "$.a",
                "IsNull": true
              }
            },
            {
              "Or": [
                {
                  "Variable": "$.c",
                  "StringMatches": "a*"
                }
              ]
            }
          ],
          "Next": "Wait"
        },
        {
          "Variable": "$.a",
          "NumericEquals": 1.5,
          "Assign": {
            "w": 1
          },
          "Next": "Wait"
        }
      ],
      "Default": "Until"
    },
    "Wait": {
      "Type": "Wait",
      "SecondsPath": "$.s",
      "Next": "Parallel"
    },
    "Until": {
      "Type": "Wait",
      "TimestampPath": "$.t",
      "Next": "Parallel"
    },
    "Parallel": {
      "Type": "Parallel",
      "Parameters": 7,
      "Branches": [
        {
          "StartAt": "Inner",
          "States": {
            "Inner": {
              "Type": "Pass",
              "QueryLanguage": "JSONata",
              "Output": "{% 1 %}",
              "End": true
            }
          }
        }
      ],
      "ResultSelector": {
        "first.$": "$[0]"
      },
      "Next": "Map"
    },
    "Map": {
      "Type": "Map",
      "ItemsPath": "$.items",
      "ItemReader": {
        "Resource": "arn:aws:states:::s3:getObject",
        "Parameters": {
          "Bucket.$": "$.b"
        },
        "ReaderConfig": {
          "MaxItemsPath": "$.m"
        }
      },
      "ItemSelector": {
        "i.$": "$$.Map.Item.Value"
      },
      "ItemBatcher": {
        "MaxItemsPerBatchPath": "$.i",
        "MaxInputBytesPerBatchPath": "$.y",
        "BatchInput": {
          "x.$": "$.x"
        }
      },
      "MaxConcurrencyPath": "$.c",
      "ToleratedFailureCountPath": "$.f",
      "ToleratedFailurePercentagePath": "$.p",
      "ItemProcessor": {
        "ProcessorConfig": {
          "Mode": "DISTRIBUTED",
          "ExecutionType": "STANDARD"
        },
        "StartAt": "Each",
        "States": {
          "Each": {
            "Type": "Succeed",
            "OutputPath": "$.a"
          }
        }
      },
      "ResultWriter": {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {
          "Bucket.$": "$.b"
        }
      },
      "Next": "Old map"
    },
    "Old map": {
      "Type": "Map",
      "Parameters": {
        "i.$": "$$.Map.Item.Value"
      },
      "Iterator": {
        "StartAt": "Old each",
        "States": {
          "Old each": {
            "Type": "Succeed"
          }
        }
      },
      "End": true
    },
    "Fail": {
      "Type": "Fail",
      "ErrorPath": "$.Error",
      "CausePath": "States.Format('{}', $.Cause)"
    }
  }
}
`

func TestRoundTripOfPaths(t *testing.T) {
	machine, err := asl.Unmarshal([]byte(everythingInPaths))
	if err != nil {
		t.Fatal(err)
	}
	text, err := asl.Marshal(machine)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(everythingInPaths, string(text)); diff != "" {
		t.Errorf("Marshal(Unmarshal(x)) differs from x:\n%s", diff)
	}
	for at := range asl.Walk(machine) {
		for formula := range at.Expressions() {
			if at.QueryLanguage != asl.JSONata {
				t.Errorf("%s: an expression in JSONPath mode: %s", at.Pointer, formula.Source)
			}
		}
	}
}

// TestPathStates: absent, null and set are three things.
func TestPathStates(t *testing.T) {
	for _, c := range []struct {
		path          asl.Path
		present, null bool
		data          any
	}{
		{asl.Path{}, false, false, nil},
		{asl.NullPath(), true, true, asl.Null{}},
		{asl.PathTo("$.a"), true, false, "$.a"},
		{asl.PathTo(""), true, false, ""},
	} {
		if c.path.IsPresent() != c.present || c.path.IsNull() != c.null || c.path.Data() != c.data {
			t.Errorf("%#v", c.path)
		}
	}
}

func TestUnmarshalRefuses(t *testing.T) {
	cases := []struct{ definition, want string }{
		{`[]`, "/: expected an object, found array"},
		{`{"States":[]}`, "/States: expected an object, found array"},
		{`{"States":{"A/b":{"Type":"Loop"}}}`, `/States/A~1b/Type: unknown state type "Loop"`},
		{`{"States":{"A":{"Type":"Pass","End":"yes"}}}`, "/States/A/End: expected a boolean, found string"},
		{`{"States":{"A":{"Type":"Pass","Assign":1}}}`, "/States/A/Assign: expected an object, found number"},
		{`{"States":{"A":{"Type":"Pass","Output":1}}}`, "/States/A/Output: the field belongs to JSONata mode, and the state is in JSONPath mode"},
		{`{"QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","Result":1}}}`, "/States/A/Result: the field belongs to JSONPath mode, and the state is in JSONata mode"},
		{`{"States":{"A":{"Type":"Succeed","ResultPath":null}}}`, "/States/A/ResultPath: unknown field"},
		{`{"States":{"A":{"Type":"Wait","SecondsPath":null}}}`, "/States/A/SecondsPath: expected a string, found null"},
		{`{"States":{"A":{"Type":"Choice","Choices":[{"Variable":"$","Next":"A"}]}}}`, "/States/A/Choices/0: expected exactly one comparison, And, Or or Not, found 0"},
		{`{"States":{"A":{"Type":"Choice","Choices":[{"Not":{"Variable":"$","IsNull":true,"Next":"A"}}]}}}`, "/States/A/Choices/0/Not/Next: unknown field"},
		{`{"States":{"A":{"Type":"Choice","Choices":[{"Variable":"$","IsNull":true,"IsPresent":true}]}}}`, "/States/A/Choices/0: expected exactly one comparison, And, Or or Not, found 2"},
		{`{"States":{"A":{"Type":"Task","Catch":[{"Output":1}]}}}`, "/States/A/Catch/0/Output: unknown field"},
		{`{"States":{"A":{"Type":"Map","ItemProcessor":{},"Iterator":{}}}}`, "/States/A/Iterator: Iterator is the old name of ItemProcessor: only one of them can be there"},
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
