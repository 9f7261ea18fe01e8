package schema_test

import (
	"context"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/steploom/steploom/compiler/schema"
	"github.com/steploom/steploom/internal/property"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// TestTextModel: a text fits when what it says as a value of its type fits, as an independent validator sees it; an empty one is absent.
func TestTextModel(t *testing.T) {
	tried, refused := 0, 0
	property.Check(t, func(r *rapid.T) {
		g := random(r)
		kind := g.pick("string", "integer", "number", "boolean").(string)
		wanted := dict{"type": kind}
		g.limits(wanted, kind, 0)
		text := encoded(t, wanted)
		check, parameter := compiled(t, text), schema.Text{Schema: read(t, text), Value: build.Var("x"), Name: "p"}
		for range 40 {
			given := g.pick(g.text(), "", "0", "1", "-1", "5", "007", "1.5", "-2.25", "1e3", "0.3", "19.99", "1234567890123456789", "99999999999999999999", "true", "false", "TRUE", " 1", "1 ", "+1", "0x1", "NaN").(string)
			if step, fraction := wanted["multipleOf"].(float64); fraction && step < 2 && len(given) > 15 {
				continue // multiples of fractions are told to 15 digits
			}
			value, typed := typedText(kind, given)
			fits := given == "" || typed && check.Validate(value) == nil
			if tried++; !fits {
				refused++
			}
			if got := firstMessage(t, parameter, given); (got == "") != fits {
				t.Fatalf("schema %s\ntext %q\nmessage %q, want it to fit: %v", text, given, got, fits)
			}
		}
	})
	if refused < tried/10 || refused > tried/10*9 {
		t.Errorf("%d of %d texts were refused: the generator tries too little", refused, tried)
	}
}

// typedText reads a text as JSON writes a value of the type; whole numbers have at most 64 bits and may begin with zeros.
func typedText(kind, text string) (value any, ok bool) {
	switch kind {
	case "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil && regexp.MustCompile(`^-?[0-9]+$`).MatchString(text)
	case "number":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && text[0] != '+' {
			return n, true
		}
		n, err := strconv.ParseFloat(text, 64)
		return n, err == nil && regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?(e[0-9]+)?$`).MatchString(text)
	case "boolean":
		return text == "true", text == "true" || text == "false"
	}
	return text, true
}

func firstMessage(t *testing.T, parameter schema.Text, given string) string {
	t.Helper()
	for _, one := range parameter.Violations() {
		for _, node := range []jsonata.Node{one.Fails, one.Message} {
			expression, err := jsonata.Compile(jsonata.Print(node), jsonata.AWS())
			if err != nil {
				t.Fatal(err)
			}
			got, err := expression.Eval(context.Background(), nil, jsonata.Variables{"x": given})
			if err != nil {
				t.Fatalf("%s of %q: %v", expression, given, err)
			}
			if message, ok := got.(string); ok {
				return message
			}
			if got != true {
				break
			}
		}
	}
	return ""
}
