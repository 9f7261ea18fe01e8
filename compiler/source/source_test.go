package source_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/shared/diag"
)

func read(t *testing.T, content string) (*source.Node, diag.List) {
	t.Helper()
	var reader source.Reader
	node := reader.Read(source.File{Path: "a.yaml", Bytes: []byte(content)})
	return node, reader.Problems()
}

// TestScalarPlaces checks in every style that the place of a word inside a value is where the file has that word.
func TestScalarPlaces(t *testing.T) {
	for name, content := range map[string]string{
		"plain":             "a: one WORD two\n",
		"plain folded":      "a: one\n   \n   two WORD\n   three\n",
		"after characters":  "é: üü WORD\n",
		"single quoted":     "a: 'it''s WORD'\n",
		"double quoted":     "a: \"tab\\t \\u00e9 \\x41 \\U0001F600 WORD\"\n",
		"double folded":     "a: \"one\n   two\n\n   three WORD\"\n",
		"escaped break":     "a: \"one \\\n   two WORD\"\n",
		"literal":           "a: |\n  one\n\n    two\n  x WORD\n",
		"literal stripped":  "a: |-\n  one WORD",
		"literal indicator": "a: |2\n    one WORD\n",
		"folded":            "a: >\n  one\n  two\n\n  three\n  x WORD y\n",
		"folded indented":   "a: >-\n  one\n    two\n  x WORD\n",
		"tagged":            "a: !!str one WORD\n",
		"anchored":          "a: &x one WORD\n",
		"CRLF":              "a: |\r\n  one\r\n\r\n  x WORD\r\n",
		"CRLF folded":       "a: one\r\n   two WORD\r\n",
		"byte order mark":   "\uFEFFa: x WORD\n",
		"flow":              "{a: [one WORD, b]}\n",
	} {
		t.Run(name, func(t *testing.T) {
			node, problems := read(t, content)
			if len(problems) > 0 {
				t.Fatalf("problems: %v", problems)
			}
			value := node.Entries()[0].Value
			if value.Kind == source.Sequence {
				value = value.Items()[0]
			}
			at := strings.Index(value.Value(), "WORD")
			got := value.At(at, at+4)
			clean := strings.TrimPrefix(content, "\uFEFF")
			want := strings.Index(clean, "WORD")
			if got.Start.Offset != want || got.End.Offset != want+4 {
				t.Errorf("offsets %d-%d, want %d-%d", got.Start.Offset, got.End.Offset, want, want+4)
			}
			line := strings.Count(clean[:want], "\n") + 1
			column := len([]rune(clean[strings.LastIndexByte(clean[:want], '\n')+1:want])) + 1
			if got.Start.Line != line || got.Start.Column != column {
				t.Errorf("at %d:%d, want %d:%d", got.Start.Line, got.Start.Column, line, column)
			}
		})
	}
}

func TestScalarRange(t *testing.T) {
	node, _ := read(t, "a: 'x y'\nb: |\n  z\n")
	quoted := node.Get("a").Range
	if quoted.Start.Offset != 3 || quoted.End.Offset != 8 {
		t.Errorf("quoted scalar stands at %d-%d, want 3-8", quoted.Start.Offset, quoted.End.Offset)
	}
	if got := node.Get("b").Range; got.Start.Line != 2 || got.End.Line < 3 {
		t.Errorf("block scalar ranges from line %d to %d", got.Start.Line, got.End.Line)
	}
}

func TestProblems(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for i := 'b'; i <= 'h'; i++ {
		bomb += string(i) + ": &" + string(i) + " [" + strings.Repeat("*"+string(i-1)+",", 10) + "]\n"
	}
	tests := []struct {
		name, content, code, summary string
		line, column                 int
		severity                     diag.Severity
	}{
		{"indentation", "a:\n  - b\n c: d\n", source.CodeSyntax, "did not find expected", 3, 2, diag.Error},
		{"colon", "a: x: y\n", source.CodeSyntax, "mapping values", 1, 5, diag.Error},
		{"open quote", "a: \"b\n", source.CodeSyntax, "end of stream", 2, 1, diag.Error},
		{"unknown anchor", "a: *b\n", source.CodeSyntax, "unknown anchor", 1, 4, diag.Error},
		{"two documents", "a: 1\n---\nb: 2\n", source.CodeDocuments, "more than one", 2, 1, diag.Error},
		{"latin 1", "a: \xe9\n", source.CodeEncoding, "UTF-8", 1, 4, diag.Error},
		{"inside itself", "a: &s [*s]\n", source.CodeAliases, "inside", 1, 8, diag.Error},
		{"bomb", bomb, source.CodeAliases, "too much", 0, 0, diag.Error},
		{"twice", "a: 1\n\"a\": 2\n", source.CodeDuplicateKey, "twice", 2, 1, diag.Error},
		{"twice, second empty", "a: 1\na:\n", source.CodeDuplicateKey, "twice", 2, 1, diag.Warning},
		{"twice, first empty", "a:\na: 1\n", source.CodeDuplicateKey, "twice", 2, 1, diag.Warning},
		{"list as key", "[a]: 1\n", source.CodeWrongKind, "key must be text", 1, 1, diag.Error},
		{"merge of text", "<<: x\n", source.CodeWrongKind, "to merge", 1, 5, diag.Error},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, problems := read(t, test.content)
			if len(problems) != 1 {
				t.Fatalf("problems: %v", problems)
			}
			got := problems[0]
			if got.Code != test.code || !strings.Contains(got.Summary, test.summary) || got.Severity != test.severity {
				t.Errorf("got %v %s %q", got.Severity, got.Code, got.Summary)
			}
			if test.line > 0 && (got.Range.Start.Line != test.line || got.Range.Start.Column != test.column) {
				t.Errorf("at %d:%d, want %d:%d", got.Range.Start.Line, got.Range.Start.Column, test.line, test.column)
			}
		})
	}
}

func TestMergeKeys(t *testing.T) {
	node, problems := read(t, "base: &b {x: 1, y: 2}\nmore: &m {y: 3, z: 4}\nboth:\n  <<: [*b, *m]\n  x: 9\n")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := map[string]string{}
	for _, entry := range node.Get("both").Entries() {
		got[entry.Name] = entry.Value.Value()
	}
	if diff := cmp.Diff(map[string]string{"x": "9", "y": "2", "z": "4"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestFields(t *testing.T) {
	var reader source.Reader
	node := reader.Read(source.File{Path: "a.yaml", Bytes: []byte("nmae: x\nsize: many\nlist: {}\nok: true\n")})
	fields := node.Map("a thing")
	fields.Need("colour")
	if value := fields.Need("name"); value == nil || value.Value() != "x" {
		t.Error("nmae should be read as name")
	}
	if _, ok := fields.Take("size").Int(); ok {
		t.Error("size should not be a number")
	}
	fields.Take("list").List("things")
	if value, ok := fields.Take("ok").Bool(); !ok || !value {
		t.Error("ok should be true")
	}
	fields.Done()
	var got []string
	for _, problem := range reader.Problems() {
		got = append(got, problem.Code+" "+problem.Range.String()+" "+problem.Summary+" "+problem.Fix)
	}
	want := []string{
		`YML007 a.yaml:1:1 a thing needs "colour" add colour: …`,
		`YML006 a.yaml:1:1 "nmae" is not a key of a thing did you mean "name"?`,
		`YML008 a.yaml:2:7 expected a whole number, found "many" write digits alone, as in 5`,
		`YML008 a.yaml:3:7 expected a list of things, found a mapping begin each of its entries with "- ", or put [ ] around them`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestLiteral(t *testing.T) {
	node, _ := read(t, "[1, 1.5, '1', true, text, ~, 0x10, .inf, 1e3]\n")
	var got []any
	for _, item := range node.Items() {
		value, _ := item.Literal()
		got = append(got, value)
	}
	if diff := cmp.Diff([]any{1.0, 1.5, "1", true, "text", nil, 16.0, ".inf", 1000.0}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"name", "type", "if", "instructions", "datasource", "exceptions"}
	for written, want := range map[string]string{
		"instuctions": "instructions", "Name": "name", "nmae": "name", "data-source": "datasource", "foo": "", "x": "", "fi": "if",
	} {
		if got, _ := source.Nearest(written, keys); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", written, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"a: 1\n", "a: |\n  x\n   y\n", "a: >-\n  x\n\n  y\n", "a: \"x\\\n  y\\u00e9\"\n", "a: 'it''s\n\n  x'\n", "- &a [*a]\n", "<<: {a: b}\n",
		"a: !!str x\n", "? [a]\n: b\n", "a: \u2028b\n", "a\r\n b: c\r", "%YAML 1.2\n---\na", "a: |2-\n    x\n \n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		pace.Linear(t, string(content), func(text string) { new(source.Reader).Read(source.File{Path: "a.yaml", Bytes: []byte(text)}) })
		var reader source.Reader
		root := reader.Read(source.File{Path: "a.yaml", Bytes: content})
		if root != nil {
			checkPlaces(t, root, len(content))
		}
		for _, problem := range reader.Problems() {
			if problem.Range.Start.Line < 1 || problem.Range.Start.Column < 1 {
				t.Errorf("%s has no place", problem.Summary)
			}
		}
	})
}

// checkPlaces walks a tree: every range lies in the file, and places inside a scalar never go backwards.
func checkPlaces(t *testing.T, node *source.Node, size int) {
	if r := node.Range; r.Start.Offset < 0 || r.End.Offset < r.Start.Offset || r.End.Offset > size {
		t.Fatalf("range %d-%d of a file of %d bytes", r.Start.Offset, r.End.Offset, size)
	}
	last := -1
	for i := range len(node.Value()) + 1 {
		place := node.At(i, i).Start.Offset
		if node.Kind == source.Scalar && place < last {
			t.Fatalf("byte %d of %q at %d, behind %d", i, node.Value(), place, last)
		}
		last = place
	}
	for _, item := range node.Items() {
		checkPlaces(t, item, size)
	}
	for _, entry := range node.Entries() {
		checkPlaces(t, entry.Value, size)
	}
}

// TestRuleExamples: the examples of the codes that reading alone can find.
func TestRuleExamples(t *testing.T) {
	for _, rule := range source.Rules() {
		if rule.Example == "" {
			continue
		}
		_, problems := read(t, rule.Example)
		if len(problems) != 1 || problems[0].Code != rule.Code {
			t.Errorf("%s: %v", rule.Code, problems)
		}
	}
}

// TestVersions: a file may say that it is YAML 1.1 or 1.2, behind comments, and keeps its places; what it says further down is text.
func TestVersions(t *testing.T) {
	for content, sound := range map[string]bool{
		"%YAML 1.2\n---\na: x\n": true, "%YAML 1.1\n---\na: x\n": true, "\ufeff# c\n\n%YAML\t1.2\r\n---\na: x\n": true, "---\n# %YAML 1.2\na: x\n": true,
		"a: |\n  x\n  %YAML 1.2\n": true, "%YAML 2.0\n---\na: x\n": false, "%YAML 1.25\n---\na: x\n": false, "%YAML 1.2\n": false,
	} {
		node, problems := read(t, content)
		if ok := len(problems) == 0 && node != nil; ok != sound {
			t.Errorf("%q: %v", content, problems)
		}
		if sound && !strings.Contains(content, "|") && node.Entries()[0].Value.Range.Start.Line != strings.Count(content, "\n") {
			t.Errorf("%q: %v", content, node.Entries()[0].Value.Range)
		}
	}
}
