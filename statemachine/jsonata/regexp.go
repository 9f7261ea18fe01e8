package jsonata

import "errors"

type regexp struct{ source string }

func compileRegex(pattern, flags string) (*regexp, error) {
	return nil, errors.New("not available")
}

func regexFunction(r *regexp, at int) *Function { return &Function{regex: r, arity: 2} }
