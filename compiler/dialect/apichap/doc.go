// Package apichap reads the APICHAP configuration language (versions 1.5 and 1.6): a folder of YAML files with operations, datasources,
// settings and authentications, and an openapi.yaml.
//
// The way of a project through the package: parse.go and its neighbours make the AST of ast.go out of YAML; the expressions in it are
// parsed by expression_parser.go against the table of methods in methods.go; lower.go and its neighbours turn the AST into the IR.
// What the language leaves open is decided in docs/apichap.md.
package apichap
