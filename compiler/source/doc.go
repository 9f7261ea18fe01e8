// Package source reads YAML files so that every value keeps its place: file, line, column and, inside a scalar, the place of
// each character, whatever quoting or folding it was written with.
//
// A Reader collects diagnostics instead of stopping at the first. Reading a mapping is a matter of taking the keys one knows;
// what nobody took is an unknown key and reported as such (with the nearest known key), so that nothing an author writes is
// dropped in silence:
//
//	fields := node.Map("an exception")
//	status := fields.Need("statuscode")
//	when := fields.Take("if") // nil when absent
//	fields.Done()
package source
