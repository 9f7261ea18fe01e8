package jobs

import (
	"time"

	"github.com/steploom/steploom/shared/job"
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
		Variables:   variables(),
		Permissions: permissions(),
	}
}

func variables() []task.Variable {
	return append(job.Variables(),
		task.Variable{Name: ConsumerNameVariable, Doc: "what /check-consumer calls the consumer"},
		task.Variable{Name: secret.CallerKeyVariable, Doc: "the secret with the key that seals the credentials of jobs", Secret: true, Setting: task.CallerKey},
	)
}

func permissions() []task.Permission {
	return []task.Permission{
		{Action: "secretsmanager:GetSecretValue", Resource: "secret", When: "requests must carry a password"},
	}
}
