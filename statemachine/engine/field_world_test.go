package engine_test

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonpath"
)

// world makes up data for a machine that nothing is known of but its definition: what its paths read is there, below every name that a path leads through.
type world struct {
	below   map[string]map[string]bool // the names that are read below a name; "" is the root
	lists   map[string]bool            // names that an index, a wildcard or ItemsPath is applied to
	values  map[string][]any           // what a name is compared with
	scalar  map[string]bool            // names that a function needs a text or a number of
	encoded map[string]bool            // names that States.StringToJson reads
	comes   map[string]bool            // names that IsPresent asks for
	nodes   int                        // values made for one document
	results map[string]string          // the last name of the ResultPath of a state
	aliases [][2]string                // a name that is given what another one is
	turn    int
	mutex   sync.Mutex
	calls   int
}

// imagine reads a definition.
func imagine(definition []byte) (*world, error) {
	root, err := jsonata.Decode(definition)
	if err != nil {
		return nil, err
	}
	w := &world{below: map[string]map[string]bool{}, lists: map[string]bool{}, values: map[string][]any{}, results: map[string]string{},
		scalar: map[string]bool{}, encoded: map[string]bool{}, comes: map[string]bool{}}
	w.read("", "", root)
	for range 4 {
		for _, alias := range w.aliases {
			w.lists[alias[1]] = w.lists[alias[1]] || w.lists[alias[0]]
			w.values[alias[1]] = append(w.values[alias[1]], w.values[alias[0]][:min(4, len(w.values[alias[0]]))]...)
			for name := range w.below[alias[0]] {
				w.under(alias[1], name)
			}
		}
	}
	return w, nil
}

// read goes through the definition. State is the name of the state, name the field that a value is of.
func (w *world) read(state, name string, v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			w.read(state, name, item)
		}
	case string:
		w.text(state, name, v)
	case *jsonata.Object:
		w.object(state, name, v)
	}
}

// item is the name under which the names are that an iteration reads of its item.
const item = "$$.Map.Item.Value"

func (w *world) object(state, name string, o *jsonata.Object) {
	if kind, _ := o.Get("Type"); kind == "Map" {
		w.items(o)
	}
	if variable, ok := o.Get("Variable"); ok {
		text, _ := variable.(string)
		w.compared(lastName(text), o)
	}
	for key, field := range o.All() {
		inside := state
		if name == "States" {
			inside = key
		}
		w.read(inside, key, field)
	}
}

// items notes where the items of a Map are: they have what is read of an item, and what states inside read.
func (w *world) items(state *jsonata.Object) {
	last := ""
	for _, field := range []string{"InputPath", "ItemsPath", "Items"} {
		if text, _ := state.Get(field); text != nil {
			for _, path := range pathsIn(fmt.Sprint(text)) {
				last = nameBefore(w.path(path))
			}
		}
	}
	if _, reads := state.Get("ItemReader"); !reads {
		w.lists[last] = true
	}
	w.aliases = append(w.aliases, [2]string{item, last})
	if _, selects := state.Get("ItemSelector"); !selects && last != "" {
		w.aliases = append(w.aliases, [2]string{"", last})
	}
}

// compared notes what a name is compared with.
func (w *world) compared(name string, rule *jsonata.Object) {
	for key, operand := range rule.All() {
		switch {
		case key == "Variable" || key == "Next" || key == "Comment" || strings.HasSuffix(key, "Path"):
		case key == "IsPresent":
			w.comes[name] = true
		case key == "IsString" || key == "StringMatches":
			w.values[name] = append(w.values[name], "text")
		case key == "IsNumeric":
			w.values[name] = append(w.values[name], 1.0)
		case key == "IsBoolean":
			w.values[name] = append(w.values[name], true)
		case key == "IsNull":
			w.values[name] = append(w.values[name], nil)
		case strings.HasPrefix(key, "Numeric"):
			n, _ := jsonata.Float(operand)
			w.values[name] = append(w.values[name], n, n+1, n-1)
		case strings.HasPrefix(key, "Boolean"):
			b, _ := operand.(bool)
			w.values[name] = append(w.values[name], b, !b)
		default:
			w.values[name] = append(w.values[name], operand, "another")
		}
	}
}

// text notes the paths in a text: of a path, of the arguments of an intrinsic function, of an expression in JSONata.
func (w *world) text(state, field, text string) {
	for _, path := range pathsIn(text) {
		names := w.path(path)
		if len(names) == 0 {
			continue
		}
		last := names[len(names)-1]
		switch {
		case field == "ResultPath":
			w.results[state] = last
		case strings.HasSuffix(field, ".$"):
			w.aliases = append(w.aliases, [2]string{strings.TrimSuffix(field, ".$"), last})
		case strings.HasSuffix(field, "SecondsPath") || field == "MaxConcurrencyPath":
			w.values[last] = append(w.values[last], 1.0)
		case field == "TimestampPath":
			w.values[last] = append(w.values[last], "2026-01-01T00:00:01Z")
		}
	}
	w.arguments(text)
}

// arguments notes the types that intrinsic functions need.
func (w *world) arguments(text string) {
	for function, value := range map[string]any{"MathAdd": 1.0, "StringToJson": "{}", "StringSplit": "a/b/c", "Base64Decode": "YQ==", "Format": "text",
		"ArrayLength": nil, "ArrayGetItem": nil, "ArrayContains": nil, "ArrayPartition": nil, "ArrayUnique": nil} {
		for rest, found := text, true; found; {
			if _, rest, found = strings.Cut(rest, "States."+function+"("); !found {
				break
			}
			for i, path := range pathsIn(rest) {
				name := lastName(path)
				switch {
				case i > 0 && function != "Format":
				case value == nil:
					w.lists[name] = true
				default:
					w.scalar[name], w.encoded[name] = true, w.encoded[name] || function == "StringToJson"
					w.values[name] = append([]any{value}, w.values[name]...)
				}
			}
		}
	}
}

// pathsIn are the paths that a text has, be it one.
func pathsIn(text string) []string {
	var paths []string
	for at := strings.IndexByte(text, '$'); at >= 0; at = strings.IndexByte(text, '$') {
		text = text[at:]
		end := strings.IndexAny(text, " ,)+%&'\"|<>=")
		if end < 0 {
			end = len(text)
		}
		if bracket := strings.IndexByte(text[:end], '['); bracket >= 0 {
			if rest := strings.IndexByte(text[bracket:], ']'); rest >= 0 && strings.ContainsAny(text[bracket:bracket+rest], "'\"?") {
				end = bracket
			}
		}
		paths = append(paths, text[:end])
		text = text[max(end, 1):]
	}
	return paths
}

// path notes what a path reads and gives the names that it leads through.
func (w *world) path(text string) []string {
	text = strings.Replace(text, "$$.Execution.Input", "$", 1)
	text, ofItem := cutItem(text)
	text = strings.Replace(text, "$states.input", "$", 1)
	text = strings.Replace(text, "$states.result", "$", 1)
	parsed, err := jsonpath.Parse(text, jsonpath.StepFunctions)
	if err != nil || parsed.Root.Kind == jsonpath.Context {
		return nil
	}
	names := []string{}
	if ofItem {
		defer func() {
			if len(names) > 0 {
				w.under(item, names[0])
			}
		}()
	}
	for _, step := range parsed.Steps {
		switch step := step.(type) {
		case *jsonpath.Child:
			for _, name := range step.Names {
				w.under(nameBefore(names), name)
			}
			names = append(names, step.Names[0])
		case *jsonpath.Function:
		default:
			w.lists[nameBefore(names)] = true
		}
	}
	return names
}

// cutItem makes a path into the item of an iteration one into a document.
func cutItem(text string) (string, bool) {
	for _, prefix := range []string{item, "$states.context.Map.Item.Value"} {
		if below, ok := strings.CutPrefix(text, prefix); ok {
			return "$" + below, true
		}
	}
	return text, false
}

func (w *world) under(name, child string) {
	if w.below[name] == nil {
		w.below[name] = map[string]bool{}
	}
	w.below[name][child] = true
}

func nameBefore(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

func lastName(path string) string {
	name := path[strings.LastIndexByte(path, '.')+1:]
	name, _, _ = strings.Cut(name, "[")
	if strings.HasPrefix(name, "$") {
		return ""
	}
	return name
}

// value makes up the value of a name.
func (w *world) value(name string, depth int) any {
	w.nodes++
	var v any = "text"
	switch children := w.below[name]; {
	case w.encoded[name] && len(children) > 0 && depth > 0:
		return encode(tree(w.children(children, depth)))
	case len(children) > 0 && depth > 0 && w.nodes < 2000 && !w.scalar[name]:
		v = w.children(children, depth)
	case len(w.values[name]) > 0:
		v = w.values[name][w.choose(name, len(w.values[name]))]
	}
	if w.lists[name] && !w.scalar[name] {
		return []any{v}
	}
	return v
}

// choose is a number below n, which is another one for each name, turn and call.
func (w *world) choose(name string, n int) int {
	h := fnv.New32a()
	fmt.Fprint(h, name, w.turn, w.calls)
	return int(h.Sum32() % uint32(n))
}

func (w *world) children(names map[string]bool, depth int) *jsonata.Object {
	o := jsonata.NewObject()
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if w.comes[name] && w.choose(name, 3) == 2 {
			continue
		}
		o.Set(name, w.value(name, depth-1))
	}
	return o
}

// document makes up an object with the names; it is the only element of a list at times, where one is expected.
func (w *world) document(names map[string]bool) any {
	w.nodes = 0
	o := w.children(names, worldDepth)
	if w.lists[""] && (w.turn%2 == 1 || len(names) == 0) {
		return []any{o}
	}
	return o
}

const worldDepth = 5

// input is the input of an execution.
func (w *world) input() any {
	w.calls = 0
	return w.document(w.below[""])
}

// answer is what a task answers: all that is read at the root, below its ResultPath and below Payload, which lambda:invoke adds.
func (w *world) answer(state string) any {
	names := maps.Clone(w.below[""])
	if names == nil {
		names = map[string]bool{}
	}
	maps.Copy(names, w.below[w.results[state]])
	maps.Copy(names, w.below["Payload"])
	return w.document(names)
}

// stored is the one item that a reader finds.
func (w *world) stored() []any {
	w.nodes = 0
	return []any{w.children(w.below[""], 2)}
}
