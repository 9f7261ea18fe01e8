package osop_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/source"
)

// TestSettings: what is misspelt in steploom.yaml is an error, for it would leave nodes unbound.
func TestSettings(t *testing.T) {
	for settings, want := range map[string]string{
		"lambda: {agent: x}":             `error OSP016: "lambda" is not a key of steploom.yaml`,
		"lambdas: {agnet: x}":            `error OSP016: "agnet" is not a type of nodes`,
		"lambdas: [agent]":               "error OSP001: lambdas is a mapping",
		"lambdas: {agent: x}\nregion: a": `error OSP016: "region" is not a key of steploom.yaml`,
		"lambdas: {agent: [x]}":          "error",
		"lambdas: {agent: x}":            "",
	} {
		file := source.File{Path: "steploom.yaml", Bytes: []byte(settings + "\n")}
		list := strings.Join(found(graphFile("osop_version: '2.0'\nid: t\nname: t\nnodes:\n  - {id: a, type: agent}\n"), file), "\n")
		if !strings.Contains(list, want) || want == "" && strings.Contains(list, "error") {
			t.Errorf("%s: %s, want %s", settings, list, want)
		}
	}
}

// TestKeysWithoutTheirMode: a key that belongs to another mode, or that stands beside what takes its place, is told.
func TestKeysWithoutTheirMode(t *testing.T) {
	const head = "osop_version: '2.0'\nid: t\nname: t\n"
	const nodes = "nodes:\n  - {id: a, type: agent, x-steploom-lambda: w, outputs: [r]}\n  - {id: b, type: agent, x-steploom-lambda: w}\n"
	for text, want := range map[string]string{
		nodes + "edges: [{from: a, to: b, cases: [{value: 1, to: b}]}]":                                             "error OSP011: cases has no effect on this edge",
		nodes + "edges: [{from: a, to: b, default_to: b}]":                                                          "error OSP011: default_to has no effect",
		nodes + "edges: [{from: a, to: b, weight: 5}]":                                                              "error OSP011: weight has no effect",
		nodes + "edges: [{from: a, to: b, compensates: a}]":                                                         "error OSP011: compensates has no effect",
		nodes + "edges: [{from: a, to: b, iterator_var: x}]":                                                        "error OSP011: iterator_var has no effect",
		nodes + "edges: [{from: a, to: b, join_count: 2}]":                                                          "error OSP011: join_count has no effect",
		nodes + "edges: [{from: a, to: b, priority: 2}]":                                                            "note OSP015: priority of an edge describes",
		nodes + "edges: [{from: a, to: b, mode: conditional, type: loop, when: r == 1}]":                            "OSP016",
		"imports: [./none.osop]\n" + nodes + "edges: [{from: a, to: b}]":                                            `error OSP026: there is no file "./none.osop"`,
		"imports: [{ref: none.osop}]\n" + nodes + "edges: [{from: a, to: b}]":                                       `error OSP026: there is no file "none.osop"`,
		"nodes:\n  - {id: a, type: api, runtime: {url: 'https://x.example', rate_limit: 5}}":                        "note OSP015: rate_limit of api nodes describes",
		"nodes:\n  - {id: a, type: api, url: 'https://y.example', runtime: {url: 'https://x.example'}}":             "error OSP001: url is written twice",
		"nodes:\n  - {id: a, type: api, runtime: {url: 'https://x.example', base_url: 'https://y.example'}}":        `error OSP017: "base_url" is not a setting`,
		"nodes:\n  - {id: a, type: api, runtime: {url: /in, method: POST, headers: {X-A: b}}}":                      "warning OSP018: headers of a route has no effect",
		"nodes:\n  - {id: a, type: api, runtime: {url: /in, method: POST}, security: {auth: basic, secret_ref: S}}": "error OSP019: auth of a route is not enforced",
		"nodes:\n  - {id: a, type: api, runtime: {url: 'https://x.example'}, security: {mfa_required: true}}":       "note OSP015: mfa_required of security describes",
		"nodes:\n  - {id: a, type: api, subtype: odd, runtime: {url: 'https://x.example'}}":                         "note OSP015: the subtype odd of api nodes describes",
		"nodes:\n  - {id: a, type: human, inputs: [{name: x, required: true}]}":                                     "note OSP015: required of an input or output of a node describes",
		"nodes:\n  - {id: a, type: human, handoff: {to: b}}":                                                        "note OSP015: to of handoff describes",
		"nodes:\n  - {id: a, type: agent, workflow_ref: b, x-steploom-lambda: w}":                                   "error OSP026: a node runs another workflow or a function",
	} {
		_, list := compiler.Compile(source.Files{graphFile(head + text + "\n")}, compiler.Options{})
		told := strings.Join(found(graphFile(head+text+"\n")), "\n")
		if !strings.Contains(told, want) || len(list) == 0 {
			t.Errorf("%s: %s, want %s", text, told, want)
		}
	}
}
