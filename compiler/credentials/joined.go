package credentials

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/steploom/steploom/compiler/ir"
	"github.com/steploom/steploom/compiler/report"
	"github.com/steploom/steploom/shared/secret"
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// joined takes the credential out of a text that is joined of literals and data. ok is false when there is none.
func (r *request) joined(parts []jsonata.Node, pointer, name, what string) (ok bool) {
	found := -1
	for i, part := range parts {
		text, isText := part.(*jsonata.String)
		switch {
		case !isText || secret.IsLabel(text.Value, name):
		case found >= 0:
			r.mover.found.Add(report.Error(codeLiteral, r.at, "%s holds a credential in two pieces, with data between", what).
				Why("Only one secret can be put there, and none may be part of the definition.").Fix("write it in one piece").Diagnostic())
			return false
		default:
			found = i
		}
	}
	if found < 0 {
		return false
	}
	r.take(pointer, name, parts[found].(*jsonata.String).Value, what)
	placed := ir.Object()
	reference, _ := r.secrets.Get(pointer)
	if found > 0 {
		placed.Set("before", textOf(parts[:found]))
	}
	placed.Set("secret", reference)
	if found+1 < len(parts) {
		placed.Set("after", textOf(parts[found+1:]))
	}
	r.secrets.Set(pointer, placed)
	return true
}

// textOf joins parts of a text, be they texts or not.
func textOf(parts []jsonata.Node) jsonata.Node {
	joined := build.Concat(parts...)
	if _, isText := joined.(*jsonata.String); isText || len(parts) > 1 {
		return joined
	}
	return build.Binary(build.Text(""), "&", joined)
}

// openParameter is a parameter whose value goes on behind a literal part of an address.
var openParameter = regexp.MustCompile(`([?&])([^=&?#]+)=([^&#]*)$`)

// joinedParameters takes the secret parameters out of an address whose values are joined of literals and data.
func (r *request) joinedParameters(parts []jsonata.Node) []jsonata.Node {
	for i := 0; i+1 < len(parts); i++ {
		text, _ := literal(parts[i])
		at := openParameter.FindStringSubmatchIndex(text)
		if at == nil {
			continue
		}
		name := unescaped(text[at[4]:at[5]])
		value, behind := valueOf(text[at[6]:], parts[i+1:])
		pointer := "/" + r.parametersName + "/" + escape(name)
		if !secret.IsQueryName(name) || !r.joined(value, pointer, name, what(pointer, name)) {
			continue
		}
		r.withParameter(name)
		parts = append(parts[:i:i], withoutParameter(text[:at[2]], text[at[2]:at[3]], behind)...)
		i-- // what has moved up may end in another
	}
	return parts
}

// valueOf gives the value of a parameter, which begins with a literal and goes on in the parts behind it, decoded; and what comes after it.
func valueOf(begins string, more []jsonata.Node) (value, behind []jsonata.Node) {
	value = appendDecoded(nil, begins)
	for i, one := range more {
		text, isText := one.(*jsonata.String)
		if !isText {
			value = append(value, build.Call("decodeUrlComponent", one))
			continue
		}
		end := strings.IndexAny(text.Value, "&#")
		if end < 0 {
			value = appendDecoded(value, text.Value)
			continue
		}
		return appendDecoded(value, text.Value[:end]), append([]jsonata.Node{build.Text(text.Value[end:])}, more[i+1:]...)
	}
	return value, nil
}

func appendDecoded(parts []jsonata.Node, text string) []jsonata.Node {
	if text == "" {
		return parts
	}
	if plain, err := url.QueryUnescape(text); err == nil {
		text = plain
	}
	return append(parts, build.Text(text))
}

// withoutParameter joins what stands before and behind a parameter; sign is the one that it began with.
func withoutParameter(before, sign string, behind []jsonata.Node) []jsonata.Node {
	if len(behind) > 0 {
		text := behind[0].(*jsonata.String).Value
		if rest, more := strings.CutPrefix(text, "&"); more && sign == "?" {
			text = "?" + rest
		}
		return append([]jsonata.Node{build.Text(before + text)}, behind[1:]...)
	}
	return []jsonata.Node{build.Text(before)}
}
