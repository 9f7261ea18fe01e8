package apichap

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/statemachine/jsonata"
)

// TestTexts: what joins texts is a text, whatever stands on its sides, and escapes leave placeholders alone.
func TestTexts(t *testing.T) {
	const data = `{"body": {"n": 5, "l": [1], "o": {"a": null}, "t": "x", "b": true}, "attributes": {"none": null}, "news": [{"id": 1}]}`
	for source, want := range map[string]string{
		`TEXT("") . BODY($.n)`:                                 `"5"`,
		`BODY($.n) . TEXT("")`:                                 `"5"`,
		`TEXT("") . BODY($.n) . TEXT("")`:                      `"5"`,
		`(TEXT("") . BODY($.l)) . NULL()`:                      `"[1]"`,
		`NULL() . BODY($.b)`:                                   `"true"`,
		`BODY($.n) . ATTRIBUTE(none)`:                          `"5"`,
		`BODY($.none) . BODY($.n)`:                             `"5"`,
		`BODY($.none) . BODY($.none)`:                          `""`,
		`NULL() . NULL()`:                                      `""`,
		`TEXT("") . INTEGER(7)`:                                `"7"`,
		`TEXT("") . BODY($.o)`:                                 `"{\"a\":null}"`,
		`TEXT("") . VALUE(news, $[0].id)`:                      `"1"`,
		`TEXT("") . GET_JSON(news)`:                            `"[{\"id\":1}]"`,
		`TEXT(${NULL()}${BODY($.n)})`:                          `"5"`,
		`TEXT("${BODY($.n)}${BODY($.none)}")`:                  `"5"`,
		`TEXT("\"${BODY($.t)}\"")`:                             `"\"x\""`,
		`TEXT("a\\${BODY($.t)}")`:                              `"a\\x"`,
		`TEXT("a\\\${BODY($.t)}")`:                             `"a\\${BODY($.t)}"`,
		`TEXT("\${BODY($.t)} ${BODY($.t)}")`:                   `"${BODY($.t)} x"`,
		`TEXT("${BODY($.t)} \" ${BODY($.n)}")`:                 `"x \" 5"`,
		`JSON_FROM_STRING("{\"a\": ${BODY($.n)}}")`:            `{"a": 5}`,
		`TEXT("\"${TEXT(\"\\\"${BODY($.t)}\\\"\")}\"")`:        `"\"\"x\"\""`,
		`TEXT("${BODY($.t)}\n")`:                               `"x\\n"`,
		`TEXT("$5 \$5 {x}")`:                                   `"$5 $5 {x}"`,
		`LIST_TO_STRING(BODY(), $.l, "\"%s\"", "\\") . NULL()`: `"\"1\""`,
	} {
		t.Run(source, func(t *testing.T) {
			b := newBench(t, data)
			value := b.lower(t, source)
			if diff := cmp.Diff(normal(t, want), b.evaluate(t, value.node)); diff != "" {
				t.Errorf("%s\n%s", jsonata.Print(value.node), diff)
			}
		})
	}
}
