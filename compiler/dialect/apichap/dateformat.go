package apichap

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/javatime"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// This file lowers DATEFORMAT. What a picture string of JSONata can say is said there; the rest is a call of function filter, see datecall.go.

// dates lowers dates at the place of a scope.
type dates struct{ *scope }

// defaultZone is the zone where none is given, in the function as well.
const defaultZone = "UTC"

// dateFormat is what a call of DATEFORMAT says besides the date.
type dateFormat struct {
	text    string
	pattern *javatime.Pattern
	zone    javatime.Zone
	// picture is the pattern as a picture string of JSONata; it is exact where said is true.
	picture string
	said    bool
}

// reason says why JSONata cannot write a date.
func (f dateFormat) reason() string {
	if f.said {
		return "JSONata does not know the clock of " + f.zone.ID()
	}
	return fmt.Sprintf("JSONata cannot write %q", f.text)
}

func lowerDateFormat(of *scope, c *call) typed {
	s := dates{of}
	format, ok := s.dateFormat(c)
	if !ok {
		return nothing()
	}
	date := c.arguments[0].value
	if isNow(date) {
		return s.formatNow(format, c)
	}
	value := s.lower(date)
	switch value.kind {
	case nullKind:
		return nothing()
	case anyKind, textKind:
	case numberKind, booleanKind, listKind, objectKind:
		date.report(report.Error(codeType, date.place(), "a date is a text, this is %s", value.kind).Fix("give the date as in 2026-03-01 or 2026-03-01T09:05:00Z"))
		return nothing()
	}
	if constant, isConstant := value.constant(); isConstant {
		return s.formatConstant(format, date, constant.(string))
	}
	if seconds, fixed := format.zone.Fixed(); format.said && fixed {
		if offset, ok := expr.FixedOffset(seconds); ok {
			return s.formatText(format, value, seconds, offset)
		}
	}
	return s.formatCall(format, date, value)
}

// patternInMarks is a date's pattern that stands in single quotes as a whole.
var patternInMarks = regexp.MustCompile(`^'[^']*(yy|uu|MM|dd|HH|hh|mm|ss)[^']*'$`)

// dateFormat reads the pattern and the zone, which are constants.
func (s dates) dateFormat(c *call) (dateFormat, bool) {
	format, zone := dateFormat{text: s.constantText(c.arguments[1])}, defaultZone
	var err error
	if format.pattern, err = javatime.Parse(format.text, javatime.English()); err != nil {
		reportInside(c.arguments[1], err, "put what is no part of a date into single quotes, as in 'T'")
		return format, false
	}
	if patternInMarks.MatchString(format.text) {
		c.arguments[1].report(report.Warning(codeDate, c.arguments[1].place(), "the pattern is text alone, and holds nothing of the date").
			Why("In a pattern, single quotes go around what is no part of a date.").Fix("put the pattern into double quotes instead"))
	}
	if len(c.arguments) > 2 {
		zone = s.constantText(c.arguments[2])
	}
	if format.zone, err = javatime.ParseZone(zone); err != nil {
		reportInside(c.arguments[2], err, "write UTC, an offset such as +02:00, or a name such as Europe/Berlin")
		return format, false
	}
	format.picture, format.said = expr.DatePicture(format.pattern, format.zone)
	return format, true
}

// reportInside reports a problem at its place inside a constant argument.
func reportInside(a argument, err error, fix string) {
	at := a.place()
	var bad *javatime.Error
	if text, ok := a.value.(*template); ok && errors.As(err, &bad) {
		at = a.node.At(text.start+bad.Start, text.start+bad.End)
	}
	a.report(report.Error(codeDate, at, "%s", err).Fix("%s", fix))
}

func isNow(e expression) bool {
	c, ok := e.(*call)
	return ok && c.method.name == "NOW"
}

// formatNow writes the present moment. Of it the rule by which a zone's clock changes is known.
func (s dates) formatNow(format dateFormat, c *call) typed {
	rule, ruled := expr.RuleOf(format.zone)
	if !format.said || !ruled {
		return s.formatCall(format, c.arguments[0].value, s.lower(c.arguments[0].value))
	}
	if _, fixed := format.zone.Fixed(); fixed {
		return typed{node: inZone(build.Call("millis"), format.picture, rule.Offset(nil)), kind: textKind}
	}
	moment := s.local("moment")
	now := build.Var(moment)
	return typed{node: build.Let(moment, build.Call("millis"), inZone(now, format.picture, rule.Offset(now))), kind: textKind}
}

func inZone(millis jsonata.Node, picture string, offset jsonata.Node) jsonata.Node {
	if text, ok := offset.(*jsonata.String); ok && text.Value == "+0000" {
		return build.Call("fromMillis", millis, build.Text(picture))
	}
	return build.Call("fromMillis", millis, build.Text(picture), offset)
}

// formatConstant writes a date that is written out.
func (s dates) formatConstant(format dateFormat, date expression, text string) typed {
	read, err := javatime.ParseISO(text)
	if err != nil {
		date.report(report.Error(codeDate, date.place(), "%s", err))
		return nothing()
	}
	read.Has |= javatime.HasDate | javatime.HasTime | javatime.HasOffset
	moment, _ := read.Moment()
	written, err := format.pattern.Format(javatime.In(moment, format.zone))
	if err != nil {
		date.report(report.Error(codeDate, date.place(), "%s", err))
		return nothing()
	}
	return textOf(written)
}

// noDate is the text of no date at all: nothing, or MariaDB's zero date.
const noDate = `^(0000-00-00([T ]00:00(:00(\.0+)?)?)?)?$`

// dateText is a date that exists, with a time and an offset or without.
const dateText = `^(\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))` +
	`|(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)` +
	`([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[-+]((0\d|1[0-7])(:?[0-5]\d)?|18(:?00)?))?)?$`

// The years 1 to 9999 in UTC, in milliseconds since 1970.
const firstMilli, lastMilli = -62_135_596_800_000, 253_402_300_799_999

// formatText writes the text of a date in a zone whose clock never changes.
func (s dates) formatText(format dateFormat, value typed, seconds int, offset string) typed {
	name, millis := s.local("date"), s.local("moment")
	date, at := build.Var(name), build.Var(millis)
	bad := build.Call("error", build.Concat(build.Text("DATEFORMAT: "), date, build.Text(" is not a date of the years 1 to 9999 as ISO 8601 writes it")))
	first, last := float64(firstMilli-1000*seconds), float64(lastMilli-1000*seconds)
	inYears := build.All(build.Binary(at, ">=", build.Number(first)), build.Binary(at, "<=", build.Number(last)))
	moment := build.If(build.Call("contains", date, build.Regex(dateText, "")), s.moment(date), build.Number(last+1))
	checked := build.Let(millis, moment, build.If(inYears, inZone(at, format.picture, build.Text(offset)), bad))
	none := build.Call("contains", date, build.Regex(noDate, ""))
	return typed{node: build.Let(name, value.text(), build.If(none, build.Null(), checked)), kind: textKind, null: true}
}

// moment reads the text of a date, which is valid, as milliseconds since 1970. It begins its day without a time, and is in UTC without an offset.
func (s dates) moment(date jsonata.Node) jsonata.Node {
	clock, time, offset := s.local("clock"), s.local("time"), s.local("offset")
	length := build.Call("length", build.Var(time))
	rest := build.Call("substring", build.Text("00:00:00.000"), length)
	full := build.Call("substring", build.Concat(build.Var(time), rest), build.Number(0), build.Number(12))
	minutes := build.If(build.Binary(build.Call("length", build.Var(offset)), ">", build.Number(3)), build.Call("substring", build.Var(offset), build.Number(-2)), build.Text("00"))
	colon := build.Concat(build.Call("substring", build.Var(offset), build.Number(0), build.Number(3)), build.Text(":"), minutes)
	zone := build.If(build.Binary(build.Var(offset), "in", build.List(build.Text(""), build.Text("Z"))), build.Text("Z"), colon)
	day := build.Call("substring", date, build.Number(0), build.Number(10))
	millis := build.Call("toMillis", build.Concat(day, build.Text("T"), full, zone))
	return build.Let(clock, build.Call("substring", date, build.Number(11)),
		build.Let(time, build.Call("replace", build.Var(clock), build.Regex(`[-+Z].*$`, ""), build.Text("")),
			build.Let(offset, build.Call("substring", build.Var(clock), length), millis)))
}
