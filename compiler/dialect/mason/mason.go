package mason

import (
	"regexp"
	"slices"

	"github.com/steploom/steploom/compiler/dialect"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Dialect is the language as the compiler sees it.
func Dialect() dialect.Dialect {
	return dialect.Dialect{
		Name: "mason", Detect: detect, Parse: read, Rules: rules,
		Recognised: "a YAML or JSON file with steps or flow, and apispec in them",
	}
}

// settingsFile says what the system's APIs are, and how its users show who they are.
const settingsFile = "steploom.yaml"

func detect(files source.Files) bool { return slices.ContainsFunc(files, isWorkflow) }

func isWorkflow(file source.File) bool {
	return file.Base() != settingsFile && (file.IsYAML() || file.HasEnding(".json")) && hasKey(file, "steps|flow|name") && hasKey(file, "apispec|default_retry")
}

// hasKey tells whether a file seems to have one of the keys (a regular expression) somewhere.
func hasKey(file source.File, keys string) bool {
	return regexp.MustCompile(`(?m)(^|[\s{,-])["']?(` + keys + `)["']?\s*:`).Match(file.Bytes)
}

// read reads a project: an operation of each workflow that is not deleted.
func read(files source.Files) (*ir.Workflow, diag.List) {
	p := &parser{settings: settings{}}
	for _, file := range files {
		switch {
		case file.Base() == settingsFile:
			p.readSettings(p.Read(file))
		case isWorkflow(file):
			p.file(file)
		}
	}
	p.distinct()
	if len(p.workflows) == 0 {
		return nil, p.Problems().Sorted()
	}
	workflow := lowerProject(p)
	return workflow, p.Problems().Sorted()
}
