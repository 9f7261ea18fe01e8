package local

import (
	"crypto/rand"
	"maps"

	"github.com/aws/aws-lambda-go/events"

	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/format"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// callerKey is the secret that callers' tokens are sealed by in a local run.
const callerKey = "steploom-caller-key"

// tokenOfUser is the member of a user that is secret.
const tokenOfUser = "token"

// sealCallers makes a key for the tokens of callers, unless the environment has one.
func (w *surroundings) sealCallers() {
	if _, ok := w.outer.Lookup(secret.CallerKeyVariable); ok {
		return
	}
	w.variables[secret.CallerKeyVariable] = callerKey
	w.variables[secret.Variable(callerKey)] = rand.Text()
}

// user gives who calls as the input of an execution has it, nil for nobody.
func (w *surroundings) user() any {
	reference := w.environment().Value(secret.CallerKeyVariable)
	if reference == "" || w.settings.User == nil {
		return nil
	}
	claims := maps.Clone(w.settings.User)
	user := api.UserOf(claims, "")
	if token, ok := claims[tokenOfUser].(string); ok && token != "" {
		w.settings.Mask.Add(token)
		key := w.environment().Value(secret.Variable(reference))
		user[tokenOfUser] = secret.Seal(key, token)
	}
	text, err := jsonata.Encode(user)
	if err != nil {
		return nil
	}
	value, _ := jsonata.Decode(text)
	return value
}

// claim is a claim as API Gateway hands it on, which knows texts alone.
func claim(value any) string {
	if text, isText := value.(string); isText {
		return text
	}
	text, err := format.EncodeJSON(value)
	if err != nil {
		return ""
	}
	return string(text)
}

// callAs gives a request that does not say who calls a user, as an authorizer in front of the API would; nil for none.
func callAs(event *events.APIGatewayV2HTTPRequest, user map[string]any) {
	if _, says := event.Headers["authorization"]; says || user == nil {
		return
	}
	claims := map[string]string{}
	for name, value := range user {
		if name != tokenOfUser {
			claims[name] = claim(value)
		}
	}
	jwt := &events.APIGatewayV2HTTPRequestContextAuthorizerJWTDescription{Claims: claims}
	event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{JWT: jwt}
	if token, ok := user[tokenOfUser].(string); ok && token != "" {
		event.Headers["authorization"] = "Bearer " + token
	}
}
