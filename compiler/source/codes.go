package source

import "github.com/steploom/steploom/shared/diag"

// The codes of what can be wrong with a YAML file as such.
const (
	CodeSyntax       = "YML001"
	CodeDocuments    = "YML002"
	CodeEncoding     = "YML003"
	CodeAliases      = "YML004"
	CodeDuplicateKey = "YML005"
	CodeUnknownKey   = "YML006"
	CodeMissingKey   = "YML007"
	CodeWrongKind    = "YML008"
	CodeNotOneOf     = "YML009"
)

// Rules describes the codes of this package.
func Rules() []diag.Rule {
	return []diag.Rule{
		{Code: CodeSyntax, Example: "news:\n  - one\n two: 2\n", Title: "Not valid YAML", Doc: "The file cannot be read as YAML. Nothing else of it is looked at until that is put right."},
		{Code: CodeDocuments, Example: "a: 1\n---\nb: 2\n", Title: "More than one document", Doc: "A file holds one YAML document; what stands behind a second `---` would be lost."},
		{Code: CodeEncoding, Example: "a: \xe9\n", Title: "Not UTF-8", Doc: "Source files are UTF-8 text."},
		{Code: CodeAliases, Example: "a: &a [*a]\n", Title: "Aliases out of hand", Doc: "An alias stands inside its own anchor, or aliases of aliases grow beyond any sensible size."},
		{Code: CodeDuplicateKey, Example: "a: 1\na: 2\n", Title: "Key written twice", Doc: "The same key stands twice in a mapping, so that one of the values would be lost. When the second one is empty this is a warning."},
		{Code: CodeUnknownKey, Title: "Unknown key", Doc: "The mapping has no such key. Nothing an author writes is ignored in silence."},
		{Code: CodeMissingKey, Title: "Key missing", Doc: "The mapping cannot do without this key."},
		{Code: CodeWrongKind, Title: "Wrong kind of value", Doc: "A list stands where a mapping is needed, text where a number is needed, and so on."},
		{Code: CodeNotOneOf, Title: "Not one of the allowed words", Doc: "The value must be one of a few words."},
	}
}
