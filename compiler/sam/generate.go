package sam

import (
	"fmt"
	"maps"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/asl"
)

// The generated files outside the folders statemachine and events.
const (
	TemplateFile = "template.yaml"
	ConfigFile   = "samconfig.toml"
	OpenAPIFile  = "openapi.json"
	BuildFile    = "functions/Makefile"
)

// Generate writes the application of a workflow: files by their path relative to the template. It tells what cannot be deployed.
func Generate(app Application, options Options) (map[string][]byte, diag.List) {
	p := newPlan(app, options)
	p.written = true
	files := p.generate()
	if p.problems.HasErrors() {
		return nil, p.problems
	}
	if p.options.Code == FromSources {
		p.writeSources(files)
	}
	return files, p.problems
}

// Check tells all that Generate would, without the sources of functions, which are no matter of the workflow. A topic that Kafka
// takes and Lambda does not is a warning: on one's own machine its job works.
func Check(app Application, options Options) diag.List {
	p := newPlan(app, options)
	p.generate()
	return p.problems
}

// generate makes the files that a workflow decides; none when it cannot be deployed.
func (p *plan) generate() map[string][]byte {
	p.check()
	p.checkDirect()
	authorizing{p}.check()
	files := map[string][]byte{}
	template := composer{p}.template()
	limiter{p}.check(template)
	if p.problems.HasErrors() {
		return nil
	}
	p.write(files, TemplateFile, template.YAML)
	limiter{p}.checkText(files[TemplateFile])
	settings := configurer{p}
	p.write(files, BuildFile, settings.makefile)
	p.write(files, settings.otherBuildFile(), settings.otherMakefile)
	p.write(files, ConfigFile, func() ([]byte, error) { return settings.config(), nil })
	for _, m := range p.machines {
		p.write(files, definitionPath(m.Name), func() ([]byte, error) { return asl.Marshal(m.Definition) })
	}
	p.write(files, OpenAPIFile, describer{p}.openapi)
	if p.describes() {
		p.write(files, settings.docsFile(), describer{p}.document)
	}
	sampler{p}.writeEvents(files)
	p.write(files, LocalFile, composer{p}.localVariables)
	return files
}

func (p *plan) writeSources(files map[string][]byte) {
	var names []string
	for _, f := range p.functions {
		names = append(names, f.row.Name)
	}
	sources, err := FunctionSources(p.options.Sources, names)
	if err != nil {
		p.problems.Add(problem(p.app.Workflow.Range, "SAM003", err.Error()))
	}
	maps.Copy(files, sources)
}

func (p *plan) write(files map[string][]byte, path string, produce func() ([]byte, error)) {
	content, err := produce()
	switch {
	case err != nil:
		p.problems.Add(problem(p.app.Workflow.Range, "SAM003", fmt.Sprintf("%s: %v", path, err)))
	case content != nil:
		files[path] = content
	}
}

// check refuses what would fail when it is deployed.
func (p *plan) check() {
	for _, m := range p.machines {
		p.checkTargets(m)
	}
}

func (p *plan) checkTargets(m *machinePlan) {
	for _, f := range p.functions {
		for _, need := range f.datasources {
			if p.connection(need.name) == nil {
				p.problems.Add(problem(m.Operation.Range, "SAM005", fmt.Sprintf("function %s is called with datasource %q, which the workflow does not have", f.row.Name, need.name)))
			}
		}
	}
	for _, u := range m.uses {
		if target, literal := p.targetARN(u.target).(string); literal && !isARN(target) {
			p.problems.Add(problem(m.Operation.Range, "SAM006", fmt.Sprintf("state %q calls %s, for which there is no function", u.state, target)))
		}
	}
}
