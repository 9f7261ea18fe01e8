package expr_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/steploom/steploom/compiler/expr"
	"github.com/steploom/steploom/internal/pace"
)

// calls writes placeholders as a language of method calls does, braces as one of paths and operators.
var (
	calls = expr.Placeholders{
		Forms: []expr.Form{
			{Open: "${", Close: "}"},
			{Open: ":[", Close: "]", Escaped: "[]", Begins: func(rest string) bool { return strings.HasPrefix(rest, "PARAM(") || strings.HasPrefix(rest, "VALUE(") }},
		},
		Quotes: expr.QuotesOfArguments,
	}
	braces = expr.Placeholders{Forms: []expr.Form{{Open: "${{", Close: "}}"}, {Open: "${", Close: "}"}, {Open: "{{", Close: "}}"}}}
)

// spell writes pieces as literal text and <inside@place>.
func spell(pieces []expr.Piece) string {
	var all strings.Builder
	for _, piece := range pieces {
		if piece.Form == nil {
			all.WriteString(piece.Text.Value)
			continue
		}
		all.WriteString("<" + piece.Text.Value + ">")
	}
	return all.String()
}

func TestSplit(t *testing.T) {
	for _, test := range []struct {
		language   expr.Placeholders
		text, want string
	}{
		{calls, "", ""},
		{calls, "plain {} $ : [", "plain {} $ : ["},
		{calls, "a${PARAM(x)}b", "a<PARAM(x)>b"},
		{calls, "${A(${B(c)})}${D()}", "<A(${B(c)})><D()>"},
		{calls, `${TEXT("}")}`, `<TEXT("}")>`},
		{calls, `${TEXT("\"}")}!`, `<TEXT("\"}")>!`},
		{calls, `${TEXT(it's)} and ${TEXT(5")}`, `<TEXT(it's)> and <TEXT(5")>`},
		{calls, `${VALUE(x, $['}'])}`, `<VALUE(x, $['}'])>`},
		{calls, `${VALUE(x, $[?(@.a == '}')])}`, `<VALUE(x, $[?(@.a == '}')])>`},
		{calls, "${TEXT([0, 1))}.", "<TEXT([0, 1))>."},
		{calls, "${PARAM(x))}.", "<PARAM(x))>."},
		{calls, ":[PARAM(x)] :[other]", "<PARAM(x)> :[other]"},
		{calls, `:[VALUE(x, $\[0\])].`, `<VALUE(x, $[0])>.`},
		{braces, "${{ a }} ${b} {{c}} {d}", "< a > <b> <c> {d}"},
		{braces, "${a ? {x: 1} : '}'}", "<a ? {x: 1} : '}'>"},
		{braces, `{{ a["}}"] }}}`, `< a["}}"] >}`},
		{braces, "{{ {a: {b: 1}} }}", "< {a: {b: 1}} >"},
	} {
		pieces, err := test.language.Split(expr.Verbatim(test.text, 0))
		if got := spell(pieces); err != nil || got != test.want {
			t.Errorf("%q gives %q, %v; want %q", test.text, got, err, test.want)
		}
	}
}

func TestSplitUnclosed(t *testing.T) {
	for text, at := range map[string]int{"ab${PARAM(x)": 2, "${A()}${": 6, "${TEXT(:-()}": 0, ":[PARAM(x": 0, "${": 0} {
		pieces, err := calls.Split(expr.Verbatim(text, 7))
		var bad *expr.Error
		if !errors.As(err, &bad) || bad.Start != at || bad.End != at+2 || at > 0 && pieces[len(pieces)-1].End != at {
			t.Errorf("%q gives %#v, want an error at %d", text, err, at)
		}
	}
}

// The bytes of a text know where they were before escapes were dropped.
func TestTextPlaces(t *testing.T) {
	text := expr.Verbatim(`say \"é\" \n`, 10).Unescape(`"`)
	if text.Value != `say "é" \n` {
		t.Fatalf("got %q", text.Value)
	}
	var places []int
	for at := range len(text.Value) + 1 {
		places = append(places, text.At(at))
	}
	if diff := cmp.Diff([]int{10, 11, 12, 13, 15, 16, 17, 19, 20, 21, 22, 23}[:len(places)], places); diff != "" {
		t.Error(diff)
	}
	part := text.Slice(4, 7)
	if part.Value != `"é` || part.At(0) != 15 || part.At(1) != 16 || part.At(len(part.Value)) != 19 {
		t.Errorf("got %q at %d, %d, %d", part.Value, part.At(0), part.At(1), part.At(len(part.Value)))
	}
	pieces, err := calls.Split(expr.Verbatim(`\"${A(\"x\")}\"`, 1).Unescape(`"`))
	if err != nil || spell(pieces) != `"<A("x")>"` || pieces[1].Text.At(0) != 5 || pieces[1].Text.At(2) != 8 || pieces[2].Text.At(0) != 15 {
		t.Errorf("got %q, %v", spell(pieces), err)
	}
}

// FuzzSplit: the pieces are the text, each where it says it stands, and no text takes more than linear time.
func FuzzSplit(f *testing.F) {
	for _, seed := range []string{"a${b(\"}\")}c", "{{x}}${{y}}", ":[PARAM(a\\[0\\])]", "${", "${'", "${\"\\\"", "${[['", ":[", "${a(\\\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, language := range []expr.Placeholders{calls, braces} {
			pace.Linear(t, text, func(long string) { _, _ = language.Split(expr.Verbatim(long, 0)) })
			pace.Linear(t, text, func(long string) { _, _ = language.Split(expr.Verbatim("${"+long, 0)) })
			pieces, err := language.Split(expr.Verbatim(text, 3))
			if err != nil {
				continue
			}
			at := 0
			for i, piece := range pieces {
				if piece.Start != at || piece.End <= at || piece.Form == nil && i > 0 && pieces[i-1].Form == nil {
					t.Fatalf("%q gives the piece %d to %d at %d", text, piece.Start, piece.End, at)
				}
				inside := piece.Start
				if piece.Form != nil {
					inside += len(piece.Form.Open)
				}
				if piece.Text.At(0) != inside+3 || piece.Form == nil && piece.Text.Value != text[piece.Start:piece.End] {
					t.Fatalf("%q gives %q at %d", text, piece.Text.Value, piece.Text.At(0))
				}
				at = piece.End
			}
			if at != len(text) {
				t.Fatalf("%q ends at %d", text, at)
			}
		}
	})
}
