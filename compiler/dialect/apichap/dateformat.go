package apichap

import (
	"errors"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
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
		return typed{node: formatMoment(expr.Call("millis"), picture, zone), kind: textKind}
	}
	date := s.lower(c.arguments[0].value)
	if date.kind == nullKind {
		return nothing()
	}
	formatted := formatMoment(moment(expr.Var("date")), picture, zone)
	if !date.nullable() {
		return typed{node: expr.Let("date", expr.Call("string", date.node), formatted), kind: textKind}
	}
	missing := expr.Binary(expr.Var("date"), "=", expr.Text(""))
	return typed{node: expr.Let("date", date.text(), expr.If(missing, expr.Null(), formatted)), kind: textKind, null: true}
}

// reportInside reports a problem at its place inside a constant argument.
func reportInside(a argument, err error, code string) {
	at := a.place()
	var bad *expr.Error
	if text, ok := a.value.(*template); ok && errors.As(err, &bad) {
		at = a.node.At(text.start+bad.Start, text.start+bad.End)
	}
	a.node.Report(diag.Diagnostic{Code: code, Summary: err.Error(), Range: at})
}

// moment reads the text $date as a point in time. Without a zone it is in UTC, whatever the zone of the machine.
func moment(date jsonata.Node) jsonata.Node {
	iso := expr.Call("replace", date, expr.Text(" "), expr.Text("T"), expr.Number(1))
	complete := expr.Call("contains", expr.Var("iso"), &jsonata.Regex{Pattern: `^[^T]*$|T.*(Z|[-+][0-9][0-9]:?[0-9][0-9])$`})
	return expr.Let("iso", iso, expr.Call("toMillis", expr.If(complete, expr.Var("iso"), expr.Binary(expr.Var("iso"), "&", expr.Text("Z")))))
}

func formatMoment(millis jsonata.Node, picture string, zone expr.Zone) jsonata.Node {
	if zone.IsUTC() {
		return expr.Call("fromMillis", millis, expr.Text(picture))
	}
	if offset, fixed := zone.Fixed(); fixed {
		return expr.Call("fromMillis", millis, expr.Text(picture), expr.Text(offset))
	}
	return expr.Let("moment", millis, expr.Call("fromMillis", expr.Var("moment"), expr.Text(picture), zone.Offset(expr.Var("moment"))))
}
