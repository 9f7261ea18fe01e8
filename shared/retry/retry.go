package retry

import (
	"slices"
	"strings"

	"github.com/steploom/steploom/shared/pytext"
)

// Retry is a budget. Its zero value is of no use: New makes one.
type Retry struct {
	Counters Counters
	History  int // attempts that were made again
	Failures int // the last of them in a row that were no redirects: they make the backoff grow

	policy *policy
}

// Counters are what is left, in all and by class of failure.
type Counters struct {
	Total, Connect, Read, Redirect, Status, Other Limit
}

// policy is what does not change while a budget is used.
type policy struct {
	methods         any // None, a list or a text, as Python's "in" reads it
	statuses        any
	listed          map[int64]bool // the same where it is a list of whole numbers
	backoffFactor   any
	backoffMax      any
	backoffJitter   any
	retryAfterMax   any
	raiseOnRedirect bool
	raiseOnStatus   bool
	respectAfter    bool
}

// defaults are the arguments of the constructor and their values; history is none that a workflow gives.
var defaults = pytext.NewDict(
	"total", 10, "connect", nil, "read", nil, "redirect", nil, "status", nil, "other", nil,
	"allowed_methods", []any{"HEAD", "GET", "PUT", "DELETE", "OPTIONS", "TRACE"}, "status_forcelist", nil,
	"backoff_factor", 0, "backoff_max", 120, "raise_on_redirect", true, "raise_on_status", true,
	"respect_retry_after_header", true, "remove_headers_on_redirect", []any{"Cookie", "Authorization", "Proxy-Authorization"},
	"backoff_jitter", 0.0, "retry_after_max", 21600,
)

// Default gives the value of an argument that is not given.
func Default(argument string) any {
	value, _ := defaults.Get(argument)
	return value
}

// New makes a budget of the constructor's arguments by their names; an argument that is absent has urllib3's default. An unknown name is a TypeError.
func New(arguments *pytext.Dict) (Retry, error) {
	for _, item := range arguments.Items() {
		if _, known := defaults.Get(item.Key); !known {
			return Retry{}, pytext.Errorf("TypeError", "Retry.__init__() got an unexpected keyword argument '%s'", pytext.Str(item.Key))
		}
	}
	argument := func(name string) any {
		value, given := arguments.Get(name)
		if !given {
			value, _ = defaults.Get(name)
		}
		return value
	}
	if err := checkNames(argument("remove_headers_on_redirect")); err != nil {
		return Retry{}, err
	}
	r := Retry{
		Counters: Counters{
			Limit{argument("total")}, Limit{argument("connect")}, Limit{argument("read")}, Limit{argument("redirect")}, Limit{argument("status")}, Limit{argument("other")},
		},
		policy: &policy{
			methods: argument("allowed_methods"), statuses: argument("status_forcelist"),
			backoffFactor: argument("backoff_factor"), backoffMax: argument("backoff_max"), backoffJitter: argument("backoff_jitter"),
			retryAfterMax: argument("retry_after_max"), raiseOnRedirect: pytext.Truth(argument("raise_on_redirect")),
			raiseOnStatus: pytext.Truth(argument("raise_on_status")), respectAfter: pytext.Truth(argument("respect_retry_after_header")),
		},
	}
	r.policy.listed = wholeNumbers(r.policy.statuses)
	if r.Counters.Redirect.isFalse() || r.Counters.Total.isFalse() {
		r.Counters.Redirect = Limit{0}
		r.policy.raiseOnRedirect = false
	}
	return r, nil
}

// checkNames refuses what is no list of header names. Who follows redirects leaves these headers behind where they lead to another host.
func checkNames(names any) error {
	var list []any
	switch names := pytext.Value(names).(type) {
	case []any:
		list = names
	case pytext.Tuple:
		list = names
	case string: // a list of letters
	default:
		return pytext.Errorf("TypeError", "'%s' object is not iterable", pytext.TypeName(names))
	}
	for _, name := range list {
		if _, isText := name.(string); !isText {
			return pytext.Errorf("AttributeError", "'%s' object has no attribute 'lower'", pytext.TypeName(name))
		}
	}
	return nil
}

// allows tells whether a method may be made again after the server may have acted on it.
func (r Retry) allows(method string) (bool, error) {
	if !pytext.Truth(r.policy.methods) {
		return true, nil
	}
	return contains(r.policy.methods, strings.ToUpper(method))
}

// contains is Python's "in".
func contains(collection, v any) (bool, error) {
	equal := func(element any) bool { return pytext.Equal(element, v) }
	switch c := pytext.Value(collection).(type) {
	case []any:
		return slices.ContainsFunc(c, equal), nil
	case pytext.Tuple:
		return slices.ContainsFunc(c, equal), nil
	case pytext.Set:
		return slices.ContainsFunc(c, equal), nil
	case *pytext.Dict:
		_, found := c.Get(v)
		return found, nil
	case string:
		if text, isText := v.(string); isText {
			return strings.Contains(c, text), nil
		}
		return false, pytext.Errorf("TypeError", "'in <string>' requires string as left operand, not %s", pytext.TypeName(v))
	}
	return false, pytext.Errorf("TypeError", "argument of type '%s' is not iterable", pytext.TypeName(collection))
}

// IsRetry tells whether an answer is asked for again: its status is listed, or it is 413, 429 or 503 with a Retry-After header that is respected.
func (r Retry) IsRetry(method string, status int, hasRetryAfter bool) (bool, error) {
	if allowed, err := r.allows(method); !allowed || err != nil {
		return false, err
	}
	if r.policy.listed[int64(status)] {
		return true, nil
	}
	if r.policy.listed == nil && pytext.Truth(r.policy.statuses) {
		if listed, err := contains(r.policy.statuses, status); listed || err != nil {
			return listed, err
		}
	}
	return r.Counters.Total.truth() && r.policy.respectAfter && hasRetryAfter && slices.Contains([]int{413, 429, 503}, status), nil
}

// wholeNumbers are those of a list, nil where it holds anything else.
func wholeNumbers(collection any) map[int64]bool {
	list, isList := pytext.Value(collection).([]any)
	if !isList {
		return nil
	}
	numbers := make(map[int64]bool, len(list))
	for _, element := range list {
		number, isWhole := pytext.Value(element).(int64)
		if !isWhole {
			return nil
		}
		numbers[number] = true
	}
	return numbers
}
