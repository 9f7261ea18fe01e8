package aws

import (
	"context"
	"errors"
	"time"

	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// SecretLifetime is how long a secret is kept in the process before it is asked for again.
const SecretLifetime = 5 * time.Minute

// Secrets resolves references by Secrets Manager. The secret's name or ARN is the value of the variable
// STEPLOOM_SECRET_<NAME>, or the reference's own name when there is no such variable.
func Secrets(client *Client) secret.Resolver {
	return secret.Cached(secretsManager{client}, SecretLifetime)
}

type secretsManager struct{ client *Client }

func (s secretsManager) Resolve(ctx context.Context, reference string) (string, error) {
	name, field := secret.Split(reference)
	id := s.client.environment.Value(secret.Variable(name))
	if id == "" {
		id = name
	}
	input := struct{ SecretId string }{id}
	var output struct{ SecretString *string }
	err := s.client.Call(ctx, Operation{
		Service: "secretsmanager", ID: task.ServiceSecretsManager, Target: "secretsmanager.GetSecretValue", Version: "1.1", Idempotent: true,
	}, input, &output)
	var refused *Error
	switch {
	case errors.As(err, &refused) && refused.Code == "ResourceNotFoundException":
		return "", task.Errorf(task.SecretMissing, "secret %q does not exist", name)
	case err != nil:
		return "", task.Errorf(task.SecretUnavailable, "secret %q: %v", name, err)
	case output.SecretString == nil:
		return "", task.Errorf(task.SecretMissing, "secret %q holds no text", name)
	}
	return secret.Field(name, *output.SecretString, field)
}
