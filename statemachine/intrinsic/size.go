package intrinsic

import "github.com/steploom/steploom/statemachine/jsonata"

// maxValue bounds the text of what a call gives, in bytes: a call can name a value many times over. Step Functions takes no state's value of more than 262,144.
const maxValue = 4 << 20

// tooLarge is the reason of a failure.
const tooLarge = "The value is larger than 4194304 bytes"

// fitsIn takes the size of a value off what is left, and tells whether there was enough.
func fitsIn(left *int, value any) bool {
	*left -= 8
	switch value := value.(type) {
	case string:
		*left -= len(value)
	case []any:
		for _, item := range value {
			if !fitsIn(left, item) {
				return false
			}
		}
	case *jsonata.Object:
		for name, field := range value.All() {
			if *left -= len(name); !fitsIn(left, field) {
				return false
			}
		}
	}
	return *left >= 0
}
