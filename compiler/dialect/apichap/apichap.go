package apichap

import (
	"regexp"

	"github.com/steploom/steploom/compiler/dialect"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// Dialect is the language as the compiler sees it.
func Dialect() dialect.Dialect {
	return dialect.Dialect{
		Name: "apichap", Detect: detect, Parse: parse, Rules: rules, Upgrade: upgrade,
		Recognised: "a YAML file, other than openapi.yaml, with operations, datasources, authentications or specification as a key of its top level",
	}
}

// detect looks for a top-level section of the language in any file but the OpenAPI document.
func detect(files source.Files) bool {
	section := regexp.MustCompile(`(?m)^["']?(operations|datasources|authentications|specification)["']?\s*:`)
	for _, file := range files {
		if file.IsYAML() && !isOpenAPI(file) && section.Match(file.Bytes) {
			return true
		}
	}
	return false
}

// parse reads a project. Lowering runs also after errors, so that all diagnostics come at once.
func parse(files source.Files) (*ir.Workflow, diag.List) {
	var r reader
	r.readProject(files)
	workflow := lowerProject(&r.project)
	return workflow, perFile(r.Problems().Sorted())
}
