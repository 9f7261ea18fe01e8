// Command lambda is the jobs function on AWS Lambda.
package main

import (
	"os"

	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/jobtable"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/mappings"
	"github.com/steploom/steploom/shared/task"
)

func main() {
	environment := task.Process()
	client := aws.New(environment)
	secrets := aws.Secrets(client)
	brokers := &brokers{environment: environment, secrets: secrets}
	lambda.Start(environment, jobs.New(jobs.Config{
		Environment: environment,
		Store:       jobtable.New(client, environment),
		Consumers:   mappings.New(mappings.Config{Client: client, Environment: environment, Offsets: brokers.offsets}),
		Secrets:     secrets,
		Log:         lambda.Logger(environment, os.Stdout),
	}))
}
