// Command lambda is the sql function on AWS Lambda.
package main

import (
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/task"
)

func main() {
	environment := task.Process()
	lambda.Start(environment, sql.New(sql.Config{Environment: environment, Secrets: aws.Secrets(aws.New(environment))}))
}
