package plan

import (
	"fmt"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// fileChecks refuses forms whose files are not those that are described. Of a file there is a reference, or a list of several of one name.
func fileChecks(content ir.Content) []Check {
	var checks []Check
	for _, file := range content.Files {
		given := input("files", file.Name)
		refuse := func(status float64, fails jsonata.Node, format string, arguments ...any) {
			message := "file " + file.Name + " " + fmt.Sprintf(format, arguments...)
			checks = append(checks, Check{Fails: fails, Refusal: refusal(status, build.Text(message))})
		}
		if file.Required {
			refuse(400, build.All(hasBody(), build.Not(build.Exists(given))), "is required")
		}
		if !file.Several {
			refuse(400, build.HasType(given, "array"), "must be sent once")
		}
		if file.Least > 0 {
			fails := build.Binary(build.Call("count", given), "<", build.Number(float64(file.Least)))
			if !file.Required {
				fails = build.All(build.Exists(given), fails)
			}
			refuse(400, build.All(hasBody(), fails), "must be sent at least %d times", file.Least)
		}
		if file.Most > 0 {
			refuse(400, build.Binary(build.Call("count", given), ">", build.Number(float64(file.Most))), "must be sent at most %d times", file.Most)
		}
		if len(file.Types) > 0 {
			good := build.Filter(given, hasType(build.Field(build.Var(""), "contentType"), file.Types...))
			refuse(415, build.Binary(build.Call("count", good), "!=", build.Call("count", given)), "must be %s", strings.Join(file.Types, " or "))
		}
		if file.MostBytes > 0 {
			large := build.Filter(given, build.Binary(build.Field(build.Var(""), "size"), ">", build.Number(float64(file.MostBytes))))
			refuse(413, build.Exists(large), "must have at most %d bytes", file.MostBytes)
		}
	}
	return checks
}
