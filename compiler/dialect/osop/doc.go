// Package osop reads OSOP process graphs: nodes that do work, edges that say what follows what.
//
// Versions 1.0, 1.1 and 2.0 are read as one superset, in the spellings of the prose specification, of the JSON Schema and of practice.
// The stages are those of every dialect: parse.go and its companions make the syntax tree of ast.go, lower.go and its companions the
// ir.Workflow. Two parts are packages of their own: condition (the expression language of edges) and flow (graphs to structured steps).
//
// Which node types run, and what each edge mode becomes, is in tables.go; docs/osop.md shows them.
package osop
