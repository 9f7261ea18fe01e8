package sam

import (
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
)

// checkRoutes refuses more routes than an HTTP API takes, more parts of paths than a REST API does, and what a REST API does not tell apart.
func (p limiter) checkRoutes() {
	taken := map[string]bool{}
	for _, m := range p.machines {
		if m.http == nil {
			continue
		}
		for _, part := range p.partsOf(m.http) {
			taken[part] = true
		}
		if len(taken) > routeLimit {
			p.problems.Add(report.Error("SAM023", m.http.Range, "the API would have more than %d %s", routeLimit, p.wordForRoutes()).
				Why("API Gateway takes %d unless the account has been given more.", routeLimit).Fix(splitFix))
			break
		}
	}
	if p.options.API == APIDirect {
		p.checkSiblings()
	}
}

// checkSiblings refuses paths that differ in the name of a parameter: a REST API takes one parameter in a place (API Gateway developer guide,
// "Amazon API Gateway important notes").
func (p limiter) checkSiblings() {
	first := map[string]*machinePlan{}
	named := map[string]string{}
	for _, m := range p.machines {
		if m.http == nil {
			continue
		}
		path := ""
		for segment := range strings.SplitSeq(strings.Trim(m.http.Path, "/"), "/") {
			if strings.HasPrefix(segment, "{") {
				if other := named[path]; other != "" && other != segment {
					p.problems.Add(report.Error("SAM029", m.http.Range, "a REST API cannot tell %s from %s: the paths differ in the name of a parameter, %s and %s", m.http.Path, first[path].http.Path, segment, other).
						Also(first[path].http.Range, "the other operation").Fix("give the parameter one name, or leave out --api direct"))
				} else if other == "" {
					named[path], first[path] = segment, m
				}
			}
			path += "/" + segment
		}
	}
}

// partsOf are what a route adds to its API: itself, or each beginning of its path.
func (p limiter) partsOf(route *ir.HTTP) []string {
	if p.options.API != APIDirect {
		return []string{routeKey(route)}
	}
	parts, path := []string{"/"}, ""
	for segment := range strings.SplitSeq(strings.Trim(route.Path, "/"), "/") {
		path += "/" + segment
		parts = append(parts, path)
	}
	return parts
}

func (p limiter) wordForRoutes() string {
	if p.options.API == APIDirect {
		return "resources, one for each part of a path"
	}
	return "routes"
}
