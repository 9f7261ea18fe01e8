package apichap

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestDataInHeaders: whatever data holds, a cookie gets no attribute by it, a request no cookie, and a Content-Disposition no parameter.
func TestDataInHeaders(t *testing.T) {
	for _, test := range []struct{ name, value, data, want string }{
		{"Set-Cookie", "sid=${PARAM(x)}; HttpOnly", `x; Domain=evil.example;Max-Age=9`, "sid=x%3B Domain=evil.example%3BMax-Age=9; HttpOnly"},
		{"set-cookie", "sid=${BODY($.x)}", `a b`, "sid=a b"},
		{"Set-Cookie", "sid=1; Path=/${PARAM(x)}; Secure", `p;HttpOnly`, "sid=1; Path=/p%3BHttpOnly; Secure"},
		{"Set-Cookie", "sid=${TEXT(1; HttpOnly; a=) . PARAM(x)}", `;b`, "sid=1; HttpOnly; a=%3Bb"},
		{"Set-Cookie", "sid=${ATTRIBUTE(flags)}; a=${SIZE(BODY($.x))}", `x`, "sid=1; Secure; a=1"},
		{"Cookie", "sid=${PARAM(x)}; theme=dark", `1; admin=yes`, "sid=1%3B admin=yes; theme=dark"},
		{"Cookie", "${PARAM(x)}", `a=1; b=2`, "a=1; b=2"},
		{"X-Other", "a; ${PARAM(x)}", `b; c`, "a; b; c"},
		{"Content-Disposition", `attachment; filename=${PARAM(x)}`, `a.txt; filename*=UTF-8''evil.exe`, `attachment; filename="a.txt; filename*=UTF-8''evil.exe"`},
		{"Content-Disposition", `attachment; filename="${PARAM(x)}"`, `a"; filename*=UTF-8''evil.exe; b="`, `attachment; filename="a\"; filename*=UTF-8''evil.exe; b=\""`},
		{"Content-Disposition", `attachment; filename=re-${PARAM(x)}.pdf; size=3`, `a\"b`, `attachment; filename="re-a\\\"b.pdf"; size=3`},
		{"Content-Disposition", `attachment; filename="re \"${PARAM(x)}\".pdf"; size=3`, `;`, `attachment; filename="re \";\".pdf"; size=3`},
		{"Content-Disposition", `attachment; size=3; filename=${PARAM(x)}${PARAM(x)}; a=${PARAM(x)}`, `;`, `attachment; size=3; filename=";;"; a=";"`},
		{"Content-Disposition", `attachment; filename=a.pdf; filename*=UTF-8''${PARAM(x)}.pdf`, `é;"`, `attachment; filename=a.pdf; filename*=UTF-8''%C3%A9%3B%22.pdf`},
		{"Content-Disposition", `attachment; filename=${PARAM(x)}"b`, `a`, `attachment; filename="a\"b"`},
		{"Content-Disposition", `attachment; filename=prices.csv`, ``, `attachment; filename=prices.csv`},
		{"Content-Disposition", `${PARAM(x)}; filename=a.csv`, `inline`, `inline; filename=a.csv`},
	} {
		b := newBench(t, `{"param": {}, "body": {}, "attributes": {"flags": "1; Secure"}}`)
		b.scope.names.attributes["flags"].values = []expression{b.lowerable(t, "TEXT(1; Secure)")}
		b.scope.names.taint()
		data := jsonata.NewObject()
		data.Set("x", test.data)
		b.bindings["param"], b.bindings["states"] = data, nested(data, "body", "Input", "Execution", "context")
		value := parseTemplate(b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- " + quoteYAML(test.value) + "\n")}).Items()[0])
		if got := b.evaluate(t, headerValues{b.scope}.of(header{name: test.name, value: value})); got != encode(t, test.want) {
			t.Errorf("%s: %s gives %s, want %s", test.name, test.value, got, encode(t, test.want))
		}
		for _, problem := range b.reader.Problems() {
			t.Error(describe(problem))
		}
	}
}

// TestCookiesOfAttributes: an attribute that holds both data and semicolons of the workflow is no part of a cookie.
func TestCookiesOfAttributes(t *testing.T) {
	b := newBench(t, `{"param": {"x": "1"}, "attributes": {"cookie": "sid=1; Secure"}}`)
	b.scope.names.attributes["cookie"].values = []expression{b.lowerable(t, "TEXT(sid=) . PARAM(x) . TEXT(; Secure)")}
	b.scope.names.taint()
	value := parseTemplate(b.reader.Read(source.File{Path: "a.yaml", Bytes: []byte("- '${ATTRIBUTE(cookie)}'\n")}).Items()[0])
	headerValues{b.scope}.of(header{name: "Set-Cookie", value: value})
	problems := b.reader.Problems()
	if len(problems) != 1 || problems[0].Code != codeUnsafeRequest || !strings.Contains(describe(problems[0]), "data and attributes of a cookie are one text") {
		t.Errorf("%v", problems)
	}
}
