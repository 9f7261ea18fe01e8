package jsonata

// pictures remember the pictures that an evaluation, and those before it with the same state, have analysed.
type pictures struct {
	numbers  remembered[*numberFormat]
	integers remembered[*integerFormat]
	dates    remembered[[]datePart]
	patterns remembered[*datePattern]
}

// maxRemembered bounds how many pictures of a kind are remembered; an expression may make them out of data.
const maxRemembered = 32

// remembered are analysed pictures by their texts. They are not changed.
type remembered[T any] map[string]T

// get answers what has been remembered, or analyses the picture.
func (r *remembered[T]) get(picture string, analyse func(string) (T, error)) (T, error) {
	if known, ok := (*r)[picture]; ok {
		return known, nil
	}
	analysed, err := analyse(picture)
	if err != nil {
		return analysed, err
	}
	if *r == nil || len(*r) >= maxRemembered {
		*r = remembered[T]{}
	}
	(*r)[picture] = analysed
	return analysed, nil
}
