package sam

import (
	"bytes"
	"fmt"
	"strings"
)

func isARN(text string) bool { return strings.HasPrefix(text, "arn:") }

// isLambda tells whether an ARN names something of the Lambda service.
func isLambda(arn string) bool {
	parts := strings.SplitN(arn, ":", 4) // arn, partition, service, the rest
	return len(parts) == 4 && parts[2] == "lambda"
}

// makefile builds the functions for sam build: the same source gives the same bytes on every machine.
func (p configurer) makefile() ([]byte, error) {
	if !p.buildsFunctions() {
		return nil, nil
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `# Written by steploom build. sam build runs build-RESOURCE in the folder of template.yaml with ARTIFACTS_DIR set.
# The settings make the executables the same bytes for the same source, wherever they are built.
GO ?= go
ARCHITECTURE := %s
`, p.options.Architecture)
	for _, setting := range BuildEnvironment("$(if $(filter x86_64,$(ARCHITECTURE)),amd64,arm64)") {
		name, value, _ := strings.Cut(setting, "=")
		fmt.Fprintf(&out, "export %s := %s\n", name, value)
	}
	fmt.Fprintf(&out, "FLAGS := %s\n\n", strings.Join(quoted(BuildFlags()), " "))
	var targets []string
	for _, f := range p.functions {
		targets = append(targets, "build-"+f.resource())
	}
	fmt.Fprintf(&out, ".PHONY: %s\n", strings.Join(targets, " "))
	for i, f := range p.functions {
		fmt.Fprintf(&out, "%s:\n\t$(GO) build $(FLAGS) -o \"$(ARTIFACTS_DIR)/bootstrap\" ./functions/%s/lambda\n", targets[i], f.row.Name)
		if f.row.BehindAPI && p.describes() {
			fmt.Fprintf(&out, "\tcp %s \"$(ARTIFACTS_DIR)/%s\"\n", p.docsFile(), docsName)
		}
	}
	return out.Bytes(), nil
}

// otherMakefile builds the functions for the processor that is not the application's.
func (p configurer) otherMakefile() ([]byte, error) {
	if !p.buildsFunctions() {
		return nil, nil
	}
	return fmt.Appendf(nil, `# Written by steploom build. The same as Makefile for machines with %s: sam build --manifest takes it instead.
override ARCHITECTURE := %[1]s
include $(dir $(lastword $(MAKEFILE_LIST)))Makefile
`, p.options.Architecture.other()), nil
}

// otherBuildFile is the path of that file.
func (p configurer) otherBuildFile() string {
	return "functions/" + string(p.options.Architecture.other()) + ".mk"
}

// BuildEnvironment is the environment of go build for a function: a fixed target, and nothing from the machine that builds.
func BuildEnvironment(architecture string) []string {
	return []string{"GOOS=linux", "GOARCH=" + architecture, "GOAMD64=v1", "GOARM64=v8.0", "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off"}
}

// BuildFlags are the flags of go build for a function: no paths, version control stamps or build ids, no debug tables, without the
// RPC mode of the runtime client that provided.al2023 does not use.
func BuildFlags() []string {
	return []string{"-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w -buildid="}
}

func quoted(words []string) []string {
	for i, word := range words {
		if strings.Contains(word, " ") {
			words[i] = "'" + word + "'"
		}
	}
	return words
}
