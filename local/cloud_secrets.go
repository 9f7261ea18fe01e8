package local

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/endpoint"
)

// stackSecrets stands for Secrets Manager: the values that a local run has for the secrets of the stack.
type stackSecrets struct {
	resolver    secret.Resolver
	environment task.Environment
	known       []sam.Secret
}

type getSecretValueInput struct{ SecretId string }

type getSecretValueOutput struct {
	ARN           string
	Name          string
	VersionId     string
	VersionStages []string
	SecretString  string
}

// getSecretValue implements https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html. The secret is named by an ARN, a
// name, the logical id that `sam local` puts in the place of an ARN, or the workflow's own word for it.
func (s stackSecrets) getSecretValue(ctx context.Context, input getSecretValueInput) (getSecretValueOutput, error) {
	if input.SecretId == "" {
		return getSecretValueOutput{}, endpoint.Refuse("InvalidParameterException", "SecretId is missing")
	}
	value, err := s.value(ctx, input.SecretId)
	switch {
	case errors.Is(err, &task.Error{Name: task.SecretMissing}):
		return getSecretValueOutput{}, endpoint.Refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	case err != nil:
		return getSecretValueOutput{}, &endpoint.Error{Code: "InternalServiceError", Message: err.Error(), Status: 500}
	}
	return getSecretValueOutput{
		ARN: secretARN(input.SecretId), Name: secretName(input.SecretId), VersionId: "00000000-0000-0000-0000-000000000000", VersionStages: []string{"AWSCURRENT"}, SecretString: value,
	}, nil
}

func (s stackSecrets) value(ctx context.Context, id string) (string, error) {
	found, ok := s.find(id)
	if !ok {
		if _, set := s.environment.Lookup(secret.Variable(id)); !set {
			return "", task.Errorf(task.SecretMissing, "the stack has no secret %q", id)
		}
		return s.resolver.Resolve(ctx, id)
	}
	if found.Variable == secret.Variable(found.Path) {
		return s.resolver.Resolve(ctx, found.Path)
	}
	if reference := s.environment.Value(found.Variable); reference != "" {
		return s.resolver.Resolve(ctx, reference)
	}
	return s.inAddress(found)
}

// find looks a secret of the stack up, whatever stack it is.
func (s stackSecrets) find(id string) (sam.Secret, bool) {
	name := secretName(id)
	for _, one := range s.known {
		if id == one.ID || name == one.Path || strings.HasSuffix(name, "/"+one.Path) {
			return one, true
		}
	}
	return sam.Secret{}, false
}

// inAddress is the user and the password that stand in a datasource's address.
func (s stackSecrets) inAddress(of sam.Secret) (string, error) {
	address := s.environment.Value(strings.TrimSuffix(of.Variable, "_SECRET"))
	_, user, password := ir.SplitCredentials(address)
	if user == "" {
		return "", task.Errorf(task.SecretMissing, "nothing here says what %s is", of.ID)
	}
	return userAndPassword{plainly(user), plainly(password)}.text()
}

// plainly undoes the escapes of a URL.
func plainly(text string) string {
	if plain, err := url.PathUnescape(text); err == nil {
		return plain
	}
	return text
}

const anySecret = "arn:aws:secretsmanager:us-east-1:000000000000:secret:"

func secretARN(id string) string {
	if strings.HasPrefix(id, "arn:") {
		return id
	}
	return anySecret + id
}

// arnSuffix is what Secrets Manager adds to a name in an ARN.
var arnSuffix = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)

// secretName is the name in an ARN, with or without the service's six characters; another text is a name.
func secretName(id string) string {
	if parts := strings.SplitN(id, ":", 7); len(parts) == 7 && parts[0] == "arn" && parts[5] == "secret" {
		return arnSuffix.ReplaceAllString(parts[6], "")
	}
	return id
}
