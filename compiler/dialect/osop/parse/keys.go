package parse

import (
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/ast"
	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/source"
)

// mapping is a kind of mapping: the keys that a misspelt one is compared with, and those from which nothing is compiled because they are for
// people and other tools.
type mapping struct{ what, known, describing string }

func workflowKeys() mapping {
	return mapping{"a workflow", "osop_version id name nodes edges inputs env variables triggers imports timeout_sec retry",
		"description version owner tags visibility status usage workflow_type metadata roles views platforms conformance_level name author license " +
			"created updated created_at updated_at purpose explain summary imports"}
}

// declared are keys of a workflow that ask for something which an engine might do and Steploom does not; each gets a note.
const declared = "schemas contracts message_contracts tests security observability ledger evolution extensions compliance resources sla calendar " +
	"outputs cost success_criteria failure_modes"

func nodeKeys() mapping {
	return mapping{"a node", "id type subtype runtime inputs outputs retry_policy timeout_sec security approval_gate workflow_ref workflow_inputs",
		"name title purpose description role owner explain success_criteria failure_modes observability cost message_contract parent spawn_policy " +
			"metadata tags company pool lane priority classification actors label notes note comment position department assignee assigned_to " +
			"risk_level risk sla icon ui"}
}

// besideRuntime are keys of runtime that practice writes on the node itself.
const besideRuntime = "command cmd url endpoint method headers body query prompt options response_mapping output_mapping assignees approvers min_approvals"

func edgeKeys() mapping {
	return mapping{"an edge", "from to mode when condition label explain for_each iterator_var max_iterations cases default_to spawn_count",
		"label explain description metadata contract schema_ref protocol sla name id notes note comment purpose priority"}
}

// unknown reports the keys of a mapping that nobody asked for and that do not describe either.
func (p parser) unknown(keys *ast.Keys, m mapping) {
	for _, entry := range keys.Left(m.describing) {
		p.unknownKey(entry, m)
	}
}

func (p parser) unknownKey(entry source.Entry, m mapping) {
	near := source.DidYouMean(entry.Name, strings.Fields(m.known+" "+m.describing))
	p.Report(codes.UnknownKey.Warning(entry.Key.Range, "%q is not a key of %s and has no effect", entry.Name, m.what).Fix("%s", near))
}

// block reads a mapping whose keys have meanings of their own; anything else is reported and has none.
func (p parser) block(what string, node *source.Node) ast.Block {
	if node == nil {
		return ast.Block{}
	}
	if node.Kind != source.Mapping {
		p.Report(codes.Shape.Error(node.Range, "%s is a mapping", what))
	}
	return ast.Block{Entries: node.Entries(), Range: node.Range}
}

// list gives the elements of a list; anything else is reported.
func (p parser) list(code codes.Code, what string, node *source.Node, fix string) []*source.Node {
	if node != nil && node.Kind != source.Sequence {
		p.Report(code.Error(node.Range, "%s is a list", what).Fix("%s", fix))
	}
	return node.Items()
}

// flag reads a truth value; absent is false.
func flag(node *source.Node) bool {
	if node == nil {
		return false
	}
	value, _ := node.Bool()
	return value
}

// number reads a whole number, otherwise where there is none.
func number(node *source.Node, otherwise int) int {
	if node == nil {
		return otherwise
	}
	value, _ := node.Int()
	return value
}

func lower(node *source.Node) string { return strings.ToLower(ast.Text(node)) }
