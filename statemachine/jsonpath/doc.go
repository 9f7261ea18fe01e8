// Package jsonpath reads JSONPath: paths such as $.orders[0].lines[?(@.qty > 1)] become a small tree, in which every node knows its place in the
// text. [Path.Evaluate] finds what a path leads to, as Jayway does; [Path.Set] puts a value in the place of a reference path. Others walk the tree and make
// something else of it.
//
// There is no one JSONPath, so that a reader says which [Flavour] it wants:
//
//   - [Jayway] is the language of Jayway JsonPath (Java), which APICHAP's runtime uses;
//   - [StepFunctions] is that of the States Language in JSONPath mode: Jayway's with the context object ($$) and variables ($name), and with texts
//     in filters that need no quotes;
//   - [Plain] knows names, indexes and [*] only, and its $ may be left out.
//
// Where Jayway ignores what it cannot read (a bracket too many at the end, an argument in single quotes), Parse says so instead. What Jayway refuses is
// refused; the flavour of Step Functions also takes the newer [?@.a == 1], without parentheses.
package jsonpath
