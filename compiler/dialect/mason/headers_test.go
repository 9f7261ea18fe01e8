package mason

import "testing"

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
