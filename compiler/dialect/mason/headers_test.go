package mason

import (
	"testing"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// templateOf is a template whose state has headers in kept, and in its h.
func templateOf(t *testing.T, text string) template {
	t.Helper()
	parsed, err := syntax.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	all := template{text: text, parsed: parsed, headersKnown: headersKnown{paths: []route{{currentStep, "response", "headers"}, {"kept"}, {"both", "h"}}}}
	all = all.with(withoutCalls)
	all.local = all.assigned()
	return all.with(all.headersKnown.lowered)
}

// TestNamesOfHeaders: names of headers are found in any case, json() is as good as json, and nothing else changes or moves.
func TestNamesOfHeaders(t *testing.T) {
	for text, want := range map[string]string{
		`{{ CURRENT_STEP.response.headers['Content-Type'] }}`:             `{{ CURRENT_STEP.response.headers['content-type'] }}`,
		`{{ CURRENT_STEP.response.headers["X-Id"]|upper ~ 'X-Id' }}`:      `{{ CURRENT_STEP.response.headers["x-id"]|upper ~ 'X-Id' }}`,
		`{{ CURRENT_STEP . response.headers.Server }}`:                    `{{ CURRENT_STEP . response.headers.server }}`,
		`{{ (CURRENT_STEP.response).headers . Server.Of }}`:               `{{ (CURRENT_STEP.response).headers . server.Of }}`,
		`{{ CURRENT_STEP['response']["headers"].get( 'ETag' , 'No') }}`:   `{{ CURRENT_STEP['response']["headers"].get( 'etag' , 'No') }}`,
		`{{ 'ETag' not in CURRENT_STEP.response.headers }}`:               `{{ 'etag' not in CURRENT_STEP.response.headers }}`,
		`{{ CURRENT_STEP.response.json.headers['A'] }}{{ o.headers.B }}`:  `{{ CURRENT_STEP.response.json.headers['A'] }}{{ o.headers.B }}`,
		`{% for h in CURRENT_STEP.response.headers %}{{ H }}{% endfor %}`: `{% for h in CURRENT_STEP.response.headers %}{{ H }}{% endfor %}`,
		`{% if CURRENT_STEP.response.headers.A %}{{ kept.B }}{% endif %}`: `{% if CURRENT_STEP.response.headers.a %}{{ kept.b }}{% endif %}`,
		`{{ kept['ETag'] }}{{ both.h.ETag }}{{ both.ETag }}`:              `{{ kept['etag'] }}{{ both.h.etag }}{{ both.ETag }}`,
		"é{#\r\n#}\r\n{{\r\n kept['ÉTag'] ~ kept['ETag'] }}":              "é{#\r\n#}\r\n{{\r\n kept['ÉTag'] ~ kept['etag'] }}",
		`{{ kept['X\x41'] }}`:                                       `{{ kept['X\x41'] }}`,
		`{% set kept = o %}{{ kept.ETag }}`:                         `{% set kept = o %}{{ kept.ETag }}`,
		`CURRENT_STEP.response.headers.X-Y {{ 1 }}`:                 `CURRENT_STEP.response.headers.X-Y {{ 1 }}`,
		`{{ "CURRENT_STEP.response.headers.X" }} kept.B`:            `{{ "CURRENT_STEP.response.headers.X" }} kept.B`,
		`{% raw %}{{ kept.B }}{% endraw %}{# kept.B #}`:             `{% raw %}{{ kept.B }}{% endraw %}{# kept.B #}`,
		`{{ CURRENT_STEP.response.json().a }}`:                      `{{ CURRENT_STEP.response.json  .a }}`,
		`Call CURRENT_STEP.response.json() {{ 'response.json()' }}`: `Call CURRENT_STEP.response.json() {{ 'response.json()' }}`,
	} {
		if got := templateOf(t, text); got.text != want || len(got.text) != len(text) {
			t.Errorf("%s\ngot  %s\nwant %s", text, got.text, want)
		}
	}
}

// TestPassesHeaders: a template hands headers on where a name may be looked up in them that is not written out behind them.
func TestPassesHeaders(t *testing.T) {
	const headers = "CURRENT_STEP.response.headers"
	for text, want := range map[string]bool{
		"{{ " + headers + "['ETag'] }}":                              false,
		"{{ " + headers + ".get('ETag', '') }}":                      false,
		"{{ 'ETag' in " + headers + " and " + headers + ".a }}":      false,
		"{{ CURRENT_STEP.response is defined }}":                     false,
		"{{ CURRENT_STEP.response.json.headers[name] }}":             false,
		"{{ CURRENT_STEP.input[name] }}":                             false,
		"{{ kept.ETag ~ both.h['ETag'] ~ both.other[name] }}":        false,
		"{{ " + headers + "[name] }}":                                true,
		"{{ " + headers + ".get(name) }}":                            true,
		"{{ name in " + headers + " }}":                              true,
		"{{ (" + headers + " or {})['ETag'] }}":                      true,
		"{{ " + headers + "['E' 'Tag'] }}":                           true,
		"{{ " + headers + "['\\x41'] }}":                             true,
		"{{ kept.get('\\x41') }}":                                    true,
		"{% set h = " + headers + " %}{{ h['ETag'] }}":               true,
		"{% set h = kept %}{{ h['ETag'] }}":                          true,
		"{% set h = both %}{{ h.h['ETag'] }}":                        true,
		"{% for h in kept %}{{ h['ETag'] }}{% endfor %}":             true,
		"{{ kept[0]['ETag'] }}":                                      true,
		"{% set kept = kept %}{{ kept['ETag'] }}":                    true,
		"{% set r = CURRENT_STEP.response %}{{ r.headers['ETag'] }}": true,
		"{% for n in names %}{{ CURRENT_STEP[n] }}{% endfor %}":      true,
	} {
		if got := templateOf(t, text).passesHeaders(); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
