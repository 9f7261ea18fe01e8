package cfn

import "regexp"

// References are the names of the parameters, resources and conditions that values of a template refer to.
type References map[string]bool

var substituted = regexp.MustCompile(`\$\{([A-Za-z0-9]+)`)

// Add adds the names in a value.
func (r References) Add(value Value) {
	switch value := value.(type) {
	case Map:
		for _, entry := range value {
			r.Add(entry.Value)
		}
	case List:
		for _, item := range value {
			r.Add(item)
		}
	case Noted:
		r.Add(value.Value)
	case Ref:
		r[string(value)] = true
	case GetAtt:
		r[value.Resource] = true
	case Sub:
		for _, match := range substituted.FindAllStringSubmatch(string(value), -1) {
			r[match[1]] = true
		}
	case If:
		r[value.Condition] = true
		r.Add(value.Then)
		r.Add(value.Else)
	case Equals:
		r.Add(value.Left)
		r.Add(value.Right)
	case Not:
		r.Add(value.Of)
	case conditionName:
		r[string(value)] = true
	case All:
		for _, inner := range value {
			r.Add(inner)
		}
	case And:
		r.addAll(value)
	case Or:
		r.addAll(value)
	case Join:
		r.Add(value.Of)
	case Concat:
		for _, text := range value {
			r.Add(text)
		}
	case Split:
		r.Add(value.Of)
	case Select:
		r.Add(value.Of)
	}
}

func (r References) addAll(names []string) {
	for _, name := range names {
		r[name] = true
	}
}
