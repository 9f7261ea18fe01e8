package diag

// Rule describes one diagnostic code. Packages list theirs as data, from which docs/diagnostics.md is written and tested.
type Rule struct {
	Code, Title string
	// Doc says in whole sentences what the code means and why it is so.
	Doc string
	// Example is source text that brings the diagnostic up.
	Example string
}
