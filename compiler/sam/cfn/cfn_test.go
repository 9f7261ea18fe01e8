package cfn_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/steploom/steploom/compiler/sam/cfn"
)

const written = `# A comment.
AWSTemplateFormatVersion: '2010-09-09'

Transform: AWS::Serverless-2016-10-31

Description: a stack

Metadata:
  AWS::CloudFormation::Interface:
    ParameterGroups:
      - Label:
          default: Data
        Parameters:
          - Address
          - Days

Parameters:
  Address:
    Type: String
    Description: where
    Default: ''
  Days:
    Type: Number
    Description: how long
    AllowedValues: [1, 30]
    MinValue: 1

Conditions:
  HasAddress: !Not [!Equals [!Ref Address, '']]

Resources:
  # Every line goes here.
  Logs:
    Type: AWS::Logs::LogGroup
    Condition: HasAddress
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      LogGroupName: !Sub /aws/${AWS::StackName}
      RetentionInDays: !Ref Days

  FnRole:
    Type: AWS::IAM::Role
    DependsOn:
      - Logs
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal:
              Service: lambda.amazonaws.com
            Action: sts:AssumeRole
      Policies:
        - PolicyName: what-it-uses
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              # It writes.
              - Effect: Allow
                Action:
                  - logs:PutLogEvents
                Resource:
                  - !GetAtt Logs.Arn
              # It connects.
              - !If
                - HasAddress
                - Effect: Allow
                  Action:
                    - ec2:X
                  Resource:
                    - '*'
                - !Ref AWS::NoValue

Outputs:
  Where:
    Description: the address
    Value: !Join ['', !Ref Address]
`

func template() *cfn.Template {
	return &cfn.Template{
		Comment: "A comment.", Description: "a stack",
		Parameters: []cfn.Parameter{
			{Name: "Address", Type: "String", Description: "where", Default: cfn.Text(""), Group: "Data"},
			{Name: "Days", Type: "Number", Description: "how long", Allowed: cfn.List{1, 30}, Min: 1, Group: "Data"},
		},
		Conditions: []cfn.Condition{{Name: "HasAddress", Test: cfn.Negate(cfn.Same(cfn.Ref("Address"), cfn.Text("")))}},
		Resources: []cfn.Resource{
			{Name: "Logs", Comment: "Every line goes here.", Condition: "HasAddress", Keep: cfn.KeepAlways, Body: &cfn.LogGroup{Name: cfn.Sub("/aws/${AWS::StackName}"), RetentionDays: cfn.Ref("Days")}},
			{Name: "FnRole", DependsOn: []string{"Logs"}, Body: &cfn.Role{Service: "lambda.amazonaws.com", Statements: []cfn.Statement{
				{Comment: "It writes.", Actions: []string{"logs:PutLogEvents"}, Resources: cfn.List{cfn.ARN("Logs")}},
				{Comment: "It connects.", Actions: []string{"ec2:X"}, Resources: cfn.List{"*"}, When: "HasAddress"},
			}}},
		},
		Outputs: []cfn.Output{{Name: "Where", Description: "the address", Value: cfn.Join{Of: cfn.Ref("Address")}}},
	}
}

func TestYAML(t *testing.T) {
	text, err := template().YAML()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written, string(text)); diff != "" {
		t.Error(diff)
	}
}

func TestTexts(t *testing.T) {
	texts, err := cfn.Texts([]byte(written))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Logs", "FnRole", "Parameter Address", "Parameter Days", "Output Where"} {
		if texts[name] == "" || strings.Contains(texts[name], "#") {
			t.Errorf("%s: %q", name, texts[name])
		}
	}
	if len(texts) != 5 {
		t.Errorf("%d texts", len(texts))
	}
	if _, err := cfn.Texts([]byte("a: [")); err == nil {
		t.Error("no error")
	}
}

func TestJSON(t *testing.T) {
	text, err := cfn.JSON(cfn.Map{{Key: "b", Value: cfn.Text("")}, {Key: "a", Value: cfn.List{1, true, nil, 1.5}}}.With("left out", "").With("c", cfn.Map{}))
	if err != nil {
		t.Fatal(err)
	}
	if want := "{\n  \"b\": \"\",\n  \"a\": [\n    1,\n    true,\n    null,\n    1.5\n  ]\n}\n"; string(text) != want {
		t.Errorf("got %s", text)
	}
}

// FuzzText writes any text as a value and as a key and reads both back.
func FuzzText(f *testing.F) {
	for _, text := range []string{"", "yes", "0x1F", "1e3", "2010-09-09", "null", "~", "- a", "a: b", "# a", "'", "two\nlines\n", "\n", "\n\n", "\n# a", " a ", "a\ttab", "é", "\x7f", "!Ref x", "=", "<<"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !validYAML(text) {
			t.Skip("YAML has no such characters")
		}
		template := &cfn.Template{Description: "x" + text, Outputs: []cfn.Output{{Name: "n" + text, Value: cfn.List{cfn.Text(text), text + "x"}}}}
		written, err := template.YAML()
		if err != nil {
			t.Fatal(err)
		}
		var read struct {
			Description string `yaml:"Description"`
			Outputs     map[string]struct {
				Value []any `yaml:"Value"`
			} `yaml:"Outputs"`
		}
		if err := yaml.Unmarshal(written, &read); err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		want := []any{text, text + "x"}
		if got := read.Outputs["n"+text].Value; !cmp.Equal(got, want) || read.Description != "x"+text {
			t.Errorf("%q came back as %q\n%s", want, got, written)
		}
	})
}

// validYAML tells whether a text holds only characters that a template may hold (YAML 1.1, 5.1).
func validYAML(text string) bool {
	for _, r := range text {
		if r == 0xfffd || r < 0x20 && r != '\t' && r != '\n' || r >= 0x7f && r <= 0x9f || r == 0x2028 || r == 0x2029 || r == 0xfeff {
			return false
		}
	}
	return true
}
