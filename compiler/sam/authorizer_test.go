package sam_test

import (
	"strings"
	"testing"

	"github.com/steploom/steploom/compiler"
	"github.com/steploom/steploom/compiler/sam"
	"github.com/steploom/steploom/compiler/source"
	"github.com/steploom/steploom/shared/diag"
)

// TestAuthorizers: what nobody could show together with what --authorizer asks for is an error, or a warning where there is another way in.
func TestAuthorizers(t *testing.T) {
	const workflow = `authentications:
  basic: {type: basicauth, user: ada, password: '${PASSWORD}'}
  key: {type: apikey, keys: ['${KEY}']}
  other: {type: apikey, keys: ['${OTHER}'], header: X-Partner}
  token: {type: jwt, issuer: 'https://issuer.example.com', audience: a}
operations:
  GET /a:
    x-steploom-authentication: GUARDS
    fulfillments: []
    responses: [{name: ok, default: true, statuscode: 204}]
`
	for _, test := range []struct {
		authorizer sam.Authorizer
		guards     string
		want       diag.Severity
		says       string
	}{
		{sam.JWT, "basic", diag.Error, "besides basic"},
		{sam.JWT, "[basic, key]", diag.Warning, "as basic beside"},
		{sam.JWT, "[key, token, other]", 0, ""},
		{sam.JWT, "none", 0, ""},
		{sam.APIKey, "key", diag.Error, "besides key"},
		{sam.APIKey, "[key, other]", diag.Warning, "as key beside"},
		{sam.APIKey, "[basic, token, other]", 0, ""},
		{sam.Open, "[basic, key]", 0, ""},
	} {
		text := strings.Replace(workflow, "GUARDS", test.guards, 1)
		output, list := compiler.Compile(source.Files{{Path: "flow.yaml", Bytes: []byte(text)}}, compiler.Options{})
		noErrors(t, list)
		var found diag.List
		for _, d := range sam.Check(output.Application("guarded"), sam.Options{Authorizer: test.authorizer}) {
			if d.Code == "SAM011" {
				found = append(found, d)
			}
		}
		switch {
		case test.says == "" && len(found) > 0:
			t.Errorf("%s and %s: %s", test.authorizer, test.guards, told(found))
		case test.says != "" && (len(found) != 1 || found[0].Severity != test.want || found[0].Range.Start.Line != 7 || !strings.Contains(found[0].Summary, test.says) || found[0].Fix == ""):
			t.Errorf("%s and %s: want %q, found %s", test.authorizer, test.guards, test.says, told(found))
		}
	}
}
