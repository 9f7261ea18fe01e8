// Package asl is a model of the Amazon States Language in both its query languages: a state machine as Go values, its JSON both ways, and the checks
// that CreateStateMachine makes.
//
// The struct fields have the names of the language (https://states-language.net/spec.html and the Step Functions developer guide). A field that
// holds JSON data ("Arguments", "Output", "Items", …) is an any: nil when the field is absent, [Null] for a JSON null, otherwise bool, float64, int64, int,
// string, []any, *jsonata.Object or map[string]any. A string in it that starts with {% and ends with %} is a JSONata expression; [Expression] writes one.
// A field that takes one number, text or boolean, or an expression that computes it, is a [Value].
//
// A state is in JSONata or in JSONPath mode ([Language]), and has the fields of its mode only. A field of JSONPath mode that holds a path is a [Path]; data
// such as Parameters is as in JSONata mode, but what is computed in it are the fields whose names end in ".$".
//
// [Walk] visits the states of a machine, [Next] gives the ways out of one, [Outcomes] what it hands on, [Located.Expressions] what it computes.
//
// Order is kept: states, keys of objects and branches come out of [Marshal] as they went in, and [Marshal] is deterministic.
package asl
