// Command lambda is the api function on AWS Lambda.
package main

import (
	"log/slog"
	"os"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/functions/api/sfn"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/task"
)

func main() {
	environment := task.Process()
	client := aws.New(environment)
	lambda.Start(api.New(api.Config{
		Environment: environment,
		Executor:    sfn.New(environment),
		Secrets:     aws.Secrets(client),
		Blobs:       aws.Blobs(client),
		Log:         slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}))
}
