// Package ir is the one model of a workflow that every dialect is lowered to, and the only one that package lower reads.
//
// Expressions are JSONata syntax trees (statemachine/jsonata). A Value is a JSON tree whose leaves may be such
// expressions. Variables are the JSONata variables of the emitted state machine; a dialect chooses their names
// (identifiers, at most 80 characters) and refuses collisions.
package ir

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Workflow is everything that one deployment holds.
type Workflow struct {
	Name, Doc   string
	Operations  []*Operation
	Connections Connections
	// Authentications are the ways in which callers show who they are; the operations say which of them they take.
	Authentications []*Authentication
	// Docs is set where the API describes itself to anybody who asks.
	Docs *Docs
	// AsksCaller tells that operations read who calls: the input of an execution has "user" (functions/api, UserOf).
	AsksCaller bool
	// Jobs are consumers of Kafka topics, nil where the workflow has none and can have none.
	Jobs *Jobs
	// Secrets are credentials that stood in steps; the arguments of calls refer to them by name.
	Secrets []Secret
	Range   diag.Range
}

// MachineNames are the names of the operations' state machines.
func (w *Workflow) MachineNames() task.MachineNames {
	names := make([]string, len(w.Operations))
	for i, operation := range w.Operations {
		names[i] = operation.Name
	}
	return task.NewMachineNames(names)
}

// Secret is a credential that was taken out of a step.
type Secret struct {
	Name string
	// Literal is its value in local runs; it is kept out of every generated file.
	Literal string
	Range   diag.Range
}

// Operation is one state machine: what starts it and what it does.
type Operation struct {
	// Name is the author's name, for HTTP operations "METHOD /path/{param}".
	Name, Doc string
	Triggers  []Trigger
	// Mode is the type of the state machine, and Reason says why: Decide sets both.
	Mode   Mode
	Reason Reason
	// Parameters are checked and converted before the first step; the variable "param" holds the result as an object.
	Parameters []Parameter
	// BodyOrNil says what the request body must be; nil accepts anything.
	BodyOrNil *RequestBody
	// TimeoutSeconds bounds the whole execution; 0 means no bound of its own.
	TimeoutSeconds int
	// AnswerSeconds bounds it as well where somebody waits for its answer, 0 where nobody does: Decide sets it.
	AnswerSeconds int
	Steps         []Step
	Range         diag.Range
}

// Limit is the number of seconds after which an execution of the operation ends, 0 for none but that of its mode.
func (o *Operation) Limit() int {
	if o.AnswerSeconds > 0 && (o.TimeoutSeconds == 0 || o.AnswerSeconds < o.TimeoutSeconds) {
		return o.AnswerSeconds
	}
	return o.TimeoutSeconds
}

// Parameter is one named input of an operation.
type Parameter struct {
	Name string
	// In is "path", "query", "header", "cookie", "form" or "" when the source does not say: then path, query, form and header are looked at in
	// that order.
	In       string
	Required bool
	// Schema is what the value fits, and what it is when the parameter is absent; nil lets any fit.
	Schema *schema.Schema
	// Separator is what stands between the elements of an array that comes as one text, "" where each comes on its own.
	Separator string
	Range     diag.Range
}

// RequestBody is what a request must carry.
type RequestBody struct {
	Required bool
	// Contents are the media types that the body may have, one at least.
	Contents []Content
	Range    diag.Range
}

// Content is what a body of one media type is.
type Content struct {
	// MediaType is a type or a range of types, in lower case and without parameters: "application/json", "text/*".
	MediaType string
	// Schema is what a decoded body fits; nil lets any fit. The fields of forms are parameters, and the schema says which are required.
	Schema *schema.Schema
	// Stored tells that a body of this type is a file: it is kept as a stored object, and what an operation sees of it is the reference.
	Stored bool
	// Files are the files of a multipart form; its other parts are parameters.
	Files []FilePart
	Range diag.Range
}

// FilePart is a file that a form has.
type FilePart struct {
	Name     string
	Required bool
	// Several lets files of the name repeat, at least Least and at most Most of them; 0 bounds nothing.
	Several     bool
	Least, Most int
	// Types are the media types that it may have; none lets it have any.
	Types []string
	// MostBytes is how large a file may be, 0 for any size.
	MostBytes int
	Range     diag.Range
}

// limits are what a file must be, in words.
func (f FilePart) limits() string {
	return flag(" required", f.Required) + flag(" several", f.Several) + option(" least", f.Least) + option(" most", f.Most) +
		word(" type ", strings.Join(f.Types, ", ")) + option(" bytes", f.MostBytes)
}

// MayBeFile tells whether a body is kept as a stored object when it is of some media type.
func (b *RequestBody) MayBeFile() bool {
	return b != nil && slices.ContainsFunc(b.Contents, func(c Content) bool { return c.Stored })
}

// JSON is the schema of a body in JSON, nil when it may be anything or there is none.
func (b *RequestBody) JSON() *schema.Schema {
	if b == nil {
		return nil
	}
	for _, content := range b.Contents {
		if IsJSON(content.MediaType) {
			return content.Schema
		}
	}
	return nil
}

// IsForm tells whether a media type is that of an HTML form.
func IsForm(mediaType string) bool {
	return mediaType == "multipart/form-data" || mediaType == "application/x-www-form-urlencoded"
}

// IsJSON tells whether a media type is JSON (RFC 8259, RFC 6839).
func IsJSON(mediaType string) bool {
	return mediaType == "application/json" || mediaType == "text/json" || strings.HasSuffix(mediaType, "+json")
}

// Connection is a named outside system: a database, an HTTP API, a file server.
type Connection struct {
	Name string
	Kind ConnectionKind
	// URL as the author wrote it, without user and password.
	URL string
	// User and Password are references or literals that were moved out of the source; empty when the connection needs none.
	User, Password Credential
	// PrivateKey and Passphrase log in to SFTP servers, the second where the key is encrypted.
	PrivateKey, Passphrase Credential
	// Options are further settings of the kind, by their documented names.
	Options map[string]string
	Range   diag.Range
}

// ConnectionKind tells which function serves a connection.
type ConnectionKind string

// The kinds of connections.
const (
	Database ConnectionKind = "db"
	API      ConnectionKind = "api"
	FTP      ConnectionKind = "ftp"
)

// Credential is a secret's name, or a literal that must be moved into one. At most one field is set.
type Credential struct {
	Ref     string // name of the secret or of the environment variable that holds the value
	Literal string // value written in the source; kept out of every generated file
}

// Result is the path to what a called function answered. It may stand only in Call.Result.
func Result() jsonata.Node { return build.Path(build.Var("states"), "result", "Payload") }

// Error is the path to the caught error, an object with Error and Cause. It may stand only in Handler.Assign.
func Error() jsonata.Node { return build.Path(build.Var("states"), "errorOutput") }

// Input is the path to the execution's input, readable in every step.
func Input() jsonata.Node { return ofExecution("Input") }

// ExecutionID is the ARN of the execution.
func ExecutionID() jsonata.Node { return ofExecution("Id") }

// StartTime is when the execution started, as ISO-8601 text.
func StartTime() jsonata.Node { return ofExecution("StartTime") }

// RetryCount is how often the state has been repeated, nothing at all in states that cannot be.
func RetryCount() jsonata.Node {
	return build.Path(build.Var("states"), "context", "State", "RetryCount")
}

func ofExecution(field string) jsonata.Node {
	return build.Path(build.Var("states"), "context", "Execution", field)
}
