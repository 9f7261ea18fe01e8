package sam

import (
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/task"
)

// LocalFile gives functions that sam local runs the variables that only this machine has. It is an --env-vars file of the SAM CLI.
const LocalFile = EventsFolder + "env.json"

// dockerHost is the name by which a container reaches the machine that it runs on.
const dockerHost = "host.docker.internal"

// AWSPort is the port at which functions that run by sam local look for AWS on this machine.
const AWSPort = "8083"

// localVariables are the contents of LocalFile: where AWS is, and where each datasource is as a container sees it. They hold for every function that
// declares them.
func (p composer) localVariables() ([]byte, error) {
	if len(p.functions) == 0 {
		return nil, nil
	}
	variables := cfn.Map{{Key: task.AWSEndpointVariable, Value: cfn.Text("http://" + dockerHost + ":" + AWSPort)}}
	for _, f := range p.functions {
		for _, need := range f.datasources {
			name := datasourceVariable(need.name)
			if connection := p.connection(need.name); connection != nil && !variables.Has(name) {
				variables = variables.With(name, cfn.Text(fromContainer(connection.URL)))
			}
		}
	}
	if declared := consumersOf(p.plan).declared(); len(declared) > 0 { // sam local knows no aliases, by which the function behind streams knows the job
		variables = variables.With(task.JobVariable, cfn.Text(jobKey(declared[0])))
	}
	return cfn.JSON(cfn.Map{{Key: "Parameters", Value: variables}})
}

// fromContainer is an address with the name that a container has for this machine.
func fromContainer(address string) string {
	for _, local := range []string{"localhost", "127.0.0.1", "[::1]"} {
		before, after, found := strings.Cut(address, "//"+local)
		if found && (after == "" || strings.ContainsRune(":/;?", rune(after[0]))) {
			return before + "//" + dockerHost + after
		}
	}
	return address
}
