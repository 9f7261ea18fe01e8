package job

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/steploom/steploom/shared/diag"
	"github.com/steploom/steploom/shared/format"
)

const (
	// longestID is how long an id may be: it stands in URLs and logs.
	longestID = 200
	// longestRateLimit is the longest interval between two requests, in seconds: a function that waits for its turn lasts no longer than 900.
	longestRateLimit = 300
	// longestTimeout bounds x-steploom-timeout, so that the function http, which lasts 60 seconds, answers by itself.
	longestTimeout = 50
)

// methods are those of the schema.
var methods = []string{http.MethodHead, http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions}

// reservedIDs are the names of what can be done with jobs, which stand where ids stand in older routes.
var reservedIDs = []string{
	"add", "update", "delete", "validate", "validate_pretty", "get", "list", "pause", "resume", "get_status", "get_logs", "get_schema", "describe",
}

func (r *reader) id(at []any, value any) {
	id, isText := r.line(at, value)
	if !isText {
		return
	}
	r.job.ID = id
	const fix = "write a name of letters, digits, - and _"
	switch i := strings.IndexFunc(id, func(c rune) bool { return strings.ContainsRune(`:/\?#%`, c) || unicode.IsControl(c) }); {
	case id == "" || id != strings.TrimSpace(id) || id == "." || id == "..":
		r.fault(at, "%q cannot be the name of a job", id).Fix = fix
	case i >= 0:
		p := r.fault(at, "the id %q cannot be the name of a job: it holds %q", id, []rune(id[i:])[0])
		p.Offset, p.Why, p.Fix = i, "An id is a part of routes, and of keys that are split at colons.", fix
	case len(id) > longestID:
		r.fault(at, "the id has %d bytes, more than %d", len(id), longestID).Fix = "write a shorter one"
	case slices.Contains(reservedIDs, strings.ToLower(id)):
		p := r.fault(at, "%q cannot be the name of a job", id)
		p.Why, p.Fix = "/job/"+id+" is a route of the API.", "write another id"
	}
}

func (r *reader) owner(at []any, value any) {
	owner, isText := r.line(at, value)
	r.job.Owner = owner
	if isText && owner == "" {
		r.warn(at, "the job has no owner").Why = "It is found among no one's jobs."
	}
}

func (r *reader) method(at []any, value any) {
	method, isText := r.text(at, value)
	if !isText {
		return
	}
	r.job.Type = method
	if slices.Contains(methods, method) {
		return
	}
	p := r.fault(at, "%q is not one of %s", method, strings.Join(methods, ", "))
	switch upper := strings.ToUpper(method); {
	case slices.Contains(methods, upper):
		p.Fix = "write " + upper
	case upper == http.MethodPatch:
		p.Fix = "let the service take PUT or POST"
	default:
		p.Fix = diag.DidYouMean(method, methods)
	}
}

func (r *reader) topics(at []any, value any) {
	r.job.Topics = r.lines(at, value)
	list, isList := value.([]any)
	if isList && len(list) == 0 {
		p := r.fault(at, "the job has no topics")
		p.Why, p.Fix = "It would never get a record.", "name one topic or more"
	}
	seen := map[string]bool{}
	for i, item := range list {
		name, isText := item.(string)
		switch {
		case !isText:
		case seen[name]:
			r.warn(then(at, i), "the topic %q stands there twice", shortened(name)).Fix = "leave one out"
		default:
			r.topic(then(at, i), name)
		}
		seen[name] = isText
	}
	r.job.Topics = once(r.job.Topics)
	if n := len(r.job.Topics); n > mostTopics {
		p := r.fault(at, "the job has %d topics, more than %d", n, mostTopics)
		p.Why, p.Fix = "On AWS each is read by an event source mapping of its own, which costs by the hour.", "make several jobs of it"
	}
}

// mostTopics is how many topics a job may have.
const mostTopics = 100

// once gives texts in their order, each once.
func once(texts []string) (distinct []string) {
	seen := map[string]bool{}
	for _, text := range texts {
		if !seen[text] {
			distinct = append(distinct, text)
		}
		seen[text] = true
	}
	return distinct
}

// dataMap reads the paths. Those that parse are checked in relations.go.
func (r *reader) dataMap(at []any, value any) {
	given, isObject := members(value)
	if !isObject {
		r.fault(at, "%s is an object of JSONPath expressions by names, not %s", last(at), kind(value))
		return
	}
	r.job.DataMap = map[string]string{}
	for _, member := range given {
		place := then(at, member.Name)
		if member.Value == nil {
			p := r.fault(place, "%q has no path", member.Name)
			p.Why, p.Fix = "The original takes null and dies of it at the first message.", "write a path, such as $.msg.id, or leave the name out"
			continue
		}
		if path, ok := r.text(place, member.Value); ok {
			r.job.DataMap[member.Name] = path
		}
	}
}

func (r *reader) constant(at []any, value any) {
	given, isObject := members(value)
	if !isObject {
		r.fault(at, "%s is an object of texts by names, not %s", last(at), kind(value))
		return
	}
	for _, member := range given {
		if member.Value == nil {
			r.job.Constant = append(r.job.Constant, Constant{Name: member.Name})
		} else if text, ok := r.text(then(at, member.Name), member.Value); ok {
			r.job.Constant = append(r.job.Constant, Constant{member.Name, &text})
		}
	}
}

func (r *reader) basicAuth(at []any, value any) {
	given, isObject := members(value)
	if !isObject {
		r.fault(at, `%s is an object with "user" and "password", not %s`, last(at), kind(value))
		return
	}
	auth, places := BasicAuth{}, map[string][]any{}
	for _, member := range given {
		name, place := strings.ToLower(member.Name), then(at, member.Name)
		into := map[string]*string{"user": &auth.User, "password": &auth.Password, "pw": &auth.Password}[name]
		if name == "pw" {
			name = "password"
		}
		switch {
		case into == nil:
			r.unknown(place, []string{"user", "password"}, last(at))
		case places[name] != nil:
			r.faultOfKey(place, "the %s stands there as %q already", name, last(places[name])).Fix = "keep one of them"
		default:
			places[name] = place
			*into, _ = r.line(place, member.Value)
		}
	}
	for _, name := range []string{"user", "password"} {
		if places[name] == nil {
			r.fault(at, "%s needs %q", last(at), name)
		}
	}
	if i := strings.IndexByte(auth.User, ':'); i >= 0 {
		p := r.fault(places["user"], "the user holds a colon")
		p.Offset, p.Why = i, "In Basic authentication the first colon ends the user (RFC 7617)."
	}
	r.job.BasicAuth = &auth
}

// token reads a token, which becomes a part of a header.
func (r *reader) token(at []any, value any) {
	token, ok := r.line(at, value)
	r.job.Token = token
	if i := strings.IndexFunc(strings.TrimSuffix(token, "\n"), func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f || c > 0xff }); ok && i >= 0 {
		p := r.fault(at, "the token holds a character that no header can have")
		p.Offset = i
	}
	if ok && token == "" {
		r.warn(at, "the token is empty").Fix = "leave it out"
	}
}

func (r *reader) rateLimit(at []any, value any) {
	interval, isNumber := r.number(at, value)
	switch {
	case !isNumber:
	case math.IsNaN(interval) || interval < 0:
		r.fault(at, "%s is a number of seconds, 0 or more", last(at))
	case interval > longestRateLimit:
		p := r.fault(at, "%s is %s seconds, more than %d", last(at), short(interval), longestRateLimit)
		p.Why = "The function that waits for the next request lasts 900 seconds."
	default:
		r.job.RateLimit = interval
	}
}

// short is a number in few digits.
func short(number float64) string { return strconv.FormatFloat(number, 'f', -1, 64) }

func (r *reader) onFailure(at []any, value any) {
	word, isText := r.text(at, value)
	if !isText {
		return
	}
	r.job.OnFailure = OnFailure(word)
	if words := []string{string(Stop), string(Skip), string(Topic)}; !slices.Contains(words, word) {
		r.fault(at, "%q is not one of %s", word, strings.Join(words, ", ")).Fix = diag.DidYouMean(word, words)
	}
}

func (r *reader) errorTopic(at []any, value any) {
	name, isText := r.line(at, value)
	r.job.ErrorTopic = name
	if isText {
		r.topic(at, name)
	}
}

func (r *reader) idempotencyKey(at []any, value any) {
	asked, isBool := value.(bool)
	if !isBool {
		r.fault(at, "%s is true or false, not %s", last(at), kind(value))
	}
	r.job.IdempotencyKey = asked
}

func (r *reader) format(at []any, value any) {
	word, isText := r.text(at, value)
	r.job.Format = word
	if words := []string{"avro", "registry", "json", "text"}; isText && !slices.Contains(words, word) {
		r.fault(at, "%q is not one of %s", word, strings.Join(words, ", ")).Fix =
			cmp.Or(diag.DidYouMean(word, words), "leave it out: then it is found out for each message")
	}
}

func (r *reader) timeout(at []any, value any) {
	seconds, isNumber := r.number(at, value)
	if isNumber && !(seconds > 0 && seconds <= longestTimeout) {
		r.fault(at, "%s is a number of seconds, more than 0 and at most %d", last(at), longestTimeout)
		return
	}
	r.job.TimeoutSeconds = seconds
}

func (r *reader) retry(at []any, value any) {
	given, isObject := members(value)
	if !isObject {
		p := r.fault(at, "%s is an object of the arguments of urllib3's Retry, not %s", last(at), kind(value))
		p.Fix = `write {"total": 3}`
		return
	}
	arguments, places := format.Object{}, map[string][]any{}
	for _, member := range given {
		argument, place := format.Member{Name: strings.ToLower(member.Name), Value: member.Value}, then(at, member.Name)
		if places[argument.Name] != nil {
			r.faultOfKey(place, "%s stands there as %q already", argument.Name, last(places[argument.Name])).Fix = "keep one of them"
			continue
		}
		places[argument.Name] = place
		r.retryArgument(place, argument)
		arguments = append(arguments, argument)
	}
	text, err := format.EncodeJSON(arguments)
	if err != nil {
		r.fault(at, "%s has no JSON form", last(at))
		return
	}
	r.job.Retry = json.RawMessage(text)
}
