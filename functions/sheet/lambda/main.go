// Command lambda is the sheet function on AWS Lambda.
package main

import (
	"github.com/steploom/steploom/functions/sheet"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/task"
)

func main() {
	environment := task.Process()
	lambda.Start(environment, sheet.New(sheet.Config{Blobs: aws.Blobs(aws.New(environment))}))
}
