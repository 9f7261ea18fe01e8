// Package jsonpathng reads JSONPath as Python's jsonpath_ng.ext 1.16.0 does: Parse is its parse(path), Find the values of its find(document).
//
//	path, err := jsonpathng.Parse("$.msg.members[?(@.age > 18)].name")
//	names, err := path.Find(message)                        // [Amina Bo]
//	name, found, err := jsonpathng.Select(path, message)    // how an entry of a datamap sees it
//
// Values are those of package pytext, whole numbers exact and dicts in order; what other decoders make is read as pytext.Value says.
//
// The language, as the library reads it and not as RFC 9535 has it: $ @ .name ."quoted" [name] [0] [0,2] [1:9:2] * [*] .. | where wherenot `this` `parent`
// `len` `keys` `path` `sorted` `str()` `sub(/regex/, text)` `split(character, segment, most)` [\field, /field] [?(…)] with == = != < <= > >= =~ ! & && ||,
// and + - * between paths, numbers and "text". Among its own ways: | binds tighter than a dot, + - * have no order of their own and group from the right,
// a bare name beside one of them is text, `sub()` without a change matches nothing, and & between paths parses but is not there when it is evaluated.
// 1.4.3, which the consumer pinned, differed where 1.16.0 follows RFC 9535: it ignored the types in a comparison ("7" > 5), took a number or text for a
// list of one ($.a[0] of 5 gave 5), stopped a missing field from being != something, knew neither && nor || nor wherenot nor `keys` of 1.16.0.
//
// Two things are left out of Python, with an error that says so: what Go's regular expressions cannot do, and work without end (Limits).
package jsonpathng
