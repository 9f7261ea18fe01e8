package intrinsic_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/steploom/steploom/internal/pace"
	"github.com/steploom/steploom/statemachine/intrinsic"
	"github.com/steploom/steploom/statemachine/jsonata"
)

// linear fails a test when a text takes more than linear time to be read.
func linear(t *testing.T, text string) {
	t.Helper()
	pace.Linear(t, text, func(long string) { _, _ = intrinsic.Parse(long) })
	pace.Linear(t, text, func(long string) { _, _ = intrinsic.Parse("States.Array(" + long + ")") })
}

// TestModels compares functions with the plainest way to say the same, over random values.
func TestModels(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 3_000 {
		list := randomList(random, 3)
		text, cut := randomText(random), randomText(random)
		x, y := randomNumber(random), randomNumber(random)
		size := float64(random.IntN(4) + 1)
		input := jsonata.NewObject()
		for name, value := range map[string]any{"list": list, "text": text, "cut": cut, "x": x, "y": y, "size": size} {
			input.Set(name, value)
		}
		for call, want := range map[string]any{
			"States.StringToJson(States.JsonToString($.list))":    list,
			"States.Base64Decode(States.Base64Encode($.text))":    text,
			"States.Base64Encode($.text)":                         base64.StdEncoding.EncodeToString([]byte(text)),
			"States.Hash($.text, 'SHA-256')":                      fmt.Sprintf("%x", sha256.Sum256([]byte(text))),
			"States.ArrayLength($.list)":                          float64(len(list)),
			"States.StringSplit($.text, $.cut)":                   pieces(text, cut),
			"States.ArrayPartition($.list, $.size)":               parts(list, int(size)),
			"States.MathAdd($.x, $.y)":                            javaRound(x) + javaRound(y),
			"States.ArrayContains($.list, $.x)":                   written(list, x),
			"States.Format($.text, $.x)":                          nil,
			"States.ArrayGetItem(States.Array($.text, $.x), 1)":   x,
			"States.Format('<{}|{}>', $.text, $.cut)":             "<" + text + "|" + cut + ">",
			"States.JsonMerge($, States.StringToJson('{}'), $.x)": input,
		} {
			got, err := evaluate(call, input)
			if want == nil { // the text may be no template; all that matters is that there is an answer
				continue
			}
			if err != nil || !jsonata.Equal(got, want) {
				t.Fatalf("%s of %s gives %s, %v, the model %s", call, input, encode(t, got), err, encode(t, want))
			}
		}
		unique(t, list)
	}
}

// unique: each value once, whatever the order.
func unique(t *testing.T, list []any) {
	t.Helper()
	input := jsonata.NewObject()
	input.Set("list", list)
	got, err := evaluate("States.ArrayUnique($.list)", input)
	result, _ := got.([]any)
	var want []any
	for _, value := range list {
		if !slices.ContainsFunc(want, func(other any) bool { return jsonata.Equal(value, other) }) {
			want = append(want, value)
		}
	}
	for _, value := range want {
		if !slices.ContainsFunc(result, func(other any) bool { return jsonata.Equal(value, other) }) {
			t.Fatalf("%s is not in %s", encode(t, value), encode(t, got))
		}
	}
	if err != nil || len(result) != len(want) {
		t.Fatalf("%s gives %s, %v", encode(t, list), encode(t, got), err)
	}
}

func pieces(text, cut string) []any {
	found := []any{""}
	for _, r := range text {
		if strings.ContainsRune(cut, r) {
			found = append(found, "")
		} else {
			found[len(found)-1] = found[len(found)-1].(string) + string(r)
		}
	}
	return slices.DeleteFunc(found, func(piece any) bool { return piece == "" })
}

func parts(list []any, size int) []any {
	found := []any{}
	for i, item := range list {
		if i%size == 0 {
			found = append(found, []any{})
		}
		found[len(found)-1] = append(found[len(found)-1].([]any), item)
	}
	return found
}

// javaRound is Math.round, of numbers that are no more than halves away from whole ones.
func javaRound(f float64) float64 { return math.Floor(f + 0.5) }

func written(list []any, x float64) bool {
	return slices.ContainsFunc(list, func(item any) bool { return fmt.Sprint(item) == fmt.Sprint(x) })
}

func randomNumber(random *rand.Rand) float64 { return float64(random.IntN(41)-20) / 4 }

func randomText(random *rand.Rand) string {
	characters := []rune(`ab,;. "'\{}é😀`)
	text := make([]rune, random.IntN(8))
	for i := range text {
		text[i] = characters[random.IntN(len(characters))]
	}
	return string(text)
}

func randomList(random *rand.Rand, depth int) []any {
	list := make([]any, random.IntN(5))
	for i := range list {
		switch kind := random.IntN(6); {
		case kind == 0 && depth > 0:
			list[i] = randomList(random, depth-1)
		case kind == 1 && depth > 0:
			object := jsonata.NewObject()
			for _, value := range randomList(random, depth-1) {
				object.Set(randomText(random), value)
			}
			list[i] = object
		case kind == 2:
			list[i] = random.IntN(2) == 0
		case kind == 3:
			list[i] = nil
		case kind == 4:
			list[i] = randomText(random)
		default:
			list[i] = randomNumber(random)
		}
	}
	return list
}
