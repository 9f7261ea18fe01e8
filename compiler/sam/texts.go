package sam

import (
	"strings"
	"unicode/utf8"

	"github.com/steploom/steploom/compiler/sam/cfn"
)

// How many bytes descriptions may have, where an author's words stand in them.
const (
	templateDescription  = 1_024 // CloudFormation quotas; that of an output, too
	parameterDescription = 4_000
	apiDescription       = 1_024 // CreateApi; CreateApiKey has no limit and gets this one
	startDescription     = 512   // CreateSchedule, PutRule
	secretDescription    = 2_048 // CreateSecret
)

// fitTexts cuts the descriptions of a template that AWS would refuse. They are for people, and nothing depends on them.
func fitTexts(t *cfn.Template) {
	t.Description = cut(t.Description, templateDescription)
	for i := range t.Parameters {
		t.Parameters[i].Description = cut(t.Parameters[i].Description, parameterDescription)
	}
	for i := range t.Outputs {
		t.Outputs[i].Description = cut(t.Outputs[i].Description, templateDescription)
	}
	for _, resource := range t.Resources {
		switch body := resource.Body.(type) {
		case *cfn.API:
			if text, ok := body.Description.(string); ok {
				body.Description = cut(text, apiDescription)
			}
		case *cfn.APIKeyResource:
			body.Description = cut(body.Description, apiDescription)
		case *cfn.Schedule:
			body.Description = cut(body.Description, startDescription)
		case *cfn.Rule:
			body.Description = cut(body.Description, startDescription)
		case *cfn.Secret:
			body.Description = cut(body.Description, secretDescription)
		}
	}
}

// cut is a text of at most so many bytes, with an ellipsis where something is missing.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	const ellipsis = "…"
	end := limit - len(ellipsis)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " ") + ellipsis
}
