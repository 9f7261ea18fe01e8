package schema

import "github.com/steploom/steploom/shared/diag"

// The codes of what can be wrong with a schema.
const (
	codeKeyword    = "SCH001"
	codeUnenforced = "SCH002"
	codeNoEffect   = "SCH003"
	codeFormat     = "SCH004"
	codePattern    = "SCH005"
	codeDefault    = "SCH006"
	codeType       = "SCH007"
)

// Rules describes the codes of this package.
func Rules() []diag.Rule {
	return []diag.Rule{
		{Code: codeKeyword, Title: "Value of a keyword", Doc: "A keyword of a schema has a value that no other value could fit, or that means nothing."},
		{Code: codeUnenforced, Title: "Keyword that is not enforced", Doc: "JSON Schema has this, Steploom does not check it yet. Without an error, requests that break it would be accepted. Of a schema that contains itself the first level is checked."},
		{Code: codeNoEffect, Title: "Keyword without effect", Doc: "The keyword is not known, stands beside a $ref, or speaks of values of another type than the schema's."},
		{Code: codeFormat, Title: "Format that is documentation", Doc: "The format is none of those that are enforced. It stays in openapi.json, and every value is accepted."},
		{Code: codePattern, Title: "Pattern that cannot be enforced", Doc: "Patterns are those of ECMAScript. Look-behinds, \\p{…} and named back-references are not matched alike by the engines that a definition may meet."},
		{Code: codeDefault, Title: "Default that does not fit", Doc: "A default must fit the schema that it stands in."},
		{Code: codeType, Title: "Unknown type", Doc: "The types of JSON Schema are string, integer, number, boolean, array, object and null."},
	}
}
