package task

import (
	"cmp"
	"os"
	"strings"
)

// Environment looks up a variable. It is passed down from main (os.LookupEnv) or from a local run, so that no
// function reads the process environment itself. A nil Environment is empty.
type Environment func(name string) (value string, ok bool)

// Process is the environment of the process.
func Process() Environment { return os.LookupEnv }

// Variables is an Environment made of a map.
func Variables(values map[string]string) Environment {
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}

// Lookup is the value of a variable and whether it is set.
func (e Environment) Lookup(name string) (string, bool) {
	if e == nil {
		return "", false
	}
	return e(name)
}

// Value is the value of a variable, "" when it is not set.
func (e Environment) Value(name string) string {
	value, _ := e.Lookup(name)
	return value
}

// Or looks a variable up in e and, when it is not set there, in other.
func (e Environment) Or(other Environment) Environment {
	return func(name string) (string, bool) {
		if value, ok := e.Lookup(name); ok {
			return value, true
		}
		return other.Lookup(name)
	}
}

// Prefixes of variables that carry a user's name: see [VariableName].
const (
	DatasourceVariable = "STEPLOOM_DATASOURCE"
	SecretVariable     = "STEPLOOM_SECRET"
	EndpointsVariable  = "STEPLOOM_ENDPOINTS"
)

// AWSEndpointVariable sends what a function asks of AWS elsewhere; followed by "_" and the identifier of a service, what it asks of that service (AWS
// SDKs and Tools Reference Guide, "Service-specific endpoints"). Empty is as good as not set.
const AWSEndpointVariable = "AWS_ENDPOINT_URL"

// The identifiers of the services that functions use, as they stand in variables.
const (
	ServiceSFN            = "SFN"
	ServiceSecretsManager = "SECRETS_MANAGER"
	ServiceS3             = "S3"
	ServiceDynamoDB       = "DYNAMODB"
	ServiceLambda         = "LAMBDA"
)

// AWSEndpoint is the URL that stands in for a service, without a slash at its end; "" for AWS's own.
func (e Environment) AWSEndpoint(service string) string {
	return strings.TrimRight(cmp.Or(e.Value(AWSEndpointVariable+"_"+service), e.Value(AWSEndpointVariable)), "/")
}

// AWSEndpointVariables are the variables that say where AWS and the given services are.
func AWSEndpointVariables(services ...string) []Variable {
	variables := []Variable{{Name: AWSEndpointVariable, Doc: "URL that is asked instead of AWS", Setting: Declared}}
	for _, service := range services {
		variables = append(variables, Variable{Name: AWSEndpointVariable + "_" + service, Doc: "the same for one service; it goes first", Setting: Declared})
	}
	return variables
}

// VariableName is prefix + "_" + name in upper case with every character outside A-Z and 0-9 made "_":
// VariableName("STEPLOOM_DATASOURCE", "my-db") is "STEPLOOM_DATASOURCE_MY_DB".
func VariableName(prefix, name string) string {
	return prefix + "_" + strings.Map(variableRune, strings.ToUpper(name))
}

func variableRune(r rune) rune {
	if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}

// JobVariable holds the key of the job that the function behind streams works for where it is called without an alias, as `sam local` does.
const JobVariable = "STEPLOOM_JOB"
