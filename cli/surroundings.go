package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/task"
)

// surroundings are the flags that say where the outside systems of a workflow are.
type surroundings struct {
	datasources, endpoints []string
	user                   string
}

func (s *surroundings) register(command *cobra.Command) {
	command.Flags().StringArrayVar(&s.datasources, "datasource", nil, "use the database at a URL for a datasource: `NAME=URL`; STEPLOOM_DATASOURCE_NAME does the same")
	command.Flags().StringArrayVar(&s.endpoints, "endpoint", nil, "send HTTP requests for a host or URL prefix elsewhere: `FROM=TO`")
	command.Flags().StringVar(&s.user, "user", "", "who calls, for workflows that ask: a JSON object `{\"userid\": …, \"token\": …}`, or the file that holds it")
}

func (s *surroundings) settings(std *Std) (local.Settings, error) {
	settings := local.Settings{Environment: task.Environment(std.Lookup), Datasources: map[string]string{}, Mask: std.mask}
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
	var err error
	settings.User, err = readUser(std.Context, s.user)
	return settings, err
}

// readUser reads who calls: a JSON object, or the name of a file with one; nil for none. What is wrong with it is told without a word of it.
func readUser(ctx context.Context, text string) (map[string]any, error) {
	if text == "" {
		return nil, nil
	}
	content := []byte(text)
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		var err error
		if content, err = local.ReadInput(ctx, text); err != nil {
			return nil, err
		}
	}
	var user map[string]any
	if err := task.Decode(content, &user); err != nil || user == nil {
		return nil, errors.New(`--user: want a JSON object such as {"userid": "ada", "token": "…"}, or a file that holds one`)
	}
	return user, nil
}

// newService prepares a compiled workflow for running. A --datasource that names none of its datasources is wrong use.
func newService(ctx context.Context, project local.Project, output compiler.Output, settings local.Settings) (*local.Service, error) {
	if err := checkDatasources(output.Workflow, settings.Datasources); err != nil {
		return nil, err
	}
	service, err := local.NewService(ctx, project, output, settings)
	return service, failed(err)
}

func checkDatasources(workflow *ir.Workflow, given map[string]string) error {
	var known []string
	for _, connection := range workflow.Connections {
		if connection.Kind != ir.API {
			known = append(known, connection.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !slices.Contains(known, name) {
			return fmt.Errorf("--datasource: there is no datasource %q in the workflow that leads to a server; %s", name,
				cmp.Or(source.DidYouMean(name, known), "it has "+cmp.Or(strings.Join(known, ", "), "none")))
		}
	}
	return nil
}

// announce tells where the datasources of a service are.
func announce(std *Std, service *local.Service) {
	for _, datasource := range service.Datasources {
		fmt.Fprintln(std.Err, datasource)
	}
}

// findOperation finds an operation by its name; the method's case does not matter.
func findOperation(workflow *ir.Workflow, name string) (*ir.Operation, error) {
	for _, operation := range workflow.Operations {
		if strings.EqualFold(operation.Name, name) {
			return operation, nil
		}
	}
	message := fmt.Sprintf("there is no operation %q", name)
	if near := source.DidYouMean(name, operationNames(workflow)); near != "" {
		message += "; " + near
	}
	return nil, fmt.Errorf("%s\n%s", message, listOfOperations(workflow))
}

func listOfOperations(workflow *ir.Workflow) string {
	return "The operations are:\n  " + strings.Join(operationNames(workflow), "\n  ")
}

// operationNames are the names of the operations in alphabetical order.
func operationNames(workflow *ir.Workflow) []string {
	var names []string
	for _, operation := range workflow.Operations {
		names = append(names, operation.Name)
	}
	slices.Sort(names)
	return names
}
