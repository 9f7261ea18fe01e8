package retry

import "github.com/steploom/steploom/shared/pytext"

// StatusClass gives the first status of a class: 500 for "5xx". It is none of urllib3's, and short where a list of a hundred statuses goes with each request.
func StatusClass(text string) (first int, ok bool) {
	if len(text) != len("5xx") || text[1:] != "xx" || text[0] < '1' || text[0] > '5' {
		return 0, false
	}
	return int(text[0]-'0') * 100, true
}

// WithClasses gives the arguments of a Retry with the statuses of each class in place of it, in status_forcelist.
func WithClasses(arguments *pytext.Dict) *pytext.Dict {
	const name = "status_forcelist"
	value, _ := arguments.Get(name)
	list, isList := value.([]any)
	if !isList {
		return arguments
	}
	var statuses []any
	for _, one := range list {
		text, _ := one.(string)
		first, isClass := StatusClass(text)
		if !isClass {
			statuses = append(statuses, one)
			continue
		}
		for status := first; status < first+100; status++ {
			statuses = append(statuses, int64(status))
		}
	}
	with := &pytext.Dict{}
	for _, argument := range arguments.Items() {
		if argument.Key == name {
			argument.Value = statuses
		}
		_ = with.Set(argument.Key, argument.Value) // it was a key before
	}
	return with
}
