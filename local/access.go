package local

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// front gives the api function what the workflow says about callers, and the document that it serves to them.
func (w *surroundings) front(ctx context.Context, app sam.Application) (document []byte, err error) {
	if err := w.authenticate(ctx, app.Workflow); err != nil {
		return nil, err
	}
	return sam.Document(app)
}

// authenticate gives the api function what the workflow says about callers, and the secrets that they are held against, unless the environment has
// its own.
func (w *surroundings) authenticate(ctx context.Context, workflow *ir.Workflow) error {
	if policy := workflow.Access(task.ExecutionRoute).String(); policy != "" {
		w.variables[access.Variable] = policy
	}
	for _, one := range workflow.Guarding() {
		variable := access.SecretVariable(one.Name)
		if _, ok := w.outer.Lookup(variable); ok || !one.HasSecret() {
			continue
		}
		text, err := w.shown(ctx, one)
		if err != nil {
			return fmt.Errorf("authentication %s: %w", one.Name, err)
		}
		reference := "steploom-authentication-" + one.Name
		w.variables[variable] = reference
		w.variables[secret.Variable(reference)] = text
	}
	return nil
}

// shown is the secret of an authentication, as access.Users and access.Keys read it.
func (w *surroundings) shown(ctx context.Context, one *ir.Authentication) (string, error) {
	var all []any
	for _, user := range one.Users {
		text, err := w.userAndPassword(ctx, user.Name, user.Password)
		if err != nil {
			return "", err
		}
		all = append(all, json.RawMessage(text))
	}
	for _, key := range one.Keys {
		text, err := w.credential(ctx, key)
		if err != nil {
			return "", err
		}
		w.settings.Mask.Add(text)
		all = append(all, text)
	}
	text, err := json.Marshal(all)
	return string(text), err
}

// samples are values by the variable of the secret that they are added to.
type samples map[string]any

// sampleCallers are those of the events that steploom build writes.
func sampleCallers(workflow *ir.Workflow) samples {
	callers := samples{api.KeySecretVariable: sam.SampleKey}
	for _, one := range workflow.Guarding() {
		switch one.Kind {
		case access.Basic:
			callers[access.SecretVariable(one.Name)] = userAndPassword{sam.SampleUser, sam.SamplePassword}
		case access.Key:
			callers[access.SecretVariable(one.Name)] = sam.SampleKey
		}
	}
	return callers
}
