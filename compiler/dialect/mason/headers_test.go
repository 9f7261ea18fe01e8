package mason

import (
	"testing"

	"github.com/steploom/steploom/shared/jinja/syntax"
)

// TestLowerHeaders: names of headers are found in any case, and nothing else changes or moves.
func TestLowerHeaders(t *testing.T) {
	for text, want := range map[string]string{
		`{{ CURRENT_STEP.response.headers['Content-Type'] }}`:             `{{ CURRENT_STEP.response.headers['content-type'] }}`,
		`{{ CURRENT_STEP.response.headers["X-Id"]|upper ~ 'X-Id' }}`:      `{{ CURRENT_STEP.response.headers["x-id"]|upper ~ 'X-Id' }}`,
		`{{ CURRENT_STEP . response.headers.Server }}`:                    `{{ CURRENT_STEP . response.headers.server }}`,
		`{{ CURRENT_STEP['response']["headers"].get( 'ETag' , 'No') }}`:   `{{ CURRENT_STEP['response']["headers"].get( 'etag' , 'No') }}`,
		`{{ 'ETag' not in CURRENT_STEP.response.headers }}`:               `{{ 'etag' not in CURRENT_STEP.response.headers }}`,
		`{{ CURRENT_STEP.response.json.headers['A'] }}{{ o.headers.B }}`:  `{{ CURRENT_STEP.response.json.headers['A'] }}{{ o.headers.B }}`,
		`{% for h in CURRENT_STEP.response.headers %}{{ H }}{% endfor %}`: `{% for h in CURRENT_STEP.response.headers %}{{ H }}{% endfor %}`,
	} {
		if got := lowerHeaders(text); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
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
		"{{ " + headers + "[name] }}":                                true,
		"{{ " + headers + ".get(name) }}":                            true,
		"{{ name in " + headers + " }}":                              true,
		"{{ (" + headers + " or {})['ETag'] }}":                      true,
		"{% set h = " + headers + " %}{{ h['ETag'] }}":               true,
		"{% set r = CURRENT_STEP.response %}{{ r.headers['ETag'] }}": true,
		"{% for n in names %}{{ CURRENT_STEP[n] }}{% endfor %}":      true,
	} {
		parsed, err := syntax.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := (template{parsed: parsed}).passesHeaders(); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
