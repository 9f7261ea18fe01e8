package convert

import (
	"time"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// Timestamps are compared as texts of one form: in UTC, with nine digits of a second. $moment makes that form of a timestamp, and nothing of anything else.

// momentLayout is the form.
const momentLayout = "2006-01-02T15:04:05.000000000"

// timestampPattern is RFC 3339 with an upper-case T and Z, and with days that exist.
const timestampPattern = `^([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))` +
	`|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)` +
	`T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$`

// isTimestamp tells whether a value is a timestamp.
func isTimestamp(value jsonata.Node) jsonata.Node {
	return build.All(build.HasType(value, "string"), build.Call("contains", value, build.Regex(timestampPattern, "")))
}

// withMoment defines $moment for an expression that compares with it.
func withMoment(use func(moment func(v jsonata.Node) jsonata.Node) jsonata.Node) jsonata.Node {
	return bound("moment", momentFunction, func(function jsonata.Node) jsonata.Node {
		return use(func(v jsonata.Node) jsonata.Node { return build.Apply(function, v) })
	})
}

func momentFunction(jsonata.Node) jsonata.Node {
	t := build.Var("t")
	seconds := build.Call("substring", build.Call("fromMillis", build.Call("toMillis", t)), build.Number(0), build.Number(23))
	fraction := build.Select(build.Path(build.Call("match", t, build.Regex(`\.([0-9]+)`, "")), "groups"), build.Number(0))
	rest := build.Call("substring", build.Concat(fraction, build.Text("000000000")), build.Number(3), build.Number(6))
	return build.Function(build.If(isTimestamp(t), build.Concat(seconds, rest), nil), "t")
}

// moment is a timestamp of the definition in the form; ok is false for what is none.
func moment(text string) (form string, ok bool) {
	t, err := time.Parse(time.RFC3339Nano, text)
	return t.UTC().Format(momentLayout), err == nil
}

// compareMoments compares the timestamps in two values; it is false where either is none.
func compareMoments(relation string, value, compared jsonata.Node) jsonata.Node {
	return withMoment(func(of func(v jsonata.Node) jsonata.Node) jsonata.Node {
		left, right, conditions := of(value), of(compared), []jsonata.Node{}
		if literal, ok := compared.(*jsonata.String); ok {
			form, _ := moment(literal.Value)
			right = build.Text(form)
		} else {
			conditions = append(conditions, build.Exists(right))
		}
		if relation != "=" || len(conditions) > 0 {
			conditions = append(conditions, build.Exists(left))
		}
		return build.All(append(conditions, build.Binary(left, relation, right))...)
	})
}
