package local

import (
	"net/url"
	"slices"
	"strings"
)

// Routes are the route keys of an HTTP API, "METHOD /path/{param}", in the order in which they are tried.
type Routes []route

type route struct {
	key, method string
	segments    []string
}

// NewRoutes reads route keys. Of two that match, the one with the earlier fixed segment wins, whatever their order.
func NewRoutes(keys []string) Routes {
	routes := make(Routes, 0, len(keys))
	for _, key := range keys {
		method, path, _ := strings.Cut(key, " ")
		routes = append(routes, route{key: key, method: method, segments: segmentsOf(path)})
	}
	slices.SortStableFunc(routes, func(a, b route) int {
		return slices.CompareFunc(a.segments, b.segments, compareSegments)
	})
	return routes
}

// compareSegments puts fixed text before a parameter.
func compareSegments(a, b string) int {
	switch {
	case isParameter(a) == isParameter(b):
		return 0
	case isParameter(a):
		return 1
	default:
		return -1
	}
}

// Match finds the route of a request and the decoded values of its path parameters.
func (r Routes) Match(method, escapedPath string) (key string, parameters map[string]string, ok bool) {
	segments := segmentsOf(escapedPath)
	for _, candidate := range r {
		if candidate.method != method || len(candidate.segments) != len(segments) {
			continue
		}
		if parameters, ok := candidate.match(segments); ok {
			return candidate.key, parameters, true
		}
	}
	return "", nil, false
}

func (r route) match(segments []string) (map[string]string, bool) {
	var parameters map[string]string
	for i, want := range r.segments {
		got, err := url.PathUnescape(segments[i])
		switch {
		case err != nil, !isParameter(want) && got != want, isParameter(want) && got == "":
			return nil, false
		case isParameter(want):
			if parameters == nil {
				parameters = map[string]string{}
			}
			parameters[want[1:len(want)-1]] = got
		}
	}
	return parameters, true
}

func isParameter(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

func segmentsOf(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }
