package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/task"
)

// surroundings are the flags that say where the outside systems of a workflow are.
type surroundings struct{ datasources, endpoints []string }

func (s *surroundings) register(command *cobra.Command) {
	command.Flags().StringArrayVar(&s.datasources, "datasource", nil, "use the database at a URL for a datasource: `NAME=URL`; STEPLOOM_DATASOURCE_NAME does the same")
	command.Flags().StringArrayVar(&s.endpoints, "endpoint", nil, "send HTTP requests for a host or URL prefix elsewhere: `FROM=TO`")
}

func (s *surroundings) settings(std *Std) (local.Settings, error) {
	settings := local.Settings{Environment: task.Environment(std.Lookup), Datasources: map[string]string{}}
	for _, datasource := range s.datasources {
		name, address, ok := strings.Cut(datasource, "=")
		if !ok || name == "" || address == "" {
			return settings, fmt.Errorf("--datasource %q: want NAME=URL", name)
		}
		settings.Datasources[name] = address
	}
	for _, text := range s.endpoints {
		endpoint, err := task.ParseEndpoint(text)
		if err != nil {
			return settings, fmt.Errorf("--endpoint %q: want FROM=TO with a URL as TO", text)
		}
		settings.Endpoints = append(settings.Endpoints, endpoint)
	}
	return settings, nil
}

// announce tells where the datasources of a service are.
func announce(std *Std, service *local.Service) {
	for _, datasource := range service.Datasources {
		fmt.Fprintln(std.Err, datasource)
	}
}

// findOperation finds an operation by its name; the method's case does not matter.
func findOperation(workflow *ir.Workflow, name string) (*ir.Operation, error) {
	var names []string
	for _, operation := range workflow.Operations {
		if strings.EqualFold(operation.Name, name) {
			return operation, nil
		}
		names = append(names, operation.Name)
	}
	slices.Sort(names)
	message := fmt.Sprintf("there is no operation %q", name)
	if near := source.DidYouMean(name, names); near != "" {
		message += "; " + near
	}
	return nil, fmt.Errorf("%s\nThe operations are:\n  %s", message, strings.Join(names, "\n  "))
}
