package cli

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/steploom/steploom"
	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/local"
	"github.com/steploom/steploom/shared/diag"
)

// deployFlags say how a workflow is to be deployed.
type deployFlags struct {
	api, authorizer, architecture, region string
	binaries                              bool
}

func (d *deployFlags) register(command *cobra.Command) {
	command.Flags().StringVar(&d.api, "api", string(sam.APIFunction), "how requests start executions: `MODE` function (an HTTP API and the api function) or direct (a REST API alone, JSON only)")
	command.Flags().StringVar(&d.authorizer, "authorizer", "", "what requests must show besides: `KIND` jwt (not with --api direct) or api-key")
	command.Flags().StringVar(&d.region, "region", "", "the `NAME` of the region that samconfig.toml deploys to; without it, that of the AWS profile")
	command.Flags().StringVar(&d.architecture, "architecture", "", "the processor of the functions: `NAME` arm64 or x86_64 (default arm64 on AWS, for sam local that of this machine)")
}

var regionName = regexp.MustCompile(`^[a-z]+(-[a-z]+)+-[0-9]+$`)

// options checks the flags; folder is where the application is written to.
func (d deployFlags) options(folder string) (sam.Options, error) {
	options := sam.Options{
		API: sam.APIMode(d.api), Authorizer: sam.Authorizer(d.authorizer), Architecture: sam.Architecture(d.architecture), Region: d.region,
		Code: sam.FromSources, Sources: steploom.Sources(),
	}
	switch {
	case !slices.Contains([]sam.APIMode{sam.APIFunction, sam.APIDirect}, options.API):
		return options, fmt.Errorf("--api %q: want function or direct", d.api)
	case !slices.Contains([]sam.Authorizer{sam.Open, sam.JWT, sam.APIKey}, options.Authorizer):
		return options, fmt.Errorf("--authorizer %q: want jwt or api-key", d.authorizer)
	case d.architecture == "":
		options.Architecture, options.Local = sam.ARM64, sam.ArchitectureOf(runtime.GOARCH)
	case !slices.Contains([]sam.Architecture{sam.ARM64, sam.X8664}, options.Architecture):
		return options, fmt.Errorf("--architecture %q: want arm64 or x86_64", d.architecture)
	}
	switch {
	case d.region != "" && !regionName.MatchString(d.region):
		return options, fmt.Errorf("--region %q: want the name of a region, such as eu-central-1", d.region)
	case d.binaries:
		options.Code = sam.FromBinaries
	case isThisModule(folder):
		options.Code = sam.FromFolder
	}
	return options, nil
}

// isThisModule tells whether a folder is the root of Steploom's own module, where the functions' sources lie already.
func isThisModule(folder string) bool {
	text, err := local.ReadFile(filepath.Join(folder, "go.mod"), local.FileLimit)
	if err != nil || !strings.HasPrefix(string(text), "module github.com/steploom/steploom\n") {
		return false
	}
	info, err := os.Stat(filepath.Join(folder, "functions", "catalog.go"))
	return err == nil && !info.IsDir()
}

// application gives what is deployed of a compiled workflow.
func (w workflow) application(output compiler.Output) sam.Application {
	return output.Application(w.project.Name())
}

// deployment makes all files of the application.
func (w workflow) deployment(std *Std, output compiler.Output, options sam.Options) (map[string][]byte, error) {
	app := w.application(output)
	files, list := sam.Generate(app, options)
	if list.HasErrors() { // what the workflow is to blame for has been told before
		return nil, w.refused(std, list)
	}
	if options.Code != sam.FromBinaries {
		return files, nil
	}
	binaries, err := buildBinaries(std.Context, "linux", sam.Functions(app, options), options)
	maps.Copy(files, binaries)
	return files, failed(err)
}

// deployable compiles a workflow for a command about its deployment. Diagnostics are shown; with errors among them it fails.
func deployable(std *Std, path string, flags deployFlags, folder string) (workflow, compiler.Output, sam.Options, error) {
	options, err := flags.options(folder)
	if err != nil {
		return workflow{}, compiler.Output{}, options, err
	}
	w, err := readWorkflow(path)
	if err != nil {
		return w, compiler.Output{}, options, err
	}
	output, list := w.checked(options)
	return w, output, options, w.refused(std, list)
}

// checked compiles a workflow and tells besides what keeps it from being deployed: all that any command finds wrong with a workflow.
func (w workflow) checked(options sam.Options) (compiler.Output, diag.List) {
	output, list := w.compile()
	if list.HasErrors() {
		return output, list
	}
	return output, append(list, sam.Check(w.application(output), options)...).Sorted()
}

// refused shows what has been found, and fails when that has errors.
func (w workflow) refused(std *Std, list diag.List) error {
	if err := w.show(std, list); err != nil {
		return failed(err)
	}
	if list.HasErrors() {
		return errReported()
	}
	return nil
}
