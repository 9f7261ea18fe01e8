package local

import (
	"log/slog"
	"maps"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Settings are what the user says about the surroundings of a workflow.
type Settings struct {
	// Environment is that of the process.
	Environment task.Environment
	// Datasources gives URLs by datasource name, from --datasource.
	Datasources map[string]string
	// Endpoints redirect HTTP requests, from --endpoint.
	Endpoints []task.Endpoint
	// Isolation runs the functions as Lambda executables; nil runs them in this process.
	Isolation *Isolation
	// Log tells questions to people; nil tells nobody.
	Log *slog.Logger
	// Held are the datasources of the service that this one follows, see connect; nil for the first.
	Held []Datasource
	// Mask learns every secret of the run; nil is a mask that nobody reads.
	Mask *secret.Mask
	// Executions are those that nobody waits for, of the services before and of this one; nil for a service of its own.
	Executions *Executions
	// User is who calls, for workflows that ask and requests that do not say: claims, and the token of the requests.
	User map[string]any
	// Jobs are those that are at work, of the services before and of this one; nil where nobody works for jobs, outside dev.
	Jobs *Jobs
	// Broker are the addresses of brokers, from --broker; "" for none.
	Broker string
	// JobLog takes what becomes of jobs and their records; nil takes nothing.
	JobLog *slog.Logger
	// BaseURL is the address that the workflow is served at, for links.
	BaseURL string
}

// surroundings are the variables and functions that a workflow sees in a local run.
type surroundings struct {
	project  Project
	settings Settings
	// outer is the environment of the process, and .env behind it.
	outer task.Environment
	// variables are what a flag, the file or an embedded database says; a flag is stronger than outer.
	variables map[string]string
	blobs     *objects
}

func newSurroundings(project Project, settings Settings) (*surroundings, error) {
	dotenv, err := project.Dotenv()
	if err != nil {
		return nil, err
	}
	if settings.Mask == nil {
		settings.Mask = &secret.Mask{}
	}
	if settings.Executions == nil {
		settings.Executions = NewExecutions()
	}
	return &surroundings{
		project:   project,
		settings:  settings,
		outer:     settings.Environment.Or(task.Variables(dotenv)),
		variables: map[string]string{},
		blobs:     settings.Executions.blobs,
	}, nil
}

// environment is what functions see.
func (w *surroundings) environment() task.Environment {
	return task.Variables(maps.Clone(w.variables)).Or(w.outer)
}

func (w *surroundings) secrets() secret.Resolver {
	return secret.Noting(secret.Environment(w.environment()), w.settings.Mask)
}

// written gives the secrets that stood in steps to the functions, unless the environment has its own.
func (w *surroundings) written(secrets []ir.Secret) {
	for _, one := range secrets {
		variable := secret.Variable(one.Name)
		if _, ok := w.outer.Lookup(variable); !ok {
			w.variables[variable] = one.Literal
			w.settings.Mask.Add(one.Literal)
		}
	}
}

// functions makes the functions that definitions call, by the name they call them by.
func (w *surroundings) functions(definitions []*asl.Machine) map[string]task.Function {
	byName := map[string]task.Function{}
	services := functions.Services{Secrets: w.secrets(), Blobs: w.blobs, Endpoints: w.settings.Endpoints, SQLite: openSQLite, Folders: true, Mask: w.settings.Mask}
	for _, function := range functions.All(w.environment(), services) {
		function.Row = sam.Allowing(function.Row, definitions)
		byName["${"+function.Substitution()+"}"] = function
	}
	return byName
}

// sql makes a sql function of its own, to try a datasource before the others are made.
func (w *surroundings) sql() task.Function {
	return sql.New(sql.Config{Environment: w.environment(), Secrets: w.secrets(), SQLite: openSQLite})
}

// api makes the function behind the gateway.
func (w *surroundings) api(service *Service) task.Function {
	if w.settings.BaseURL != "" {
		w.variables[api.URLVariable] = w.settings.BaseURL
	}
	return api.New(w.apiConfig(service))
}

func (w *surroundings) apiConfig(service *Service) api.Config {
	return api.Config{
		Environment: w.environment(), Executor: service, Starter: service, Answerer: service, Secrets: w.secrets(), Blobs: w.blobs, Log: newRequestLog(w.settings.Log), Document: service.document, Endpoints: w.settings.Endpoints,
	}
}
