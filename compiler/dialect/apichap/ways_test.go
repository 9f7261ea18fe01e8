package apichap

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler/source"
)

// TestSilentSlips: what would do something else in silence is warned about, and what only looks alike is not.
func TestSilentSlips(t *testing.T) {
	file := func(contentType string) string {
		return "datasources:\n  ex: {type: ftp, host: localhost}\noperations:\n  get /x:\n    fulfillments:\n      - {name: f, type: read, datasource: ex, instructions: [{file: {filePath: /a, contentType: " +
			contentType + "}}]}\n    responses: [{name: ok, default: true, statuscode: 200, schema: 'VALUE(f, $)'}]\n"
	}
	named := func(name string) string {
		return "operations:\n  " + name + ":\n    triggers: [{name: t, cron: 0 0 0 1 * *}]\n    fulfillments: [{type: generic, name: a}]\n    responses: [{name: ok, default: true, statuscode: 204}]\n"
	}
	for _, one := range []struct{ text, fix string }{
		{file("text/cvs"), `did you mean "text/csv"?`},
		{file("text/csvv"), `did you mean "text/csv"?`},
		{file("text/xlm"), `did you mean "text/xml"?`},
		{file("text/pain"), `did you mean "text/plain"?`},
		{file("application/jsno"), `did you mean "application/json"?`},
		{file("aplication/json"), `did you mean "application/json"?`},
		{file("text/csv"), ""},
		{file("TEXT/CSV; charset=utf-8"), ""},
		{file("text/css"), ""},
		{file("text/html"), ""},
		{file("text/tab-separated-values"), ""},
		{file("application/pdf"), ""},
		{file("application/zip"), ""},
		{file("image/png"), ""},
		{named("GET news"), `write "GET /news"`},
		{named("post news/{id}"), `write "POST /news/{id}"`},
		{named("get /news"), ""},
		{named("nightly"), ""},
		{named("getnews"), ""},
	} {
		_, problems := parse(source.Files{{Path: "a.yaml", Bytes: []byte(one.text)}})
		switch {
		case one.fix == "" && len(problems) > 0, one.fix != "" && (len(problems) != 1 || problems[0].Fix != one.fix):
			t.Errorf("%s\ntold %q, want %s", one.text, told(problems), one.fix)
		}
	}
}

// TestWaysOut: what is told of a slip says at its place what is wrong and what to write instead.
func TestWaysOut(t *testing.T) {
	for _, one := range []struct{ expression, place, summary, fix string }{
		{`INTEGER(PARAM(x))`, `PARAM(x)`, `is not a whole number`, "write digits alone, as in 5"},
		{`LIST(SIZE(VALUE(rows, $)))`, `SIZE(VALUE(rows, $))`, `is not a whole number`, "write digits alone, as in 5"},
		{`DOUBLE(one)`, `one`, `"one" is not a number`, "write digits with a point, as in 0.5"},
		{`BOOLEAN(yes)`, `yes`, `"yes" is not true or false`, "write true or false"},
		{`SIZE(rows)`, `rows`, `is not an expression`, "write TEXT(rows) if this text is meant, or VALUE(rows, $) if a result is"},
		{`DATEFORMAT(NOW, "yyyy")`, `NOW`, `is not an expression`, "write NOW()"},
		{`DATEFORMAT(NOW(), "yyyy bb")`, `bb`, `letter: b`, "put what is no part of a date into single quotes, as in 'T'"},
		{`DATEFORMAT(NOW(), 'yyyy')`, `'yyyy'`, `the pattern is text alone`, "put the pattern into double quotes instead"},
		{`DATEFORMAT(NOW(), "yyyy", "Europe/Berlim")`, `"Europe/Berlim"`, `is not a time zone`, "write UTC, an offset such as +02:00, or a name such as Europe/Berlin"},
		{`VALUE(rows, $[0.id)`, `[`, `this "[" is never closed`, `write "]" behind what it holds`},
		{`VALUE(rows, $['a)'].b[1)`, `[`, `this "[" is never closed`, `write "]" behind what it holds`},
		{`SIZE(VALUE(rows, $[0].id)`, `SIZE`, `the ")" of SIZE is missing`, `write ")" behind its last argument; inside`},
		{`(PARAM(x) == NULL()`, `(`, `this "(" is never closed`, `write ")" where its group ends`},
		{`PARAM(x) ==`, ``, `an expression is missing here`, "write one, such as"},
		{`TEXT("never closed)`, `"`, `this quote is never closed`, `write " at the end of the text`},
		{`TEXT(a ${PARAM(x))`, `{`, `this "{" is never closed`, `write "}" behind what it holds`},
		{`GET_JSON(BODY())`, `BODY()`, `there is no fulfillment "BODY()"`, ""},
		{`VALUE_BY_INDEX(rows, PARAM(x), $)`, `rows`, `has no index in a loop`, "give it index"},
		{`ATTRIBUTE(never)`, `never`, `sets an attribute "never"`, "set it under attributes"},
		{`LIST_TO_STRING(rows, $.id, "-", ",")`, `"-"`, `the format has no %s`, "put %s where it belongs"},
		{`PARAM(on) == BOOLEAN(true)`, `PARAM(on)`, `a parameter that openapi.yaml does not describe is text`, "describe it with type: boolean, or compare it with TEXT(true)"},
		{`BOOLEAN(false) != NOW()`, `NOW()`, `this is text, and never true or false`, "compare it with what it may be"},
		{`VALUE(rows, $[0]..)`, `..`, `a name must follow '..'`, "write a name behind it"},
	} {
		text := "datasources:\n  db: {type: db, url: 'jdbc:postgresql://localhost/x'}\noperations:\n  get /x:\n    fulfillments:\n      - name: rows\n        type: read\n" +
			"        datasource: db\n        instructions: [{sql: {query: SELECT id FROM news}}]\n    responses:\n      - name: ok\n        default: true\n        statuscode: 200\n        schema:\n          one: " +
			one.expression + "\n"
		_, problems := parse(source.Files{{Path: "a.yaml", Bytes: []byte(text)}})
		if len(problems) != 1 {
			t.Errorf("%s: told %q", one.expression, told(problems))
			continue
		}
		d := problems[0]
		place := text[d.Range.Start.Offset:min(d.Range.End.Offset, len(text))]
		if !strings.HasPrefix(place, one.place) || !strings.Contains(d.Summary, one.summary) || !strings.HasPrefix(d.Fix, one.fix) || d.Fix+d.Detail == "" {
			t.Errorf("%s: at %q %s\nfix: %s", one.expression, place, d.Summary, d.Fix)
		}
	}
}
