// Package failure reads what a function says of its failure, out of the Cause of a caught error, in JSONata (see [task.Error.Cause]).
package failure

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Text is the name of an error and behind it why it came: the message of a function, or what an expression of the definition says; nothing for
// what a service says.
func Text(name, cause jsonata.Node) jsonata.Node {
	const thrown, byError = "threw an error during evaluation. ", "D3137: "
	after := build.Call("substringAfter", build.Call("substringAfter", cause, build.Text(thrown)), build.Text(byError))
	return build.Concat(name, build.Cases([]build.Case{
		{When: IsJSON(cause), Then: build.Concat(build.Text(": "), Message(cause))},
		{When: build.Call("contains", cause, build.Text(thrown)), Then: build.Concat(build.Text(": "), after)},
	}, build.Text("")))
}

// Detail is the detail of a function's failure, null where it has none and where the cause is that of something else.
func Detail(cause jsonata.Node) jsonata.Node {
	hasDetail := build.Call("contains", cause, build.Regex(`^\{"errorMessage":"\{\\"message\\":.*\}$`, ""))
	detail := build.Path(build.Call("parse", build.Path(build.Call("parse", cause), "errorMessage")), "detail")
	return build.If(hasDetail, detail, build.Null())
}

// IsJSON is true of a cause in which a function or a nested execution describes the failure, not a service in a sentence. It is nothing without a cause.
func IsJSON(cause jsonata.Node) jsonata.Node {
	return build.Call("contains", cause, build.Regex(`^\s*\{`, ""))
}

// Message is what a function says, whether its failure has a detail or not; nothing in a cause of something else. The cause must be JSON.
func Message(cause jsonata.Node) jsonata.Node {
	const said = "said"
	hasDetail := build.Call("contains", build.Var(said), build.Regex(`^\{"message":".*","detail":.*\}$`, ""))
	inner := build.Field(build.Call("parse", build.Var(said)), "message")
	return build.Let(said, build.Field(build.Call("parse", cause), "errorMessage"), build.If(hasDetail, inner, build.Var(said)))
}
