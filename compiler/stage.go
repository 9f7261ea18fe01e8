package compiler

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
)

// Stages are the names that Print takes, in the order of the pipeline.
func Stages() []string { return []string{"ir", "asl"} }

// Print shows what a stage of the compilation made, for people: the model as text, or the definitions one after another.
func (o Output) Print(stage string) (string, error) {
	switch stage {
	case "ir":
		if o.Workflow == nil {
			return "", fmt.Errorf("there is no workflow to print")
		}
		return ir.Print(o.Workflow), nil
	case "asl":
		return o.definitions(), nil
	default:
		return "", fmt.Errorf("no stage %q: the stages are %s", stage, strings.Join(Stages(), ", "))
	}
}

func (o Output) definitions() string {
	var text strings.Builder
	for _, path := range slices.Sorted(maps.Keys(o.Files)) {
		if strings.HasSuffix(path, ".asl.json") {
			fmt.Fprintf(&text, "// %s\n%s", path, o.Files[path])
		}
	}
	return text.String()
}
