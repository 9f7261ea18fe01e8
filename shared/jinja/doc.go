// Package jinja evaluates Jinja templates as Jinja 3.1.6 does under Python 3.11, with the default environment (Environment()) or the native one
// (NativeEnvironment()), and without a way out of the template: no files, no other templates, no attributes of Python itself, nothing of Go.
//
//	template, err := syntax.Parse("{{ user.name|upper }}")
//	result, err := jinja.Render(ctx, template, values, jinja.Options{Mode: jinja.Native})
//
// Work, time, nesting and the size of what is made are limited: what goes beyond fails with the class python.Limit or RecursionError. What Jinja takes
// and this package does not fails with python.Unsupported. Nothing else differs from Jinja, as far as the tests know.
package jinja
