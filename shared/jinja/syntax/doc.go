// Package syntax reads Jinja templates, as Jinja 3.1.6 does with its default delimiters and no extensions: text in, a tree of statements and expressions
// out, with a position on every node and on every error. The words of the errors are Jinja's own.
package syntax
