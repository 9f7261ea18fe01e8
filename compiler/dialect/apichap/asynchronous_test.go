package apichap_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/source"
)

// TestRequestsThatDoNotWait: the operation says whether requests wait, or openapi.yaml where the operation does not.
func TestRequestsThatDoNotWait(t *testing.T) {
	const operation = "operations:\n  'post /jobs': {OWNfulfillments: [{type: generic, attributes: [{a: TEXT(x)}]}], responses: [{name: ok, statuscode: 200, default: true}]}\n"
	const document = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/jobs: {post: {DESCRIBEDresponses: {'200': {description: d}}}}}\n"
	for _, test := range []struct {
		own, described string
		async          bool
		codes          string
	}{
		{"", "", false, ""},
		{"x-steploom-async: true, ", "", true, ""},
		{"", "x-steploom-async: true, ", true, ""},
		{"x-steploom-async: false, ", "x-steploom-async: true, ", false, ""},
		{"x-steploom-async: maybe, ", "", false, "YML008"},
		{"", "x-steploom-async: [1], ", false, "YML008"},
	} {
		output, list := compiler.Compile(source.Files{
			{Path: "jobs.yaml", Bytes: []byte(strings.Replace(operation, "OWN", test.own, 1))},
			{Path: "openapi.yaml", Bytes: []byte(strings.Replace(document, "DESCRIBED", test.described, 1))},
		}, compiler.Options{})
		var codes []string
		for _, problem := range list {
			codes = append(codes, problem.Code)
		}
		if got := strings.Join(codes, " "); got != test.codes {
			t.Errorf("%q, %q: %s", test.own, test.described, got)
			continue
		}
		request := output.Workflow.Operations[0].Triggers[0].(*ir.HTTP)
		standard := output.Workflow.Operations[0].Mode == ir.Standard
		if request.Async != test.async || standard != test.async {
			t.Errorf("%q, %q: async %v, standard %v", test.own, test.described, request.Async, standard)
		}
	}
}
