package sam

import (
	"cmp"
	"io/fs"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/shared/task"
	"github.com/steploom/steploom/statemachine/asl"
)

// Application is a compiled workflow, as this package reads it.
type Application struct {
	// Folder is the name of the workflow's folder, after which its stacks are called; "" for the name of the workflow itself.
	Folder   string
	Workflow *ir.Workflow
	// Machines are the compiled operations, in the order of the workflow.
	Machines []Machine
	// Catalogue describes every function there is; the application gets those that it uses.
	Catalogue []task.Row
}

// name is what the stacks of the application are called after.
func (a Application) name() string { return cmp.Or(a.Folder, a.Workflow.Name) }

// Machine is one compiled operation.
type Machine struct {
	// Name is that of Workflow.MachineNames.
	Name       string
	Operation  *ir.Operation
	Definition *asl.Machine
}

// Type is the type of the state machine in the words of Step Functions: EXPRESS or STANDARD.
func (m *Machine) Type() string {
	if m.Operation.Mode == ir.Standard {
		return asl.Standard
	}
	return asl.Express
}

// Options are what a build chooses; the zero value is the default.
type Options struct {
	API          APIMode
	Authorizer   Authorizer
	Architecture Architecture
	// Local is the processor of the machine that runs the functions by sam local; the zero value is Architecture.
	Local Architecture
	Code  Code
	// Region is where samconfig.toml deploys to, "" for that of the AWS profile.
	Region string
	// Sources is this module's source tree, needed when Code is Sources.
	Sources fs.FS
}

// APIMode is how requests reach a state machine.
type APIMode string

// An HTTP API with the api function, or a REST API that starts executions itself.
const (
	APIFunction APIMode = "function"
	APIDirect   APIMode = "direct"
)

// Authorizer is what a request must show, beside what the workflow itself asks for.
type Authorizer string

// No authorizer, a JSON Web Token of an issuer, an API key.
const (
	Open   Authorizer = ""
	JWT    Authorizer = "jwt"
	APIKey Authorizer = "api-key"
)

// Architecture is the processor that functions are built for, in Lambda's words.
type Architecture string

// The architectures.
const (
	ARM64 Architecture = "arm64"
	X8664 Architecture = "x86_64"
)

// GOARCH is Go's word for the architecture.
func (a Architecture) GOARCH() string {
	if a == X8664 {
		return "amd64"
	}
	return "arm64"
}

// ArchitectureOf is the architecture that Go calls by a word; arm64 for one that Lambda does not have.
func ArchitectureOf(goarch string) Architecture {
	if goarch == X8664.GOARCH() {
		return X8664
	}
	return ARM64
}

// other is the other architecture.
func (a Architecture) other() Architecture {
	if a == X8664 {
		return ARM64
	}
	return X8664
}

// Code is where the executables of functions come from.
type Code string

// FromSources writes the functions' sources beside the template, and sam build builds them. FromFolder takes the sources that the
// output folder holds already (this module itself). FromBinaries takes executables that were built before.
const (
	FromFolder   Code = ""
	FromSources  Code = "sources"
	FromBinaries Code = "binaries"
)

func (o Options) withDefaults() Options {
	if o.API == "" {
		o.API = APIFunction
	}
	if o.Architecture == "" {
		o.Architecture = ARM64
	}
	if o.Local == "" {
		o.Local = o.Architecture
	}
	return o
}
