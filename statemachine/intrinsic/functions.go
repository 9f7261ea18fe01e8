package intrinsic

import "github.com/steploom/steploom/statemachine/jsonata"

// function is a row of the table of functions.
type function struct {
	least, most int // arguments; -1 is any number
	// apply gives the result; ok is false where AWS says that the arguments are invalid.
	apply func(*applied) (result any, ok bool)
}

// functions are all intrinsic functions.
var functions = map[string]function{
	"Array":          {0, -1, array},
	"ArrayPartition": {2, 2, arrayPartition},
	"ArrayContains":  {2, 2, arrayContains},
	"ArrayRange":     {3, 3, arrayRange},
	"ArrayGetItem":   {2, 2, arrayGetItem},
	"ArrayLength":    {1, 1, arrayLength},
	"ArrayUnique":    {1, 1, arrayUnique},
	"Base64Encode":   {1, 1, base64Encode},
	"Base64Decode":   {1, 1, base64Decode},
	"Hash":           {2, 2, hash},
	"JsonMerge":      {3, 3, jsonMerge},
	"StringToJson":   {1, 1, stringToJSON},
	"JsonToString":   {1, 1, jsonToString},
	"MathRandom":     {2, 3, mathRandom},
	"MathAdd":        {2, 2, mathAdd},
	"StringSplit":    {2, 2, stringSplit},
	"UUID":           {0, 0, uuid},
	"Format":         {1, -1, format},
}

// applied is a function that is being applied: its call, and the values of its arguments.
type applied struct {
	call   *Call
	values []any
	random func() float64
	reason string // why it fails
}

func (a *applied) list(i int) ([]any, bool) {
	list, ok := a.values[i].([]any)
	return list, ok
}

func (a *applied) text(i int) (string, bool) {
	text, ok := a.values[i].(string)
	return text, ok
}

func (a *applied) object(i int) (*jsonata.Object, bool) {
	object, ok := a.values[i].(*jsonata.Object)
	return object, ok
}

// whole gives a number as Java casts it to an int: without its fraction. ok is false for what is no number or does not fit.
func (a *applied) whole(i int) (n int64, ok bool) {
	f, ok := jsonata.Float(a.values[i])
	if !ok || f >= 1<<31 || f <= -1<<31-1 {
		return 0, false
	}
	return int64(f), true
}
