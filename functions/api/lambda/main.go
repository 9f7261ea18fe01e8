// Command lambda is the api function on AWS Lambda.
package main

import (
	"os"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/functions/api/sfn"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/task"
)

func main() {
	environment := task.Process()
	client, machines := aws.New(environment), sfn.New(environment)
	document, err := api.ReadDocument(environment)
	if err != nil {
		panic(err) // the package is not whole
	}
	endpoints, err := environment.Endpoints()
	if err != nil {
		panic(err)
	}
	lambda.Start(environment, api.New(api.Config{
		Environment: environment,
		Executor:    machines,
		Starter:     machines,
		Answerer:    machines,
		Secrets:     aws.Secrets(client),
		Blobs:       aws.Blobs(client),
		Document:    document,
		Endpoints:   endpoints,
		Log:         lambda.Logger(environment, os.Stdout),
	}))
}
