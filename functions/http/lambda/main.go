// Command lambda is the http function on AWS Lambda.
package main

import (
	"github.com/steploom/steploom/functions/http"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

func main() {
	environment := task.Process()
	lambda.Start(http.New(http.Config{Environment: environment, Secrets: secret.Environment(environment)}))
}
