package engine_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"
	"time"
)

// names are the texts of a recording that the recorder has replaced: generated names of resources, dates, identifiers.
type names struct {
	replaced *strings.Replacer
	known    string // the definition and the input: a name of an ARN that is not in them is a placeholder
}

// shownNames compares the input of a recording with the input that its history shows: where a text differs, the history has a placeholder, and has it
// may have it wherever the text comes up.
func shownNames(r *recording) *names {
	var sent any
	if err := json.Unmarshal(r.Input, &sent); err != nil {
		sent = nil
	}
	pairs := []string{"arn:aws:states:us-east-1:111111111111:activity:activity_arn", "activity_arn"}
	var compare func(sent, shown any)
	compare = func(sent, shown any) {
		switch sent := sent.(type) {
		case string:
			if text, ok := shown.(string); ok && text != sent && len(sent) >= shortestName {
				pairs = append(pairs, sent, text)
			}
		case []any:
			list, _ := shown.([]any)
			for i := range min(len(list), len(sent)) {
				compare(sent[i], list[i])
			}
		case map[string]any:
			object, _ := shown.(map[string]any)
			for key, field := range sent {
				compare(field, object[key])
			}
		}
	}
	if len(r.History) > 0 {
		details, _ := r.History[0]["executionStartedEventDetails"].(map[string]any)
		compare(parsed(sent), decoded(details["input"]))
	}
	return &names{strings.NewReplacer(pairs...), string(r.definition()) + string(r.Input)}
}

// shortestName is the length below which a text that differs is not taken for a generated name.
const shortestName = 6

// decoded is a value that the recorder may have left as JSON text.
func decoded(v any) any {
	var value any
	if text, ok := v.(string); ok && json.Unmarshal([]byte(text), &value) == nil {
		return parsed(value)
	}
	return parsed(v)
}

// volatile are the fields whose values are another each time, and the length of what a function has written, which depends on the spaces that its
// language puts into JSON. Where the recorder has replaced the value of a field by the field's name, it is volatile, too.
var volatile = regexp.MustCompile(`^(timestamp|Content-Length|(execution_)?[rR]ole[aA]rn|Date|region|TaskToken|mapRunArn)$`)

// align is a value of a run here with the recorder's placeholders in it, wherever they may stand for what is there.
func (n *names) align(want, got any) any {
	switch want := want.(type) {
	case string:
		return n.alignText(want, got)
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return got
		}
		aligned := make([]any, len(list))
		for i := range list {
			aligned[i] = n.align(want[i], list[i])
		}
		return aligned
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok {
			return got
		}
		aligned := maps.Clone(object)
		for key, field := range object {
			if recorded, ok := want[key]; ok && (volatile.MatchString(key) || recorded == key) {
				aligned[key] = recorded
			} else {
				aligned[key] = n.align(recorded, field)
			}
		}
		return aligned
	default:
		return got
	}
}

var (
	placeholder = regexp.MustCompile(`<<?[A-Za-z_][^<>]*>(:\d+>)?`)
	account     = regexp.MustCompile(`\b(000000000000|111111111111)\b`)
)

func (n *names) alignText(want string, got any) any {
	text, isText := got.(string)
	if !isText {
		_, number := got.(float64)
		whole := placeholder.FindString(want) == want && want != "" || want == "RandomNumberGenerated"
		if number && whole || standsFor(want, encode(got)) {
			return want
		}
		return got
	}
	text = account.ReplaceAllString(text, "111111111111")
	for _, shown := range []string{text, n.replaced.Replace(text)} {
		if isDate(want, shown) || standsFor(want, shown) || n.sameARN(want, shown) {
			return want
		}
	}
	return text
}

// isDate reports whether a text is a time that the recorder has replaced.
func isDate(want, text string) bool {
	_, err := time.Parse(time.RFC3339, strings.Trim(text, `"`))
	want = strings.Trim(want, `"`)
	return err == nil && slices.Contains([]string{"date", "datetime", "timestamp", "start-time", "entered-time"}, want)
}

// sameARN reports whether two texts are ARNs that differ in nothing but placeholders.
func (n *names) sameARN(want, text string) bool {
	wanted, had := strings.Split(want, ":"), strings.Split(text, ":")
	if wanted[0] != "arn" || had[0] != "arn" || len(wanted) != len(had) {
		return false
	}
	for i := range wanted {
		if !standsFor(wanted[i], had[i]) && strings.Contains(n.known, wanted[i]) {
			return false
		}
	}
	return true
}

// standsFor reports whether a text with placeholders can be another one.
func standsFor(want, text string) bool {
	if want == text || !placeholder.MatchString(want) {
		return want == text
	}
	var pattern strings.Builder
	pattern.WriteString("(?s)^")
	rest := want
	for _, at := range placeholder.FindAllStringIndex(want, -1) {
		pattern.WriteString(regexp.QuoteMeta(want[len(want)-len(rest):at[0]]) + ".+")
		rest = want[at[1]:]
	}
	pattern.WriteString(regexp.QuoteMeta(rest) + "$")
	return regexp.MustCompile(pattern.String()).MatchString(text)
}

// regroup does to a history what the recorder did: between the start and the end of a Parallel, numbers are dropped and events sorted. A Parallel that
// starts inside of another, or again after a retry, ends the group, too. What the recorder lost on the way, the event of the Parallel's success or
// failure, is lost here too.
func regroup(history []map[string]any) []map[string]any {
	history = append([]map[string]any{}, history...)
	start, inside := 0, false
	var group []map[string]any
	for i := 0; i < len(history); i++ {
		switch event := history[i]; event["type"] {
		case "ParallelStateStarted":
			if inside { // the recorder has left the events where they were
				copy(history[start:i], sorted(group))
			}
			start, inside, group = i+1, true, nil
		case "ParallelStateSucceeded", "ParallelStateAborted", "ParallelStateExited", "ParallelStateFailed":
			if start == 0 {
				break
			}
			rest := append([]map[string]any{}, history[i:]...)
			history = append(append(history[:start:start], sorted(group)...), rest...)
			i = start + len(group)
			inside = false
		default:
			if inside {
				grouped := maps.Clone(event)
				grouped["id"], grouped["previousEventId"] = []any{0.0}, 0.0
				group = append(group, grouped)
			}
		}
	}
	return history
}

// generated are the parts of a text that differ between a recording and a run here: they do not count when events are sorted.
var generated = regexp.MustCompile(`<[A-Za-z_][^<>]*>|arn:[^"\\]*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|"timestamp":"[^"]*"`)

func sorted(group []map[string]any) []map[string]any {
	key := func(event map[string]any) string { return generated.ReplaceAllString(encode(event), "…") }
	sort.SliceStable(group, func(a, b int) bool { return key(group[a]) < key(group[b]) })
	return group
}

// parsed undoes one of the recorder's whims: text that is a JSON object is given parsed. Deeper ones are parsed too, so that both sides look alike.
func parsed(v any) any {
	switch v := v.(type) {
	case string:
		var decoded any
		if (strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[")) && json.Unmarshal([]byte(v), &decoded) == nil {
			return parsed(decoded)
		}
		return v
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = parsed(item)
		}
		return list
	case map[string]any:
		object := make(map[string]any, len(v))
		for key, field := range v {
			object[key] = parsed(field)
		}
		return object
	default:
		return v
	}
}
