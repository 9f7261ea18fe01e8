package apichap

import (
	"cmp"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/compiler/source"
)

// reader turns the files of a folder into a project.
type reader struct {
	source.Reader
	project project
	// seen are operations, by canonical name, and datasources, by name, for the places of their first definitions.
	seenOperations, seenDatasources map[string]*source.Node
	document                        *source.Node // openapi.yaml
	// referred are the keys of datasources and variables to which something refers.
	referred map[*source.Node]bool
	// references are the fulfillments that run other operations, unstarted the operations without endpoint and triggers.
	references []referring
	unstarted  []unstarted
	toldClock  bool // what happens when clocks are put back
}

// operationReader reads the inside of one operation.
type operationReader struct {
	*reader
	operation *operation
}

const openAPIFile = "openapi.yaml"

// readProject reads all files: first what operations refer to, then the operations.
func (r *reader) readProject(files source.Files) {
	r.seenOperations, r.seenDatasources = map[string]*source.Node{}, map[string]*source.Node{}
	r.referred = map[*source.Node]bool{}
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b source.File) int { return cmp.Compare(a.Path, b.Path) })
	var operations []*source.Node
	for _, file := range files {
		switch {
		case !file.IsYAML():
		case isOpenAPI(file):
			document := r.ReadForeign(file)
			if first := r.document; first != nil && document != nil {
				document.Report(report.Error(codeTwice, document.Range, "there are two OpenAPI documents").Fix("delete one of the two").Also(first.Range, "the first one"))
				continue
			}
			r.document, r.project.api = document, r.openAPI(document)
		default:
			operations = append(operations, r.file(r.Read(file))...)
		}
	}
	for _, node := range operations {
		for _, entry := range node.Entries() {
			r.operation(entry)
		}
		if node.Kind != source.Mapping && node.Kind != source.Null {
			node.Map("the operations")
		}
	}
	r.resolve()
	r.checkDescribed()
	callersReader{r}.compareDocument()
	r.project.described = callersReader{r}.describing()
	r.unused()
}

func isOpenAPI(file source.File) bool {
	name := strings.ToLower(file.Base())
	return name == openAPIFile || name == "openapi.yml"
}

// file reads one file's sections and gives its operations for later.
func (r *reader) file(root *source.Node) []*source.Node {
	if root == nil {
		return nil
	}
	if r.project.at.File == "" {
		r.project.at = root.Range
	}
	fields := root.Map("a configuration file")
	if version := fields.Take("specification"); version != nil {
		r.version(version)
	}
	for _, name := range []string{"environment", "environments"} {
		if environment := fields.Take(name); environment != nil {
			r.environment(environment)
		}
	}
	if datasources := fields.Take("datasources"); datasources != nil {
		r.datasources(datasources)
	}
	if authentications := fields.Take("authentications"); authentications != nil {
		callersReader{r}.authentications(authentications)
	}
	if settings := fields.Take("settings"); settings != nil {
		r.settings(settings)
	}
	r.oldLanguage(fields, "servername", "authentication")
	r.misplacedSettings(fields)
	operations := fields.Take("operations")
	fields.Done()
	if operations == nil {
		return nil
	}
	return []*source.Node{operations}
}

// misplacedSettings reports settings that stand outside of their section.
func (r *reader) misplacedSettings(fields *source.Fields) {
	for _, entry := range fields.Node().Entries() {
		if entry.Name == "apiDocs" || entry.Name == "debug" {
			fields.TakeOld(entry.Name)
			entry.Key.Report(report.Error(source.CodeUnknownKey, entry.Key.Range, "%q is not a section of a file, but a setting", entry.Name).
				Fix("write settings: {apiDocs: %s}", cmp.Or(entry.Value.Value(), "true")))
		}
	}
}

// presentWords say what stands now in place of the keys of the language before 1.5.
var presentWords = map[string]string{
	"servername":     "delete it",
	"authentication": "write authentications",
	"queries":        "write instructions, with sql around each query",
	"mappings":       "write responses, with what each model holds as a schema",
	"pwd":            "write password",
}

// oldLanguage refuses keys of the language before 1.5, and tells whether there are any.
func (r *reader) oldLanguage(fields *source.Fields, keys ...string) bool {
	found := false
	for _, entry := range fields.Node().Entries() {
		if !slices.Contains(keys, entry.Name) {
			continue
		}
		fields.TakeOld(entry.Name)
		entry.Key.Report(report.Error(codeOldLanguage, entry.Key.Range, "%q belongs to the language before 1.5, which is not supported", entry.Name).
			Why("docs/apichap/coming-from.md has the present words for those of that language.").
			Fix("%s", presentWords[entry.Name]))
		found = true
	}
	return found
}

func (r *reader) version(node *source.Node) {
	if text, ok := node.Str(); ok && text != "1.0" && text != "1" {
		node.Report(report.Error(codeVersion, node.Range, "specification %q is not known", text).Fix("write specification: 1.0"))
	}
}

func (r *reader) environment(node *source.Node) {
	node.Map("the environment")
	if r.project.environment == nil {
		r.project.environment = map[string]source.Entry{}
	}
	for _, entry := range node.Entries() {
		if first, twice := r.project.environment[entry.Name]; twice {
			entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "variable %q is defined twice", entry.Name).
				Fix("delete one of the two").
				Also(first.Key.Range, "first defined here"))
		} else if _, ok := entry.Value.Str(); ok {
			r.project.environment[entry.Name] = entry
		}
	}
}

// operation reads one entry of operations.
func (r *reader) operation(entry source.Entry) {
	op := &operation{key: entry.Key, refused: map[string]bool{}}
	r.operationName(op, entry)
	if first, twice := r.seenOperations[op.name]; twice {
		entry.Key.Report(report.Error(codeTwice, entry.Key.Range, "operation %q is defined twice", op.name).
			Fix("delete one of the two, or give it another path").
			Also(first.Range, "first defined here"))
		return
	}
	r.seenOperations[op.name] = entry.Key
	op.described = r.project.api.find(op)
	fields := entry.Value.Map("an operation")
	inside := operationReader{r, op}
	op.fulfillments = inside.fulfillments(fields.Need("fulfillments"), nil)
	if triggers := fields.Take("triggers"); triggers != nil {
		op.triggers = append(op.triggers, r.triggers(triggers)...)
	}
	op.waiting(fields.Take(asyncKey))
	callersReader{r}.guards(op, fields.Take(authenticationKey))
	responses := fields.Take("responses")
	op.old = r.oldLanguage(fields, "mappings") || op.old
	fields.Done()
	if entry.Value.Get("triggers") == nil {
		r.unstarted = append(r.unstarted, unstarted{op, responses != nil})
	} else if responses != nil {
		onlyTriggered(op)
	}
	if responses != nil {
		op.responses = responseReader{&inside}.responses(responses)
	} else if op.method != "" && !op.old {
		entry.Key.Report(report.Error(codeResponses, entry.Key.Range, "operation %q has no responses", op.name).Fix("add responses with one default: true"))
	}
	r.project.operations = append(r.project.operations, op)
}
