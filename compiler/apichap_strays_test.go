package compiler_test

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/yamlkeys"
)

// strayKeys are the keys of APICHAP, each with a value that is right where it belongs, and the mappings where that is.
var strayKeys = map[string]struct {
	value  string
	within string // words of kindOf
}{
	"specification":   {"1.0", "file"},
	"operations":      {"{nothing: {fulfillments: []}}", "file"},
	"datasources":     {"{other: {type: api}}", "file"},
	"authentications": {"{other: {type: basicauth, user: me, password: '${SECRET}'}}", "file"},
	"environment":     {"{OTHER: value}", "file"},
	"settings":        {"{debug: true}", "file"},
	"debug":           {"true", "settings"},
	"apiDocs":         {"true", "settings"},
	"triggers":        {"[{name: nightly, cron: '0 0 3 * * *'}]", "operation"},
	"responses":       {"[{name: ok, statuscode: 200, default: true}]", "operation"},
	"fulfillments":    {"[{type: generic, sleep: 1000}]", "operation loop"},
	"cron":            {"'0 0 3 * * *'", "trigger"},
	"name":            {"another", "trigger fulfillment loop access branch response"},
	"type":            {"generic", "fulfillment loop access branch datasource authentication"},
	"url":             {"https://stray.example.com/", "datasource request"},
	"user":            {"me", "datasource authentication"},
	"password":        {"'${SECRET}'", "datasource authentication"},
	"summary":         {"a summary", "fulfillment loop access branch"},
	"if":              {"PARAM(stray) == NULL()", "fulfillment loop access branch instruction parameter exception attributes"},
	"sleep":           {"1000", "fulfillment loop access branch"},
	"datasource":      {"db", "access"},
	"instructions":    {"[{sql: {query: SELECT 1}}]", "access"},
	"attributes":      {"[{stray: TEXT(x)}]", "fulfillment loop access branch"},
	"exceptions":      {"[{if: PARAM(stray) == TEXT(x), statuscode: 400, message: no}]", "fulfillment loop access branch"},
	"loopbreak":       {"[PARAM(stray) == TEXT(x)]", "fulfillment loop access branch"},
	"index":           {"TEXT(a)", "access"},
	"loop":            {"LIST(2)", "loop"},
	"then":            {"[{type: generic, sleep: 1000}]", "branch"},
	"else":            {"[{type: generic, sleep: 1000}]", "branch"},
	"sql":             {"{query: SELECT 1}", "instruction"},
	"request":         {"{url: 'https://stray.example.com/', httpType: GET}", "instruction"},
	"file":            {"{readFile: 'ftp://stray/a'}", "instruction"},
	"query":           {"SELECT 1", "sql instruction"},
	"parameters":      {"[{param: TEXT(x)}]", "sql"},
	"transaction":     {"true", "sql"},
	"allowFailure":    {"true", "sql request fulfillment"},
	"param":           {"TEXT(x)", "parameter"},
	"httpType":        {"GET", "request"},
	"header":          {"['X-Stray: yes']", "request response"},
	"contentType":     {"application/xml", "request response"},
	"body":            {"{contentType: application/json, schema: {a: 1}}", "request"},
	"schema":          {"{a: 1}", "request response"},
	"timeout":         {"20", "request"},
	"gzip":            {"true", "request"},
	"ignoreCert":      {"true", "request"},
	"multipart":       {"[]", "request"},
	"statuscode":      {"400", "exception response"},
	"message":         {"a message", "exception"},
	"default":         {"true", "response"},
	"list":            {"LIST(2)", ""},
	"object":          {"BODY($)", ""},
	"map":             {"BODY($)", ""},
	"item":            {"{a: 1}", ""},
	"items":           {"{a: 1}", ""},
	"readFile":        {"ftp://stray/a", ""},
	"operationName":   {"other", ""},
	"nonsense":        {"1", ""},
}

// kindOf says which keys a mapping may have; "" when its keys are names that the author chooses, as those of a schema are.
func kindOf(m yamlkeys.Mapping) string {
	path := m.Path
	last := func(n int) string {
		if len(path) < n {
			return ""
		}
		return path[len(path)-n]
	}
	kinds := map[string]string{
		"instructions": "instruction", "exceptions": "exception", "responses": "response", "triggers": "trigger", "parameters": "parameter", "attributes": "attributes",
	}
	switch {
	case slices.Contains(path, "schema"):
		return ""
	case len(path) == 0:
		return "file"
	case len(path) == 1 && path[0] == "settings":
		return "settings"
	case len(path) == 2 && slices.Contains([]string{"datasources", "operations", "authentications"}, path[0]):
		return strings.TrimSuffix(path[0], "s")
	case slices.Contains([]string{"fulfillments", "then", "else"}, last(2)):
		return fulfillmentKind(m)
	case last(1) == "sql" || last(1) == "request":
		return last(1)
	case slices.Contains(path, "parameters") && last(2) != "parameters" || last(2) == "parameters" && !isIndex(last(1)):
		return "" // what a reference gives to the other operation
	default:
		return kinds[last(2)]
	}
}

func isIndex(name string) bool {
	_, err := strconv.Atoi(name)
	return err == nil
}

func fulfillmentKind(m yamlkeys.Mapping) string {
	for _, key := range m.Keys {
		if key.Name != "type" {
			continue
		}
		switch kind := strings.ToLower(key.Value); kind {
		case "read", "update", "write":
			return "access"
		case "if":
			return "branch"
		case "loop":
			return "loop"
		}
	}
	return "fulfillment"
}

// TestNoStrayKeyInSilence: a key in a place where it does not belong is told there; in any other it changes the application or is told.
func TestNoStrayKeyInSilence(t *testing.T) {
	random, describing := keySeed(t), describingKeys(t)
	tried := 0
	projects := apichapProjects(t)
	oneOf := 16
	if testing.Short() {
		oneOf = 64
	}
	for _, name := range slices.Sorted(maps.Keys(projects)) {
		files := projects[name]
		for _, file := range files {
			if strings.HasPrefix(file.Path, "openapi.") {
				continue
			}
			whole := emit(files, file.Path)
			for _, mapping := range yamlkeys.Mappings(file) {
				for _, key := range slices.Sorted(maps.Keys(strayKeys)) {
					if slices.ContainsFunc(mapping.Keys, func(k yamlkeys.Key) bool { return k.Name == key }) || random.IntN(oneOf) > 0 {
						continue
					}
					tried++
					kind := kindOf(mapping)
					changed, line := mapping.With(file, key, strayKeys[key].value)
					got := emit(replaced(files, changed), file.Path)
					stray := kind != "" && kind != "attributes" && !slices.Contains(strings.Fields(strayKeys[key].within), kind)
					switch {
					case stray && !got.lines[line]:
						t.Errorf("%s/%s:%d: %q in %s %v is not told: %v", name, file.Path, line, key, kind, mapping.Path, got.told)
					case !stray && whole.same(got) && !describes(file.Path, append(mapping.Path, key), describing):
						t.Errorf("%s/%s:%d: %q in %s %v has no effect", name, file.Path, line, key, kind, mapping.Path)
					}
				}
			}
		}
	}
	t.Logf("%d keys", tried)
}
