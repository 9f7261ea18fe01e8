package job

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/format"
)

// Read makes a job of a JSON value as [format.DecodeJSON] or encoding/json decodes it, a posted body or what stands in a file, and says all that is
// wrong with it (job_schema.json of the Aether REST consumer, and what its schema lets through and its worker dies of). Where one of the problems is an
// error (see [Refused]), the job is as far as it could be read.
func Read(value any) (Job, []Problem) {
	r := &reader{}
	given, isObject := members(value)
	if !isObject {
		r.fault(nil, "a job is an object, not %s", kind(value)).Fix = `write {"id": …, "owner": …, "type": …, "topic": [ … ], "datamap": { … }, "url": …}`
		return r.job, r.problems
	}
	r.fields(given)
	r.relations()
	return r.job, r.problems
}

// reader reads one job.
type reader struct {
	job      Job
	problems []Problem
	at       map[string][]any // where fields stand, by their names
}

// field is a member of a job.
type field struct {
	name     string
	required bool
	example  string // a value in JSON
	read     func(r *reader, at []any, value any)
}

// generated are the members that a stored job is shown with; who sends them back means nothing by it.
var generated = []string{"modified", "hash"}

func fieldTable() []field {
	return []field{
		{"id", true, `"visits"`, (*reader).id},
		{"owner", true, `"health"`, (*reader).owner},
		{"type", true, `"POST"`, (*reader).method},
		{"topic", true, `["visit"]`, (*reader).topics},
		{"datamap", true, `{"id": "$.msg.id"}`, (*reader).dataMap},
		{"url", true, `"https://example.com/{id}"`, (*reader).address},
		{"constant", false, `{"source": "clinic"}`, (*reader).constant},
		{"query_params", false, `["id"]`, func(r *reader, at []any, v any) { r.job.QueryParams = r.lines(at, v) }},
		{"json_body", false, `["id"]`, func(r *reader, at []any, v any) { r.job.JSONBody = r.lines(at, v) }},
		{"basic_auth", false, `{"user": "…", "password": "…"}`, (*reader).basicAuth},
		{"token", false, `"…"`, (*reader).token},
		{"ratelimit", false, `0.5`, (*reader).rateLimit},
		{"retry", false, `{"total": 3}`, (*reader).retry},
		{"on_failure", false, `"skip"`, (*reader).onFailure},
		{"x-steploom-error-topic", false, `"failed"`, (*reader).errorTopic},
		{"x-steploom-idempotency-key", false, `true`, (*reader).idempotencyKey},
		{"x-steploom-format", false, `"avro"`, (*reader).format},
		{"x-steploom-timeout", false, `10`, (*reader).timeout},
	}
}

// FieldNames are the names of the members that a job can have.
func FieldNames() []string {
	var names []string
	for _, field := range fieldTable() {
		names = append(names, field.name)
	}
	return names
}

func (r *reader) fields(given []format.Member) {
	r.at = map[string][]any{}
	table := fieldTable()
	for _, member := range given {
		name, at := strings.ToLower(member.Name), []any{member.Name}
		i := slices.IndexFunc(table, func(f field) bool { return f.name == name })
		switch {
		case slices.Contains(generated, name):
		case i < 0:
			r.unknown(at, FieldNames(), "a job")
		case r.at[name] != nil:
			r.faultOfKey(at, "%s stands there as %q already", name, r.at[name][0]).Fix = "keep one of them"
		default:
			r.at[name] = at
			before := len(r.problems)
			table[i].read(r, at, member.Value)
			r.advise(before, "for example "+member.Name+": "+table[i].example)
		}
	}
	for _, field := range table {
		if field.required && r.at[field.name] == nil {
			r.fault(nil, "a job needs %q", field.name).Fix = "for example " + field.name + ": " + field.example
		}
	}
}

// advise gives a way out to problems, from one on, that have none and no reason.
func (r *reader) advise(from int, fix string) {
	for i := range r.problems[from:] {
		if p := &r.problems[from+i]; p.Fix == "" && p.Why == "" {
			p.Fix = fix
		}
	}
}

// unknown is about the key at the end of a path. One that looks like a slip is an error: who has written it relies on it.
func (r *reader) unknown(at []any, known []string, what string) {
	name := fmt.Sprint(at[len(at)-1])
	if near := diag.DidYouMean(name, known); near != "" {
		r.faultOfKey(at, "%q is not a key of %s", name, what).Fix = near
		return
	}
	p := r.faultOfKey(at, "%q is not a key of %s", name, what)
	p.Severity, p.Why, p.Fix = diag.Warning, "It has no effect.", "leave it out"
}

// fault adds an error at a path.
func (r *reader) fault(at []any, message string, arguments ...any) *Problem {
	r.problems = append(r.problems, Problem{Path: slices.Clone(at), Offset: -1, Message: fmt.Sprintf(message, arguments...)})
	return &r.problems[len(r.problems)-1]
}

// faultOfKey adds an error about the key at the end of a path.
func (r *reader) faultOfKey(at []any, message string, arguments ...any) *Problem {
	p := r.fault(at, message, arguments...)
	p.Key = true
	return p
}

// warn adds a warning at a path.
func (r *reader) warn(at []any, message string, arguments ...any) *Problem {
	p := r.fault(at, message, arguments...)
	p.Severity = diag.Warning
	return p
}

// text reads a text.
func (r *reader) text(at []any, value any) (string, bool) {
	text, isText := value.(string)
	if !isText {
		r.fault(at, "%s is a text, not %s", last(at), kind(value))
	}
	return text, isText
}

// line reads a text without a line break inside: "^(.*)$" of the schema, which lets one at the end pass.
func (r *reader) line(at []any, value any) (string, bool) {
	text, isText := r.text(at, value)
	if i := strings.IndexByte(strings.TrimSuffix(text, "\n"), '\n'); i >= 0 {
		r.fault(at, "%s holds a line break", last(at)).Offset = i
		return text, false
	}
	return text, isText
}

// lines reads a list of such texts.
func (r *reader) lines(at []any, value any) []string {
	list, isList := value.([]any)
	if !isList {
		r.fault(at, "%s is a list of texts, not %s", last(at), kind(value))
		return nil
	}
	texts := make([]string, 0, len(list))
	for i, item := range list {
		if text, ok := r.line(then(at, i), item); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// number reads a number.
func (r *reader) number(at []any, value any) (float64, bool) {
	number, isNumber := numberOf(value)
	if !isNumber {
		r.fault(at, "%s is a number, not %s", last(at), kind(value))
	}
	return number, isNumber
}

// then is a path and one step more.
func then(at []any, step any) []any { return append(slices.Clone(at), step) }

// last is the key that a value stands under, for messages.
func last(at []any) string {
	index := ""
	for i := len(at) - 1; i >= 0; i-- {
		if number, isIndex := at[i].(int); isIndex {
			index = fmt.Sprintf("[%d]", number) + index
			continue
		}
		return fmt.Sprint(at[i]) + index
	}
	return "it"
}

// members are those of an object in their order, or in that of their names where it keeps none.
func members(value any) ([]format.Member, bool) {
	switch v := value.(type) {
	case format.Object:
		return v, true
	case map[string]any:
		var all []format.Member
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, format.Member{Name: name, Value: v[name]})
		}
		return all, true
	}
	return nil, false
}

func numberOf(value any) (float64, bool) {
	switch v := value.(type) {
	case float64:
		return v, true
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case json.Number:
		number, err := v.Float64()
		return number, err == nil
	}
	return 0, false
}

// kind is the JSON type of a value, in words that are no value.
func kind(value any) string {
	if _, isObject := members(value); isObject {
		return "an object"
	}
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case string:
		return "a text"
	case []any:
		return "a list"
	}
	if _, isNumber := numberOf(value); isNumber {
		return "a number"
	}
	return "a value of another kind"
}
