package apichap

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// FuzzParse: whatever the file, reading it ends without a panic, and every diagnostic has a place.
func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/diagnostics/*.yaml", "../../../workflows/newsroom/specs/*.yaml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(content)
		}
	}
	for _, rule := range rules() {
		f.Add([]byte(rule.Example))
	}
	f.Add([]byte(shopAPI))
	f.Fuzz(func(t *testing.T, content []byte) {
		pace.Linear(t, string(content), func(text string) { parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}}) })
		files := source.Files{{Path: "a.yaml", Bytes: content}, {Path: openAPIFile, Bytes: content}}
		detect(files)
		_, problems := parse(files)
		for _, problem := range problems {
			if problem.Range.Start.Line < 1 || problem.Code == "" || problem.Summary == "" {
				t.Errorf("incomplete: %+v", problem)
			}
		}
	})
}

// FuzzExpression: an expression that is accepted gives JSONata that parses.
func FuzzExpression(f *testing.F) {
	for _, row := range methodTable {
		for _, example := range row.examples {
			f.Add(example.source)
		}
	}
	for _, text := range []string{
		"PARAM(a) == NULL())", "!(A)", "TEXT(${PARAM(a)} :[PARAM(b)])", "VALUE(a, $[?(@.b == ${PARAM(c)})])", "((((", "TEXT(\"a", "BODY($['a\\'b'])",
		"TEXT(a) . TEXT(b) == TEXT(c) && BODY($.a) >= INTEGER(1) || !BOOLEAN(true)", "DATEFORMAT(NOW(), \"yyyy''\", \"+01:30\")",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		b := newBench(t, `{"param": {}, "element": {}, "attributes": {"status": 1}, "news": [], "zoo": {}, "tags_by_index": {}, "push_status": 1}`)
		root := b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- " + quoteYAML(text) + "\n")})
		if root == nil || len(root.Items()) != 1 {
			return
		}
		parsed := parseExpression(root.Items()[0])
		if parsed == nil {
			if len(b.reader.Problems()) == 0 && text != "" {
				t.Errorf("%q is refused without a word", text)
			}
			return
		}
		printed := jsonata.Print(b.scope.lower(parsed).node)
		if _, err := jsonata.Parse(printed); err != nil {
			t.Errorf("%q gives %s: %v", text, printed, err)
		}
	})
}

// FuzzQuery: no text of a request ever gets into the text of a statement.
func FuzzQuery(f *testing.F) {
	for _, query := range []string{
		"SELECT * FROM a WHERE b = ${PARAM(x)}", "SELECT '${PARAM(x)}'", "SELECT '%${PARAM(x)}%' -- ${PARAM(x)}", "INSERT INTO a VALUES (${PARAM(x)}, 'it''s ${PARAM(x)}')",
		"SELECT \"${PARAM(x)}\"", "SELECT $$${PARAM(x)}$$", "/* ${PARAM(x)} */ SELECT 1", "SELECT a FROM b ORDER BY ${PARAM(x)}", "SELECT ${TEXT(a)} FROM b LIMIT :[PARAM(x)]",
	} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		b := newBench(t, `{"param": {}}`)
		root := b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- " + quoteYAML(query) + "\n")})
		if root == nil || len(root.Items()) != 1 {
			return
		}
		parsed := parseTemplate(root.Items()[0])
		if parsed == nil {
			return
		}
		for _, node := range b.scope.query(&fulfillment{}, parsed).text {
			if mentionsData(node) {
				t.Errorf("%q puts data into the text: %s", query, jsonata.Print(node))
			}
		}
	})
}
