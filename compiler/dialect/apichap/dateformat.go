package apichap

import (
	"errors"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

func lowerDateFormat(s *scope, c *call) typed {
	pattern := c.arguments[1]
	picture, err := expr.DatePicture(s.constantText(pattern))
	if err != nil {
		reportInside(pattern, err, codeDate)
		return nothing()
	}
	zoneName := "UTC"
	if len(c.arguments) > 2 {
		zoneName = s.constantText(c.arguments[2])
	}
	zone, err := expr.ParseZone(zoneName)
	if err != nil {
		reportInside(c.arguments[2], err, codeDate)
		return nothing()
	}
	if now, ok := c.arguments[0].value.(*call); ok && now.method.name == "NOW" {
		return typed{node: formatMoment(build.Call("millis"), picture, zone), kind: textKind}
	}
	date := s.lower(c.arguments[0].value)
	if date.kind == nullKind {
		return nothing()
	}
	formatted := formatMoment(moment(build.Var("date")), picture, zone)
	if !date.nullable() {
		return typed{node: build.Let("date", build.Call("string", date.node), formatted), kind: textKind}
	}
	missing := build.Binary(build.Var("date"), "=", build.Text(""))
	return typed{node: build.Let("date", date.text(), build.If(missing, build.Null(), formatted)), kind: textKind, null: true}
}

// reportInside reports a problem at its place inside a constant argument.
func reportInside(a argument, err error, code string) {
	at := a.place()
	var bad *expr.Error
	if text, ok := a.value.(*template); ok && errors.As(err, &bad) {
		at = a.node.At(text.start+bad.Start, text.start+bad.End)
	}
	a.report(report.Error(code, at, "%s", err))
}

// moment reads the text $date as a point in time. Without a zone it is in UTC, whatever the zone of the machine.
func moment(date jsonata.Node) jsonata.Node {
	iso := build.Call("replace", date, build.Text(" "), build.Text("T"), build.Number(1))
	complete := build.Call("contains", build.Var("iso"), build.Regex(`^[^T]*$|T.*(Z|[-+][0-9][0-9]:?[0-9][0-9])$`, ""))
	return build.Let("iso", iso, build.Call("toMillis", build.If(complete, build.Var("iso"), build.Binary(build.Var("iso"), "&", build.Text("Z")))))
}

func formatMoment(millis jsonata.Node, picture string, zone expr.Zone) jsonata.Node {
	if zone.IsUTC() {
		return build.Call("fromMillis", millis, build.Text(picture))
	}
	if offset, fixed := zone.Fixed(); fixed {
		return build.Call("fromMillis", millis, build.Text(picture), build.Text(offset))
	}
	return build.Let("moment", millis, build.Call("fromMillis", build.Var("moment"), build.Text(picture), zone.Offset(build.Var("moment"))))
}
