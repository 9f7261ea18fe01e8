package apichap

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// mentionsData tells whether an expression reads anything but attributes: parameters, the body, results.
func mentionsData(node jsonata.Node) bool {
	text := jsonata.Print(node)
	return strings.Contains(text, "$param") || strings.Contains(text, "$states") || strings.Contains(text, "$news")
}

// TestQueryPlaceholders: what becomes of each kind of placeholder when the data is an attack.
func TestQueryPlaceholders(t *testing.T) {
	const attack = `x'; DROP TABLE news; -- ? ${PARAM(y)}`
	for _, test := range []struct {
		query, text string
		values      []string
	}{
		{"SELECT * FROM news WHERE id = ${PARAM(x)}", "SELECT * FROM news WHERE id = ?", []string{attack}},
		{"SELECT * FROM news WHERE id = ${VALUE(news, $[0].x)}", "SELECT * FROM news WHERE id = ?", []string{attack}},
		{"SELECT * FROM news WHERE id = ${BODY($.x)}", "SELECT * FROM news WHERE id = ?", []string{attack}},
		{"SELECT * FROM news WHERE id = ${VALUE(@, $.x)}", "SELECT * FROM news WHERE id = ?", []string{attack}},
		{"SELECT * FROM news WHERE id = ${TEXT(a ${PARAM(x)})}", "SELECT * FROM news WHERE id = ?", []string{"a " + attack}},
		{"SELECT * FROM news WHERE id = ${TEXT(a) . PARAM(x)}", "SELECT * FROM news WHERE id = ?", []string{"a" + attack}},
		{"SELECT * FROM news WHERE id = ${ATTRIBUTE(x)}", "SELECT * FROM news WHERE id = ?", []string{attack}},
		{"SELECT * FROM news WHERE id = '${PARAM(x)}'", "SELECT * FROM news WHERE id = ?", []string{attack}},
		{"SELECT * FROM news WHERE t LIKE '%it''s ${PARAM(x)}%' AND 1 = 1", "SELECT * FROM news WHERE t LIKE ? AND 1 = 1", []string{"%it's " + attack + "%"}},
		{"SELECT * FROM news WHERE t IN (${PARAM(x)}, '${PARAM(x)}')", "SELECT * FROM news WHERE t IN (?, ?)", []string{attack, attack}},
		{"INSERT INTO news (a, b) VALUES (${PARAM(x)}, 'c'), (1, ${PARAM(x)})", "INSERT INTO news (a, b) VALUES (?, 'c'), (1, ?)", []string{attack, attack}},
		{"UPDATE news SET a = ${PARAM(x)}, b = lower(${PARAM(x)})", "UPDATE news SET a = ?, b = lower(?)", []string{attack, attack}},
		{"SELECT a FROM news WHERE (${PARAM(x)} IS NULL OR a = ${PARAM(x)})", "SELECT a FROM news WHERE (? IS NULL OR a = ?)", []string{attack, attack}},
		{"SELECT a FROM news WHERE a BETWEEN ${PARAM(x)} AND ${PARAM(x)} LIMIT ${INTEGER(5)}", "SELECT a FROM news WHERE a BETWEEN ? AND ? LIMIT 5", []string{attack, attack}},
		{"SELECT a FROM news WHERE b = :[PARAM(x)] LIMIT :[PARAM(x)]", "SELECT a FROM news WHERE b = ? LIMIT ?", []string{attack, attack}},
		{"SELECT a, '?' FROM news -- what?\nWHERE b = ${PARAM(x)}", "SELECT a, '?' FROM news -- what?\nWHERE b = ?", []string{attack}},
		{"SELECT a FROM news ${ATTRIBUTE(order)}", "SELECT a FROM news ORDER BY a", nil},
	} {
		t.Run(test.query, func(t *testing.T) {
			b := newBench(t, `{"param": {}, "body": {}, "element": {}, "news": [], "attributes": {"order": "ORDER BY a", "x": "x"}}`)
			order := b.lowerable(t, `TEXT(ORDER BY a)`)
			b.scope.names.attributes["order"].values = []expression{order}
			b.scope.names.attributes["x"].values = []expression{order, b.lowerable(t, `PARAM(x)`)}
			b.scope.names.taint()
			node := b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- " + quoteYAML(strings.ReplaceAll(test.query, "\n", "\n\n  ")) + "\n")}).Items()[0]
			query := b.scope.query(&fulfillment{}, parseTemplate(node))
			for _, problem := range b.reader.Problems() {
				if problem.Severity == 0 {
					t.Error(describe(problem))
				}
			}
			data := jsonata.NewObject()
			data.Set("x", attack)
			b.bindings["param"], b.bindings["element"], b.bindings["x"] = data, data, attack
			b.bindings["news"] = []any{data}
			b.bindings["states"] = nested(data, "body", "Input", "Execution", "context")
			if got := b.evaluate(t, build.Concat(query.text...)); got != encode(t, test.text) {
				t.Errorf("text %s", got)
			}
			var values []string
			for _, bound := range query.bound {
				values = append(values, b.evaluate(t, bound.value.node))
			}
			var want []string
			for _, value := range test.values {
				want = append(want, encode(t, value))
			}
			if diff := cmp.Diff(want, values); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func encode(t *testing.T, value any) string {
	t.Helper()
	encoded, err := jsonata.Encode(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// lowerable parses an expression.
func (b *bench) lowerable(t *testing.T, text string) expression {
	t.Helper()
	node := b.reader.Read(source.File{Path: "example.yaml", Bytes: []byte("- " + quoteYAML(text) + "\n")})
	return parseExpression(node.Items()[0])
}

// TestHostsFromAttributes: an attribute that may hold something else than a whole scheme and host does not complete an address.
func TestHostsFromAttributes(t *testing.T) {
	for _, value := range []string{"TEXT(example)", "TEXT(https://)", "TEXT(a) . TEXT(b)"} {
		b := newBench(t, `{"param": {"x": "evil.example"}, "attributes": {"base": "x"}}`)
		b.scope.names.attributes["base"].values = []expression{b.lowerable(t, "TEXT(https://a.example)"), b.lowerable(t, value)}
		b.scope.names.taint()
		node := b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- '${ATTRIBUTE(base)}/${PARAM(x)}'\n")}).Items()[0]
		requests{b.scope}.url(parseTemplate(node))
		if problems := b.reader.Problems(); len(problems) != 1 || problems[0].Code != codeUnsafeRequest {
			t.Errorf("%s: %v", value, problems)
		}
	}
}

// TestURLs: data in an address is percent-encoded and cannot leave its place.
func TestURLs(t *testing.T) {
	for _, test := range []struct{ url, data, want string }{
		{"https://example.com/a/${PARAM(x)}", `{"param": {"x": "../b?c=d#e"}}`, "https://example.com/a/..%2Fb%3Fc%3Dd%23e"},
		{"https://example.com/?a=${PARAM(x)}&b=${INTEGER(2)}", `{"param": {"x": "1&b=3 ä"}}`, "https://example.com/?a=1%26b%3D3%20%C3%A4&b=2"},
		{"https://example.com?a=${PARAM(x)}", `{"param": {"x": null}}`, "https://example.com?a="},
		{"https://example.com/${BODY($.n)}", `{"body": {"n": 7}}`, "https://example.com/7"},
		{"https://example.com/a/${PARAM(x)}/b", `{"param": {"x": ""}}`, "is no segment of a path"},
		{"https://example.com/a/${PARAM(x)}", `{"param": {"x": null}}`, "is no segment of a path"},
		{"https://example.com/a/${PARAM(x)}?b=/${PARAM(x)}", `{"param": {"x": ""}}`, "is no segment of a path"},
		{"https://example.com/a/${PARAM(x)}${PARAM(y)}", `{"param": {"x": "", "y": ""}}`, "is no segment of a path"},
		{"https://example.com/a/${PARAM(x)}${PARAM(y)}", `{"param": {"x": "", "y": "b"}}`, "https://example.com/a/b"},
		{"https://example.com/a/${PARAM(x)}${PARAM(y)}", `{"param": {"x": ".", "y": "."}}`, "is no segment of a path"},
		{"https://example.com/a/${PARAM(x)}${PARAM(y)}/", `{"param": {"x": ".", "y": "a"}}`, "https://example.com/a/.a/"},
		{"https://example.com/a/${PARAM(x)}${BODY($.n)}/", `{"param": {"x": ""}, "body": {"n": 7}}`, "https://example.com/a/7/"},
		{"https://example.com/a${PARAM(x)}/b", `{"param": {"x": ""}}`, "https://example.com/a/b"},
		{"https://example.com/${PARAM(x)}b/", `{"param": {"x": ""}}`, "https://example.com/b/"},
		{"https://example.com/${PARAM(x)}/${PARAM(x)}", `{"param": {"x": ""}}`, "is no segment of a path"},
		{"https://example.com/${INTEGER(2)}", `{}`, "https://example.com/2"},
		{"https://example.com/${PARAM(x)}", `{"param": {"x": ".."}}`, "is no segment of a path"},
		{"https://example.com/.${PARAM(x)}", `{"param": {"x": "."}}`, "is no segment of a path"},
		{"https://example.com/${PARAM(x)}", `{"param": {"x": "..."}}`, "https://example.com/..."},
		{"https://example.com/?a=${PARAM(x)}", `{"param": {"x": ".."}}`, "https://example.com/?a=.."},
		{"${ATTRIBUTE(base)}/a/${PARAM(x)}", `{"param": {"x": "/"}, "attributes": {"base": "https://a.example"}}`, "https://a.example/a/%2F"},
	} {
		b := newBench(t, test.data)
		if base := b.scope.names.attributes["base"]; base != nil {
			base.values = []expression{b.lowerable(t, "TEXT(https://a.example)"), b.lowerable(t, "TEXT(https://b.example)")}
			b.scope.names.taint()
		}
		node := b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- " + quoteYAML(test.url) + "\n")}).Items()[0]
		value, err := b.value(jsonata.Print(requests{b.scope}.url(parseTemplate(node))))
		got, _ := value.(string)
		if err != nil {
			got = err.Error()
		}
		if got != test.want && (err == nil || !strings.Contains(got, test.want)) {
			t.Errorf("%s gives %s, want %s", test.url, got, test.want)
		}
		for _, problem := range b.reader.Problems() {
			t.Error(describe(problem))
		}
	}
}
