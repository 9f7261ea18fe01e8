package compiler_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/compiler/source"
)

// apichapFields are the fields that the documentation of APICHAP lists in its tables, by what they belong to, older ones included.
var apichapFields = []struct{ table, fields string }{
	{"operation", "fulfillments responses triggers"},
	{"fulfillment", "name summary type if attributes exceptions sleep datasource instructions loop fulfillments loopbreak index then else operationName parameters"},
	{"loop", "name type loop fulfillments"},
	{"element", "key val"},
	{"exception", "if statuscode message"},
	{"attribute", "if"},
	{"instruction", "if query request file sql"},
	{"sql", "query parameters transaction commit allowFailure"},
	{"parameter", "if param"},
	{"request", "url httpType contentType header schema body multipart formBody csvSeparator allowFailure ignoreCert timeout gzip"},
	{"body", "contentType schema"},
	{"part", "contentType file schema"},
	{"part file", "name content"},
	{"file", "folderPath filePath contentType csvSeparator move schema"},
	{"response", "name default statuscode schema"},
	{"trigger", "name cron"},
}

const fieldsPage = "../docs/apichap/fields.md"

var fieldsLine = regexp.MustCompile(`(?m)^Fields: (.*)$`)

// TestFieldsOfAPICHAP: a golden feature is named after every field of the tables, its source has the fields that it is named after, and
// docs/apichap/fields.md says which.
func TestFieldsOfAPICHAP(t *testing.T) {
	golden := fieldGoldens(t)
	isWritten(t, fieldsPage, fieldTable(t, golden))
}

// fieldGoldens are the names of the golden features by the fields, as "table.field", that they are named after.
func fieldGoldens(t *testing.T) map[string][]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	by := map[string][]string{}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		has := fieldsOf(archive.Files, "apichap/")
		for _, line := range fieldsLine.FindAllSubmatch(archive.Comment, -1) {
			for field := range strings.SplitSeq(string(line[1]), ", ") {
				if !has[field] {
					t.Errorf("%s has no %s in its APICHAP source", path, field)
				}
				by[field] = append(by[field], strings.TrimSuffix(filepath.Base(path), ".txtar"))
			}
		}
	}
	return by
}

func fieldTable(t *testing.T, golden map[string][]string) string {
	t.Helper()
	var out strings.Builder
	out.WriteString("# Fields of APICHAP\n\n" +
		"Every field that the language's documentation lists, and the features in `compiler/testdata` that are named after it: each is a source with its\n" +
		"definition and executions, which tests run. What Steploom adds, and what the documentation mentions outside of its tables, stands below. This page is\n" +
		"written from those files.\n\n")
	rows := maps.Clone(golden)
	header := "| field | features |\n| --- | --- |\n"
	out.WriteString(header)
	for _, table := range apichapFields {
		for field := range strings.FieldsSeq(table.fields) {
			name := table.table + "." + field
			if len(golden[name]) == 0 {
				t.Errorf("no golden feature is named after %s", name)
			}
			fmt.Fprintf(&out, "| %s `%s` | %s |\n", table.table, field, featureLinks(golden[name]))
			delete(rows, name)
		}
	}
	out.WriteString("\n" + header)
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		table, field, _ := strings.Cut(name, ".")
		fmt.Fprintf(&out, "| %s `%s` | %s |\n", table, field, featureLinks(rows[name]))
	}
	return out.String()
}

func featureLinks(names []string) string {
	var links []string
	for _, name := range names {
		links = append(links, fmt.Sprintf("[%s](../../compiler/testdata/%s.txtar)", strings.ReplaceAll(name, "_", " "), name))
	}
	return strings.Join(links, ", ")
}

// fieldsOf gives the fields that the YAML files of a folder use.
func fieldsOf(files []txtar.File, folder string) fieldSet {
	has := fieldSet{}
	for _, file := range files {
		if strings.HasPrefix(file.Name, folder) && strings.HasSuffix(file.Name, ".yaml") && !strings.HasSuffix(file.Name, "openapi.yaml") {
			var reader source.Reader
			has.add("project", reader.Read(source.File{Path: file.Name, Bytes: file.Data}))
		}
	}
	return has
}

// fieldSet has fields as "table.field".
type fieldSet map[string]bool

// inner says which table the value of a key belongs to; with a star its members' values do.
var inner = map[string]string{
	"project.operations": "*operation", "project.datasources": "*datasource", "project.authentications": "*authentication", "project.settings": "settings",
	"operation.fulfillments": "fulfillment", "operation.responses": "response", "operation.triggers": "trigger",
	"fulfillment.fulfillments": "fulfillment", "fulfillment.then": "fulfillment", "fulfillment.else": "fulfillment",
	"fulfillment.instructions": "instruction", "fulfillment.exceptions": "exception", "fulfillment.attributes": "attribute",
	"instruction.sql": "sql", "instruction.request": "request", "instruction.file": "file",
	"sql.parameters": "parameter", "request.body": "body", "request.multipart": "*part", "part.file": "part file",
}

// add walks a value, each element of which belongs to a table if it is a list.
func (has fieldSet) add(table string, value *source.Node) {
	if value == nil {
		return
	}
	has.elements(value)
	for _, element := range value.Items() {
		has.add(table, element)
	}
	loop := table == "fulfillment" && slices.ContainsFunc(value.Entries(), func(entry source.Entry) bool { return entry.Name == "loop" })
	for _, entry := range value.Entries() {
		has[table+"."+entry.Name] = true
		if loop {
			has["loop."+entry.Name] = true
		}
		below, members := strings.CutPrefix(inner[table+"."+entry.Name], "*")
		if !members {
			has.add(below, entry.Value)
			continue
		}
		for _, member := range entry.Value.Entries() {
			has.add(below, member.Value)
		}
	}
}

// elements adds the members of a loop's element over an object, which only expressions name.
func (has fieldSet) elements(value *source.Node) {
	for _, field := range []string{"key", "val"} {
		if value.Kind == source.Scalar && strings.Contains(value.Value(), "$."+field) {
			has["element."+field] = true
		}
	}
}
