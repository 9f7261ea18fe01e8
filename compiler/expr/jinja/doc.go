// Package jinja is the front end for Jinja templates in workflows: it reads a template, tells which variables it reads, and lowers it to JSONata where
// JSONata says exactly the same.
//
//	template, err := jinja.Parse("{{ SYSTEM_APIS.orders }}/items/{{ order.id }}")
//	for _, variable := range template.Variables() { … }             // SYSTEM_APIS.orders, order.id
//	lowered, reason := template.Lower(jinja.Text, resolve)
//
// Parse's error is a *syntax.Error of shared/jinja/syntax, with line, column and offset inside the template. A dialect adds the place of the template.
//
// # Modes
//
// Text gives the template's text. Native gives what Jinja's NativeEnvironment does: one expression gives its value, and every text that reads as a literal of
// Python becomes what it stands for, so that the text "42" becomes 42: little can be lowered. Whole gives the value of a template that is one expression
// and nothing else, a text included, null for an undefined one, and otherwise the text: what most fields want.
//
// # Lowering
//
// Resolve says what a variable is in JSONata, and what is known of its values. With a reason there is no lowering: the template has to be rendered by
// function filter ({"language": "jinja", "program": template, "input": {variables}, "result": mode}).
//
// Lowered.Node is right for every value where Lowered.When is nil. Otherwise When is a condition over the same variables, which never fails; only where
// it is true, Node is right, and elsewhere filter has to be called. It is about texts: what Python writes for a number with a fraction, a list or a
// dict cannot be said in JSONata, and what is known of a variable does not exclude them. A dialect that knows more says so in the Type, and gets
// a lowering without When. One that wants no choice in its machine takes a lowering with When for none.
//
// What fails in Jinja (a member of something undefined, an order of a text and a number) fails in the lowered expression with $error. Where an attribute
// would be a method (x.title of a text, which is not called), the lowered expression fails, too: filter refuses to write it.
//
// Numbers: a state machine knows whole numbers and others. 2.0 is 2 in it, before any template sees it, for filter as for the lowered expression.
package jinja
