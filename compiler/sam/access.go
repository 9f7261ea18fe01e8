package sam

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"

	"github.com/steploom/steploom/compiler/sam/cfn"
	"github.com/steploom/steploom/shared/access"
	"github.com/steploom/steploom/shared/task"
)

// This file says who may call the API, to the function that checks it and to those who read its description.

// policy is who may call what.
func (p *plan) policy() access.Policy { return p.app.Workflow.Access(task.ExecutionRoute) }

// securitySchemes describe what callers show (OpenAPI 3.0.3, Security Scheme Object).
func (p describer) securitySchemes() cfn.Map {
	var schemes cfn.Map
	methods := p.policy().Authentications
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		schemes = append(schemes, cfn.Entry{Key: schemeName(name), Value: securityScheme(methods[name])})
	}
	switch p.options.Authorizer {
	case JWT:
		schemes = append(schemes, cfn.Entry{Key: authorizerScheme, Value: securityScheme(access.Method{Kind: access.Token})})
	case APIKey:
		schemes = append(schemes, cfn.Entry{Key: authorizerScheme, Value: securityScheme(access.Method{Kind: access.Key, Header: "x-api-key"})})
	}
	return schemes
}

// authorizerScheme is the name of what Options.Authorizer asks for.
const authorizerScheme = "caller"

// schemeName is the name of an authentication as a component may be called (OpenAPI 3.0.3, Components Object).
func schemeName(authentication string) string {
	isPlain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r)
	}
	if authentication != "" && authentication != authorizerScheme && strings.IndexFunc(authentication, func(r rune) bool { return !isPlain(r) }) < 0 {
		return authentication
	}
	return "authentication-" + task.Hash(authentication)
}

func securityScheme(method access.Method) cfn.Map {
	switch method.Kind {
	case access.Key:
		return cfn.Map{{Key: "type", Value: "apiKey"}, {Key: "in", Value: "header"}, {Key: "name", Value: method.Header}}
	case access.Token:
		return cfn.Map{{Key: "type", Value: "http"}, {Key: "scheme", Value: "bearer"}, {Key: "bearerFormat", Value: "JWT"}}
	}
	return cfn.Map{{Key: "type", Value: "http"}, {Key: "scheme", Value: "basic"}}
}

// security lists the ways in which a request may show what guards ask for, together with what the authorizer asks for; nil where nothing guards.
func (p describer) security(guards access.Guards) cfn.List {
	always := cfn.Map{}
	if p.options.Authorizer != Open {
		always = cfn.Map{{Key: authorizerScheme, Value: cfn.List{}}}
	}
	if len(guards) == 0 && len(always) == 0 {
		return nil
	}
	if len(guards) == 0 {
		return cfn.List{always}
	}
	var all cfn.List
	for _, guard := range guards {
		one := slices.Clone(always)
		if guard.Authentication != access.Anybody {
			one = append(one, cfn.Entry{Key: schemeName(guard.Authentication), Value: cfn.List{}}) // version 3.0 has no scopes of tokens
		}
		all = append(all, one)
	}
	return all
}

// ownSecurity is what an operation asks for that is not what most do.
func (p describer) ownSecurity(route string) cfn.Map {
	own, named := p.policy().Operations[route]
	if !named {
		return nil
	}
	if security := p.security(own); security != nil {
		return cfn.Map{{Key: "security", Value: security}}
	}
	return cfn.Map{{Key: "security", Value: cfn.List{}}}
}

// credentials are the headers of a caller whom local runs know: one that satisfies a guard, and the authorizer. Nobody can make up a token.
func (p sampler) credentials(guards access.Guards) cfn.Map {
	var headers cfn.Map
	methods := p.policy().Authentications
	for _, guard := range guards {
		switch method := methods[guard.Authentication]; method.Kind {
		case access.Basic:
			headers = headers.With("authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(SampleUser+":"+SamplePassword)))
		case access.Key:
			headers = headers.With(strings.ToLower(method.Header), SampleKey)
		default:
			continue
		}
		break
	}
	if p.options.Authorizer == APIKey && !headers.Has("x-api-key") {
		headers = headers.With("x-api-key", SampleKey)
	}
	return headers
}
