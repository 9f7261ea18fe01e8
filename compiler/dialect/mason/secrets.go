package mason

import (
	"github.com/steploom/steploom/statemachine/jsonata"
	"github.com/steploom/steploom/statemachine/jsonata/build"
)

// secretNames and otherNames are those of members that hold a secret itself, and those that only sound so (shared/secret, IsName), in lower case
// without hyphens and underscores.
const (
	secretNames = `token|password|passwd|passphrase|clientsecret|apikey|privatekey|secretkey|accesskey|credential|^authorization$|^proxyauthorization$|cookie$|^jwt$`
	otherNames  = `^tokentype$|^tokenurl$|ref$`
)

// withoutSecrets is a value without the members that hold secrets, at any depth.
func withoutSecrets(value jsonata.Node) jsonata.Node {
	return build.Recursive("clean", cleaning, func(clean jsonata.Node) jsonata.Node { return build.Apply(clean, value) })
}

// cleaning is the function that withoutSecrets applies, in terms of itself.
func cleaning(clean jsonata.Node) jsonata.Node {
	v := build.Var("v")
	return build.Function(build.Cases([]build.Case{
		{When: build.HasType(v, "array"), Then: cleanList(clean, v)},
		{When: build.HasType(v, "object"), Then: cleanObject(clean, v)},
	}, v), "v")
}

// cleanList keeps lists in lists apart, which JSONata's constructor of lists does not.
func cleanList(clean, list jsonata.Node) jsonata.Node {
	element := build.Once(build.Apply(clean, build.Var("x")), func(cleaned jsonata.Node) jsonata.Node {
		return build.If(build.HasType(cleaned, "array"), build.List(build.List(cleaned)), build.List(cleaned))
	})
	return build.Call("reduce", list, build.Function(build.Call("append", build.Var("all"), element), "all", "x"), build.List())
}

func cleanObject(clean, object jsonata.Node) jsonata.Node {
	plain := build.Call("replace", build.Call("lowercase", build.Var("k")), build.Regex("[-_]", ""), build.Text(""))
	kept := build.Once(plain, func(name jsonata.Node) jsonata.Node {
		return build.Any(build.Not(build.Call("contains", name, build.Regex(secretNames, ""))), build.Call("contains", name, build.Regex(otherNames, "")))
	})
	member := build.Object(build.Member{Key: build.Var("k"), Value: build.Apply(clean, build.Var("y"))})
	members := build.Call("each", build.Call("sift", object, build.Function(kept, "y", "k")), build.Function(member, "y", "k"))
	return build.OrElse(build.Call("merge", members), build.Literal(jsonata.NewObject()))
}
