package compiler

import (
	"errors"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/functions/sql"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
)

// addresses finds database URLs that the sql function cannot use. A URL that is given elsewhere, by a secret or a variable, is not looked at.
func addresses(workflow *ir.Workflow) diag.List {
	var found diag.List
	for _, connection := range workflow.Connections {
		if connection.Kind != ir.Database || connection.URL == "" || strings.Contains(connection.URL, "${") {
			continue
		}
		if _, err := sql.ParseURL(connection.URL); err != nil {
			found.Add(report.Error("COM005", connection.Range, "the URL of datasource %q cannot be used: %s", connection.Name, wrongURL(err)).
				Fix("write jdbc:postgresql://host:5432/name, jdbc:mariadb://…, jdbc:mysql://…, jdbc:sqlserver://… or jdbc:sqlite:file"))
		} else if err := sql.CheckOptions(connection.URL); err != nil {
			found.Add(report.Warning("COM005", connection.Range, "the URL of datasource %q lets no statement run: %s", connection.Name, wrongURL(err)).
				Why("Function sql honours an option, knows that it has no effect here, or refuses it when a statement is to run.").Fix("take the option off the URL"))
		}
	}
	return found
}

// wrongURL is what the function says of a URL.
func wrongURL(err error) string {
	var failure *task.Error
	if errors.As(err, &failure) {
		return strings.TrimPrefix(failure.Message, "datasource URL: ")
	}
	return err.Error()
}
