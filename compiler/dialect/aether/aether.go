package aether

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
		Name: "aether", Detect: detect, Parse: read, Rules: rules,
		Recognised: "a YAML or JSON file with a job (datamap, topic and url), or kafka.json",
	}
}

// The files with settings.
const (
	consumerFile = "consumer.json"
	kafkaFile    = "kafka.json"
	ourFile      = "steploom.yaml"
	stubFile     = "stub.yaml"
)

func detect(files source.Files) bool {
	return slices.ContainsFunc(files, func(file source.File) bool { return isJob(file) || file.Base() == kafkaFile && file.HasEnding(".json") })
}

// isJob tells whether a file seems to hold jobs.
func isJob(file source.File) bool {
	return isData(file) && !isSchema(file) && has(file, "datamap|data_map") && has(file, "topics?|url|owner")
}

// isData tells whether a file can hold jobs by its name.
func isData(file source.File) bool {
	return !slices.Contains([]string{consumerFile, kafkaFile, ourFile, stubFile}, file.Base()) && (file.IsYAML() || file.HasEnding(".json"))
}

// isSchema tells a JSON Schema, of jobs for example, from data.
func isSchema(file source.File) bool { return has(file, `\$schema|\$id`) }

// isPipeline tells whether a file is of the later generation, whose consumers run stages.
func isPipeline(file source.File) bool {
	return isData(file) && has(file, "kafka_subscription|zeebe_subscription|stages|pipelines")
}

// has tells whether a file seems to have one of the keys (a regular expression, in any case) somewhere.
func has(file source.File, keys string) bool {
	return regexp.MustCompile(`(?mi)(^|[\s{,-])["']?(` + keys + `)["']?\s*:`).Match(file.Bytes)
}

// read reads a project: its jobs, and the settings of what consumes for them.
func read(files source.Files) (*ir.Workflow, diag.List) {
	p := &parser{ids: map[string]diag.Range{}, settings: newSettings()}
	for _, file := range files {
		switch {
		case file.Base() == kafkaFile || file.Base() == consumerFile:
			p.settingsFile(file)
		case isJob(file):
			p.file(file)
		case isPipeline(file):
			p.Report(codeShape.Error(start(file), "pipelines of stages are not read").Why("They belong to the consumer that came after the one with jobs.").
				Fix("write a job for each topic and request: datamap, topic, url"))
		case isData(file):
			p.Report(codeShape.Warning(start(file), "the file holds no job and has no effect").
				Fix("give it the keys of a job (id, owner, type, topic, datamap, url), or move it out of the folder"))
		}
	}
	p.rounds()
	p.settingsSecrets()
	p.emitLevel()
	if len(p.jobs) == 0 && !p.settled(files) {
		return nil, p.Problems().Sorted()
	}
	return p.workflow(), p.Problems().Sorted()
}

// start is the first place of a file.
func start(file source.File) diag.Range {
	first := diag.Pos{Line: 1, Column: 1}
	return diag.Range{File: file.Path, Start: first, End: first}
}
