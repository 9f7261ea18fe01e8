// Command lambda is the http function on AWS Lambda.
package main

import (
	"github.com/steploom/steploom/functions/http"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/task"
)

func main() {
	environment := task.Process()
	client := aws.New(environment)
	lambda.Start(environment, http.New(http.Config{Environment: environment, Secrets: aws.Secrets(client), Blobs: aws.Blobs(client)}))
}
