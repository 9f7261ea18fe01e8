package compiler_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/steploom/steploom/statemachine/asl"
)

// library are the functions of JSONata 2.0.6, as its documentation lists them, and those that Step Functions adds; $states is the service's own.
const library = `abs append assert average base64decode base64encode boolean ceil contains count decodeUrl decodeUrlComponent distinct each encodeUrl
	encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber fromMillis join keys length lookup lowercase map match max
	merge millis min not now number pad parseInteger power random reduce replace reverse round shuffle sift single sort split spread sqrt string
	substring substringAfter substringBefore sum toMillis trim type uppercase zip
	partition range hash uuid parse states`

// ownWords are names that definitions use for something of their own.
const ownWords = "eval typeOf param inputs value values result item items element left right key val object list moment date iso error loop body header rows first last input output context"

// zebra are workflows in which everything that an author may name is called zebra.
const zebra = `
-- apichap/a.yaml --
datasources:
  db: {type: db, url: 'jdbc:sqlite:test'}
operations:
  'post /the-zebra':
    fulfillments:
      - name: zebra
        type: read
        datasource: db
        instructions: [{sql: {query: 'SELECT 7 AS "zebra"'}}]
      - type: generic
        attributes:
          - zebra: VALUE(zebra, $[0].zebra) + PARAM(zebra)
    responses:
      - {name: zebra, statuscode: 200, default: true, schema: {zebra: ATTRIBUTE(zebra), the_rows: {list: 'VALUE(zebra, $)', item: 'VALUE(@, $.zebra) + PARAM(zebra)'}}}
  'post /loop':
    fulfillments:
      - name: zebra
        type: loop
        loop: BODY($.zebra)
        fulfillments:
          - name: the_inner
            type: read
            datasource: db
            index: VALUE(zebra, $.zebra)
            instructions: [{sql: {query: 'SELECT ? AS "zebra"', parameters: ['VALUE(zebra, $.zebra)']}}]
          - type: generic
            attributes: [{the_last: 'VALUE(zebra, $.zebra)'}]
            exceptions: [{if: 'ATTRIBUTE(the_last) > INTEGER(5)', statuscode: 400, message: 'too large: ${ATTRIBUTE(the_last)}'}]
    responses:
      - {name: ok, statuscode: 200, default: true, schema: {zebra: ATTRIBUTE(the_last), the_more: {list: BODY($.zebra), item: 'VALUE_BY_INDEX(the_inner, VALUE(@, $.zebra), $[0].zebra)'}}}
  'post /index':
    fulfillments:
      - name: the_around
        type: loop
        loop: BODY($.zebra)
        fulfillments:
          - name: zebra
            type: read
            datasource: db
            index: VALUE(the_around, $.zebra)
            instructions: [{sql: {query: 'SELECT ? AS "zebra"', parameters: ['VALUE(the_around, $.zebra)']}}]
    responses:
      - {name: ok, statuscode: 200, default: true, schema: {list: BODY($.zebra), item: 'VALUE_BY_INDEX(zebra, VALUE(@, $.zebra), $[0].zebra)'}}
-- plain/input.json --
{"operation": "POST /the-zebra", "param": {"zebra": 3}}
-- loop/input.json --
{"operation": "POST /loop", "body": {"zebra": [{"zebra": 1}, {"zebra": 2}]}}
-- index/input.json --
{"operation": "POST /index", "body": {"zebra": [{"zebra": 1}, {"zebra": 2}]}}
== osop
-- osop/a.osop.yaml --
osop_version: "2.0"
id: herd
nodes:
  - id: zebra
    type: db
    runtime: {engine: sqlite, connection: 'sqlite:test', query: 'SELECT 7 + ${inputs.zebra} AS "zebra"'}
    outputs: [zebra]
  - id: the_each
    type: db
    runtime: {engine: sqlite, connection: 'sqlite:test', query: 'SELECT 1 + ${zebra.zebra} AS "zebra"'}
    inputs: [zebra]
    outputs: [the_all]
  - id: the_several
    type: db
    runtime: {engine: sqlite, connection: 'sqlite:test', query: 'SELECT 2 + ${zebra[0].zebra} AS "zebra"'}
    outputs: [zebra]
  - id: the_answer
    type: gateway
    inputs: [zebra, the_all]
    outputs: [zebra, the_all]
edges:
  - {from: zebra, to: the_each, mode: loop, for_each: zebra, iterator_var: zebra}
  - {from: the_each, to: the_several, when: the_all.size() == 1}
  - {from: the_several, to: the_answer}
-- plain/input.json --
{"zebra": 3}
`

// TestNames: a workflow means the same whatever its author calls things, though the word has a meaning in the expressions that are made.
func TestNames(t *testing.T) {
	for _, name := range strings.Fields(library) {
		if !asl.IsReserved(name) {
			t.Errorf("%s is not reserved", name)
		}
	}
	for _, workflow := range strings.Split(zebra, "== osop\n") {
		want := answers(t, workflow)
		for _, name := range strings.Fields(library + " " + ownWords) {
			if name == "not" && strings.Contains(workflow, "osop_version") {
				continue // an operator of OSOP's conditions
			}
			got := answers(t, strings.ReplaceAll(workflow, "zebra", name))
			if diff := cmp.Diff(strings.ReplaceAll(want, "zebra", name), got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
}

// answers compiles and runs workflows and gives what came out, and what was asked of functions.
func answers(t *testing.T, text string) string {
	g := &golden{t: t, archive: txtar.Parse([]byte(text))}
	g.run()
	var all strings.Builder
	for _, section := range g.made {
		switch {
		case strings.HasSuffix(section.Name, "/output.json"):
			all.WriteString(section.Name + "\n" + string(section.Data))
		case strings.HasSuffix(section.Name, "/trace"):
			all.WriteString(strings.Join(requests.FindAllString(string(section.Data), -1), "\n") + "\n")
		}
	}
	return all.String()
}

var requests = regexp.MustCompile(`(?m)^ +-> .*$`)
