package job

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestConstantsAsJSON: constants come back from their JSON in their order, and what are none are refused.
func TestConstantsAsJSON(t *testing.T) {
	for _, test := range []struct{ text, want, refused string }{
		{text: `{"id":"j","constant":{"z":"1","a":null,"m":""}}`, want: `"constant":{"z":"1","a":null,"m":""}`},
		{text: `{"id":"j","constant":{}}`},
		{text: `{"id":"j","constant":null}`},
		{text: `{"id":"j","constant":["z"]}`, refused: "not a list"},
		{text: `{"id":"j","constant":{"z":1}}`, refused: `"z" is a text, not a number`},
	} {
		var job Job
		err := json.Unmarshal([]byte(test.text), &job)
		if (err != nil) != (test.refused != "") || err != nil && !strings.Contains(err.Error(), test.refused) {
			t.Errorf("%s: %v", test.text, err)
		}
		if err != nil {
			continue
		}
		if text, err := json.Marshal(job); err != nil || !strings.Contains(string(text), test.want) || test.want == "" && strings.Contains(string(text), "constant") {
			t.Errorf("%s: %s, %v", test.text, text, err)
		}
	}
}
