package local

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/endpoint"
)

// stackSecrets stands for Secrets Manager: the values that a local run has for the secrets of the stack.
type stackSecrets struct {
	surroundings *surroundings
	connections  []*ir.Connection
	known        []sam.Secret
	// samples tells that the caller of the sample events is known, too.
	samples samples
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
	resolver := s.surroundings.secrets()
	found, ok := s.find(id)
	switch {
	case ok && found.Variable == secret.Variable(found.Path):
		return resolver.Resolve(ctx, found.Path)
	case ok:
		value, err := s.ofVariable(ctx, resolver, found)
		if sample, has := s.samples[found.Variable]; has {
			return withSample(value, err, sample)
		}
		return value, err
	}
	if _, set := s.surroundings.environment().Lookup(secret.Variable(id)); !set {
		return "", task.Errorf(task.SecretMissing, "the stack has no secret %q", id)
	}
	return resolver.Resolve(ctx, id)
}

// ofVariable is the value of a secret that functions find by a variable of its own: what that variable refers to here, else the user and the password
// in the address of the datasource, else those of the workflow.
func (s stackSecrets) ofVariable(ctx context.Context, resolver secret.Resolver, found sam.Secret) (string, error) {
	environment := s.surroundings.environment()
	if reference := environment.Value(found.Variable); reference != "" {
		return resolver.Resolve(ctx, reference)
	}
	for _, connection := range s.connections {
		if sql.SecretVariable(connection.Name) != found.Variable {
			continue
		}
		if _, user, password := ir.SplitCredentials(environment.Value(sql.Variable(connection.Name))); user != "" {
			return userAndPassword{plainly(user), plainly(password)}.text()
		}
		return s.surroundings.login(ctx, connection)
	}
	return "", task.Errorf(task.SecretMissing, "nothing here says what %s is", found.ID)
}

// withSample adds a value to those of a secret, which is a list, a single one, or missing.
func withSample(value string, err error, sample any) (string, error) {
	var values []any
	switch {
	case errors.Is(err, &task.Error{Name: task.SecretMissing}):
	case err != nil:
		return "", err
	case json.Unmarshal([]byte(value), &values) == nil:
	default:
		values = []any{single(value, sample)}
	}
	text, err := json.Marshal(append(values, sample))
	return string(text), err
}

// single is the value of a secret that is no list, in the form of a sample: user and password, or a key.
func single(value string, sample any) any {
	if _, pair := sample.(userAndPassword); pair {
		if user, password, err := secret.Credentials("", value); err == nil {
			return userAndPassword{user, password}
		}
	}
	return strings.TrimSpace(value)
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
