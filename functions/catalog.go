// Package functions lists the functions that workflows call. Templates, documentation and local runs are driven by
// this list.
package functions

import (
	"github.com/steploom/steploom/functions/api"
	"github.com/steploom/steploom/functions/filter"
	"github.com/steploom/steploom/functions/ftp"
	"github.com/steploom/steploom/functions/http"
	"github.com/steploom/steploom/functions/jobs"
	"github.com/steploom/steploom/functions/sheet"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/functions/stream"
	"github.com/steploom/steploom/shared/blob"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/shared/task"
)

// Rows describes every function, api first, then those that a definition calls, by name.
func Rows() []task.Row {
	return []task.Row{api.Row(), filter.Row(), ftp.Row(), http.Row(), jobs.Row(), sheet.Row(), sql.Row(), stream.Row()}
}

// Services are what functions may use besides the environment. The zero value serves: secrets come from the
// environment, objects are kept in memory.
type Services struct {
	Secrets   secret.Resolver
	Blobs     blob.Store
	Endpoints []task.Endpoint // redirects of HTTP hosts
	SQLite    sql.OpenSQLite  // nil when no driver for SQLite is linked
	Folders   bool            // datasources of ftp may be folders of this machine
	Mask      *secret.Mask    // learns the secrets that functions come to know; may be nil
}

// All makes every function that a definition calls. It does not hold api, jobs and stream, which are made with an executor or a store.
func All(environment task.Environment, services Services) []task.Function {
	if services.Secrets == nil {
		services.Secrets = secret.Environment(environment)
	}
	if services.Blobs == nil {
		services.Blobs = blob.Memory()
	}
	return []task.Function{
		filter.New(),
		ftp.New(ftp.Config{Environment: environment, Secrets: services.Secrets, Blobs: services.Blobs, Folders: services.Folders}),
		http.New(http.Config{
			Environment: environment,
			Endpoints:   services.Endpoints,
			Secrets:     services.Secrets,
			Blobs:       services.Blobs,
			Mask:        services.Mask,
		}),
		sheet.New(sheet.Config{Blobs: services.Blobs}),
		sql.New(sql.Config{
			Environment: environment,
			Secrets:     services.Secrets,
			SQLite:      services.SQLite,
		}),
	}
}
