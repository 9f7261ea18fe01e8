package jsonpath_test

import (
	"testing"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// BenchmarkEvaluate measures paths, each beside the JSONata expression that finds the same.
func BenchmarkEvaluate(b *testing.B) {
	on := document(b, shop)
	for _, pair := range [][2]string{
		{"$.d.x.a[1]", "d.x.a[1]"},
		{"$.items[*].sku", "items.sku"},
		{"$.items[?(@.qty > 0)].sku", "items[qty > 0].sku"},
		{"$..sku", "**.sku"},
	} {
		path, err := jsonpath.Parse(pair[0], jsonpath.StepFunctions)
		if err != nil {
			b.Fatal(err)
		}
		expression := jsonata.MustCompile(pair[1])
		b.Run(pair[0], func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := path.Evaluate(jsonpath.Roots{Document: on}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("jsonata "+pair[1], func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, err := expression.Eval(b.Context(), on, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
