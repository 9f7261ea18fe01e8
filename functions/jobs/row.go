package jobs

import (
	"slices"
	"time"

	"github.com/steploom/steploom/shared/job"
	"github.com/steploom/steploom/shared/jobtable"
	"github.com/steploom/steploom/shared/mappings"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// ConsumerNameVariable holds what /check-consumer says.
const ConsumerNameVariable = "CONSUMER_NAME"

// Row describes the function.
func Row() task.Row {
	return task.Row{
		Name:        task.Jobs,
		Doc:         "Serves the API of jobs, which take records of Kafka topics and make HTTP requests of them.",
		Memory:      256,
		Timeout:     TimeLimit + 2*time.Second,
		ResultLimit: task.ProxyResultLimit,
		JobRoutes:   Routes(),
		Tables:      jobtable.Tables(),
		Variables:   variables(),
		Permissions: permissions(),
	}
}

func variables() []task.Variable {
	return slices.Concat(job.Variables(), []task.Variable{
		{Name: ConsumerNameVariable, Doc: "what /check-consumer calls the consumer"},
		{Name: secret.CallerKeyVariable, Doc: "the secret with the key that seals the credentials of jobs", Secret: true, Setting: task.CallerKey},
		jobtable.TableVariable(),
	}, mappings.Variables(), task.AWSEndpointVariables(task.ServiceDynamoDB, task.ServiceLambda, task.ServiceSecretsManager))
}

func permissions() []task.Permission {
	all := append(jobtable.Permissions("jobs are kept"), jobtable.FailedPermission("failed jobs are counted"), task.Permission{
		Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "requests carry a password, jobs have credentials, or brokers ask for some",
	})
	return append(all, mappings.Permissions("jobs are started and stopped")...)
}
