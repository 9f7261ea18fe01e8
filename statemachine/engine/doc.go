// Package engine runs state machines written in the Amazon States Language, in both query languages, in the calling process, with the outputs, errors,
// causes and event histories of AWS Step Functions.
//
// [Prepare] compiles a machine once, with all its expressions, into a [Program] that is immutable and may be run any number of times at once.
// [Run] runs it to its end. Everything outside the language comes from the [Host]: the clock, randomness, the [Invoker] that does the work of Task
// states, and the folder that stands for S3.
//
// One execution is one goroutine that steps through the states, plus one goroutine for each task that is being worked on; branches and iterations
// are interleaved, not spread over goroutines, so that a machine of thousands of iterations costs little and a run is repeatable. With a [Virtual]
// clock waits, retries and timeouts take no time at all and happen in the order they would.
//
// Values are those of package jsonata: nil, bool, float64, int64, string, []any and *jsonata.Object. They are shared, never copied and never changed;
// invokers must treat them so too.
package engine
