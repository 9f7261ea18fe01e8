package jsonata

// IsFunction tells whether a name, without its $, is that of a library function: one of JSONata 2.0.6 or one that Step Functions adds.
// Functions and variables share their names, so a variable of such a name hides the function.
func IsFunction(name string) bool { return awsLibrary[name] != nil }
