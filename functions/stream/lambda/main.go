// Command lambda is the stream function on AWS Lambda.
package main

import (
	"os"
	"time"

	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/shared/aws"
	"github.com/steploom/steploom/shared/jobtable"
	"github.com/steploom/steploom/shared/lambda"
	"github.com/steploom/steploom/shared/mappings"
	"github.com/steploom/steploom/shared/task"
)

// holdBack makes the ten tries that a mapping with a destination has last longer than the 90 seconds in which Lambda disables one.
const holdBack = 20 * time.Second

func main() {
	environment := task.Process()
	client := aws.New(environment)
	secrets := aws.Secrets(client)
	consumers := mappings.New(mappings.Config{Client: client, Environment: environment})
	lambda.Start(environment, stream.New(stream.Config{
		Environment: environment,
		Store:       jobtable.New(client, environment),
		Executor:    aws.Executions(client),
		Producer:    &topics{environment: environment, secrets: secrets},
		Secrets:     secrets,
		Log:         lambda.Logger(environment, os.Stdout),
		Switch:      consumers.Switch,
		HoldBack:    holdBack,
	}))
}
