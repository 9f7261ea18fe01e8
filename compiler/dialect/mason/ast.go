package mason

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// workflow is one list of steps. Names follow the source language.
type workflow struct {
	name        string
	at          diag.Range // its name, or where it begins
	steps       []*step
	workspaceID string
	scope       string
	deleted     bool
	retry       *ir.Budget
	triggers    []ir.Trigger
}

// step is one HTTP call, or one for each element of a list.
type step struct {
	name        string
	at          diag.Range
	concurrency int          // 0 when it is not given
	input       *source.Node // a template; nil when there is none
	output      *source.Node // a name or a template; nil when there is none
	retryOrNil  *ir.Budget
	apiSpec
}

// apiSpec is the request. data, headers, params and body are mappings or templates, nil when they are not given.
type apiSpec struct {
	url                         *source.Node
	method                      string // in upper case
	data, headers, params, body *source.Node
	timeoutSeconds              int // 0 when it is not given
}

// settings are the URLs of the system's APIs by name.
type settings struct {
	systemAPIs []source.Entry
}
