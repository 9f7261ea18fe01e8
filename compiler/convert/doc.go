// Package convert turns state machines in JSONPath mode into JSONata mode, state by state.
//
// A converted state does what the state did: every execution that goes well in JSONPath mode goes the same way with the same data. What fails there because
// a path leads nowhere, or because an intrinsic function cannot be applied, fails here too, but with another error: States.QueryEvaluationError, which
// Retry and Catch can name, where Step Functions reports States.Runtime, which nothing catches. [State] tells where that makes a difference. One kind of
// failure may be missed: a list that stands where a path needs an object is looked through, one object or list where a list of them is needed may pass.
//
// What JSONata cannot say exactly is not converted: the state stays in JSONPath mode, and the machine then mixes both query languages.
package convert
