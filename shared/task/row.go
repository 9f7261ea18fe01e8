package task

import (
	"slices"
	"strings"
	"time"
)

// Row describes a function to those who call it, deploy it or write about it.
type Row struct {
	Name         string        // one lower-case word: "sql"
	Doc          string        // one sentence
	Memory       int           // MiB
	Timeout      time.Duration // longest invocation
	ResultLimit  int           // bytes of a result; 0 means ResultLimit
	BehindAPI    bool          // requests of the HTTP API and answers of people come to it, and it starts the executions
	Routes       []string      // of the HTTP API, that it serves for people who are asked: "GET /…/{key}"
	Docs         []string      // the routes of the HTTP API under which it describes the API
	Executions   string        // the route of the HTTP API under which it tells of executions that requests do not wait for
	BehindStream bool          // records of Kafka topics come to it, by an alias for each job, and it starts the executions of operations with such a trigger
	JobRoutes    []string      // the routes of the HTTP API under which jobs are steered, which come to it
	Tables       []Table       // the tables that it keeps data in
	Request      []Field       // what it takes
	Answer       []Field       // what it gives when it succeeds
	Variables    []Variable    // environment it reads
	Permissions  []Permission  // AWS actions it may need
}

// Field is a member of a request or of an answer.
type Field struct {
	// Name is the member's name. In a request it may be a path of names joined by dots, where * is each member of an object and each element
	// of a list: "auth.secret", "statements.*.sql".
	Name string
	Type Type
	Doc  string
	// Holds says what the value stands for beyond its type; "" for a value that is only itself.
	Holds Holds
	// Optional is a member of an answer that is left out at times. All members of a request but those a function names missing are.
	Optional bool
	// Example is a value of a request that stands in where a definition computes it; nil where null will do.
	Example any
}

// Type is a JSON type.
type Type string

// The types of fields.
const (
	TypeText    Type = "text"
	TypeNumber  Type = "number"
	TypeBoolean Type = "boolean"
	TypeList    Type = "list"
	TypeObject  Type = "object"
	TypeAny     Type = "any"
)

// Holds is what the value of a request's or an answer's field stands for.
type Holds string

// What a field can stand for.
const (
	HoldsDatasource Holds = "datasource"    // the name of a datasource
	HoldsSecret     Holds = "secret"        // a reference to a secret: its name, or name#member
	HoldsEndpoint   Holds = "endpoint"      // the URL of a server
	HoldsStored     Holds = "stored object" // it may be a reference to a stored object
	AsksToStore     Holds = "asks to store" // a value other than false and null makes the function store an object
)

// AlwaysAnswers tells whether the function's answer has a member whenever it succeeds.
func (r Row) AlwaysAnswers(name string) bool {
	return slices.ContainsFunc(r.Answer, func(f Field) bool { return f.Name == name && !f.Optional })
}

// Find looks a function up by its name.
func Find(rows []Row, name string) (Row, bool) {
	return first(rows, func(r Row) bool { return r.Name == name })
}

// FindBehindAPI looks up the function that stands behind the HTTP API.
func FindBehindAPI(rows []Row) (Row, bool) {
	return first(rows, func(r Row) bool { return r.BehindAPI })
}

// FindBehindStream looks up the function that records of Kafka topics come to.
func FindBehindStream(rows []Row) (Row, bool) {
	return first(rows, func(r Row) bool { return r.BehindStream })
}

func first(rows []Row, is func(Row) bool) (Row, bool) {
	at := slices.IndexFunc(rows, is)
	if at < 0 {
		return Row{}, false
	}
	return rows[at], true
}

// Variable is an environment variable a function reads. A name with <NAME> stands for one variable per datasource,
// secret or endpoint: see [VariableName].
type Variable struct {
	Name     string
	Doc      string
	Required bool    // the function cannot serve its purpose without it
	Secret   bool    // the value names a secret that the function resolves
	Setting  Setting // what a deployment gives it
}

// Setting is what a deployment puts into a variable.
type Setting string

// The settings that a deployment knows; a variable without one is for people to set.
const (
	MachinePrefix Setting = "machine prefix" // ARN of the state machines up to the operation's part of the name
	MachineAlias  Setting = "machine alias"  // the alias by which machines are called
	Asynchronous  Setting = "asynchronous"   // the operations that requests do not wait for
	Uploads       Setting = "uploads"        // the operations whose requests bring files
	MediaTypes    Setting = "media types"    // the types of body that operations take
	AlikeNames    Setting = "alike names"    // MachineNames.String of the workflow
	PublicURL     Setting = "public URL"     // base URL of the HTTP API, when people are asked
	Webhook       Setting = "webhook"        // URL that is told of questions, when people are asked
	Access        Setting = "access"         // who may call the API
	Docs          Setting = "docs"           // whether the function describes its API
	KeysSecret    Setting = "keys secret"    // the secret with the keys of the API
	CallerKey     Setting = "caller key"     // the secret with the key that seals secrets of callers
	Bucket        Setting = "bucket"         // the bucket of stored objects
	Declared      Setting = "declared"       // nothing: it is declared, so that sam local can set it
)

// The settings of functions that work for jobs.
const (
	JobSetting      Setting = "job setting"      // what the workflow's files say under the variable's name
	OffsetReset     Setting = "offset reset"     // the same, of where a group without offsets begins: earliest or latest
	TenancyHeader   Setting = "tenancy header"   // the same, of the header that names the tenant of a request
	AdminPassword   Setting = "admin password"   // the secret with the password of the job API
	Brokers         Setting = "brokers"          // the addresses of Kafka brokers, separated by commas
	BrokerProtocol  Setting = "broker protocol"  // PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL
	BrokerMechanism Setting = "broker mechanism" // how clients log in to brokers: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512; empty for not at all
	// The secrets {"username", "password"}, {"certificate", "privateKey"} of a client and {"certificate"} of who signs the brokers'.
	BrokerCredentials   Setting = "broker credentials"
	BrokerCertificate   Setting = "broker certificate"
	BrokerAuthority     Setting = "broker authority"
	RegistryCredentials Setting = "registry credentials" // the secret {"username", "password"} of the schema registry

	// What an event source mapping is made of, beside the brokers.
	StreamFunction     Setting = "stream function"     // ARN of the function behind streams, without a version
	Cluster            Setting = "cluster"             // ARN of an MSK cluster; empty for brokers of one's own
	Subnets            Setting = "subnets"             // of the VPC that brokers are reached in, separated by commas
	SecurityGroups     Setting = "security groups"     // there, separated by commas
	BatchSize          Setting = "batch size"          // most records that come at once
	BatchSeconds       Setting = "batch seconds"       // how long records are gathered
	Pollers            Setting = "pollers"             // most pollers of a topic
	PollerGroup        Setting = "poller group"        // name of the pollers that mappings in a VPC share; empty outside of one
	FailureDestination Setting = "failure destination" // ARN of what takes records that are given up; empty for none
)

// Variable finds the variable for a setting; "" when the function has none.
func (r Row) Variable(setting Setting) string {
	at := slices.IndexFunc(r.Variables, func(v Variable) bool { return v.Setting == setting })
	if at < 0 {
		return ""
	}
	return r.Variables[at].Name
}

// Permission is an AWS action a function calls, on what, and when.
type Permission struct {
	Action string // "secretsmanager:GetSecretValue"
	// Resource is what the action is called on: "secret", "bucket", "state machine", "execution", "table " and a table's name; "stream" for the function
	// behind streams and "mappings" for its event source mappings.
	Resource string
	When     string // the condition in words: "a secret is referenced"
}

const substitutionSuffix = "FunctionArn"

// Substitution is the name by which a definition refers to the function: "SqlFunctionArn" for "sql".
func (r Row) Substitution() string { return Substitution(r.Name) }

// Substitution is the DefinitionSubstitutions key of a function name: "sql" gives "SqlFunctionArn".
func Substitution(function string) string {
	if function == "" {
		return substitutionSuffix
	}
	return strings.ToUpper(function[:1]) + function[1:] + substitutionSuffix
}

// FunctionOf is the name of the function that a reference "${SqlFunctionArn}" in a definition stands for; "" for any other text.
func FunctionOf(reference string) string {
	inner, begins := strings.CutPrefix(reference, "${")
	name, ends := strings.CutSuffix(inner, substitutionSuffix+"}")
	if !begins || !ends || name == "" {
		return ""
	}
	return strings.ToLower(name[:1]) + name[1:]
}
