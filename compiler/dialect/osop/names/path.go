package names

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/steploom/steploom/compiler/dialect/osop/codes"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

var pathStep = regexp.MustCompile(`^([^.\[\]]+)|^\[(\d+|\*)\]|^\[['"]([^'"]+)['"]\]`)

// PathIn reads a path such as $.data.items[0].id from a value, null where there is nothing.
func (n *Names) PathIn(value jsonata.Node, path string, at diag.Range) jsonata.Node {
	rest := strings.TrimPrefix(strings.TrimPrefix(path, "$"), ".")
	for rest != "" {
		step := pathStep.FindStringSubmatch(rest)
		if step == nil {
			n.reader.Report(report.Error(codes.Runtime, at, "%q is not a path", path).Fix("write $.field.other or $.list[0].field"))
			break
		}
		switch {
		case step[1]+step[3] != "":
			value = build.Field(value, step[1]+step[3])
		case step[2] != "*":
			index, _ := strconv.ParseFloat(step[2], 64)
			value = build.Filter(value, build.Number(index))
		}
		rest = strings.TrimPrefix(rest[len(step[0]):], ".")
	}
	return build.OrNull(value)
}

// Object makes an ordered object of alternating keys and values; a nil value is left out.
func Object(pairs ...any) *jsonata.Object {
	o := jsonata.NewObject()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != nil {
			o.Set(pairs[i].(string), pairs[i+1])
		}
	}
	return o
}
