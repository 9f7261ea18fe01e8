// Package build makes JSONata expressions out of parts: the only place outside package jsonata where syntax tree nodes are made.
//
// Everything here is a function from trees to a tree; nothing is ever made by joining text. Two promises hold for every function:
//
//   - What joins many parts (Concat, Pieces, All, Any, Cases, Merge) is flat while it is short and balanced when it is long, so that the depth of
//     the tree grows with the logarithm of the number of parts. Step Functions stops an evaluation at 100 levels.
//   - What needs a variable of its own (Once, OrNull) takes a name that the parts do not read.
package build
