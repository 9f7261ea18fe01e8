// Package mason reads Mason's workflows: steps that make one HTTP call each, one after another, with Jinja templates over the state that they
// share.
//
// The way of a project through the package: parse.go and its neighbours make the tree of ast.go out of JSON or YAML and check every field;
// lower.go and its neighbours turn the tree into the IR, template.go each template into an expression or a call of function filter.
// What the language leaves open is decided in docs/mason.md.
package mason
