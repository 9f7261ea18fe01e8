package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/local/runtimeapi"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// Isolation makes a service call the executables that Lambda runs, each in a process of its own behind a Lambda Runtime API, instead of
// the functions in this process. What they ask of AWS is answered on this machine: see cloud.go.
type Isolation struct {
	// Executables are the files named bootstrap by function name; every function of the catalogue that a definition calls, and api.
	Executables map[string]string
	// Log receives what the functions write, and Lambda's own lines; nil discards it.
	Log io.Writer
}

// isolated is an Isolation at work.
type isolated struct {
	pools  map[string]*runtimeapi.Pool
	server *http.Server
	docs   string // the folder of the document that the API serves, "" for none
	// visits finds the context of the request that an execution belongs to.
	visits sync.Map
}

// Names of what the functions find in their environment.
const (
	isolatedBucket = "payloads"
	isolatedRegion = "us-east-1"
)

// isolate replaces the functions of a service by executables.
func (s *Service) isolate(w *surroundings, isolation Isolation) error {
	for _, datasource := range s.Datasources {
		if datasource.isEmbedded() {
			return fmt.Errorf("datasource %s is an %s, which deployed functions do not have: give --datasource %s=URL", datasource.Name, datasource.Source, datasource.Name)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	i := &isolated{pools: map[string]*runtimeapi.Pool{}}
	handler := newCloud(stepFunctions{service: s, contextOf: i.contextOf}, s.secrets, s.objects)
	i.server = NewAWSServer(handler)
	go i.server.Serve(listener)
	s.isolated = i
	variables := w.lambdaVariables("http://"+listener.Addr().String(), s.datasourceNames(), s.Workflow.Guarding())
	if len(s.document) > 0 {
		if i.docs, err = os.MkdirTemp("", "steploom-docs-"); err != nil {
			return err
		}
		file := filepath.Join(i.docs, "openapi.json")
		if err := os.WriteFile(file, s.document, 0o600); err != nil {
			return err
		}
		variables = append(variables, api.DocsVariable+"="+file)
	}
	for _, row := range functions.Rows() {
		path, ok := isolation.Executables[row.Name]
		if !ok {
			continue
		}
		pool := runtimeapi.New(runtimeapi.Function{
			Name: row.Name, Path: path, Timeout: s.functions["${"+row.Substitution()+"}"].Timeout, MemoryMB: row.Memory, Log: isolation.Log, Environment: variables,
		})
		i.pools[row.Name] = pool
		s.functions["${"+row.Substitution()+"}"] = task.Function{Row: row, Invoke: invokeIn(pool)}
	}
	return s.isolateAPI(i)
}

// isolateAPI lets the gateway call the executable of the api function.
func (s *Service) isolateAPI(i *isolated) error {
	pool, ok := i.pools[api.Row().Name]
	if !ok {
		return errors.New("there is no executable of the function " + api.Row().Name)
	}
	inside := invokeIn(pool)
	s.api.Invoke = func(ctx context.Context, event []byte) ([]byte, error) {
		var request api.Event
		if err := json.Unmarshal(event, &request); err != nil {
			return nil, err
		}
		id := request.RequestContext.RequestID
		i.visits.Store(id, ctx)
		defer i.visits.Delete(id)
		return inside(ctx, event)
	}
	return nil
}

func invokeIn(pool *runtimeapi.Pool) func(context.Context, []byte) ([]byte, error) {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		result, err := pool.Invoke(runtimeapi.WithClientContext(ctx, task.CallerOf(ctx).ClientContext()), payload)
		return result.Payload, err
	}
}

// contextOf is the context of the request that an execution's input tells of, the background for an execution that no request started.
func (i *isolated) contextOf(input []byte) context.Context {
	var request struct{ RequestID string }
	if err := json.Unmarshal(input, &request); err != nil {
		return context.Background()
	}
	if ctx, ok := i.visits.Load(request.RequestID); ok {
		return ctx.(context.Context)
	}
	return context.Background()
}

func (i *isolated) close() {
	for _, pool := range i.pools {
		pool.Close()
	}
	i.server.Close()
	if i.docs != "" {
		os.RemoveAll(i.docs)
	}
}

func (s *Service) datasourceNames() []string {
	names := make([]string, len(s.Datasources))
	for i, datasource := range s.Datasources {
		names[i] = datasource.Name
	}
	return names
}

// lambdaVariables is the environment of the executables: what the template would set, with AWS on this machine. Values of secrets are not
// among them.
func (w *surroundings) lambdaVariables(endpoint string, datasources []string, guarding []*ir.Authentication) []string {
	environment := w.environment()
	variables := []string{
		"AWS_ENDPOINT_URL=" + endpoint, "AWS_REGION=" + isolatedRegion,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_SESSION_TOKEN=local",
		blob.BucketVariable().Name + "=" + isolatedBucket,
		api.MachinePrefixVariable + "=" + machinePrefix, api.MachineAliasVariable + "=" + machineAlias,
		api.AlikeVariable + "=" + environment.Value(api.AlikeVariable),
	}
	names := []string{access.Variable, api.KeySecretVariable, api.AsynchronousVariable, api.UploadsVariable, api.MediaTypesVariable, secret.CallerKeyVariable}
	for _, one := range guarding {
		names = append(names, access.SecretVariable(one.Name))
	}
	for _, name := range datasources {
		names = append(names, sql.Variable(name), sql.SecretVariable(name))
	}
	for _, name := range names {
		if value, ok := environment.Lookup(name); ok {
			variables = append(variables, name+"="+value)
		}
	}
	if len(w.settings.Endpoints) > 0 {
		pairs := make([]string, len(w.settings.Endpoints))
		for i, endpoint := range w.settings.Endpoints {
			pairs[i] = endpoint.From + "=" + endpoint.To
		}
		variables = append(variables, task.EndpointsVariable+"="+strings.Join(pairs, ","))
	}
	return slices.Clip(variables)
}
