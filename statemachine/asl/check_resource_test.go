package asl_test

import (
	"fmt"
	"testing"

	"github.com/steploom/steploom/statemachine/asl"
)

// TestResources checks which resources of tasks there are: none is an error, w a warning.
func TestResources(t *testing.T) {
	const integration = "arn:aws:states:::"
	for resource, want := range map[string]string{
		integration + "lambda:invoke":                                    "",
		integration + "lambda:invoke.waitForTaskToken":                   "",
		integration + "lambda:invoke.sync":                               "none",
		integration + "lambda:invokeAsync":                               "none",
		integration + "lambda":                                           "none",
		integration + "lambda:":                                          "none",
		integration + "Lambda:invoke":                                    "none",
		integration + "dynamodb:query":                                   "none",
		integration + "dynamodb:getItem":                                 "",
		integration + "dynamodb:getItem.waitForTaskToken":                "none",
		integration + "states:startExecution.sync:2":                     "",
		integration + "states:startExecution.sync:3":                     "none",
		integration + "ecs:runTask.sync:2":                               "none",
		integration + "ecs:runTask.sync":                                 "",
		integration + "emr-serverless:startJobRun.sync":                  "",
		integration + "athena:getQueryResults.sync":                      "none",
		integration + "http:invoke":                                      "",
		integration + "nothing:invoke":                                   "none",
		integration + "s3:getObject":                                     "none",
		integration + "aws-sdk:s3:getObject":                             "",
		integration + "aws-sdk:s3:getObject.waitForTaskToken":            "",
		integration + "aws-sdk:s3:getObject.sync":                        "none",
		integration + "aws-sdk:s3:GetObject":                             "none",
		integration + "aws-sdk:S3:getObject":                             "none",
		integration + "aws-sdk:s3":                                       "none",
		integration + "aws-sdk::getObject":                               "none",
		integration + "aws-sdk:config:listDiscoveredResources":           "",
		integration + "aws-sdk:somethingnew:doIt":                        "w",
		"arn:aws-us-gov:states:::sqs:sendMessage.waitForTaskToken":       "",
		"arn:aws:states:us-east-1:111122223333:aws-sdk:s3:putObject":     "",
		"arn:aws:states:us-east-1:111122223333:activity:a":               "",
		"arn:aws:states:us-east-1:111122223333:stateMachine:a":           "none",
		"arn:aws:lambda:us-east-1:111122223333:function:f":               "",
		"arn:aws:lambda:us-east-1:111122223333:function:f:$LATEST":       "",
		"arn:aws:lambda:us-east-1:111122223333:layer:f":                  "none",
		"arn:aws:lambda":                                                 "none",
		"arn:aws:swf:us-east-1:111122223333:task:X":                      "w",
		"arn:aws:sns:us-east-1:111122223333:topic":                       "none",
		"arn:azure:states:::lambda:invoke":                               "none",
		"f":                                                              "no ARN",
		"":                                                               "no ARN",
		"${FunctionArn}":                                                 "",
		"arn:${AWS::Partition}:states:::lambda:invoke":                   "",
		"arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:f:$v1": "",
	} {
		problems := asl.CheckJSON([]byte(with(fmt.Sprintf(`"A":{"Type":"Task","Resource":%q,"End":true}`, resource))), asl.Options{})
		switch got := problems; {
		case want == "" && len(got) == 0:
		case want == "w" && len(got) == 1 && got[0].Code == asl.UnknownService && got[0].Severity == asl.SeverityWarning:
		case want == "no ARN" && len(got) == 1 && got[0].Location() == "/States/A/Resource" && got[0].Message == "Value is not a valid resource ARN":
		case want == "none" && len(got) == 1 && got[0].Location() == "/States/A/Resource" &&
			got[0].Message == "The resource provided "+resource+" is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.":
		default:
			t.Errorf("%s: want %q, got %v", resource, want, problems)
		}
	}
}
