package apichap

import (
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/diag"
)

// project is everything in one folder.
type project struct {
	operations      []*operation
	datasources     []*datasource
	authentications []*authentication
	api             *openAPI
	docs            *source.Node // the setting that makes the API describe itself, nil where it does not
	described       *ir.Docs
	environment     map[string]source.Entry
	at              diag.Range
}

// operation is what runs for one endpoint or schedule.
type operation struct {
	key          *source.Node
	name         string // canonical: "GET /news/{id}", or the author's name
	method, path string // empty for operations without an endpoint
	fulfillments []*fulfillment
	responses    []*response
	triggers     []ir.Trigger
	described    *described // what openapi.yaml says; nil when it says nothing
	guards       access.Guards
	// refused are the names of fulfillments that could not be read, of which nothing more needs to be said.
	refused map[string]bool
	old     bool // it is in the language before 1.5
}

// authentication is a way in which callers show who they are.
type authentication struct {
	key *source.Node
	*ir.Authentication
}

// datasource is an outside system.
type datasource struct {
	name       string
	key        *source.Node
	connection *ir.Connection
}

type fulfillmentKind string

const (
	read    fulfillmentKind = "read"
	update  fulfillmentKind = "update"
	generic fulfillmentKind = "generic"
	branch  fulfillmentKind = "if"
	loop    fulfillmentKind = "loop"
	refer   fulfillmentKind = "reference"
)

// fulfillment is one step of an operation.
type fulfillment struct {
	node  *source.Node // the mapping
	label string       // the author's name, or one made from the kind
	named *source.Node // nil when the author gave no name
	kind  fulfillmentKind
	at    diag.Range

	when         expression // nil when unconditional; the condition of an "if"
	sleep        int        // milliseconds
	sleepAt      diag.Range
	datasource   *datasource
	instructions []*instruction
	attributes   []*attributeGroup
	exceptions   []*exception
	loopbreak    []expression
	breakAt      diag.Range
	index        expression
	items        expression // of a loop
	body         []*fulfillment
	then, els    []*fulfillment
	reference    *operationCall
}

// hasResult tells whether fulfillments of a kind give something under their names.
func (k fulfillmentKind) hasResult() bool { return k == read || k == update || k == refer }

// instruction is one way of carrying out a read or an update; exactly one of sql, request and file is set.
type instruction struct {
	at      diag.Range
	when    expression
	sql     *sqlInstruction
	request *requestInstruction
	file    *fileInstruction
}

// sqlInstruction is a query that runs, a query that is collected for a transaction, or the commit of one.
type sqlInstruction struct {
	query        *template // nil of a commit
	parameters   []sqlParameter
	allowFailure bool
	collects     *transactionName // nil unless the query is collected
	commits      *transactionName // nil unless this is a commit
}

// transactionName is the name of a transaction, where it stands.
type transactionName struct {
	text string
	node *source.Node
}

type sqlParameter struct {
	when  expression
	value expression
	at    diag.Range
}

type requestInstruction struct {
	method  string
	url     *template
	headers []header
	content
	body         schema        // nil for none
	form         *schemaObject // of a form, nil for none
	parts        []multipartPart
	multipart    bool // it has parts, if only none
	stored       bool // an answer that is a file is kept as a stored object
	allowFailure bool
	ignoreCert   bool
	gzip         bool
	timeout      int // seconds
	// privateRedirects lets redirects lead to private addresses.
	privateRedirects bool
}

// multipartPart is a part of a multipart request: a value, a file, or a body of its own.
type multipartPart struct {
	name        string
	at          diag.Range
	contentType expression // nil when it does not say
	fileName    expression // nil when it is no file, or has the name that its content has
	content     schema
}

type header struct {
	name  string
	value *template
	at    diag.Range
}

// attributeGroup is one entry of attributes: values under a common condition.
type attributeGroup struct {
	when   expression
	values []attribute
	at     diag.Range
}

type attribute struct {
	name  string
	key   *source.Node
	value expression
}

type exception struct {
	at      diag.Range
	when    expression
	always  bool // it has no condition
	status  int
	message *template
}

type response struct {
	at        diag.Range
	name      string
	isDefault bool
	status    int
	headers   []header
	content
	body schema // nil for none
}

// schema is a description of JSON: *schemaValue, *schemaObject, *schemaList, *schemaScope or *schemaMap.
type schema interface{ schema() }

type (
	// schemaValue is one value.
	schemaValue struct{ value expression }
	// schemaObject is an object with fixed names.
	schemaObject struct{ fields []schemaField }
	// schemaList builds an item for each element of a list.
	schemaList struct {
		list expression
		item schema
	}
	// schemaScope is an object whose @ is set; a nil object leaves @ alone.
	schemaScope struct {
		object expression
		item   schema
	}
	// schemaMap builds an item for each member of an object.
	schemaMap struct {
		of   expression
		item schema
	}
)

type schemaField struct {
	name  string
	value schema
}

func (*schemaValue) schema()  {}
func (*schemaObject) schema() {}
func (*schemaList) schema()   {}
func (*schemaScope) schema()  {}
func (*schemaMap) schema()    {}
