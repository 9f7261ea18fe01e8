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
//
// 1.4.3, which the consumer pinned, read the language before RFC 9535. It gave more where it took what is no list for a list of one ($.a[*] and $.a[0:2]
// of 5 or "text" gave the whole, $.text[0] its first character) and a quoted '*' for a wildcard; a comparison turned what it found into the type of the
// literal ("7" > 5) or failed; it had no [0,2], no steps, no =~, !, && and ||, no wherenot, no `keys`, `path` and `str()`.
//
// Two things are left out of Python, with an error that says so: what Go's regular expressions cannot do, and work without end (Limits).
package jsonpathng
