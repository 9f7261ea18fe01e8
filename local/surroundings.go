package local

import (
	"context"
	databasesql "database/sql"
	"maps"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/functions"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// Settings are what the user says about the surroundings of a workflow.
type Settings struct {
	// Environment is that of the process.
	Environment task.Environment
	// Datasources gives URLs by datasource name, from --datasource.
	Datasources map[string]string
	// Endpoints redirect HTTP requests, from --endpoint, as "FROM=TO".
	Endpoints []string
}

// surroundings are the variables and functions that a workflow sees in a local run.
type surroundings struct {
	project  Project
	settings Settings
	// outer is the process environment over .env.
	outer task.Environment
	// variables are what Steploom adds; they are weaker than outer, but for what flags say.
	variables map[string]string
}
