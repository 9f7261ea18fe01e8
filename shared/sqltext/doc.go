// Package sqltext reads the text of SQL statements: as tokens, as statements of a script, as places where a value may
// stand, and for whether a statement writes. It knows how the engines differ and executes nothing.
//
// # Tokens
//
// [Lex] splits a text into tokens whose texts, joined, are the text again. It never fails: what is never closed runs to
// the end of the text and is marked as open.
//
// # Values
//
// [Bind] takes a statement in which holes stand for values that are known only when it runs, and turns each hole into a
// bind parameter where a value may stand:
//
//	SELECT name FROM item WHERE id = ⟨0⟩ AND note LIKE '%⟨1⟩%'  →  SELECT name FROM item WHERE id = ? AND note LIKE ?
//
// with the values ⟨0⟩ and "%" & ⟨1⟩ & "%". A hole anywhere else is refused with a reason: as a table, a column, an item
// of ORDER BY (which would sort by a constant), in a comment, in a quoted name. A value never becomes SQL text.
//
// # Reading and writing
//
// [Reads] reports whether a statement provably changes nothing, so that running it twice does no harm. What it cannot
// prove, such as a call of a function that it does not know, counts as writing. [Verb] names what a statement does.
//
// # Scripts
//
// [Split] cuts a script into statements at semicolons outside routine bodies, at the lines that say GO, and as the
// DELIMITER lines of MySQL's client say.
package sqltext
